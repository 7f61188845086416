//! Known deviations of one target: a failure that is allowed is no surprise, an allowance that is not needed is one.

use super::outcome::{ScenarioOutcome, Stale};
use crate::target::profile::{CasePattern, Feature};

/// A known deviation, with a reason written by a person who looked.
#[derive(Clone, Debug)]
pub struct Allowance {
    /// The cases that may fail.
    pub scenarios: CasePattern,
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
/// `known` are the names of all cases there are, run or not: an allowance is judged by the cases that ran, but one
/// that means no case at all is stale in every run.
pub(super) fn apply(
    allowances: &[Allowance],
    known: &[String],
    outcomes: &mut [ScenarioOutcome],
) -> Vec<Stale> {
    for outcome in outcomes
        .iter_mut()
        .filter(|outcome| outcome.verdict.counts_as_failure())
    {
        outcome.allowed = allowances
            .iter()
            .find(|allowance| allowance.scenarios.means(&outcome.name))
            .map(|allowance| allowance.reason.clone());
    }
    allowances
        .iter()
        .filter_map(|allowance| {
            let because = untrue(&allowance.scenarios, known, outcomes)?;
            let what = format!("allowance {:?}", allowance.scenarios.as_str());
            Some(Stale { what, because })
        })
        .collect()
}

/// Why an allowance no longer says the truth, if it does not.
fn untrue(pattern: &CasePattern, known: &[String], outcomes: &[ScenarioOutcome]) -> Option<String> {
    if !known.iter().any(|name| pattern.means(name)) {
        return Some("no case has such a name".to_owned());
    }
    let (failed, passed): (Vec<_>, Vec<_>) = outcomes
        .iter()
        .filter(|outcome| pattern.means(&outcome.name))
        .partition(|outcome| outcome.verdict.counts_as_failure());
    match (failed.is_empty(), passed.first()) {
        (_, None) => None,
        (true, Some(_)) => Some("no case that it covers fails any more".to_owned()),
        (false, Some(one)) => {
            let others = passed.len() - 1;
            Some(format!(
                "it is wider than needed: {} and {others} more pass",
                one.name
            ))
        }
    }
}
