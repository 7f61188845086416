//! What a run says about each rule: the verdicts of its cases, taken together.
//!
//! Knows no layout, and no rule that no case of the run cites.

use std::collections::BTreeMap;

use crate::runner::outcome::{CitedRule, ScenarioOutcome, SuiteOutcome, Verdict};
use crate::spec::RuleId;

/// What is known of a rule after one case, or after all of them: then it is the last of this order that any case led
/// to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, strum::Display)]
pub(super) enum RuleVerdict {
    /// Every case passed.
    #[strum(serialize = "holds")]
    Holds,
    /// The target is declared to lack what a case needs.
    #[strum(serialize = "not implemented")]
    NotImplemented,
    /// A case could not be put to the test, or nothing about the rule is scored.
    #[strum(serialize = "not judged")]
    NotJudged,
    /// A scored difference, whether an allowance covers it or not.
    #[strum(serialize = "fails")]
    Fails,
}

/// The verdict on every rule that a case of the run cites.
pub(super) fn by_rule(outcome: &SuiteOutcome) -> BTreeMap<&RuleId, RuleVerdict> {
    let mut verdicts = BTreeMap::new();
    for case in &outcome.scenarios {
        for rule in &case.rules {
            let verdict = RuleVerdict::of(case, rule);
            verdicts
                .entry(&rule.id)
                .and_modify(|known: &mut RuleVerdict| *known = verdict.max(*known))
                .or_insert(verdict);
        }
    }
    verdicts
}

/// The rules that unexpected failures are about, with the number of these cases.
pub(super) fn accused(outcome: &SuiteOutcome) -> BTreeMap<&RuleId, usize> {
    let mut accused = BTreeMap::new();
    for case in outcome.scenarios.iter().filter(|it| it.is_unexpected()) {
        for rule in &case.rules {
            if RuleVerdict::of(case, rule) == RuleVerdict::Fails {
                *accused.entry(&rule.id).or_default() += 1;
            }
        }
    }
    accused
}

impl RuleVerdict {
    fn of(case: &ScenarioOutcome, rule: &CitedRule) -> Self {
        match case.verdict {
            _ if rule.scored.is_empty() => Self::NotJudged,
            Verdict::Pass => Self::Holds,
            Verdict::Fail if accuses(case, rule) => Self::Fails,
            // A case that was skipped before its first step needs what the target is declared to lack.
            Verdict::Skipped if case.steps.is_empty() => Self::NotImplemented,
            _ => Self::NotJudged,
        }
    }
}

/// A case may cite several rules, the main one first: a difference is about the first that says something about its
/// facet, and the others were not put to the test.
fn accuses(case: &ScenarioOutcome, rule: &CitedRule) -> bool {
    let mismatches = case.steps.iter().flat_map(|step| &step.mismatches);
    let mut accused = mismatches.filter_map(|mismatch| {
        let mut rules = case.rules.iter();
        rules.find(|rule| rule.scored.contains(&mismatch.facet))
    });
    accused.any(|accused| accused.id == rule.id)
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;
    use crate::spec::Facet;

    /// The verdict on the one rule that these cases of [`samples`] cite.
    #[track_caller]
    fn check(cases: &[&ScenarioOutcome], expected: RuleVerdict) {
        let mut outcome = samples::everything();
        outcome.scenarios = cases.iter().map(|case| (*case).clone()).collect();
        let verdicts = by_rule(&outcome);
        let names: Vec<&str> = cases.iter().map(|case| case.name.as_str()).collect();
        assert_eq!(
            verdicts.into_values().collect::<Vec<_>>(),
            [expected],
            "{names:?}"
        );
    }

    fn ended(verdict: Verdict) -> ScenarioOutcome {
        let outcome = samples::everything();
        let failed = outcome
            .scenarios
            .iter()
            .find(|case| case.verdict == Verdict::Fail);
        ScenarioOutcome {
            name: format!("aws/ended/{verdict}"),
            verdict,
            ..failed.unwrap().clone()
        }
    }

    fn untried() -> ScenarioOutcome {
        ScenarioOutcome {
            steps: Vec::new(),
            ..ended(Verdict::Skipped)
        }
    }

    #[test]
    fn a_rule_is_as_good_as_the_worst_of_its_cases() {
        use RuleVerdict::{Fails, Holds, NotImplemented, NotJudged};
        let [pass, fail, not_testable, skipped] = [
            Verdict::Pass,
            Verdict::Fail,
            Verdict::NotTestable,
            Verdict::Skipped,
        ]
        .map(ended);
        let untried = untried();
        check(&[&pass], Holds);
        check(&[&pass, &untried], NotImplemented);
        check(&[&pass, &untried, &not_testable], NotJudged);
        check(&[&pass, &skipped], NotJudged);
        check(&[&not_testable, &untried, &fail, &pass], Fails);
    }

    #[test]
    fn an_allowed_failure_is_a_failure() {
        let mut fail = ended(Verdict::Fail);
        fail.allowed = Some("known".to_owned());
        check(&[&fail], RuleVerdict::Fails);
    }

    #[test]
    fn a_difference_is_about_the_first_rule_that_scores_its_facet() {
        let mut fail = ended(Verdict::Fail);
        fail.steps[0].mismatches.retain(|m| m.facet == Facet::Text);
        let main = &mut fail.rules[0];
        main.scored = vec![Facet::Outcome];
        let [second, third] = ["aws/z/second", "aws/z/third"].map(|id| CitedRule {
            id: RuleId(id.to_owned()),
            scored: vec![Facet::Text],
            ..main.clone()
        });
        fail.rules.extend([second, third]);
        let outcome = SuiteOutcome {
            scenarios: vec![fail],
            ..samples::everything()
        };
        let verdicts: Vec<RuleVerdict> = by_rule(&outcome).into_values().collect();
        assert_eq!(
            verdicts,
            [
                RuleVerdict::NotJudged,
                RuleVerdict::Fails,
                RuleVerdict::NotJudged
            ]
        );
    }

    #[test]
    fn a_rule_that_is_never_scored_is_not_judged() {
        let mut pass = ended(Verdict::Pass);
        pass.rules[0].scored.clear();
        check(&[&pass], RuleVerdict::NotJudged);
    }
}
