//! The suite that a command works with, and what of it a person means.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::civil::Date;

use super::ExitCode;
use super::args::Selection;
use super::files;
use super::selector::{Case, Selector};
use super::trouble::Trouble;
use crate::report::{Mark, Paint, draw};
use crate::scenario::{Place, Scenario, Suite};
use crate::spec::{Era, Vendor};

/// Reads the suite of a folder, or the built-in one.
pub(super) fn load(folder: Option<&Path>, paint: Paint) -> Result<Suite, Trouble> {
    let suite = match folder {
        None => Suite::embedded(),
        Some(folder) => Suite::parse(files::read_folder(folder)?),
    };
    let suite = suite.map_err(|errors| {
        let drawn: Vec<String> = errors
            .iter()
            .map(|error| show(&error.file, &error.place, &error.message, paint))
            .collect();
        let number = errors.len();
        let files = if number == 1 { "file" } else { "files" };
        let message = format!(
            "{number} {files} of the suite cannot be read\n\n{}",
            drawn.join("\n\n")
        );
        Trouble::new(ExitCode::WrongFile, message)
    })?;
    if suite.registers.is_empty() {
        let folder = folder.map_or_else(String::new, |folder| format!("{}: ", folder.display()));
        let message = format!("{folder}no rules; give a folder that holds rules/aws.toml");
        return Err(Trouble::new(ExitCode::WrongFile, message));
    }
    Ok(suite)
}

/// What is wrong with a line of a file, above the line itself.
pub(super) fn show(file: &str, place: &Place, message: &str, paint: Paint) -> String {
    let mark = Mark {
        place,
        label: String::new(),
    };
    format!("{message}\n{}", draw(file, &[mark], paint))
}

/// For each of these vendors, the cases that hold on this day and that any selector means, ordered by name.
///
/// # Errors
/// A selector means none of the suite's cases.
pub(super) fn select(
    suite: &Suite,
    selection: &Selection,
    vendors: &[Vendor],
    day: Date,
) -> Result<BTreeMap<Vendor, Vec<Scenario>>, Trouble> {
    let selectors: Vec<Selector> = selection
        .selectors
        .iter()
        .map(|text| Selector::parse(text))
        .collect::<Result<_, _>>()?;
    let idle = selectors.iter().find(|selector| {
        !suite
            .scenarios
            .iter()
            .any(|scenario| means(selector, scenario))
    });
    if let Some(selector) = idle {
        return Err(Trouble::usage(format!(
            "no case is meant by {:?}; `byokcheck list` shows all of them",
            selector.text()
        )));
    }
    let meant = |scenario: &&Scenario| {
        selectors.is_empty() || selectors.iter().any(|selector| means(selector, scenario))
    };
    let cases_of = |vendor: &Vendor| {
        let cases = suite.cases(*vendor, Era(day)).filter(meant).cloned();
        (*vendor, cases.collect())
    };
    let cases: BTreeMap<Vendor, Vec<Scenario>> = vendors.iter().map(cases_of).collect();
    if cases.values().all(Vec::is_empty) {
        let message = format!(
            "no case is left to run: none of those that are meant demonstrates a rule of {day}; \
             choose another --as-of, or other scenarios"
        );
        return Err(Trouble::new(ExitCode::WrongFile, message));
    }
    Ok(cases)
}

fn means(selector: &Selector, scenario: &Scenario) -> bool {
    let rules: Vec<&str> = scenario
        .rules
        .iter()
        .map(|name| name.text.as_str())
        .collect();
    selector.means(&Case {
        name: &scenario.name,
        file: &scenario.source.file,
        rules: &rules,
        tags: &scenario.tags,
    })
}
