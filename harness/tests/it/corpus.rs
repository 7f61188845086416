//! What fuzzers are started with and what they found, on any toolchain.

use std::fs;
use std::path::{Path, PathBuf};

use byokcheck::fuzzing::TARGETS;

#[test]
fn no_seed_and_no_regression_breaks_a_promise() {
    let mut count = 0;
    for target in TARGETS {
        for file in files(&fuzz().join("corpus").join(target.name)) {
            // A panic says what is broken; the output before it says by what.
            eprintln!("{}", file.display());
            (target.check)(&fs::read(&file).expect("a listed file can be read"));
            count += 1;
        }
    }
    assert!(count > 500, "the corpora have become small");
}

#[test]
fn every_target_has_a_binary_and_seeds() {
    let manifest = fs::read_to_string(fuzz().join("Cargo.toml")).expect("fuzz/ has a manifest");
    for target in TARGETS {
        let name = target.name;
        let binary = fuzz().join("fuzz_targets").join(format!("{name}.rs"));
        assert!(binary.exists(), "{} is missing", binary.display());
        assert!(
            manifest.contains(&format!("name = \"{name}\"")),
            "{name} is no binary"
        );
        assert!(
            !files(&fuzz().join("corpus").join(name)).is_empty(),
            "{name} has no seeds"
        );
    }
    assert_eq!(files(&fuzz().join("fuzz_targets")).len(), TARGETS.len());
}

fn fuzz() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries =
        fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    entries
        .map(|entry| entry.expect("a listed file is there").path())
        .collect()
}
