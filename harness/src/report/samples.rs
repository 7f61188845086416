//! Outcomes made by hand, for the tests of all reports.

use std::collections::BTreeMap;

use strum::VariantArray;

use crate::runner::outcome::{
    CitedRule, ExchangeRecord, Leftover, Mismatch, Place, RunFacts, ScenarioOutcome, Stale,
    StepOutcome, SuiteOutcome, Verdict,
};
use crate::spec::{Facet, Level, RuleId, Vendor};

/// Compares with `snapshots/report/NAME.snap`.
#[track_caller]
pub(super) fn assert_snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../../snapshots/report");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// Every sample with its name.
pub(super) fn all() -> Vec<(&'static str, SuiteOutcome)> {
    vec![
        ("all_pass", suite(vec![passed(), passed_in("aws/states/x")])),
        ("nothing_ran", suite(vec![])),
        ("one_failure_of_every_facet", suite(vec![failed()])),
        ("control_fails", suite(vec![control_failed()])),
        ("not_testable", suite(vec![not_testable()])),
        ("allowed", suite(vec![passed(), allowed()])),
        ("stale", stale()),
        ("leftovers", leftovers()),
        ("everything", everything()),
        ("hostile", hostile()),
    ]
}

/// Every verdict and every kind of trouble at once.
pub(super) fn everything() -> SuiteOutcome {
    let mut outcome = suite(vec![
        passed(),
        failed(),
        control_failed(),
        allowed(),
        not_testable(),
        ended(
            Verdict::Skipped,
            "the target file declares \"region\" missing",
        ),
        ended(Verdict::Parked, "waits until 2026-11-23T18:00:00Z"),
        ended(Verdict::Error, "the wrapping key pool is empty"),
        noted(),
    ]);
    outcome.stale = stale().stale;
    outcome.leftovers = leftovers().leftovers;
    outcome
}

/// What a service that means harm could answer.
pub(super) fn hostile() -> SuiteOutcome {
    let nasty = "]]>\x1b[2J<&\"'\0\r\n\u{202e}\u{ffff}\u{85}\t";
    let mut scenario = failed();
    scenario.name = format!("aws/import/{nasty}");
    scenario.title = nasty.to_owned();
    scenario.reason = Some(nasty.to_owned());
    for mismatch in &mut scenario.steps[0].mismatches {
        mismatch.actual = nasty.to_owned();
        mismatch.place.text = nasty.to_owned();
    }
    scenario.steps[0].exchanges[0] = ExchangeRecord {
        request: nasty.repeat(3),
        reply: nasty.repeat(100),
        curl: nasty.to_owned(),
    };
    let mut outcome = suite(vec![scenario]);
    outcome.run.target = nasty.to_owned();
    outcome.run.repeat = nasty.to_owned();
    outcome.run.started = nasty.to_owned();
    outcome
}

fn suite(mut scenarios: Vec<ScenarioOutcome>) -> SuiteOutcome {
    scenarios.sort_by(|one, other| one.name.cmp(&other.name));
    SuiteOutcome {
        format: 1,
        run: RunFacts {
            version: "0.1.0".to_owned(),
            target: "http://127.0.0.1:4566".to_owned(),
            target_version: Some("1.5.33".to_owned()),
            vendors: vec![Vendor::Aws],
            as_of: "2026-11-22".to_owned(),
            seed: 7,
            started: "2026-11-22T18:00:00.25Z".to_owned(),
            duration_ms: 812,
            repeat: "byokcheck run --target http://127.0.0.1:4566 --seed 7".to_owned(),
        },
        scenarios,
        stale: vec![],
        leftovers: vec![],
    }
}

fn stale() -> SuiteOutcome {
    SuiteOutcome {
        stale: vec![
            Stale {
                what: "aws/import/first_*".to_owned(),
                because: "all 12 cases that it covers passed".to_owned(),
            },
            Stale {
                what: "missing = \"rotate\"".to_owned(),
                because: "the service answered the probe like a service that has it".to_owned(),
            },
        ],
        ..suite(vec![passed()])
    }
}

fn leftovers() -> SuiteOutcome {
    SuiteOutcome {
        leftovers: vec![Leftover {
            key: "1234abcd-12ab-34cd-56ef-1234567890ab".to_owned(),
            scenario: "aws/import/first_import_enables_the_key".to_owned(),
            because: "ScheduleKeyDeletion: 500 InternalFailure, three times in 2 s".to_owned(),
        }],
        ..suite(vec![passed()])
    }
}

fn passed() -> ScenarioOutcome {
    passed_in("aws/import/first_import_enables_the_key")
}

fn passed_in(name: &str) -> ScenarioOutcome {
    ScenarioOutcome {
        name: name.to_owned(),
        vendor: Vendor::Aws,
        file: format!("scenarios/{name}.toml"),
        title: "The first import enables the key".to_owned(),
        rules: vec![],
        verdict: Verdict::Pass,
        reason: None,
        allowed: None,
        steps: vec![],
        duration_ms: 12,
    }
}

