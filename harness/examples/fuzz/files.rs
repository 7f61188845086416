//! The project's own files, shortened.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::{Seeds, project, words};

/// Short scenarios, each with some words that no shorter one has.
pub(crate) fn scenarios() -> Seeds {
    let mut files = texts("scenarios/aws");
    files.sort_by_key(|(_, text)| text.len());
    let mut seeds = Seeds::default();
    let mut known = BTreeSet::new();
    for (name, text) in &files {
        let words: BTreeSet<String> = text
            .lines()
            .filter(|line| !line.starts_with("title"))
            .flat_map(|line| line.split(|c: char| !c.is_ascii_alphanumeric() && c != '-'))
            .map(str::to_owned)
            .collect();
        if text.len() < 2000 && words.difference(&known).count() > 2 {
            known.extend(words);
            seeds.add(name.as_str(), citing(text));
        }
    }
    let texts: Vec<String> = files.into_iter().map(|(_, text)| text).collect();
    seeds.dictionary = words::dictionary(&texts);
    seeds
}

/// A scenario that cites the one rule that the fuzz target has.
fn citing(text: &str) -> String {
    let cites = |line: &&str| line.starts_with("rules = [");
    let lines = text.lines().map(|line| match cites(&line) {
        true => "rules = [\"aws/fuzz/rule\"]",
        false => line,
    });
    lines.collect::<Vec<_>>().join("\n") + "\n"
}

/// Some rules, each with the sources that it cites.
pub(crate) fn rules() -> Seeds {
    let text = read("scenarios/rules/aws.toml");
    let tables: Vec<&str> = text.split("\n[[").skip(1).collect();
    let sources: Vec<&&str> = tables
        .iter()
        .filter(|table| !table.starts_with("rule]]"))
        .collect();
    let mut seeds = Seeds::default();
    for (number, rule) in tables
        .iter()
        .filter(|table| table.starts_with("rule]]"))
        .enumerate()
        .step_by(25)
    {
        let cited = sources.iter().filter(|source| {
            let key = source.lines().find(|line| line.starts_with("key = "));
            key.is_some_and(|key| rule.contains(key.trim_start_matches("key = ")))
        });
        let chosen: Vec<String> = cited.map(|table| format!("[[{table}\n")).collect();
        seeds.add(
            format!("{number}"),
            format!("{}[[{rule}\n", chosen.concat()),
        );
    }
    seeds.dictionary = words::dictionary(&[text]);
    seeds
}

/// The target files without most of their allowances.
pub(crate) fn targets() -> Seeds {
    let mut seeds = Seeds::default();
    let files = texts("targets");
    for (name, text) in &files {
        let mut tables = text.split("\n[[");
        let beginning: Vec<&str> = tables.by_ref().take(3).collect();
        seeds.add(name.as_str(), beginning.join("\n[[") + "\n");
    }
    let texts: Vec<String> = files.into_iter().map(|(_, text)| text).collect();
    seeds.dictionary = words::dictionary(&texts);
    seeds
}

/// Every TOML file of a folder of the project, by its name.
pub(crate) fn texts(folder: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    walk(&project().join(folder), &mut found);
    found.sort();
    let texts = found.iter().map(|path| {
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        (
            name.replace('_', "-"),
            fs::read_to_string(path).expect("the project's files are text"),
        )
    });
    texts.collect()
}

fn read(file: &str) -> String {
    fs::read_to_string(project().join(file)).expect("the project's files are text")
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the project has its folders") {
        let path = entry.expect("a listed file is there").path();
        if path.is_dir() {
            walk(&path, found);
        } else if path
            .extension()
            .is_some_and(|extension| extension == "toml")
        {
            found.push(path);
        }
    }
}
