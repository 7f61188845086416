//! What a source says, as a person checks it: every statement with the rules and scenarios that carry it.

use std::collections::BTreeMap;

use super::page::Page;
use super::paint::{Paint, Tone};
use super::register::Demonstrations;
use super::tally::plural;
use crate::spec::{Document, Register, RuleId, Statement};

/// Every statement of the document in its order, then how many of them are carried.
#[must_use]
pub fn show(
    document: &Document,
    register: &Register,
    demonstrations: &Demonstrations,
    paint: Paint,
) -> String {
    let mut page = Page::new(paint);
    page.line(&paint.tone(Tone::Strong, &document.key));
    let what = register.source(&document.key);
    page.prose("  ", what.map_or("", |source| &source.what), Tone::Plain);
    let mut part = "";
    for (number, statement) in (1..).zip(&document.statements) {
        if part != statement.at {
            part = &statement.at;
            page.gap();
            page.line(&paint.tone(Tone::Strong, part));
        }
        page.prose(&format!("{number:>4}  "), &statement.says, Tone::Plain);
        carriers(&mut page, statement, register, demonstrations);
    }
    page.gap();
    let carried = document.statements.iter().filter(|it| it.no_rule.is_none());
    let carried = carried.count();
    page.line(&format!(
        "{}: {carried} carried by rules, {} with a reason why none can",
        plural(document.statements.len(), "statement"),
        document.statements.len() - carried,
    ));
    page.finish()
}

fn carriers(
    page: &mut Page,
    statement: &Statement,
    register: &Register,
    demonstrations: &Demonstrations,
) {
    if let Some(reason) = &statement.no_rule {
        page.prose("      no rule: ", reason, Tone::Faint);
    }
    for id in &statement.rules {
        page.line(&format!("      {id}"));
        if let Some(reason) = register.rule(id).and_then(|rule| rule.excluded.as_ref()) {
            page.prose("        excluded: ", reason, Tone::Faint);
        }
        for scenario in scenarios(id, demonstrations) {
            page.prose("        ", &scenario, Tone::Faint);
        }
    }
}

/// The scenarios that demonstrate a rule; the rows of one are only counted.
fn scenarios(rule: &RuleId, demonstrations: &Demonstrations) -> Vec<String> {
    let mut rows: BTreeMap<&str, usize> = BTreeMap::new();
    for case in demonstrations.get(rule).into_iter().flatten() {
        let (scenario, row) = case.split_once('#').unwrap_or((case, ""));
        *rows.entry(scenario).or_default() += usize::from(!row.is_empty());
    }
    rows.into_iter()
        .map(|(scenario, rows)| match rows {
            0 => scenario.to_owned(),
            rows => format!("{scenario} ({})", plural(rows, "row")),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::samples::assert_snapshot;
    use super::*;

    const REGISTER: &str = r#"
        [[source]]
        key = "S1"
        what = "A page of 2016."

        [[rule]]
        id = "aws/a/one"
        statement = "A holds."
        operations = ["A"]
        sources = ["S1"]
        since = "2016-08-10"
        evidence = { outcome = "documented" }

        [[rule]]
        id = "aws/a/two"
        statement = "B holds."
        operations = ["B"]
        sources = ["S1"]
        since = "2016-08-10"
        evidence = { outcome = "documented" }
        excluded = "It takes two accounts."
    "#;

    const DOCUMENT: &str = r#"
        [[statement]]
        at = "Description"
        says = "A holds, and so does B."
        rules = ["aws/a/one", "aws/a/two"]

        [[statement]]
        at = "Description"
        says = "B is wise."
        no-rule = "Advice to a person."

        [[statement]]
        at = "KeyId"
        says = "A holds here, too."
        rules = ["aws/a/one"]
    "#;

    #[test]
    fn a_source_is_shown_statement_by_statement() {
        let register = Register::parse(REGISTER).unwrap();
        let document = Document::parse("S1", DOCUMENT, &register).unwrap();
        let cases = ["aws/a/plain", "aws/a/rows#1", "aws/a/rows#2"];
        let shown = RuleId("aws/a/one".to_owned());
        let demonstrations = Demonstrations::from([(shown, cases.map(str::to_owned).to_vec())]);
        let text = show(&document, &register, &demonstrations, Paint::Plain);
        assert_snapshot("document", &text);
    }
}
