//! Whether the scenarios notice a defect.

use std::sync::Arc;

use byokcheck::runner::selftest::{KillMatrix, Plan, Scope, selftest};
use byokcheck::scenario::Suite;
use byokcheck::spec::{Era, Vendor};
use byokcheck::target::quirk::{self, Quirk};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_quirk_is_caught_by_a_rule() {
    let matrix = matrix(Scope::Expected).await;
    let escaped: Vec<&str> = matrix.escaped().map(|row| row.quirk.as_str()).collect();
    let missed: Vec<String> = matrix
        .missed()
        .map(|(row, rules)| format!("{} is not caught by {rules:?}", row.quirk))
        .collect();
    assert!(
        escaped.is_empty() && missed.is_empty(),
        "escaped: {escaped:#?}, {missed:#?}"
    );
    assert!(matrix.false_alarms.is_empty(), "{:#?}", matrix.false_alarms);
}

/// The whole matrix, for people: `cargo test --release -- --ignored --nocapture the_whole_kill_matrix`.
#[ignore = "takes minutes without optimisation"]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_whole_kill_matrix() {
    let matrix = matrix(Scope::Whole).await;
    for row in &matrix.quirks {
        let rules: Vec<&str> = row.rules.iter().map(|rule| rule.0.as_str()).collect();
        let (cases, untested) = (row.cases.len(), row.not_testable);
        println!(
            "{}: {cases} cases, {untested} not testable, {}",
            row.quirk,
            rules.join(" ")
        );
    }
    let idle: Vec<&str> = matrix.idle().map(|rule| rule.0.as_str()).collect();
    println!("rules that catch nothing: {idle:#?}");
    assert_eq!(matrix.escaped().count(), 0);
    assert!(matrix.false_alarms.is_empty(), "{:#?}", matrix.false_alarms);
}

async fn matrix(scope: Scope) -> KillMatrix {
    let suite = Arc::new(Suite::embedded().expect("another test reads the suite"));
    let quirks: Vec<&'static Quirk> = quirk::all().iter().collect();
    let plan = Plan {
        vendor: Vendor::Aws,
        era: Era("2026-11-22".parse().expect("this is a day")),
        seed: 7,
        start: "2026-11-22T12:00:00Z".parse().expect("this is a moment"),
        jobs: 2,
        scope,
    };
    selftest(suite, &quirks, plan).await
}
