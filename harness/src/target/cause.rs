//! What lies behind an error. Knows no particular one.

use std::error::Error;
use std::io;

/// The text of the deepest cause, which is the only one that tells a person something.
pub(super) fn innermost(error: &(dyn Error + 'static)) -> String {
    causes(error).last().unwrap_or(error).to_string()
}

/// The error and what led to it. The error within an [`io::Error`] is not its source, and is what we look for.
pub(super) fn causes<'a>(
    error: &'a (dyn Error + 'static),
) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error| {
        let within = error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref);
        match within {
            Some(within) => Some(within),
            None => (*error).source(),
        }
    })
}
