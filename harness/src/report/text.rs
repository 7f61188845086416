//! What a person reads in a terminal.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::by_rule::accused;
use super::failure::{brief, compare, explain};
use super::page::{Page, WIDTH, shorten};
use super::paint::{Paint, Tone};
use super::tally::{Count, Tally, plural, table};
use super::visible::visible_line;
use crate::runner::outcome::{Leftover, ScenarioOutcome, Stale, SuiteOutcome, Verdict};

/// How much is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Detail {
    /// The summary only.
    Quiet,
    /// Failures in full, a table, the summary.
    #[default]
    Normal,
    /// Also every case by name, and the differences that are not scored.
    Verbose,
}

/// From how many failures on they are listed once more, one line each.
const MANY: usize = 2;

/// How wide the column of verdicts is.
const WORDS: usize = 14;

/// The whole report.
#[must_use]
pub fn render(outcome: &SuiteOutcome, detail: Detail, paint: Paint) -> String {
    let mut page = Page::new(paint);
    if detail == Detail::Verbose {
        list_cases(&mut page, outcome);
    }
    if detail != Detail::Quiet {
        tell_failures(&mut page, outcome, detail);
        table(&mut page, outcome);
        recap(&mut page, outcome);
        tell_broken_rules(&mut page, outcome);
        tell_stale(&mut page, &outcome.stale);
        tell_leftovers(&mut page, &outcome.leftovers);
        tell_notes(&mut page, outcome, detail);
    }
    summarise(&mut page, outcome);
    page.finish()
}

/// One line, such as `fail  aws/import/wrong_token: expected a refusal, got accepted`; for progress displays.
#[must_use]
pub fn case_line(scenario: &ScenarioOutcome, paint: Paint) -> String {
    let count = Count::of(scenario);
    let word = count.word();
    let told = match (count, &scenario.allowed) {
        (Count::Passed, _) => scenario.label(),
        (Count::Allowed, Some(reason)) => format!("{}: {reason}", scenario.label()),
        _ => format!("{}: {}", scenario.label(), brief(scenario)),
    };
    let room = WIDTH - WORDS;
    let told = shorten(&told, room.max(scenario.label().chars().count()));
    let word = paint.tone(count.tone(), &format!("{word:<WORDS$}"));
    format!("{word}{told}")
}

fn list_cases(page: &mut Page, outcome: &SuiteOutcome) {
    for scenario in &outcome.scenarios {
        let line = case_line(scenario, page.paint());
        page.line(&line);
        for note in scenario.steps.iter().flat_map(|step| &step.notes) {
            compare(page, note);
        }
    }
}

/// What differs comes before what could not be put to the test: the one often explains the other.
fn unexpected(outcome: &SuiteOutcome) -> Vec<&ScenarioOutcome> {
    let scenarios = outcome.scenarios.iter();
    let mut unexpected: Vec<_> = scenarios.filter(|it| it.is_unexpected()).collect();
    unexpected.sort_by_key(|scenario| scenario.verdict);
    unexpected
}

/// One broken call can keep hundreds of cases from being tested; telling that once is enough.
fn tell_failures(page: &mut Page, outcome: &SuiteOutcome, detail: Detail) {
    let mut obstacles = BTreeSet::new();
    let mut repeated = 0;
    for scenario in unexpected(outcome) {
        let is_new = obstacle(scenario).is_none_or(|it| obstacles.insert(it));
        if is_new || detail == Detail::Verbose {
            explain(page, scenario);
        } else {
            repeated += 1;
        }
    }
    if repeated > 0 {
        let cases = plural(repeated, "more case");
        let told =
            format!("{cases} not testable for the same reasons; --verbose tells all of them");
        page.gap();
        page.prose("", &told, Tone::Faint);
    }
}

/// What keeps a case from being tested, without the ids and numbers in which cases differ.
fn obstacle(scenario: &ScenarioOutcome) -> Option<String> {
    let reason = scenario.reason.as_deref();
    let reason = reason.filter(|_| scenario.verdict == Verdict::NotTestable)?;
    Some(reason.replace(|c: char| c.is_ascii_hexdigit(), ""))
}

