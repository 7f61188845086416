//! Why a command could not do its work.

use std::fmt;
use std::io;
use std::path::Path;

use super::ExitCode;

/// What went wrong, in a sentence for the person at the terminal, and the code for the script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Trouble {
    pub(super) code: ExitCode,
    pub(super) message: String,
}

impl Trouble {
    pub(super) fn new(code: ExitCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }

    pub(super) fn usage(message: impl Into<String>) -> Self {
        Self::new(ExitCode::Usage, message)
    }

    /// A file that cannot be read or written; `remedy` says what to do.
    pub(super) fn file(path: &Path, error: &io::Error, remedy: &str) -> Self {
        let message = format!("{}: {error}; {remedy}", path.display());
        Self::new(ExitCode::WrongFile, message)
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
