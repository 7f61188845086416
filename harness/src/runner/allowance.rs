//! Known deviations of one target: a failure that is allowed is no surprise, an allowance that is not needed is one.

use super::outcome::{ScenarioOutcome, Stale, Verdict};
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
    let covered = || {
        outcomes
            .iter()
            .filter(|outcome| pattern.means(&outcome.name))
    };
    // What was skipped or parked was not put to the test, and says nothing.
    let passed = covered().find(|outcome| outcome.verdict == Verdict::Pass)?;
    if covered().any(|outcome| outcome.verdict.counts_as_failure()) {
        Some(format!("it is wider than needed: {} passes", passed.name))
    } else {
        Some("no case that it covers fails any more".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::Vendor;

    fn outcome(name: &str, verdict: Verdict) -> ScenarioOutcome {
        ScenarioOutcome {
            name: name.to_owned(),
            vendor: Vendor::Aws,
            file: String::new(),
            title: String::new(),
            rules: Vec::new(),
            verdict,
            reason: None,
            allowed: None,
            steps: Vec::new(),
            duration_ms: 0,
        }
    }

    /// What is stale about an allowance for `aws/a*` when the cases ended so.
    fn stale(cases: &[(&str, Verdict)]) -> Option<String> {
        let scenarios = CasePattern::try_from("aws/a*".to_owned()).expect("this is a pattern");
        let reason = "known".to_owned();
        let mut outcomes: Vec<ScenarioOutcome> = cases
            .iter()
            .map(|(name, verdict)| outcome(name, *verdict))
            .collect();
        let known = ["aws/a1".to_owned(), "aws/a2".to_owned(), "aws/b".to_owned()];
        let stale = apply(&[Allowance { scenarios, reason }], &known, &mut outcomes);
        for outcome in outcomes {
            let covered = outcome.verdict.counts_as_failure() && outcome.name.starts_with("aws/a");
            assert_eq!(outcome.allowed.is_some(), covered, "{}", outcome.name);
        }
        stale.into_iter().next().map(|stale| stale.because)
    }

    #[test]
    fn an_allowance_is_stale_only_when_something_that_it_covers_passes() {
        use Verdict::{Fail, NotTestable, Pass, Skipped};
        assert_eq!(
            stale(&[("aws/a1", Fail), ("aws/a2", NotTestable), ("aws/b", Pass)]),
            None
        );
        assert_eq!(
            stale(&[("aws/b", Fail)]),
            None,
            "what did not run says nothing"
        );
        assert_eq!(
            stale(&[("aws/a1", Skipped)]),
            None,
            "what was not put to the test says nothing"
        );
        let gone = stale(&[("aws/a1", Pass)]).expect("it is not needed any more");
        assert!(gone.contains("no case that it covers fails"), "{gone}");
        let wide = stale(&[("aws/a1", Pass), ("aws/a2", Fail)]).expect("it is too wide");
        assert!(wide.contains("wider than needed: aws/a1"), "{wide}");
    }

    #[test]
    fn an_allowance_that_means_no_case_at_all_is_stale_in_every_run() {
        let scenarios = CasePattern::try_from("aws/gone".to_owned()).expect("this is a pattern");
        let allowance = Allowance {
            scenarios,
            reason: "known".to_owned(),
        };
        let stale = apply(&[allowance], &["aws/a".to_owned()], &mut []);
        assert_eq!(stale[0].because, "no case has such a name");
    }
}
