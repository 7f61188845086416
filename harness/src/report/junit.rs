//! The outcome as JUnit XML, for the test pages of CI services.
//!
//! One suite per target, one test case per case. A failure that an allowance covers is a skipped test with its
//! reason; CI services know no better word.

use std::time::Duration;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite, XmlString};

use super::failure::{brief, explain};
use super::page::Page;
use super::paint::Paint;
use super::visible::visible;
use crate::runner::outcome::{RunFacts, ScenarioOutcome, SuiteOutcome, Verdict};

/// The outcome as an XML document.
#[must_use]
pub fn render(outcome: &SuiteOutcome) -> String {
    let run = &outcome.run;
    let mut suite = TestSuite::new(xml(&run.target));
    // The type of the timestamp is quick-junit's business; a moment that cannot be read is left out.
    suite.timestamp = run.started.parse().ok();
    suite.set_time(Duration::from_millis(run.duration_ms));
    for (name, value) in properties(run) {
        suite.add_property((name, xml(&value).as_str()));
    }
    suite.add_test_cases(outcome.scenarios.iter().map(test_case));

    let mut report = Report::new("byokcheck");
    report.timestamp = run.started.parse().ok();
    report.set_time(Duration::from_millis(run.duration_ms));
    report.add_test_suite(suite);
    report
        .to_string()
        .expect("writing XML to memory does not fail")
}

fn properties(run: &RunFacts) -> [(&'static str, String); 6] {
    let vendors: Vec<&str> = run.vendors.iter().map(|&vendor| vendor.into()).collect();
    [
        ("byokcheck", run.version.clone()),
        (
            "target-version",
            run.target_version.clone().unwrap_or_default(),
        ),
        ("vendors", vendors.join(" ")),
        ("as-of", run.as_of.clone()),
        ("seed", run.seed.to_string()),
        ("repeat", run.repeat.clone()),
    ]
}

fn test_case(scenario: &ScenarioOutcome) -> TestCase {
    let label = scenario.label();
    let (folder, name) = split(&label);
    let mut case = TestCase::new(xml(name), status(scenario));
    case.set_classname(xml(folder));
    case.set_time(Duration::from_millis(scenario.duration_ms));
    case
}

/// Folder and name; a row after `#` belongs to the name, whatever it holds.
fn split(case: &str) -> (&str, &str) {
    let file = case.split('#').next().unwrap_or(case);
    file.rfind('/')
        .map_or(("", case), |slash| (&case[..slash], &case[slash + 1..]))
}

fn status(scenario: &ScenarioOutcome) -> TestCaseStatus {
    let failure = |kind, ty: &str| {
        let mut page = Page::new(Paint::Plain);
        explain(&mut page, scenario);
        let mut status = TestCaseStatus::non_success(kind);
        status
            .set_message(xml(&brief(scenario)))
            .set_type(ty)
            .set_description(xml(&page.finish()));
        status
    };
    let skipped = |reason: Option<&String>| {
        let mut status = TestCaseStatus::skipped();
        status.set_message(xml(reason.map_or("", String::as_str)));
        status
    };
    match scenario.verdict {
        Verdict::Pass => TestCaseStatus::success(),
        Verdict::Skipped | Verdict::Parked => skipped(scenario.reason.as_ref()),
        _ if scenario.allowed.is_some() => skipped(scenario.allowed.as_ref()),
        Verdict::Fail => failure(NonSuccessKind::Failure, "fail"),
        Verdict::NotTestable => failure(NonSuccessKind::Failure, "not-testable"),
        Verdict::Error => failure(NonSuccessKind::Error, "error"),
    }
}

/// Text that XML can carry.
fn xml(text: &str) -> XmlString {
    XmlString::new(visible(text))
}

#[cfg(test)]
mod tests {
    use super::super::samples::{self, assert_snapshot};
    use super::*;

    #[test]
    fn the_document_reads_as_reviewed() {
        assert_snapshot("junit", &render(&samples::everything()));
    }

    #[test]
    fn any_text_makes_a_document_that_can_be_read() {
        for (name, outcome) in samples::all() {
            let document = render(&outcome);
            let read = Report::deserialize_from_str(&document).unwrap();
            assert_eq!(read.tests, outcome.scenarios.len(), "{name}");
            assert!(document.chars().all(is_xml), "{name}");
        }
    }

    #[test]
    fn a_row_belongs_to_the_name() {
        let cases = [
            ("aws/import/case", ("aws/import", "case")),
            ("aws/import/case#rsa/2048", ("aws/import", "case#rsa/2048")),
            ("case", ("", "case")),
        ];
        for (case, expected) in cases {
            assert_eq!(split(case), expected);
        }
    }

    fn is_xml(c: char) -> bool {
        matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
    }
}
