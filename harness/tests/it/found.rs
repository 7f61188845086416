//! Sequences of calls that a fuzzer has made, as scenarios.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use byokcheck::fuzzing::state_machine::{read, scenario};
use byokcheck::runner::Targets;
use byokcheck::runner::outcome::Verdict;
use byokcheck::scenario::{Finding, Scenario, Source, Suite, lint};
use byokcheck::spec::Vendor;
use byokcheck::target::Target;
use byokcheck::target::reference::{InProcess, Settings};
use strum::VariantArray;

use crate::judge::{era, judge_suite, noon};

#[tokio::test]
async fn a_sequence_of_calls_becomes_a_scenario_that_passes_on_the_reference() {
    let suite = Arc::new(Suite::embedded().expect("another test reads the suite"));
    for vendor in Vendor::VARIANTS {
        let cases: Vec<Scenario> = sequences(*vendor)
            .into_iter()
            .flat_map(|(name, bytes)| as_scenario(&suite, *vendor, &name, &bytes))
            .collect();
        assert!(cases.len() > 50, "the corpus of {vendor} has become small");
        assert_eq!(findings(&suite, &cases), []);
        let settings = Settings::of(*vendor, 7, noon());
        let targets = Targets::Each(Arc::new(move |_| {
            Arc::new(InProcess::new(settings.clone())) as Arc<dyn Target>
        }));
        let (suite, by) = (suite.clone(), (*vendor, era()));
        let results = judge_suite(suite, cases.clone(), by, targets, 7, false).await;
        for outcome in results.scenarios {
            let case = cases.iter().find(|case| case.name == outcome.name);
            let text = case.map_or("", |case| &case.source.text);
            assert_eq!(outcome.verdict, Verdict::Pass, "{text}\n{outcome:#?}");
        }
    }
}

#[test]
fn the_scenario_of_a_sequence_reads_like_one_that_a_person_wrote() {
    let bytes = [
        [0, 0, 0, 0, 0, 0, 0, 0],  // create-key
        [1, 0, 0, 0, 0, 0, 0, 0],  // get-parameters
        [2, 0, 0, 0, 0, 2, 0, 1],  // an hour later: import, for an hour
        [3, 0, 0, 0, 1, 0, 0, 0],  // delete this material by its id
        [2, 0, 0, 1, 0, 0, 0, 0],  // import other material
        [4, 0, 0, 0, 4, 0, 0, 0],  // a service refuses for no reason
        [13, 0, 0, 0, 0, 0, 0, 0], // tag
        [23, 1, 0, 0, 0, 0, 0, 0], // encrypt with a key that was never made
    ];
    let text = scenario(
        Vendor::Aws,
        "Found by a fuzzer",
        rule(Vendor::Aws),
        &read(bytes.as_flattened()),
    );
    insta::with_settings!({ snapshot_path => "../../../snapshots/fuzzing", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("scenario", text);
    });
}

/// The cases of a sequence; none where nothing is left to be demonstrated.
fn as_scenario(suite: &Suite, vendor: Vendor, name: &str, bytes: &[u8]) -> Vec<Scenario> {
    let steps = read(bytes);
    if steps.is_empty() {
        return Vec::new();
    }
    let title = format!("Found by a fuzzer: {name}");
    let text = scenario(vendor, &title, rule(vendor), &steps);
    let source = Source {
        file: format!("scenarios/{vendor}/found/{name}.toml"),
        text: text.clone(),
    };
    let cases = suite.read(source);
    cases.unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// What is found in the scenarios themselves, not in the rules that they leave undemonstrated. Two sequences may come out
/// the same, since calls are left out.
fn findings(suite: &Suite, cases: &[Scenario]) -> Vec<Finding> {
    let mut findings = lint(&Suite {
        scenarios: cases.to_vec(),
        ..suite.clone()
    });
    findings.retain(|finding| {
        finding.file.contains("/found/") && !finding.message.contains("expects the same")
    });
    findings
}

/// A rule for the scenarios to cite.
fn rule(vendor: Vendor) -> &'static str {
    match vendor {
        Vendor::Aws => "aws/import/different-material-rejected",
        Vendor::Alibaba => "alibaba/import/reimport-different",
    }
}

fn sequences(vendor: Vendor) -> Vec<(String, Vec<u8>)> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus");
    let folder = corpus.join(format!("{vendor}_state_machine"));
    let entries = fs::read_dir(folder).expect("the state machine has a corpus");
    let files = entries.map(|entry| entry.expect("a listed file is there"));
    let read = |file: fs::DirEntry| {
        let name = file.file_name().to_string_lossy().replace('-', "_");
        (
            name,
            fs::read(file.path()).expect("a listed file can be read"),
        )
    };
    files.map(read).collect()
}
