//! What a run led to: plain data, from which every report is made.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use crate::scenario::Place;
use crate::spec::{Facet, Level, RuleId, Vendor};

/// The version of the format in which outcomes are written.
pub const FORMAT: u32 = 1;

/// What a whole run led to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SuiteOutcome {
    /// The version of this format: [`FORMAT`].
    pub format: u32,
    /// What was run, against what.
    pub run: RunFacts,
    /// One entry per case, ordered by name.
    pub scenarios: Vec<ScenarioOutcome>,
    /// Allowances that were not needed although their scenarios ran, and other lines of the target file that
    /// no longer say the truth.
    pub stale: Vec<Stale>,
    /// Keys that could not be scheduled for deletion.
    pub leftovers: Vec<Leftover>,
}

/// What was run, against what.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RunFacts {
    /// The version of byokcheck.
    pub version: String,
    /// The target's name, or its URL.
    pub target: String,
    /// The version of the service, where the target file names it.
    pub target_version: Option<String>,
    /// Whose dialects were spoken.
    pub vendors: Vec<Vendor>,
    /// The day whose rules were run, such as `2026-11-22`.
    pub as_of: String,
    /// The seed that all material and choices came from.
    pub seed: u64,
    /// When it began, as RFC 3339.
    pub started: String,
    /// How long it took.
    pub duration_ms: u64,
    /// The command that repeats it.
    pub repeat: String,
}

/// What one case led to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ScenarioOutcome {
    /// The name of the case: the file's path without its ending, and the row after `#` if there are rows.
    pub name: String,
    /// By whose rules it was judged, in whose dialect.
    pub vendor: Vendor,
    /// The file, such as `scenarios/aws/import/wrong_token_is_refused.toml`.
    pub file: String,
    /// The sentence that it demonstrates.
    pub title: String,
    /// The rules that it demonstrates.
    pub rules: Vec<CitedRule>,
    /// How it ended.
    pub verdict: Verdict,
    /// Why, for every verdict but pass; one line.
    pub reason: Option<String>,
    /// The reason of the allowance that covers this failure.
    pub allowed: Option<String>,
    /// What each step led to, as far as it came.
    pub steps: Vec<StepOutcome>,
    /// How long it took.
    pub duration_ms: u64,
}

/// A rule with what a reader of a failure needs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CitedRule {
    /// Its name.
    pub id: RuleId,
    /// What holds.
    pub statement: String,
    /// In what a difference counts; nothing for a rule that is never scored.
    pub scored: Vec<Facet>,
    /// Where it is written, key and description.
    pub sources: BTreeMap<String, String>,
}

/// How a case ended.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
    strum::Display,
    strum::VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Verdict {
    /// Everything scored was as expected.
    Pass,
    /// A scored difference.
    Fail,
    /// Not run, because the target file declares a feature missing; or nothing about it is scored, and it did not
    /// go as expected.
    Skipped,
    /// The rule could not be put to the test: a set-up step or a control did not work, or a feature is missing
    /// that no target file declares. Counts as a failure.
    NotTestable,
    /// Waits for time to pass; a later run resumes it.
    Parked,
    /// The harness itself could not go on.
    Error,
}

/// What one step led to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct StepOutcome {
    /// Its number in the file, from 1.
    pub number: usize,
    /// What it does, such as `import`.
    pub intent: String,
    /// Whether this is the control of the step rather than the step itself.
    pub control: bool,
    /// Its line in the file, from 1.
    pub line: usize,
    /// Scored differences.
    pub mismatches: Vec<Mismatch>,
    /// Differences that are not scored.
    pub notes: Vec<Mismatch>,
    /// What went over the wire, secrets redacted; kept for steps with a mismatch or a note, and on request.
    pub exchanges: Vec<ExchangeRecord>,
}

/// One difference between expectation and answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Mismatch {
    /// What was compared.
    pub facet: Facet,
    /// What should have come, for people.
    pub expected: String,
    /// What came.
    pub actual: String,
    /// The best evidence that the cited rules have for this facet.
    pub evidence: Option<Level>,
    /// Where the expectation stands in the scenario file.
    pub place: Place,
}

/// Two HTTP messages with their secrets taken out, and a line that repeats the request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ExchangeRecord {
    /// Method, path and the headers that matter, one per line, then an empty line, then the body.
    pub request: String,
    /// Status, headers that matter, body; or why there is none.
    pub reply: String,
    /// A command line that makes the call again, of `curl` or of the vendor's own client; secrets are shell variables.
    pub curl: String,
}

/// A line of a target file that no longer says the truth.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Stale {
    /// The line, as written: a pattern of an allowance, or a feature declared missing.
    pub what: String,
    /// Why it is no longer true.
    pub because: String,
}

/// A key that could not be scheduled for deletion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Leftover {
    /// Its ARN, or its id where the service tells no ARN.
    pub key: String,
    /// The case that made it.
    pub scenario: String,
    /// What the service said.
    pub because: String,
}

impl ScenarioOutcome {
    /// The name of the case, with the vendor where it is judged by the rules of several.
    #[must_use]
    pub fn label(&self) -> String {
        let vendor: &str = self.vendor.into();
        if self.name.starts_with("common/") {
            format!("{} ({vendor})", self.name)
        } else {
            self.name.clone()
        }
    }

    /// Whether it is a failure that no allowance covers.
    #[must_use]
    pub fn is_unexpected(&self) -> bool {
        self.verdict.counts_as_failure() && self.allowed.is_none()
    }
}

impl Verdict {
    /// Whether a case that ended so is not as it should be.
    #[must_use]
    pub fn counts_as_failure(self) -> bool {
        matches!(self, Self::Fail | Self::NotTestable | Self::Error)
    }
}
