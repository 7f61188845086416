//! The outcome as JSON, for programs and for later reports.

use serde_json::Value;

use crate::runner::outcome::{FORMAT, SuiteOutcome};

/// The outcome, indented, with a line break at its end.
#[must_use]
pub fn render(outcome: &SuiteOutcome) -> String {
    let mut text =
        serde_json::to_string_pretty(outcome).expect("an outcome is text, numbers and lists");
    text.push('\n');
    text
}

/// Reads what [`render`] has written.
///
/// # Errors
/// The text is something else, or of another version of the format.
pub fn read(text: &str) -> Result<SuiteOutcome, ReadError> {
    let outcome: SuiteOutcome = serde_json::from_str(text)?;
    match outcome.format {
        FORMAT => Ok(outcome),
        format => Err(ReadError::Format { format }),
    }
}

/// A text is no outcome.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// It is no JSON, or other JSON.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// A later byokcheck wrote it, or an earlier one.
    #[error("it is of format {format}, and this version reads format {FORMAT}")]
    Format {
        /// What it says of itself.
        format: u32,
    },
}

/// The JSON Schema of [`render`]'s text.
#[must_use]
pub fn schema() -> Value {
    schemars::schema_for!(SuiteOutcome).to_value()
}

#[cfg(test)]
mod tests {
    use super::super::samples::{self, assert_snapshot};
    use super::*;

    #[test]
    fn an_outcome_survives_the_round_trip() {
        for (name, outcome) in samples::all() {
            let read = read(&render(&outcome)).unwrap();
            assert_eq!(read, outcome, "{name}");
        }
    }

    #[test]
    fn other_formats_are_not_read() {
        let mut outcome = samples::everything();
        outcome.format = FORMAT + 1;
        let other = read(&render(&outcome)).unwrap_err();
        assert_eq!(
            other.to_string(),
            "it is of format 2, and this version reads format 1"
        );
        assert!(matches!(read("{}"), Err(ReadError::Json(_))));
    }

    #[test]
    fn the_schema_names_every_member_that_is_written() {
        let schema = schema();
        let written = serde_json::to_value(samples::everything()).unwrap();
        for (member, _) in written.as_object().unwrap() {
            assert!(!schema["properties"][member].is_null(), "{member}");
        }
    }

    #[test]
    fn the_format_changes_only_on_purpose() {
        let schema = serde_json::to_string_pretty(&schema()).unwrap();
        assert_snapshot("schema", &schema);
    }
}
