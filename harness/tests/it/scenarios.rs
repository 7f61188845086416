//! The suite against the reference service, in process.

use std::sync::Arc;

use byokcheck::runner::outcome::Verdict;
use byokcheck::runner::{Results, Targets};
use byokcheck::spec::Vendor;
use byokcheck::target::Target;
use byokcheck::target::reference::{InProcess, Settings};
use strum::VariantArray;

use crate::judge::{describe, era, judge, judge_by, noon};

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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_can_be_repeated_with_its_seed_on_a_service_that_remembers() {
    let service = Targets::One(Arc::new(InProcess::new(Settings::new(9, noon()))));
    for round in ["first", "second"] {
        let results = judge(service.clone(), 9, false, |case| {
            case.name.contains("alias")
        })
        .await;
        let failures: Vec<String> = results
            .scenarios
            .iter()
            .filter(|outcome| outcome.verdict != Verdict::Pass)
            .map(describe)
            .collect();
        assert!(failures.is_empty(), "{round} run:\n{}", failures.join("\n"));
        assert!(results.scenarios.len() > 5, "the suite has become small");
    }
}

async fn run_on_reference(seed: u64) -> Results {
    let mut results = Results::default();
    for &vendor in Vendor::VARIANTS {
        let targets = Targets::Each(Arc::new(move |_| {
            let settings = Settings::of(vendor, seed, noon());
            Arc::new(InProcess::new(settings)) as Arc<dyn Target>
        }));
        results.extend(judge_by(vendor, era(), targets, seed, false, |_| true).await);
    }
    results
}
