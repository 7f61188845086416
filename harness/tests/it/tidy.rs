//! House rules that no lint knows, as ordinary tests.

use std::fs;
use std::path::{Path, PathBuf};

/// The floors, from the ground up, and what each may use. ARCHITECTURE.md gives the reasons.
const FLOORS: &[(&str, &[&str])] = &[
    ("spec", &[]),
    ("wrapping", &["spec"]),
    ("model", &["spec"]),
    ("wire", &["spec"]),
    ("scenario", &["spec", "wrapping"]),
    ("target", &["spec", "wrapping", "model", "wire"]),
    (
        "runner",
        &["spec", "wrapping", "wire", "scenario", "target"],
    ),
    ("report", &["spec", "scenario", "runner"]),
    (
        "fuzzing",
        &["spec", "wrapping", "model", "wire", "scenario", "target"],
    ),
    (
        "cli",
        &[
            "spec", "wrapping", "model", "wire", "scenario", "target", "runner", "report",
        ],
    ),
];

/// Words that betray a clock, a file, a socket, the environment or a runtime.
const EFFECTS: &[&str] = &[
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "SystemTime",
    "Instant::now",
    "Timestamp::now",
    "Zoned::now",
    "tokio",
    "async fn",
    "getrandom",
];

/// What may stand in some files only.
const LOCALISED: &[(&str, &[&str])] = &[
    ("reqwest", &["target/endpoint.rs"]),
    ("clap", &["cli/", "main.rs"]),
    ("axum", &["target/serve.rs"]),
    ("std::env", &["cli/", "main.rs"]),
    ("Timestamp::now", &["cli/", "main.rs"]),
];

#[test]
fn arrows_between_floors_point_down() {
    let mut wrong = Vec::new();
    for (floor, below) in FLOORS {
        for (path, text) in sources(floor) {
            for (other, _) in FLOORS.iter().filter(|(other, _)| other != floor) {
                if !below.contains(other) && text.contains(&format!("crate::{other}")) {
                    wrong.push(format!("{}: {floor} may not use {other}", path.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_module_is_a_floor() {
    let lib = fs::read_to_string(root().join("lib.rs")).expect("lib.rs is there");
    for line in lib.lines() {
        let Some(name) = line
            .strip_prefix("pub mod ")
            .and_then(|rest| rest.strip_suffix(';'))
        else {
            continue;
        };
        assert!(
            FLOORS.iter().any(|(floor, _)| *floor == name),
            "{name} is not in the table"
        );
    }
}

#[test]
fn the_pure_floors_know_no_effects() {
    let mut wrong = Vec::new();
    for floor in ["spec", "wrapping", "model", "wire", "scenario", "report"] {
        for (path, text) in sources(floor) {
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            for word in EFFECTS.iter().filter(|word| code.contains(**word)) {
                wrong.push(format!("{}: {floor} knows no {word}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn foreign_crates_and_effects_stay_where_they_belong() {
    let mut wrong = Vec::new();
    for (path, text) in sources("") {
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let code: String = code
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .collect();
        let place = path
            .strip_prefix(root())
            .expect("it was found there")
            .to_string_lossy()
            .into_owned();
        for (word, places) in LOCALISED {
            if code.contains(word) && !places.iter().any(|allowed| place.starts_with(allowed)) {
                wrong.push(format!(
                    "{place}: {word} belongs into {}",
                    places.join(", ")
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_file_that_grows_past_450_lines_misses_a_noun() {
    let long: Vec<String> = sources("")
        .into_iter()
        .filter(|(path, _)| !path.ends_with("tests.rs"))
        .map(|(path, text)| (path, text.lines().count()))
        .filter(|(_, lines)| *lines > 450)
        .map(|(path, lines)| format!("{}: {lines} lines", path.display()))
        .collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Every source file of a floor (all for ""), tests left out.
fn sources(floor: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let folder = root().join(floor);
    if folder.is_dir() {
        walk(&folder, &mut found);
    } else {
        let file = folder.with_extension("rs");
        let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{floor}: {error}"));
        found.push((file, text));
    }
    found.retain(|(path, _)| {
        !path.ends_with("tests.rs") && !path.components().any(|part| part.as_os_str() == "tests")
    });
    assert!(!found.is_empty(), "{floor} has no file");
    found
}

fn walk(dir: &Path, found: &mut Vec<(PathBuf, String)>) {
    let entries = fs::read_dir(dir).unwrap_or_else(|error| panic!("{}: {error}", dir.display()));
    for entry in entries {
        let path = entry.expect("a listed entry can be read").path();
        if path.is_dir() {
            walk(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).expect("a source file is text");
            found.push((path, text));
        }
    }
}
