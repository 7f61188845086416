//! Rules, as a person reads about them: which are tested, and all that is known about one.

use std::collections::BTreeMap;

use strum::VariantArray;

use super::page::Page;
use super::paint::{Paint, Tone};
use super::tally::plural;
use crate::scenario::Suite;
use crate::spec::{Facet, Register, Rule, RuleId};

/// Names of cases by the rules that they demonstrate.
pub type Demonstrations = BTreeMap<RuleId, Vec<String>>;

/// Which cases of a suite demonstrate which rules.
#[must_use]
pub fn demonstrations(suite: &Suite) -> Demonstrations {
    let mut demonstrations = Demonstrations::new();
    for scenario in &suite.scenarios {
        for rule in &scenario.rules {
            let cases = demonstrations.entry(RuleId(rule.text.clone())).or_default();
            cases.push(scenario.name.clone());
        }
    }
    demonstrations
}

/// How a rule is covered by the suite.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, VariantArray, strum::Display)]
#[strum(serialize_all = "kebab-case")]
pub enum Standing {
    /// A case demonstrates it.
    Tested,
    /// No case can, for a written reason.
    Excluded,
    /// Nothing demonstrates it yet.
    Untested,
}

impl Standing {
    /// How the rule stands.
    #[must_use]
    pub fn of(rule: &Rule, demonstrations: &Demonstrations) -> Self {
        if demonstrations.contains_key(&rule.id) {
            Self::Tested
        } else if rule.excluded.is_some() {
            Self::Excluded
        } else {
            Self::Untested
        }
    }

    fn tone(self) -> Tone {
        match self {
            Self::Tested => Tone::Good,
            Self::Excluded => Tone::Doubtful,
            Self::Untested => Tone::Bad,
        }
    }
}

/// One line for each rule that stands as one of `shown`, and the numbers of all.
#[must_use]
pub fn list_rules(
    rules: &[&Rule],
    demonstrations: &Demonstrations,
    shown: &[Standing],
    paint: Paint,
) -> String {
    let mut page = Page::new(paint);
    let mut numbers: BTreeMap<Standing, usize> = BTreeMap::new();
    for rule in rules {
        let standing = Standing::of(rule, demonstrations);
        *numbers.entry(standing).or_default() += 1;
        if shown.contains(&standing) {
            let word = paint.tone(standing.tone(), &format!("{:<10}", standing.to_string()));
            page.line(&format!("{word}{}", rule.id));
            why(&mut page, rule, standing, demonstrations);
        }
    }
    page.gap();
    let number = |standing| format!("{} {standing}", numbers.get(standing).unwrap_or(&0));
    let numbers: Vec<String> = Standing::VARIANTS.iter().map(number).collect();
    page.line(&format!(
        "{}: {}",
        plural(rules.len(), "rule"),
        numbers.join(", ")
    ));
    page.finish()
}

/// A planted defect: its name, and what a user of a service with it would suffer.
pub type Defect<'a> = (&'a str, &'a str);

