//! The scenario format: text to [`Scenario`] with places, or an error that shows the line.
//!
//! Knows no dialect, no target and no clock. A scenario names intents, causes and expectations in neutral words;
//! what they become on the wire is decided two floors up.

mod duplicate;
mod lint;
mod lint_rules;
mod material;
mod place;
mod read_expectation;
mod read_manner;
mod read_spoil;
mod read_step;
mod reader;
mod rows;
mod schema;
mod step;
mod suite;

pub use lint::{Finding, lint};
pub use lint_rules::unproven;
pub use material::Material;
pub use place::{Place, Source};
pub use schema::schema;
pub use step::{
    Action, Argument, Call, Control, Entries, Entry, Expectation, Form, KeyForm, KeyReference,
    Matcher, Name, ParameterSource, RegionRole, Step, Wrap, Wrapping,
};
pub use suite::{Scenario, ScenarioError, Suite, SuiteError};

#[cfg(test)]
mod tests;
