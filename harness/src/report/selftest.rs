//! Which rule catches which planted defect, for people and as JSON.

use std::time::Duration;

use super::page::Page;
use super::paint::{Paint, Tone};
use super::tally::plural;
use crate::runner::matrix::{KillMatrix, QuirkRow, RuleRow};

/// How much is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Numbers, and everything that is not as it should be.
    Summary,
    /// Also every quirk and every rule.
    Verbose,
    /// Whether runs can be trusted at all.
    Canary,
}

/// The matrix as a person reads it, the summary first.
#[must_use]
pub fn render(matrix: &KillMatrix, detail: Detail, paint: Paint) -> String {
    let mut page = Page::new(paint);
    summarise(&mut page, matrix);
    complain(&mut page, matrix);
    if detail == Detail::Verbose {
        tell_quirks(&mut page, &matrix.quirks);
        tell_rules(&mut page, &matrix.rules);
    }
    page.gap();
    match detail {
        Detail::Canary => judge_canary(&mut page, matrix),
        Detail::Summary | Detail::Verbose => judge(&mut page, matrix),
    }
    page.finish()
}

/// The matrix as JSON, indented, with a line break at its end.
#[must_use]
pub fn render_json(matrix: &KillMatrix) -> String {
    let mut text = serde_json::to_string_pretty(matrix).expect("a matrix is text and lists");
    text.push('\n');
    text
}

fn summarise(page: &mut Page, matrix: &KillMatrix) {
    let alone = matrix.rules.iter().filter(|row| !row.alone.is_empty());
    let (escaped, idle) = (matrix.escaped().count(), matrix.idle().count());
    let (quirks, rules) = (matrix.quirks.len(), matrix.rules.len());
    let lines = [
        (
            "quirks",
            quirks,
            format!("{} caught, {escaped} escaped", quirks - escaped),
        ),
        (
            "scored rules",
            rules,
            format!(
                "{} catch a quirk, {} of them one that no other does, {idle} idle",
                rules - idle,
                alone.count(),
            ),
        ),
        (
            "cases",
            matrix.cases,
            format!(
                "{} pass without a quirk, {}",
                matrix.cases - matrix.false_alarms.len(),
                plural(matrix.false_alarms.len(), "false alarm"),
            ),
        ),
    ];
    for (what, number, told) in lines {
        page.prose(&format!("{what:<14}{number:>5}  "), &told, Tone::Plain);
    }
}

/// Everything that is not as it should be.
fn complain(page: &mut Page, matrix: &KillMatrix) {
    for row in matrix.escaped() {
        let expected = row.expected.iter().map(|rule| rule.0.as_str());
        let expected = format!("should be caught by {}", list(expected));
        complaint(page, "ESCAPED", &row.quirk, &[&row.harm, &expected]);
    }
    for (row, rules) in matrix.missed() {
        let missed = list(rules.iter().map(|rule| rule.0.as_str()));
        let told = format!("caught, though not by {missed}");
        complaint(page, "MISSED", &row.quirk, &[&told]);
    }
    for rule in matrix.idle() {
        let told = "no planted defect makes its cases fail";
        complaint(page, "IDLE", &rule.0, &[told]);
    }
    for alarm in &matrix.false_alarms {
        complaint(
            page,
            "ALARM",
            alarm,
            &["said of a service without a defect"],
        );
    }
}

fn complaint(page: &mut Page, word: &str, subject: &str, told: &[&str]) {
    page.gap();
    let word = format!("{word:<9}");
    page.prose(&word, subject, Tone::Bad);
    let margin = " ".repeat(word.len());
    for told in told {
        page.prose(&margin, told, Tone::Plain);
    }
}

fn tell_quirks(page: &mut Page, rows: &[QuirkRow]) {
    for row in rows {
        page.gap();
        let name = page.paint().tone(Tone::Strong, &row.quirk);
        page.line(&name);
        page.prose("    ", &row.harm, Tone::Plain);
        let untested = match row.not_testable {
            0 => String::new(),
            number => format!(", and {number} that could not be tested"),
        };
        let cases = plural(row.cases.len(), "case");
        let rules = list(row.rules.iter().map(|rule| rule.0.as_str()));
        page.prose(
            "    caught by  ",
            &format!("{rules}; {cases}{untested}"),
            Tone::Faint,
        );
    }
}

fn tell_rules(page: &mut Page, rows: &[RuleRow]) {
    for row in rows {
        page.gap();
        let name = page.paint().tone(Tone::Strong, &row.rule.0);
        page.line(&format!("{name}  {}", plural(row.quirks.len(), "quirk")));
        let (label, quirks) = match row.alone.is_empty() {
            true => ("    catches  ", &row.quirks),
            false => ("    alone    ", &row.alone),
        };
        page.prose(label, &list(quirks.iter().map(String::as_str)), Tone::Faint);
    }
}