/// Everything that is known about a rule: `caught` are the defects that its cases notice.
#[must_use]
pub fn explain(
    register: &Register,
    rule: &Rule,
    demonstrations: &Demonstrations,
    caught: &[Defect<'_>],
    paint: Paint,
) -> String {
    let mut page = Page::new(paint);
    page.line(&paint.tone(Tone::Strong, &rule.id.0));
    page.prose("  ", &rule.statement, Tone::Plain);
    page.gap();
    entry(&mut page, "operations", &rule.operations.join(", "));
    entry(&mut page, "holds", &era(register, rule));
    for facet in Facet::VARIANTS {
        entry(
            &mut page,
            &format!("evidence, {facet}"),
            &evidence(rule, *facet),
        );
    }
    for (head, reason) in [
        ("never scored", &rule.unscored),
        ("excluded", &rule.excluded),
    ] {
        if let Some(reason) = reason {
            entry(&mut page, head, reason);
        }
    }
    page.gap();
    for key in &rule.sources {
        let what = register.source(key).map_or("", |source| &source.what);
        entry(&mut page, "source", &format!("{key}: {what}"));
    }
    contradictions(&mut page, register, rule);
    page.gap();
    match demonstrations.get(&rule.id) {
        None => entry(&mut page, "shown by", "no case"),
        Some(cases) => cases
            .iter()
            .for_each(|case| entry(&mut page, "shown by", case)),
    }
    for (number, (name, harm)) in caught.iter().enumerate() {
        if number == 0 {
            page.gap();
        }
        entry(&mut page, "catches", &format!("{name}. {harm}"));
    }
    page.finish()
}

fn why(page: &mut Page, rule: &Rule, standing: Standing, demonstrations: &Demonstrations) {
    let margin = " ".repeat(10);
    match (standing, &rule.excluded) {
        (Standing::Tested, _) => {
            let cases = demonstrations.get(&rule.id).map_or(0, Vec::len);
            page.prose(&margin, &plural(cases, "case"), Tone::Faint);
        }
        (Standing::Excluded, Some(reason)) => page.prose(&margin, reason, Tone::Faint),
        _ => {}
    }
}

fn contradictions(page: &mut Page, register: &Register, rule: &Rule) {
    let known = rule.contradictions.iter();
    for contradiction in known.filter_map(|key| register.contradiction(key)) {
        page.gap();
        let point = format!("{}: {}", contradiction.key, contradiction.point);
        entry(page, "contradiction", &point);
        entry(page, "  one side", &contradiction.one);
        entry(page, "  other side", &contradiction.other);
        entry(page, "  we score", &contradiction.scored);
    }
}

fn entry(page: &mut Page, head: &str, words: &str) {
    page.prose(&format!("  {head:<19}"), words, Tone::Plain);
}

fn era(register: &Register, rule: &Rule) -> String {
    let days = match rule.until {
        Some(until) => format!("from {} until the day before {until}", rule.since),
        None => format!("since {}", rule.since),
    };
    let before: Vec<&str> = rule.replaces.iter().map(|id| id.0.as_str()).collect();
    let after: Vec<&str> = register
        .rules()
        .filter(|other| other.replaces.contains(&rule.id))
        .map(|other| other.id.0.as_str())
        .collect();
    [(", in place of ", before), (", then replaced by ", after)]
        .into_iter()
        .filter(|(_, rules)| !rules.is_empty())
        .fold(days, |days, (words, rules)| {
            days + words + &rules.join(" and ")
        })
}

fn evidence(rule: &Rule, facet: Facet) -> String {
    match rule.evidence.level(facet) {
        Some(level) if rule.scores(facet) => format!("{level}, scored"),
        Some(level) => format!("{level}, not scored"),
        None => "none, not scored".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::assert_snapshot;
    use super::*;

    const REGISTER: &str = r#"
        [[source]]
        key = "api-import"
        what = "AWS KMS API Reference, ImportKeyMaterial"

        [[contradiction]]
        key = "year"
        point = "how long imported material may last"
        one = "365 days (developer guide, 2023)"
        other = "no limit (API reference, 2021)"
        scored = "365 days since 2023-05-01, and no limit before"

        [[rule]]
        id = "aws/import/wrong-token"
        statement = "A token that belongs to another key is refused."
        operations = ["ImportKeyMaterial"]
        sources = ["api-import"]
        since = "2016-08-10"
        until = "2026-01-01"
        evidence = { outcome = "documented", code = "documented", text = "reported" }
        contradictions = ["year"]

        [[rule]]
        id = "aws/quota/keys"
        statement = "An account holds at most 100,000 keys."
        operations = ["CreateKey"]
        sources = ["api-import"]
        since = "2016-08-10"
        evidence = { outcome = "documented" }
        excluded = "it would take 100,000 keys"

        [[rule]]
        id = "aws/states/new"
        statement = "A rule that nobody has looked at."
        operations = ["DescribeKey"]
        sources = ["api-import"]
        since = "2026-01-01"
        replaces = ["aws/import/wrong-token"]
        evidence = { outcome = "inferred" }
        unscored = "it is a guess"
    "#;

    fn demonstrations() -> Demonstrations {
        let rule = RuleId("aws/import/wrong-token".to_owned());
        let cases = ["aws/import/one#row", "aws/import/two"];
        Demonstrations::from([(rule, cases.map(str::to_owned).to_vec())])
    }

    #[test]
    fn a_rule_is_explained_with_evidence_sources_contradictions_and_cases() {
        let register = Register::parse(REGISTER).unwrap();
        let explained: String = register
            .rules()
            .map(|rule| {
                let caught: &[Defect<'_>] = match rule.excluded {
                    None => &[(
                        "any-token",
                        "Whoever may import into one key can into any other.",
                    )],
                    Some(_) => &[],
                };
                explain(&register, rule, &demonstrations(), caught, Paint::Plain) + "\n"
            })
            .collect();
        assert_snapshot("explain", &explained);
    }

    #[test]
    fn rules_are_listed_as_asked_and_all_counted() {
        let register = Register::parse(REGISTER).unwrap();
        let rules: Vec<&Rule> = register.rules().collect();
        let list = |shown: &[Standing]| list_rules(&rules, &demonstrations(), shown, Paint::Plain);
        assert_snapshot("rules", &list(Standing::VARIANTS));
        assert_eq!(list(&[]), "3 rules: 1 tested, 1 excluded, 1 untested\n");
    }
}
