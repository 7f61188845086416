//! Which rule catches which quirk: plain data, from which reports are made.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::spec::{RuleId, Vendor};

/// Which rule catches which quirk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct KillMatrix {
    /// The version of this format.
    pub format: u32,
    /// Whose rules.
    pub vendor: Vendor,
    /// The day whose rules were run, such as `2026-11-22`.
    pub as_of: String,
    /// The seed that all material came from.
    pub seed: u64,
    /// How many cases there were.
    pub cases: usize,
    /// How long it took.
    pub duration_ms: u64,
    /// One row per quirk that was planted, in the order of the tables.
    pub quirks: Vec<QuirkRow>,
    /// One row per scored rule that a case demonstrates, by name; where only some quirks were planted, only those
    /// that caught one.
    pub rules: Vec<RuleRow>,
    /// Cases that did not pass on the reference without a quirk, each with the reason.
    pub false_alarms: Vec<String>,
}

/// What became of one quirk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct QuirkRow {
    /// Its name.
    pub quirk: String,
    /// What a user would suffer.
    pub harm: String,
    /// The rules that should catch it.
    pub expected: Vec<RuleId>,
    /// The rules that caught it.
    pub rules: Vec<RuleId>,
    /// The cases that failed.
    pub cases: Vec<String>,
    /// How many cases could not be put to the test because of it.
    pub not_testable: usize,
}

/// What one rule catches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RuleRow {
    /// The rule.
    pub rule: RuleId,
    /// The quirks that it caught.
    pub quirks: Vec<String>,
    /// Those that no other rule caught.
    pub alone: Vec<String>,
}

impl KillMatrix {
    /// Quirks that no rule caught.
    pub fn escaped(&self) -> impl Iterator<Item = &QuirkRow> {
        self.quirks.iter().filter(|row| row.rules.is_empty())
    }

    /// Quirks that were caught, though not by every rule that should, with the rules that did not.
    pub fn missed(&self) -> impl Iterator<Item = (&QuirkRow, Vec<&RuleId>)> {
        let caught = self.quirks.iter().filter(|row| !row.rules.is_empty());
        caught.filter_map(|row| {
            let expected = row.expected.iter();
            let missed: Vec<_> = expected.filter(|rule| !row.rules.contains(rule)).collect();
            (!missed.is_empty()).then_some((row, missed))
        })
    }

    /// Scored rules that caught nothing.
    pub fn idle(&self) -> impl Iterator<Item = &RuleId> {
        let idle = self.rules.iter().filter(|row| row.quirks.is_empty());
        idle.map(|row| &row.rule)
    }

    /// Whether green means something: every quirk is caught by the rules that should, every scored rule catches
    /// one, and nothing is said against a service without any.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let caught = self.escaped().next().is_none() && self.missed().next().is_none();
        caught && self.idle().next().is_none() && self.false_alarms.is_empty()
    }
}
