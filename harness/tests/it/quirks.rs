//! Whether green means something: the scenarios notice every planted defect, and nothing where there is none.

use std::sync::Arc;

use byokcheck::runner::matrix::KillMatrix;
use byokcheck::runner::selftest::{Plan, Scope, selftest};
use byokcheck::scenario::Suite;
use byokcheck::spec::Vendor;
use byokcheck::target::quirk::{self, Quirk};
use strum::VariantArray;

use crate::judge::{era, noon};

/// Every quirk meets the cases of the rules that name it, which is enough for all three: what is caught there has
/// not escaped, and a rule that no quirk names is idle here.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_quirk_escapes_no_scored_rule_is_idle_and_nothing_is_a_false_alarm() {
    for vendor in Vendor::VARIANTS {
        let quirks: Vec<&'static Quirk> = quirk::of(*vendor).collect();
        let matrix = matrix(*vendor, &quirks, Scope::Expected).await;
        let mut wrong: Vec<String> = Vec::new();
        wrong.extend(matrix.escaped().map(|row| format!("{} escapes", row.quirk)));
        let missed = matrix.missed();
        wrong
            .extend(missed.map(|(row, rules)| format!("{} is not caught by {rules:?}", row.quirk)));
        wrong.extend(matrix.idle().map(|rule| format!("{rule} catches nothing")));
        wrong.extend(matrix.false_alarms.iter().cloned());
        assert!(wrong.is_empty(), "{vendor}\n{}", wrong.join("\n"));
        assert!(matrix.is_sound());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_canary_is_reported() {
    for vendor in Vendor::VARIANTS {
        let matrix = matrix(*vendor, &[quirk::canary()], Scope::Whole).await;
        assert_eq!(matrix.missed().count() + matrix.escaped().count(), 0);
        assert_eq!(matrix.quirks.len(), 1);
    }
}

async fn matrix(vendor: Vendor, quirks: &[&'static Quirk], scope: Scope) -> KillMatrix {
    let suite = Arc::new(Suite::embedded().expect("another test reads the suite"));
    let plan = Plan {
        vendor,
        era: era(),
        seed: 7,
        start: noon(),
        jobs: 2,
        scope,
    };
    selftest(suite, quirks, plan, Arc::new(|_: &Quirk| ())).await
}