fn judge(page: &mut Page, matrix: &KillMatrix) {
    let took = Duration::from_millis(matrix.duration_ms).as_secs_f64();
    let (tone, word) = match matrix.is_sound() {
        true => (Tone::Good, "sound"),
        false => (Tone::Bad, "not sound"),
    };
    let word = page.paint().tone(tone, word);
    let KillMatrix {
        vendor,
        as_of,
        seed,
        ..
    } = matrix;
    page.line(&format!(
        "{word} in {took:.1} s: {vendor} by the rules of {as_of}, seed {seed}"
    ));
}

fn judge_canary(page: &mut Page, matrix: &KillMatrix) {
    let names = list(matrix.quirks.iter().map(|row| row.quirk.as_str()));
    match matrix.is_sound() {
        true => {
            let cases = matrix.quirks.iter().map(|row| row.cases.len()).sum();
            let told = format!(
                "the canary {names} was reported by {}",
                plural(cases, "case")
            );
            page.prose("", &told, Tone::Good);
        }
        false => {
            let told = format!(
                "the canary {names} was not reported as it should be: no result of this byokcheck \
                 with these scenarios is to be trusted"
            );
            page.prose("", &told, Tone::Bad);
        }
    }
}

fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.collect();
    match names.is_empty() {
        true => "nothing".to_owned(),
        false => names.join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::super::page::WIDTH;
    use super::super::samples::assert_snapshot;
    use super::*;
    use crate::spec::{RuleId, Vendor};

    fn rule(name: &str) -> RuleId {
        RuleId(name.to_owned())
    }

    fn names<const N: usize>(names: [&str; N]) -> Vec<String> {
        names.map(str::to_owned).to_vec()
    }

    fn quirk_row(quirk: &str, expected: &[&str], rules: &[&str], cases: &[&str]) -> QuirkRow {
        QuirkRow {
            quirk: quirk.to_owned(),
            harm: "Whoever may import into one key can import into any other with the same token, and nobody notices."
                .to_owned(),
            expected: expected.iter().copied().map(rule).collect(),
            rules: rules.iter().copied().map(rule).collect(),
            cases: cases.iter().map(|&name| name.to_owned()).collect(),
            not_testable: cases.len() / 2,
        }
    }

    fn sound() -> KillMatrix {
        let token = "aws/import/wrong-token";
        KillMatrix {
            format: 1,
            vendor: Vendor::Aws,
            as_of: "2026-11-22".to_owned(),
            seed: 7,
            cases: 1178,
            duration_ms: 41_234,
            quirks: vec![quirk_row(
                "token-of-any-key-accepted",
                &[token],
                &[token, "aws/token/bound-to-key"],
                &["aws/import/one", "aws/import/two"],
            )],
            rules: vec![
                RuleRow {
                    rule: rule(token),
                    quirks: names(["token-of-any-key-accepted"]),
                    alone: names([]),
                },
                RuleRow {
                    rule: rule("aws/token/bound-to-key"),
                    quirks: names(["a", "token-of-any-key-accepted"]),
                    alone: names(["a"]),
                },
            ],
            false_alarms: Vec::new(),
        }
    }

    fn unsound() -> KillMatrix {
        let mut matrix = sound();
        let rules = ["aws/delete/to-pending-import", "aws/delete/encrypt-after"];
        matrix
            .quirks
            .push(quirk_row("deletion-does-nothing", &rules[..1], &[], &[]));
        matrix.quirks.push(quirk_row(
            "deleted-material-encrypts",
            &rules,
            &rules[..1],
            &["aws/x"],
        ));
        matrix.rules.push(RuleRow {
            rule: rule("aws/wire/blobs"),
            quirks: Vec::new(),
            alone: Vec::new(),
        });
        matrix.false_alarms =
            names(["aws/import/one: step 4 (import): expected accepted, got refused"]);
        matrix
    }

    #[test]
    fn a_matrix_reads_as_reviewed() {
        for (name, matrix, detail) in [
            ("selftest_sound", sound(), Detail::Summary),
            ("selftest_verbose", sound(), Detail::Verbose),
            ("selftest_unsound", unsound(), Detail::Summary),
            ("selftest_canary", sound(), Detail::Canary),
            ("selftest_canary_dead", unsound(), Detail::Canary),
        ] {
            let text = render(&matrix, detail, Paint::Plain);
            assert_snapshot(name, &text);
            for line in text.lines() {
                assert!(line.chars().count() <= WIDTH, "{line}");
            }
        }
    }

    #[test]
    fn a_matrix_survives_the_round_trip() {
        let read: KillMatrix = serde_json::from_str(&render_json(&unsound())).unwrap();
        assert_eq!(read, unsound());
    }

    #[test]
    fn any_one_complaint_makes_a_matrix_unsound() {
        let spoilers: [fn(&mut KillMatrix); 4] = [
            |matrix| matrix.quirks[0].rules.clear(),
            |matrix| matrix.quirks[0].expected.push(rule("aws/wire/blobs")),
            |matrix| matrix.rules[0].quirks.clear(),
            |matrix| matrix.false_alarms.push("aws/import/one: why".to_owned()),
        ];
        assert!(sound().is_sound());
        for spoil in spoilers {
            let mut matrix = sound();
            spoil(&mut matrix);
            assert!(!matrix.is_sound(), "{matrix:?}");
        }
    }
}
