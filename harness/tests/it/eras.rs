//! The suite of former days against the reference as it was on them.

use std::sync::Arc;

use byokcheck::runner::outcome::Verdict;
use byokcheck::runner::{Results, Targets};
use byokcheck::scenario::Suite;
use byokcheck::spec::{Era, Vendor};
use byokcheck::target::Target;
use byokcheck::target::reference::{InProcess, Settings};
use jiff::civil::{Date, date};

use crate::judge::{describe, judge_by, noon};

/// Days of every generation of the service; the newest one has a test of its own.
const DAYS: [Date; 9] = [
    date(2016, 9, 1),
    date(2018, 6, 1),
    date(2019, 12, 1),
    date(2021, 7, 1),
    date(2022, 9, 1),
    date(2023, 5, 31),
    date(2023, 12, 1),
    date(2025, 3, 1),
    date(2025, 8, 1),
];

/// So many cases at least can be run on any of the days.
const ENOUGH: usize = 300;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_scenario_of_a_former_day_passes_on_the_reference_of_that_day() {
    let mut failures = Vec::new();
    for day in DAYS {
        let scenarios = run_on_reference(day).await.scenarios;
        assert!(scenarios.len() >= ENOUGH, "{day}: {}", scenarios.len());
        let failed = scenarios
            .iter()
            .filter(|outcome| outcome.verdict != Verdict::Pass);
        failures.extend(failed.map(|outcome| format!("{day}: {}", describe(outcome))));
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn every_rule_that_has_ended_is_replaced_by_one_that_began_on_that_day() {
    let suite = Suite::embedded().expect("another test reads the suite");
    let register = &suite.registers[&Vendor::Aws];
    let replaced: Vec<_> = register.rules().flat_map(|rule| &rule.replaces).collect();
    let lost: Vec<&str> = register
        .rules()
        .filter(|rule| rule.until.is_some() && !replaced.contains(&&rule.id))
        .map(|rule| rule.id.0.as_str())
        .collect();
    assert!(lost.is_empty(), "{lost:#?}");
}

async fn run_on_reference(day: Date) -> Results {
    let seed = 7;
    let targets = Targets::Each(Arc::new(move |_| {
        let mut settings = Settings::new(seed, noon());
        settings.era = Era(day);
        Arc::new(InProcess::new(settings)) as Arc<dyn Target>
    }));
    judge_by(Vendor::Aws, Era(day), targets, seed, false, |_| true).await
}
