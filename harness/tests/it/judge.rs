//! How the integration tests run the suite.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use byokcheck::runner::outcome::{ScenarioOutcome, StepOutcome};
use byokcheck::runner::{Observer, Options, Results, Targets, run_suite};
use byokcheck::scenario::{Scenario, Suite};
use byokcheck::spec::{Era, Vendor};
use jiff::Timestamp;

/// The day whose rules the tests run.
pub(crate) fn era() -> Era {
    Era("2026-11-22".parse().expect("this is a day"))
}

/// The moment at which clocks begin that only move when they are told to.
pub(crate) fn noon() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().expect("this is a moment")
}

/// The embedded suite's cases that are `meant`, against these targets.
pub(crate) async fn judge(
    targets: Targets,
    seed: u64,
    keep_exchanges: bool,
    meant: impl Fn(&Scenario) -> bool,
) -> Results {
    judge_by(Vendor::Aws, era(), targets, seed, keep_exchanges, meant).await
}

/// The same by the rules of a vendor on a day.
pub(crate) async fn judge_by(
    vendor: Vendor,
    era: Era,
    targets: Targets,
    seed: u64,
    keep_exchanges: bool,
    meant: impl Fn(&Scenario) -> bool,
) -> Results {
    let suite = Arc::new(Suite::embedded().expect("another test reads the suite"));
    let cases = suite
        .cases(vendor, era)
        .filter(|case| meant(case))
        .cloned()
        .collect();
    judge_suite(suite, cases, (vendor, era), targets, seed, keep_exchanges).await
}

/// These cases by the rules of a vendor on a day, against these targets.
pub(crate) async fn judge_suite(
    suite: Arc<Suite>,
    cases: Vec<Scenario>,
    (vendor, era): (Vendor, Era),
    targets: Targets,
    seed: u64,
    keep_exchanges: bool,
) -> Results {
    let options = Options {
        vendor,
        era,
        seed,
        jobs: 4,
        missing: Vec::new(),
        allowances: Vec::new(),
        keep_exchanges,
        patience: Duration::ZERO,
        stop: Arc::new(AtomicBool::new(false)),
    };
    run_suite(suite, cases, targets, options, Arc::new(Silent)).await
}

/// What was not as expected in a case, for a person.
pub(crate) fn describe(outcome: &ScenarioOutcome) -> String {
    let steps: Vec<String> = outcome.steps.iter().flat_map(differences).collect();
    let reason = outcome.reason.as_deref().unwrap_or_default();
    format!(
        "{}: {}: {reason}\n{}",
        outcome.name,
        outcome.verdict,
        steps.join("\n")
    )
}

fn differences(step: &StepOutcome) -> Vec<String> {
    step.mismatches
        .iter()
        .chain(&step.notes)
        .map(|difference| {
            let (expected, actual) = (&difference.expected, &difference.actual);
            format!(
                "    step {}: expected {expected}, got {actual}",
                step.number
            )
        })
        .collect()
}

struct Silent;

impl Observer for Silent {
    fn ended(&self, _: &ScenarioOutcome) {}
}
