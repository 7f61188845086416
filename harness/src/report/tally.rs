//! How many cases ended how.

use std::collections::BTreeMap;

use strum::VariantArray;

use super::page::{Page, shorten};
use super::paint::Tone;
use crate::runner::outcome::{ScenarioOutcome, SuiteOutcome, Verdict};

/// What a case counts as: its verdict, unless an allowance covers it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, VariantArray)]
pub(super) enum Count {
    Passed,
    Failed,
    Allowed,
    NotTestable,
    Skipped,
    Parked,
    Error,
}

/// Numbers of cases.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally(BTreeMap<Count, usize>);

impl Count {
    pub(super) fn of(scenario: &ScenarioOutcome) -> Self {
        match scenario.verdict {
            verdict if verdict.counts_as_failure() && scenario.allowed.is_some() => Self::Allowed,
            Verdict::Pass => Self::Passed,
            Verdict::Fail => Self::Failed,
            Verdict::Skipped => Self::Skipped,
            Verdict::NotTestable => Self::NotTestable,
            Verdict::Parked => Self::Parked,
            Verdict::Error => Self::Error,
        }
    }

    /// The word for one case, which is also the head of a column.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Passed => "pass",
            Self::Failed => "fail",
            Self::Allowed => "allowed",
            Self::NotTestable => "not testable",
            Self::Skipped => "skipped",
            Self::Parked => "parked",
            Self::Error => "error",
        }
    }

    pub(super) fn tone(self) -> Tone {
        match self {
            Self::Passed => Tone::Good,
            Self::Failed | Self::NotTestable | Self::Error => Tone::Bad,
            Self::Allowed | Self::Skipped | Self::Parked => Tone::Doubtful,
        }
    }

    /// Such as `3 failed`.
    fn counted(self, number: usize) -> String {
        match self {
            Self::Passed => format!("{number} passed"),
            Self::Failed => format!("{number} failed"),
            Self::Error => plural(number, "error"),
            Self::Allowed | Self::NotTestable | Self::Skipped | Self::Parked => {
                format!("{number} {}", self.word())
            }
        }
    }
}

impl Tally {
    pub(super) fn of<'a>(scenarios: impl IntoIterator<Item = &'a ScenarioOutcome>) -> Self {
        let mut tally = Self::default();
        for scenario in scenarios {
            *tally.0.entry(Count::of(scenario)).or_default() += 1;
        }
        tally
    }

    pub(super) fn number(&self, count: Count) -> usize {
        self.0.get(&count).copied().unwrap_or_default()
    }

    /// Such as `243 passed`, `3 failed`: what there is, each with its tone.
    pub(super) fn parts(&self) -> Vec<(Tone, String)> {
        if self.0.is_empty() {
            return vec![(Tone::Doubtful, "nothing ran".to_owned())];
        }
        let counted = |(count, number): (&Count, &usize)| (count.tone(), count.counted(*number));
        self.0.iter().map(counted).collect()
    }
}

/// The number with its noun.
pub(super) fn plural(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}

/// The first two folders of a case, such as `aws/import`.
pub(super) fn folder(case: &str) -> String {
    let file = case.split('#').next().unwrap_or(case);
    let folders = file.rsplit_once('/').map_or("", |(folders, _)| folders);
    let first_two: Vec<&str> = folders.splitn(3, '/').take(2).collect();
    match first_two.join("/") {
        folder if folder.is_empty() => ".".to_owned(),
        folder => folder,
    }
}

/// One row per folder, one column for each way in which any case ended, and a total.
pub(super) fn table(page: &mut Page, outcome: &SuiteOutcome) {
    let mut folders: BTreeMap<String, Vec<&ScenarioOutcome>> = BTreeMap::new();
    for scenario in &outcome.scenarios {
        let members = folders.entry(folder(&scenario.name)).or_default();
        members.push(scenario);
    }
    let total = Tally::of(&outcome.scenarios);
    let columns: Vec<Count> = Count::VARIANTS
        .iter()
        .copied()
        .filter(|count| total.number(*count) > 0)
        .collect();
    if columns.is_empty() {
        return;
    }
    let heads: String = columns
        .iter()
        .map(|count| format!("{:>width$}", count.word(), width = width(*count)))
        .collect();
    page.gap();
    page.line(&format!("{:<NAMES$}{heads}", ""));
    for (folder, scenarios) in &folders {
        row(
            page,
            folder,
            &Tally::of(scenarios.iter().copied()),
            &columns,
        );
    }
    if folders.len() > 1 {
        row(page, "total", &total, &columns);
    }
}

/// How wide the column of names is.
const NAMES: usize = 18;

fn width(count: Count) -> usize {
    count.word().len().max(5) + 2
}

fn row(page: &mut Page, name: &str, tally: &Tally, columns: &[Count]) {
    let cell = |count: &Count| {
        let width = width(*count);
        match tally.number(*count) {
            0 => format!("{:>width$}", "-"),
            number => page
                .paint()
                .tone(count.tone(), &format!("{number:>width$}")),
        }
    };
    let cells: String = columns.iter().map(cell).collect();
    page.line(&format!("{:<NAMES$}{cells}", shorten(name, NAMES)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_the_first_two_parts_of_the_path() {
        let cases = [
            ("aws/import/wrong_token", "aws/import"),
            ("aws/import/deep/er/case#a/b", "aws/import"),
            ("common/case", "common"),
            ("case#row/1", "."),
        ];
        for (case, expected) in cases {
            assert_eq!(folder(case), expected);
        }
    }
}