fn recap(page: &mut Page, outcome: &SuiteOutcome) {
    let unexpected = unexpected(outcome);
    if unexpected.len() < MANY {
        return;
    }
    page.gap();
    for scenario in unexpected {
        let line = case_line(scenario, page.paint());
        page.line(&line);
    }
}

fn tell_broken_rules(page: &mut Page, outcome: &SuiteOutcome) {
    let accused = accused(outcome);
    if accused.values().sum::<usize>() < MANY {
        return;
    }
    let mut accused: Vec<_> = accused.into_iter().collect();
    accused.sort_by_key(|(_, cases)| Reverse(*cases));
    page.gap();
    page.line("rules that these failures accuse, and in how many cases:");
    for (rule, cases) in accused {
        page.line(&format!("{cases:>5}  {rule}"));
    }
}

fn tell_stale(page: &mut Page, stale: &[Stale]) {
    if stale.is_empty() {
        return;
    }
    page.gap();
    page.line("no longer true in the target file:");
    for line in stale {
        page.prose("  ", &line.what, Tone::Doubtful);
        page.prose("    ", &line.because, Tone::Plain);
    }
}

fn tell_leftovers(page: &mut Page, leftovers: &[Leftover]) {
    if leftovers.is_empty() {
        return;
    }
    page.gap();
    page.line("keys that could not be scheduled for deletion:");
    for leftover in leftovers {
        let key = format!("{} of {}", leftover.key, leftover.scenario);
        page.prose("  ", &key, Tone::Doubtful);
        page.prose("    ", &leftover.because, Tone::Plain);
    }
}

fn tell_notes(page: &mut Page, outcome: &SuiteOutcome, detail: Detail) {
    let steps = outcome
        .scenarios
        .iter()
        .flat_map(|scenario| &scenario.steps);
    let notes: usize = steps.map(|step| step.notes.len()).sum();
    if notes == 0 {
        return;
    }
    let hint = match detail {
        Detail::Verbose => "",
        Detail::Quiet | Detail::Normal => "; --verbose shows them",
    };
    page.gap();
    let noted = format!(
        "{} that no evidence scores{hint}",
        plural(notes, "difference")
    );
    page.prose("", &noted, Tone::Faint);
}

fn summarise(page: &mut Page, outcome: &SuiteOutcome) {
    let run = &outcome.run;
    let version = run.target_version.as_deref().unwrap_or_default();
    let against = format!(
        "{} {version} by the rules of {}, seed {}",
        run.target, run.as_of, run.seed
    );
    page.gap();
    page.prose("", &against, Tone::Faint);
    let mut parts = Tally::of(&outcome.scenarios).parts();
    for (number, noun) in [
        (outcome.stale.len(), "stale line"),
        (outcome.leftovers.len(), "leftover key"),
    ] {
        if number > 0 {
            parts.push((Tone::Bad, plural(number, noun)));
        }
    }
    let parts: Vec<String> = parts
        .iter()
        .map(|(tone, part)| page.paint().tone(*tone, part))
        .collect();
    let tenths = run.duration_ms.saturating_add(50) / 100;
    page.line(&format!(
        "{} in {}.{} s",
        parts.join(", "),
        tenths / 10,
        tenths % 10
    ));
    page.line(&format!("repeat with: {}", visible_line(&run.repeat)));
}

#[cfg(test)]
mod tests {
    use super::super::samples::{self, assert_snapshot};
    use super::*;

    #[test]
    fn reports_read_as_reviewed() {
        for (name, outcome) in samples::all() {
            assert_snapshot(name, &render(&outcome, Detail::Normal, Paint::Plain));
        }
    }

    #[test]
    fn a_failure_says_which_calls_went_before() {
        let mut outcome = samples::everything();
        let failed = outcome.scenarios.iter_mut();
        let failed = failed.filter(|scenario| scenario.verdict == Verdict::Fail);
        for scenario in failed {
            for (number, intent) in [(2, "delete-material"), (1, "create-key")] {
                let mut step = scenario.steps[0].clone();
                (step.number, step.intent) = (number, intent.to_owned());
                (step.control, step.mismatches) = (number == 2, Vec::new());
                scenario.steps.insert(0, step);
            }
        }
        let text = render(&outcome, Detail::Normal, Paint::Plain);
        assert!(
            text.contains("  after 1 create-key, 2 delete-material (control)\n"),
            "{text}"
        );
    }

