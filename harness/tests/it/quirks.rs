//! Whether green means something: the scenarios notice every planted defect, and nothing where there is none.

use std::sync::Arc;

use byokcheck::runner::Targets;
use byokcheck::runner::matrix::KillMatrix;
use byokcheck::runner::outcome::Verdict;
use byokcheck::runner::selftest::{Plan, Scope, selftest};
use byokcheck::scenario::{Source, Suite};
use byokcheck::spec::Vendor;
use byokcheck::target::quirk::{self, Quirk};
use byokcheck::target::reference::{InProcess, Settings};
use strum::VariantArray;

use crate::judge::{describe, era, judge_suite, noon};

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

/// What the import left out is judged where an import is; the description cannot be compared with nothing.
#[tokio::test]
async fn what_an_earlier_reply_lacks_is_not_held_against_a_later_one() {
    let suite = Suite::embedded().expect("another test reads the suite");
    let source = Source {
        file: "scenarios/aws/compared.toml".to_owned(),
        text: COMPARED.to_owned(),
    };
    let cases = suite.read(source).expect("it is a scenario");
    for (quirk, verdict, reason) in [
        (
            "import-reply-without-material-id",
            Verdict::NotTestable,
            "step 3 (describe-key) proves nothing: the reply of `imported` had no material-id to compare with",
        ),
        (
            "material-id-in-capitals",
            Verdict::Fail,
            "step 3 (describe-key): expected current-material-id: the same as material-id of `imported`",
        ),
    ] {
        let quirk = quirk::find(quirk).expect("it is a quirk");
        let service = InProcess::with_quirk(Settings::new(7, noon()), quirk);
        let targets = Targets::One(Arc::new(service));
        let (suite, cases) = (Arc::new(suite.clone()), cases.clone());
        let results = judge_suite(suite, cases, (Vendor::Aws, era()), targets, 7, false).await;
        let outcome = &results.scenarios[0];
        assert_eq!(outcome.verdict, verdict, "{}", describe(outcome));
        let given = outcome.reason.as_deref().unwrap_or_default();
        assert!(given.starts_with(reason), "{given}");
    }
}

const COMPARED: &str = r#"
title = "A description names the material that the import named"
rules = ["aws/import/response-material-id"]

[materials]
first = { bytes = 32 }

[[step]]
do = "create-key"
name = "k"
origin = "external"

[[step]]
do = "import"
name = "imported"
key = "k"
material = "first"

[[step]]
do = "describe-key"
key = "k"
then.reply.current-material-id = { same-as = "imported", member = "material-id" }
"#;

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
