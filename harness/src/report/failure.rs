//! One failure, told so that nobody has to run it again to understand it.

use std::collections::BTreeMap;

use super::caret::{Mark, draw};
use super::page::{Page, WIDTH, shorten};
use super::paint::Tone;
use super::tally::Count;
use super::visible::visible_line;
use crate::runner::outcome::{
    CitedRule, ExchangeRecord, Mismatch, ScenarioOutcome, StepOutcome, Verdict,
};

/// Tells everything that is known about a failure.
pub(super) fn explain(page: &mut Page, scenario: &ScenarioOutcome) {
    heading(page, scenario);
    let steps = telling_steps(scenario);
    if let Some(reason) = telling_reason(scenario) {
        page.gap();
        page.prose("  ", reason, Tone::Plain);
    }
    for step in &steps {
        differences(page, &scenario.file, step);
    }
    page.gap();
    lead_up(page, scenario);
    page.gap();
    for rule in &scenario.rules {
        cite(page, rule);
    }
    for exchange in steps.iter().flat_map(|step| &step.exchanges) {
        show_exchange(page, exchange);
    }
}

/// A failure in one line: the reason if it says more than that something differs, else the first difference.
pub(super) fn brief(scenario: &ScenarioOutcome) -> String {
    let first = mismatches(scenario).next().map(difference);
    telling_reason(scenario)
        .map(str::to_owned)
        .or(first)
        .unwrap_or_else(|| scenario.verdict.to_string())
}

/// Such as `expected Enabled, got PendingImport`.
pub(super) fn difference(mismatch: &Mismatch) -> String {
    format!("expected {}, got {}", mismatch.expected, mismatch.actual)
}

/// Facet, expectation and answer of one difference, below each other.
pub(super) fn compare(page: &mut Page, mismatch: &Mismatch) {
    let evidence = mismatch
        .evidence
        .map_or_else(|| "no evidence".to_owned(), |level| level.to_string());
    let facet = format!("    {:<9}", mismatch.facet.to_string());
    let expected = format!("{} ({evidence})", mismatch.expected);
    page.prose(&format!("{facet}expected  "), &expected, Tone::Good);
    page.prose(
        &format!("{:<13}got       ", ""),
        &mismatch.actual,
        Tone::Bad,
    );
}

fn mismatches(scenario: &ScenarioOutcome) -> impl Iterator<Item = &Mismatch> {
    scenario.steps.iter().flat_map(|step| &step.mismatches)
}

/// The reason, unless the differences say it better.
fn telling_reason(scenario: &ScenarioOutcome) -> Option<&str> {
    let differs = scenario.verdict == Verdict::Fail && mismatches(scenario).next().is_some();
    scenario.reason.as_deref().filter(|_| !differs)
}

fn heading(page: &mut Page, scenario: &ScenarioOutcome) {
    let count = Count::of(scenario);
    let word = count.word().to_uppercase();
    let painted = page.paint().tone(count.tone(), &word);
    page.gap();
    let name = page
        .paint()
        .tone(Tone::Strong, &visible_line(&scenario.label()));
    page.line(&format!("{painted}  {name}"));
    page.prose(&" ".repeat(word.len() + 2), &scenario.title, Tone::Plain);
}

/// The steps that differ; if none does, the last one, since nothing went on behind it.
fn telling_steps(scenario: &ScenarioOutcome) -> Vec<&StepOutcome> {
    let steps = scenario.steps.iter();
    let differing: Vec<_> = steps.filter(|step| !step.mismatches.is_empty()).collect();
    if differing.is_empty() {
        return scenario.steps.last().into_iter().collect();
    }
    differing
}

fn differences(page: &mut Page, file: &str, step: &StepOutcome) {
    if step.mismatches.is_empty() {
        return;
    }
    let mut places: BTreeMap<(usize, usize), Vec<&Mismatch>> = BTreeMap::new();
    for mismatch in &step.mismatches {
        let place = (mismatch.place.line, mismatch.place.column);
        places.entry(place).or_default().push(mismatch);
    }
    let marks: Vec<_> = places.values().filter_map(|here| mark(here)).collect();
    page.gap();
    for line in draw(file, &marks, page.paint()).lines() {
        page.line(line);
    }
    page.gap();
    let control = if step.control { ", control" } else { "" };
    page.line(&format!("  step {}: {}{control}", step.number, step.intent));
    for mismatch in &step.mismatches {
        compare(page, mismatch);
    }
}

/// The calls that went before the first step that differs: what the service had been told by then.
fn lead_up(page: &mut Page, scenario: &ScenarioOutcome) {
    let steps = scenario.steps.iter();
    let before = steps.take_while(|step| step.mismatches.is_empty());
    let calls: Vec<String> = before
        .map(|step| {
            let control = if step.control { " (control)" } else { "" };
            format!("{} {}{control}", step.number, step.intent)
        })
        .collect();
    if !calls.is_empty() && calls.len() < scenario.steps.len() {
        page.prose("  after ", &calls.join(", "), Tone::Faint);
    }
}

/// How many characters behind a caret are worth beginning a sentence that may be cut.
const LEAST_ROOM: usize = 30;

/// One caret for all differences at a place, labelled with as much as fits; the whole of it follows below.
fn mark<'a>(mismatches: &[&'a Mismatch]) -> Option<Mark<'a>> {
    let place = &mismatches.first()?.place;
    let gutter = place.line.to_string().len() + 3;
    let room = WIDTH.saturating_sub(gutter + place.column + place.width + 1);
    let label = match mismatches {
        [mismatch] if difference(mismatch).chars().count() <= room => difference(mismatch),
        [mismatch] if room >= LEAST_ROOM => shorten(&format!("got {}", mismatch.actual), room),
        _ => {
            let facets: Vec<_> = mismatches
                .iter()
                .map(|each| each.facet.to_string())
                .collect();
            let verb = if facets.len() == 1 {
                "differs"
            } else {
                "differ"
            };
            format!("{} {verb}", facets.join(", "))
        }
    };
    Some(Mark { place, label })
}

fn cite(page: &mut Page, rule: &CitedRule) {
    page.prose("  rule  ", &rule.id.0, Tone::Strong);
    page.prose("        ", &rule.statement, Tone::Plain);
    for (key, what) in &rule.sources {
        page.prose("        ", &format!("{key}: {what}"), Tone::Faint);
    }
}

fn show_exchange(page: &mut Page, exchange: &ExchangeRecord) {
    for (head, message) in [("request", &exchange.request), ("reply", &exchange.reply)] {
        page.gap();
        page.line(&format!("  {head}"));
        page.message(4, message);
    }
    page.gap();
    page.line("  repeat with");
    for line in exchange.curl.lines() {
        // In one piece, however long: this line is for copying.
        page.line(&format!("    {}", visible_line(line)));
    }
}
