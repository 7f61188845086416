//! Runs side by side as Markdown: a summary of each, and a table of rules and targets.

use std::collections::{BTreeMap, BTreeSet};

use super::by_rule::{RuleVerdict, by_rule};
use super::tally::{Tally, folder};
use super::visible::visible_line;
use crate::runner::outcome::{RunFacts, SuiteOutcome};
use crate::spec::RuleId;

/// The runs, in this order, as a document of its own.
#[must_use]
pub fn render(outcomes: &[SuiteOutcome]) -> String {
    let runs: Vec<Run<'_>> = outcomes.iter().map(Run::new).collect();
    let mut page = INTRODUCTION.to_owned();
    summary(&mut page, &runs);
    page.push_str("\nRepeat with:\n\n");
    for run in &runs {
        // Indented text is code, whatever it holds.
        let command = visible_line(&run.outcome.run.repeat);
        page.push_str(&format!("    {command}\n"));
    }
    for (area, rules) in areas(outcomes) {
        page.push_str(&format!("\n## {}\n\n", plain(&area)));
        compare(&mut page, &runs, &rules);
    }
    page
}

const INTRODUCTION: &str = "\
# Results

A rule *holds* when every case that demonstrates it passed, and *fails* when one showed a scored difference, known or
not. It is *not implemented* when the target file says that the service lacks what a case needs, and *not judged* when
a case could not be put to the test, or when the sources let us score nothing. An empty cell: no case of that run is
about the rule.

";

/// A run, and what it says about each rule.
struct Run<'a> {
    outcome: &'a SuiteOutcome,
    verdicts: BTreeMap<&'a RuleId, RuleVerdict>,
}

impl<'a> Run<'a> {
    fn new(outcome: &'a SuiteOutcome) -> Self {
        Self {
            outcome,
            verdicts: by_rule(outcome),
        }
    }

    fn number(&self, verdict: RuleVerdict) -> String {
        let verdicts = self.verdicts.values();
        let number = verdicts.filter(|known| **known == verdict).count();
        number.to_string()
    }

    fn cell(&self, rule: &RuleId) -> String {
        match self.verdicts.get(rule) {
            None => String::new(),
            Some(RuleVerdict::Fails) => format!("**{}**", RuleVerdict::Fails),
            Some(verdict) => verdict.to_string(),
        }
    }
}

/// The good ones first.
const ORDER: [RuleVerdict; 4] = [
    RuleVerdict::Holds,
    RuleVerdict::Fails,
    RuleVerdict::NotImplemented,
    RuleVerdict::NotJudged,
];

fn summary(page: &mut String, runs: &[Run<'_>]) {
    let mut heads = vec!["target".to_owned(), "seen on".to_owned()];
    heads.extend(ORDER.map(|verdict| verdict.to_string()));
    heads.extend(["cases".to_owned(), "rules of".to_owned()]);
    let rows = runs.iter().map(|run| {
        let facts = &run.outcome.run;
        let mut cells = vec![target(facts), plain(day(&facts.started))];
        cells.extend(ORDER.map(|verdict| run.number(verdict)));
        cells.extend([cases(run.outcome), plain(&facts.as_of)]);
        cells
    });
    table(page, &heads, rows);
}

fn compare(page: &mut String, runs: &[Run<'_>], rules: &BTreeSet<(&RuleId, &str)>) {
    let mut heads = vec!["rule".to_owned(), "what holds".to_owned()];
    heads.extend(runs.iter().map(|run| target(&run.outcome.run)));
    let rows = rules.iter().map(|(rule, statement)| {
        let mut cells = vec![plain(&rule.0), plain(statement)];
        cells.extend(runs.iter().map(|run| run.cell(rule)));
        cells
    });
    table(page, &heads, rows);
}

/// The rules that any run cites, by the first two parts of their names.
fn areas(outcomes: &[SuiteOutcome]) -> BTreeMap<String, BTreeSet<(&RuleId, &str)>> {
    let mut areas: BTreeMap<String, BTreeSet<_>> = BTreeMap::new();
    let cases = outcomes.iter().flat_map(|outcome| &outcome.scenarios);
    for rule in cases.flat_map(|case| &case.rules) {
        let area = areas.entry(folder(&rule.id.0)).or_default();
        area.insert((&rule.id, rule.statement.as_str()));
    }
    areas
}

/// Such as `moto 5.2.5`.
fn target(run: &RunFacts) -> String {
    match &run.target_version {
        Some(version) => plain(&format!("{} {version}", run.target)),
        None => plain(&run.target),
    }
}

/// Such as `12 passed, 3 failed`.
fn cases(outcome: &SuiteOutcome) -> String {
    let parts = Tally::of(&outcome.scenarios).parts();
    let parts: Vec<String> = parts.into_iter().map(|(_, part)| part).collect();
    parts.join(", ")
}

/// The day of a moment written as RFC 3339.
fn day(moment: &str) -> &str {
    moment.split('T').next().unwrap_or(moment)
}

/// The cells are Markdown already.
fn table(page: &mut String, heads: &[String], rows: impl Iterator<Item = Vec<String>>) {
    let rule = vec!["---".to_owned(); heads.len()];
    for cells in [heads.to_vec(), rule].into_iter().chain(rows) {
        page.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
}

/// Foreign text that means nothing but itself.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    for c in visible_line(text).chars() {
        if r"\`*[]<>&|~".contains(c) {
            plain.push('\\');
        }
        plain.push(c);
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::super::samples::{self, assert_snapshot};
    use super::*;

    #[test]
    fn runs_are_shown_side_by_side() {
        let mut other = samples::everything();
        other.run.target = "moto".to_owned();
        other.run.target_version = None;
        other.scenarios.retain(|case| case.rules.is_empty());
        let document = render(&[samples::everything(), other]);
        assert_snapshot("markdown", &document);
    }

    #[test]
    fn foreign_text_breaks_no_table() {
        let mut outcome = samples::hostile();
        outcome.scenarios[0].rules[0].statement = "a | b\n| c | <script>".to_owned();
        let document = render(&[outcome]);
        let tables = document.lines().filter(|line| line.starts_with('|'));
        let acting = |line: &str| line.replace(r"\|", "").replace(r"\<", "");
        let tables: Vec<String> = tables.map(acting).collect();
        let widths: BTreeSet<usize> = tables
            .iter()
            .map(|line| line.matches('|').count())
            .collect();
        assert_eq!(widths, BTreeSet::from([4, 9]), "{document}");
        assert!(tables.iter().all(|line| !line.contains('<')), "{document}");
        assert!(!document.contains("\u{1b}"), "{document}");
    }
}