    #[test]
    fn one_obstacle_of_many_cases_is_told_once_and_after_what_differs() {
        let mut outcome = samples::everything();
        let untested = outcome.scenarios.iter();
        let untested: Vec<_> = untested
            .filter(|it| it.verdict == Verdict::NotTestable)
            .collect();
        let (different, untested) = (untested.len(), untested[0].clone());
        for step in ["3", "7f"] {
            let reason = format!("step {step} was not accepted");
            outcome.scenarios.insert(
                0,
                ScenarioOutcome {
                    reason: Some(reason),
                    ..untested.clone()
                },
            );
        }
        let text = render(&outcome, Detail::Normal, Paint::Plain);
        let places = |word: &str| -> Vec<usize> {
            let heading = format!("{word}  aws/");
            text.match_indices(&heading).map(|(at, _)| at).collect()
        };
        assert!(
            places("FAIL").last() < places("NOT TESTABLE").first(),
            "{text}"
        );
        assert_eq!(places("NOT TESTABLE").len(), different + 1, "{text}");
        assert!(text.contains("1 more case not testable"), "{text}");
        let text = render(&outcome, Detail::Verbose, Paint::Plain);
        assert_eq!(
            text.matches("NOT TESTABLE").count(),
            different + 2,
            "{text}"
        );
    }

    #[test]
    fn accused_rules_are_counted_once_there_are_several_failures() {
        let mut outcome = samples::everything();
        let mut cases = outcome.scenarios.iter();
        let failed = cases.find(|it| it.verdict == Verdict::Fail && it.is_unexpected());
        let failed = failed.unwrap().clone();
        let rule = failed.rules[0].id.clone();
        outcome.scenarios = vec![failed.clone()];
        let text = render(&outcome, Detail::Normal, Paint::Plain);
        assert!(!text.contains("accuse"), "{text}");
        outcome.scenarios.push(failed);
        let text = render(&outcome, Detail::Normal, Paint::Plain);
        let counted = format!("in how many cases:\n    2  {rule}\n");
        assert!(text.contains(&counted), "{text}");
    }

    #[test]
    fn the_quiet_report_is_the_summary() {
        assert_snapshot(
            "quiet",
            &render(&samples::everything(), Detail::Quiet, Paint::Plain),
        );
    }

    #[test]
    fn the_verbose_report_lists_every_case_and_note() {
        let outcome = samples::everything();
        assert_snapshot("verbose", &render(&outcome, Detail::Verbose, Paint::Plain));
    }

    #[test]
    fn colour_changes_nothing_but_colour() {
        for (name, outcome) in samples::all() {
            let coloured = render(&outcome, Detail::Verbose, Paint::Coloured);
            assert!(coloured.contains('\x1b'), "{name} has no colour");
            let plain = render(&outcome, Detail::Verbose, Paint::Plain);
            for (coloured, plain) in coloured.lines().zip(plain.lines()) {
                assert_eq!(without_colour(coloured).trim_end(), plain, "{name}");
            }
        }
    }

    #[test]
    fn our_own_layout_fits_into_80_columns() {
        for (name, outcome) in samples::all() {
            let report = render(&outcome, Detail::Verbose, Paint::Plain);
            let long = report.lines().find(|line| {
                let one_piece = ["curl ", "repeat with", " in 0.8 s"];
                line.chars().count() > WIDTH && !one_piece.iter().any(|part| line.contains(part))
            });
            assert_eq!(long, None, "{name}");
        }
    }

    #[test]
    fn text_of_a_service_cannot_act_on_the_terminal() {
        let report = render(&samples::hostile(), Detail::Verbose, Paint::Plain);
        assert!(
            !report.contains(|c: char| c.is_control() && c != '\n'),
            "{report:?}"
        );
    }

    fn without_colour(text: &str) -> String {
        let mut pieces = text.split('\x1b');
        let first = pieces.next().unwrap_or_default().to_owned();
        pieces.fold(first, |plain, piece| {
            plain + piece.split_once('m').map_or("", |(_, rest)| rest)
        })
    }
}
