//! Known deviations of one target: a failure that is allowed is no surprise, an allowance that is not needed is one.

use globset::GlobMatcher;

use super::outcome::{ScenarioOutcome, Stale};
use crate::target::profile::Feature;

/// A known deviation, with a reason written by a person who looked.
#[derive(Clone, Debug)]
pub struct Allowance {
    /// The pattern, as written.
    pub pattern: String,
    /// The cases that may fail.
    pub scenarios: GlobMatcher,
    /// What the target does instead.
    pub reason: String,
}

/// A feature that a target is declared to lack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// Which one.
    pub feature: Feature,
    /// Why, for the report.
    pub reason: String,
}

/// Marks the failures that an allowance covers, and names the allowances that nothing needed.
///
/// An allowance is judged only by cases that ran: a run of a subset says nothing about the others.
pub(super) fn apply(allowances: &[Allowance], outcomes: &mut [ScenarioOutcome]) -> Vec<Stale> {
    for outcome in outcomes
        .iter_mut()
        .filter(|outcome| outcome.verdict.counts_as_failure())
    {
        outcome.allowed = allowances
            .iter()
            .find(|allowance| allowance.scenarios.is_match(&outcome.name))
            .map(|allowance| allowance.reason.clone());
    }
    allowances
        .iter()
        .filter_map(|allowance| stale(allowance, outcomes))
        .collect()
}

fn stale(allowance: &Allowance, outcomes: &[ScenarioOutcome]) -> Option<Stale> {
    let mut covered = outcomes
        .iter()
        .filter(|outcome| allowance.scenarios.is_match(&outcome.name))
        .peekable();
    covered.peek()?;
    let passed: Vec<&str> = covered
        .clone()
        .filter(|outcome| !outcome.verdict.counts_as_failure())
        .map(|outcome| outcome.name.as_str())
        .collect();
    if passed.is_empty() {
        return None;
    }
    let failed = covered.count() - passed.len();
    let because = match failed {
        0 => "no case that it covers fails any more".to_owned(),
        _ => format!("it is wider than needed: {} passed", passed.join(", ")),
    };
    Some(Stale {
        what: format!("allowance {:?}", allowance.pattern),
        because,
    })
}
