//! Headers that a reply should have, in every dialect.

use super::{FormLack, HttpReply};

/// What a reply has instead of a header with this value.
pub(super) fn header(reply: &HttpReply, name: &str, expected: &str) -> Option<FormLack> {
    header_like(reply, name, expected, |value| value == expected)
}

/// What a reply has instead of a header of this kind.
pub(super) fn header_like(
    reply: &HttpReply,
    name: &str,
    expected: &str,
    is_so: impl Fn(&str) -> bool,
) -> Option<FormLack> {
    let value = reply.header(name);
    (!value.is_some_and(is_so)).then(|| FormLack {
        expected: format!("{name}: {expected}"),
        actual: value.map_or_else(
            || format!("no header {name}"),
            |value| format!("{name}: {value}"),
        ),
    })
}

/// What a reply has instead of a date.
pub(super) fn date(reply: &HttpReply) -> Option<FormLack> {
    header_like(reply, "date", "a date as HTTP writes it", |date| {
        jiff::fmt::rfc2822::parse(date).is_ok()
    })
}
