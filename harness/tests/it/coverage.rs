//! What the suite covers on the reference, and that it does not become less.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use byokcheck::report::coverage::{Cell, Coverage, Is, Matrix, json};
use byokcheck::runner::coverage::cover;
use byokcheck::scenario::Suite;
use byokcheck::spec::{Edition, Vendor};

use crate::judge::era;

/// What was covered when somebody looked last. To look again: `byokcheck rules --coverage --format json`.
const KNOWN: &str = "../snapshots/coverage/aws.json";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_cell_of_the_coverage_is_lost_or_left_empty() {
    let matrices = matrices().await;
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(KNOWN);
    if std::env::var("INSTA_UPDATE").as_deref() == Ok("always") {
        fs::write(&path, json(&matrices)).expect("the folder is there");
    }
    let known = fs::read_to_string(path).expect("the file is there");
    let known: Vec<Matrix> = serde_json::from_str(&known).expect("it holds matrices");
    let tested = cells(&matrices, |cell| cell.is == Is::Tested);
    let before = cells(&known, |cell| cell.is == Is::Tested);
    let lost: Vec<_> = before.difference(&tested).collect();
    assert!(lost.is_empty(), "no longer covered: {lost:#?}");
    let open = cells(&matrices, |cell| cell.is == Is::Not);
    assert!(open.is_empty(), "not covered and not impossible: {open:#?}");
}

/// Names of cells: matrix, row, column.
fn cells(matrices: &[Matrix], meant: impl Fn(&Cell) -> bool) -> BTreeSet<(&str, &str, &str)> {
    let mut cells = BTreeSet::new();
    for matrix in matrices {
        let meant = matrix.cells().filter(|(_, cell)| meant(cell));
        cells.extend(meant.map(|(row, cell)| (&*matrix.name, row, &*cell.column)));
    }
    cells
}

async fn matrices() -> Vec<Matrix> {
    let suite = Arc::new(Suite::embedded().expect("another test reads the suite"));
    let covered = cover(suite.clone(), Vendor::Aws, era(), 7).await;
    let coverage = Coverage {
        register: &suite.registers[&Vendor::Aws],
        coverable: &suite.coverable[&Vendor::Aws],
        covered: &covered,
        era: era(),
        edition: Edition::of(Vendor::Aws, era()),
    };
    coverage.matrices()
}
