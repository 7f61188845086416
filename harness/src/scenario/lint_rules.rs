//! Whether rules and scenarios keep what they promise each other.

use std::collections::{BTreeMap, BTreeSet};

use super::lint::Finding;
use super::step::Expectation;
use super::suite::{Scenario, Suite};
use crate::spec::{Facet, Rule, RuleId};

/// Cases of which no scored rule is among `proven`, the rules that are known to catch a planted defect: for all that
/// anybody knows, they cannot fail.
#[must_use]
pub fn unproven(suite: &Suite, proven: &BTreeSet<RuleId>) -> Vec<Finding> {
    let is_unproven = |case: &&Scenario| {
        let mut scored = rules_of(suite, case)
            .filter(|rule| rule.is_scored())
            .peekable();
        scored.peek().is_some() && !scored.any(|rule| proven.contains(&rule.id))
    };
    let unproven = suite.scenarios.iter().filter(is_unproven).map(|case| {
        let message = "no planted defect is known to be caught by any of its rules; add a quirk \
                       that names one of them";
        let span = case.rules.first().map_or(0..0, |name| name.span.clone());
        Finding::about(case, &span, message.to_owned())
    });
    let mut unproven: Vec<Finding> = unproven.collect();
    unproven.dedup();
    unproven
}

/// Rules that nothing demonstrates, or that are demonstrated more weakly than their evidence allows.
pub(super) fn lint_rules(suite: &Suite) -> Vec<Finding> {
    let mut cases: BTreeMap<&RuleId, Vec<&Scenario>> = BTreeMap::new();
    for case in &suite.scenarios {
        for rule in rules_of(suite, case) {
            cases.entry(&rule.id).or_default().push(case);
        }
    }
    let mut findings = Vec::new();
    for (vendor, register) in &suite.registers {
        let source = &suite.register_sources[vendor];
        for rule in register.rules() {
            let cases = cases.get(&rule.id).map_or(&[][..], Vec::as_slice);
            let Some(message) = weakness(rule, cases) else {
                continue;
            };
            let id = format!("\"{}\"", rule.id);
            let start = source.text.find(&id).unwrap_or(0);
            findings.push(Finding {
                file: source.file.clone(),
                place: source.place(&(start..start + id.len())),
                message,
            });
        }
    }
    findings
}

fn weakness(rule: &Rule, cases: &[&Scenario]) -> Option<String> {
    if cases.is_empty() {
        let message =
            "no case demonstrates it; add one, or say in `excluded` why there can be none";
        return rule.excluded.is_none().then(|| message.to_owned());
    }
    let expected = || cases.iter().flat_map(|case| expectations(case));
    if rule.scores(Facet::Outcome) && expected().all(|then| is_open(then, Facet::Outcome)) {
        let message = "its outcome is scored, and all of its cases leave that open";
        return Some(message.to_owned());
    }
    let refusals = || expected().filter(|then| then.refused.is_some());
    let of_refusals = [Facet::Code, Facet::Status, Facet::Text];
    let scored = || of_refusals.into_iter().filter(|facet| rule.scores(*facet));
    if refusals().next().is_none() {
        return scored().next().map(|facet| {
            format!("the {facet} of a refusal is scored, and none of its cases expects one")
        });
    }
    let open = |facet: &Facet| refusals().all(|then| is_open(then, *facet));
    scored()
        .find(open)
        .map(|facet| format!("its {facet} is scored, and all of its cases leave that open"))
}

/// Openings of facets that no rule of the case scores, so that nothing is left open by them.
pub(super) fn needless_openings(suite: &Suite) -> Vec<Finding> {
    let mut findings = Vec::new();
    for case in &suite.scenarios {
        for step in &case.steps {
            let open = step.then.iter().flat_map(|then| &then.open);
            let needless =
                open.filter(|(facet, _)| !rules_of(suite, case).any(|it| it.scores(*facet)));
            findings.extend(needless.map(|(facet, _)| {
                let message = format!("`then.open.{facet}` leaves nothing open: no rule scores it");
                Finding::about(case, &step.span, message)
            }));
        }
    }
    findings
}

fn rules_of<'a>(suite: &'a Suite, case: &'a Scenario) -> impl Iterator<Item = &'a Rule> {
    let names = case.rules.iter();
    names.filter_map(|name| suite.rule(&RuleId(name.text.clone())))
}

/// What the steps of a case expect that demonstrate something.
fn expectations(case: &Scenario) -> impl Iterator<Item = &Expectation> {
    case.steps.iter().filter_map(|step| step.then.as_ref())
}