fn ended(verdict: Verdict, reason: &str) -> ScenarioOutcome {
    ScenarioOutcome {
        verdict,
        reason: Some(reason.to_owned()),
        ..passed_in(&format!("aws/expiry/ended_as_{verdict}"))
    }
}

fn noted() -> ScenarioOutcome {
    ScenarioOutcome {
        steps: vec![StepOutcome {
            notes: vec![mismatch(
                Facet::Text,
                "a text that names the key",
                "empty",
                None,
            )],
            mismatches: vec![],
            ..step()
        }],
        ..passed_in("aws/states/refusals_name_the_key")
    }
}

fn failed() -> ScenarioOutcome {
    ScenarioOutcome {
        title: "A token that was issued for another key is refused".to_owned(),
        verdict: Verdict::Fail,
        reason: Some("4 differences".to_owned()),
        rules: vec![rule()],
        steps: vec![step()],
        ..passed_in("aws/import/token_of_another_key_is_refused")
    }
}

fn control_failed() -> ScenarioOutcome {
    let mut scenario = failed();
    scenario.name = "aws/import/wrapping#rsaes-oaep-sha-256/rsa-4096".to_owned();
    scenario.verdict = Verdict::NotTestable;
    scenario.reason = Some("the control of step 4 did not work".to_owned());
    scenario.steps[0].control = true;
    scenario.steps[0].mismatches.truncate(1);
    scenario
}

fn allowed() -> ScenarioOutcome {
    ScenarioOutcome {
        name: "aws/import/a_second_import_is_refused".to_owned(),
        allowed: Some("known: takes any material (issue 12)".to_owned()),
        ..failed()
    }
}

fn not_testable() -> ScenarioOutcome {
    ScenarioOutcome {
        title: "A key of another Region takes the same material".to_owned(),
        verdict: Verdict::NotTestable,
        reason: Some(
            "the service does not know ReplicateKey, and no target file declares \"replicate\" missing; \
             declare it or implement it"
                .to_owned(),
        ),
        rules: vec![rule()],
        ..passed_in("aws/region/replica_takes_the_same_material")
    }
}

fn rule() -> CitedRule {
    CitedRule {
        id: RuleId("aws/import/token-of-same-set".to_owned()),
        statement: "The import token and the public key of an import come from the same answer to \
                    GetParametersForImport for this key."
            .to_owned(),
        scored: Facet::VARIANTS.to_vec(),
        sources: BTreeMap::from([
            (
                "api-import".to_owned(),
                "AWS KMS API Reference, ImportKeyMaterial".to_owned(),
            ),
            (
                "guide-import".to_owned(),
                "AWS KMS Developer Guide, \"Importing key material\"".to_owned(),
            ),
        ]),
    }
}

fn step() -> StepOutcome {
    StepOutcome {
        number: 4,
        intent: "import".to_owned(),
        control: false,
        line: 29,
        mismatches: vec![
            mismatch(
                Facet::Outcome,
                "a refusal, token-of-another-key",
                "accepted",
                Some(Level::Documented),
            ),
            mismatch(
                Facet::Code,
                "InvalidImportTokenException",
                "none",
                Some(Level::Documented),
            ),
            mismatch(Facet::Status, "400", "200", Some(Level::Recorded)),
            Mismatch {
                place: Place {
                    line: 33,
                    column: 1,
                    text: "then.text = \"token\"".to_owned(),
                    width: 19,
                },
                ..mismatch(
                    Facet::Text,
                    "a text that contains \"token\"",
                    "empty",
                    Some(Level::Recorded),
                )
            },
        ],
        notes: vec![],
        exchanges: vec![exchange()],
    }
}

fn mismatch(facet: Facet, expected: &str, actual: &str, evidence: Option<Level>) -> Mismatch {
    Mismatch {
        facet,
        expected: expected.to_owned(),
        actual: actual.to_owned(),
        evidence,
        place: Place {
            line: 31,
            column: 16,
            text: "then.refused = \"token-of-another-key\"".to_owned(),
            width: 22,
        },
    }
}

fn exchange() -> ExchangeRecord {
    let body = format!("{{\"EncryptedKeyMaterial\":\"{}\"}}", "A".repeat(700));
    ExchangeRecord {
        request: format!("POST /\nx-amz-target: TrentService.ImportKeyMaterial\n\n{body}"),
        reply: "200\ncontent-type: application/x-amz-json-1.1\n\n{}".to_owned(),
        curl: "curl -s http://127.0.0.1:4566/ -H 'x-amz-target: TrentService.ImportKeyMaterial' -d @body"
            .to_owned(),
    }
}
