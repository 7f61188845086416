//! The outcome as JSON, for programs and for later reports.

use serde_json::Value;

use crate::runner::outcome::SuiteOutcome;

/// The outcome, indented, with a line break at its end.
#[must_use]
pub fn render(outcome: &SuiteOutcome) -> String {
    let mut text =
        serde_json::to_string_pretty(outcome).expect("an outcome is text, numbers and lists");
    text.push('\n');
    text
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
            let read: SuiteOutcome = serde_json::from_str(&render(&outcome)).unwrap();
            assert_eq!(read, outcome, "{name}");
        }
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