fn is_open(then: &Expectation, facet: Facet) -> bool {
    then.open.iter().any(|(open, _)| *open == facet)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::{Finding, Source, Suite, lint, unproven};
    use crate::spec::RuleId;

    const RULE: &str = "aws/import/wrong-token";
    const REFUSED: &str = "[[step]]\ndo = \"describe-key\"\nby = \"unknown-id\"\n\
                           then.refused = \"key-unknown\"\nno-control = \"there is no such key\"\n";
    const ACCEPTED: &str = "[[step]]\ndo = \"list-keys\"\nthen.accepted = true\n";

    /// A register of one rule, and a case for each title with these steps that demonstrates it.
    fn suite(evidence: &str, more: &str, cases: &[(&str, &str)]) -> Suite {
        let register = format!(
            "[[rule]]\nid = \"{RULE}\"\nstatement = \"s\"\noperations = []\nsources = []\n\
             since = \"2016-08-10\"\nevidence = {{ {evidence} }}\n{more}\n"
        );
        let file = |file: &str, text: String| Source {
            file: format!("scenarios/{file}.toml"),
            text,
        };
        let case = |(title, steps): &(&str, &str)| {
            let text = format!("title = \"{title}\"\nrules = [\"{RULE}\"]\n{steps}");
            file(&format!("aws/{title}"), text)
        };
        let mut sources = vec![file("rules/aws", register)];
        sources.extend(cases.iter().map(case));
        Suite::parse(sources).expect("this is a suite")
    }

    #[track_caller]
    fn check(findings: &[Finding], expected: &[(&str, usize, &str)]) {
        assert_eq!(findings.len(), expected.len(), "{findings:#?}");
        for (finding, (file, line, words)) in findings.iter().zip(expected) {
            assert_eq!(finding.file, format!("scenarios/{file}.toml"));
            assert_eq!(finding.place.line, *line, "{finding:?}");
            assert!(finding.message.contains(words), "{finding:?}");
        }
    }

    #[test]
    fn a_rule_that_nobody_cites_is_found_unless_it_says_why() {
        let uncited = |more| lint(&suite("outcome = \"documented\"", more, &[]));
        check(&uncited(""), &[("rules/aws", 2, "no case demonstrates it")]);
        check(&uncited("excluded = \"takes a year\""), &[]);
    }

    #[test]
    fn a_refusal_that_is_scored_and_never_expected_is_found() {
        let evidence = "outcome = \"documented\", code = \"recorded\"";
        let weak = lint(&suite(evidence, "", &[("a", ACCEPTED)]));
        check(
            &weak,
            &[(
                "rules/aws",
                2,
                "the code of a refusal is scored, and none of its cases",
            )],
        );
        check(
            &lint(&suite(evidence, "", &[("a", ACCEPTED), ("b", REFUSED)])),
            &[],
        );
        check(
            &lint(&suite("outcome = \"documented\"", "", &[("a", ACCEPTED)])),
            &[],
        );
    }

    #[test]
    fn a_facet_that_is_scored_and_that_all_cases_leave_open_is_found() {
        let evidence = "outcome = \"documented\", code = \"recorded\", text = \"recorded\"";
        let open = format!("{REFUSED}then.open.text = \"nobody knows\"\n");
        let weak = lint(&suite(evidence, "", &[("a", &open)]));
        check(
            &weak,
            &[(
                "rules/aws",
                2,
                "its text is scored, and all of its cases leave that open",
            )],
        );
        let closed = REFUSED.replace("unknown-id", "unknown-arn");
        check(
            &lint(&suite(evidence, "", &[("a", &open), ("b", &closed)])),
            &[],
        );
    }

    #[test]
    fn an_outcome_that_is_scored_and_that_all_cases_leave_open_is_found() {
        let open = format!("{ACCEPTED}then.open.outcome = \"nobody knows\"\n");
        let found = |cases: &[_]| lint(&suite("outcome = \"documented\"", "", cases));
        check(
            &found(&[("a", &open)]),
            &[(
                "rules/aws",
                2,
                "its outcome is scored, and all of its cases leave that open",
            )],
        );
        check(&found(&[("a", &open), ("b", REFUSED)]), &[]);
    }

    #[test]
    fn an_opening_of_what_is_not_scored_is_found() {
        let open = format!("{REFUSED}then.open.text = \"nobody knows\"\n");
        let needless = lint(&suite("outcome = \"documented\"", "", &[("a", &open)]));
        check(
            &needless,
            &[("aws/a", 4, "`then.open.text` leaves nothing open")],
        );
    }

    #[test]
    fn a_case_whose_scored_rules_catch_no_defect_is_found() {
        let none = BTreeSet::new();
        let some = BTreeSet::from([RuleId(RULE.to_owned())]);
        let scored = suite("outcome = \"documented\"", "", &[("a", ACCEPTED)]);
        check(
            &unproven(&scored, &none),
            &[("aws/a", 2, "no planted defect")],
        );
        check(&unproven(&scored, &some), &[]);
        let unscored = suite("outcome = \"inferred\"", "", &[("a", ACCEPTED)]);
        check(&unproven(&unscored, &none), &[]);
    }

    #[test]
    fn a_case_that_repeats_another_under_other_names_is_found() {
        let steps = |key: &str, text: &str| {
            format!(
                "[[step]]\ndo = \"create-key\"\nname = \"{key}\"\n\n[[step]]\ndo = \"encrypt\"\n\
                 key = \"{key}\"\nplaintext = \"{text}\"\nthen.accepted = true\n"
            )
        };
        let (one, other, different) = (steps("k", "x"), steps("longer", "x"), steps("k", "y"));
        let cases = [("a", one.as_str()), ("b", &other), ("c", &different)];
        let twice = lint(&suite("outcome = \"documented\"", "", &cases));
        check(&twice, &[("aws/b", 1, "aws/a does and expects the same")]);
    }
}
