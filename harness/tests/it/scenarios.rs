//! The suite against the reference service, in process.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use byokcheck::runner::outcome::{ScenarioOutcome, StepOutcome, Verdict};
use byokcheck::runner::{Observer, Options, Results, Targets, run_suite};
use byokcheck::scenario::Suite;
use byokcheck::spec::{Era, Vendor};
use byokcheck::target::Target;
use byokcheck::target::reference::{InProcess, Settings};
use jiff::Timestamp;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_scenario_passes_on_the_reference() {
    let results = run_on_reference(7).await;
    let failures: Vec<String> = results
        .scenarios
        .iter()
        .filter(|outcome| outcome.verdict != Verdict::Pass)
        .map(describe)
        .collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(results.scenarios.len() > 100, "the suite has become small");
    assert!(results.leftovers.is_empty(), "{:?}", results.leftovers);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_scenario_even_has_an_unscored_difference_on_the_reference() {
    let results = run_on_reference(8).await;
    let noted: Vec<String> = results
        .scenarios
        .iter()
        .filter(|outcome| outcome.steps.iter().any(|step| !step.notes.is_empty()))
        .map(describe)
        .collect();
    assert!(noted.is_empty(), "{}", noted.join("\n"));
}

fn describe(outcome: &ScenarioOutcome) -> String {
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

async fn run_on_reference(seed: u64) -> Results {
    let suite = Arc::new(Suite::embedded().expect("another test reads the suite"));
    let era = Era("2026-11-22".parse().expect("this is a day"));
    let cases = suite.cases(Vendor::Aws, era).cloned().collect();
    let start: Timestamp = "2026-11-22T12:00:00Z".parse().expect("this is a moment");
    let targets = Targets::Each(Arc::new(move |_| {
        Arc::new(InProcess::new(Settings::new(seed, start))) as Arc<dyn Target>
    }));
    let options = Options {
        vendor: Vendor::Aws,
        era,
        seed,
        jobs: 4,
        missing: Vec::new(),
        allowances: Vec::new(),
        keep_exchanges: false,
        patience: Duration::ZERO,
        stop: Arc::new(AtomicBool::new(false)),
    };
    run_suite(suite, cases, targets, options, Arc::new(Silent)).await
}

struct Silent;

impl Observer for Silent {
    fn ended(&self, _: &ScenarioOutcome) {}
}
