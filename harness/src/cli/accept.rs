//! `byokcheck accept`

use globset::{GlobBuilder, GlobMatcher};
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, value};

use super::ExitCode;
use super::args::AcceptArguments;
use super::run::Order;
use super::trouble::Trouble;
use super::{files, profiles, terminal};
use crate::report::Paint;
use crate::report::text::{self, Detail};
use crate::runner::outcome::{ScenarioOutcome, SuiteOutcome, Verdict};

/// Runs without allowances, and makes those of the target file fit what came out.
pub(super) fn accept(arguments: &AcceptArguments, paint: Paint) -> Result<ExitCode, Trouble> {
    let file = profiles::find(&arguments.target, arguments.settings.targets.as_deref())?;
    let Some(path) = file.path else {
        return Err(Trouble::usage(format!(
            "target {} is built in; copy its file into a folder and name that with --targets",
            arguments.target
        )));
    };
    let order = Order {
        selection: &arguments.selection,
        target: &arguments.target,
        settings: &arguments.settings,
        allowances: false,
        keep_exchanges: false,
        quiet: false,
        paint,
    };
    let finished = order.carry_out()?;
    terminal::print(&text::render(&finished.outcome, Detail::Quiet, paint))?;
    if finished.stopped {
        let message = "stopped before the end; the target file is as it was";
        return Err(Trouble::new(ExitCode::Stopped, message));
    }
    let change = Change::fitting(&file.text, &finished.outcome, &arguments.reason)?;
    let name = path.to_string_lossy();
    profiles::parse(&name, &change.text)?;
    files::write(&path, &change.text)?;
    terminal::print(&format!(
        "{name}: {} allowances added, {} removed\n",
        change.added, change.removed
    ))?;
    Ok(ExitCode::Success)
}

/// A target file as it should be.
#[derive(Debug, PartialEq, Eq)]
struct Change {
    text: String,
    added: usize,
    removed: usize,
}

impl Change {
    /// Removes the allowances that cover a case that no longer fails, and adds one for every failure that none covers.
    fn fitting(file: &str, outcome: &SuiteOutcome, reason: &str) -> Result<Self, Trouble> {
        let unusable = |cause: String| {
            Trouble::new(
                ExitCode::WrongFile,
                format!("the target file cannot be edited: {cause}"),
            )
        };
        let mut document: DocumentMut = file
            .parse()
            .map_err(|error: toml_edit::TomlError| unusable(error.to_string()))?;
        let allowances = document
            .entry("allowance")
            .or_insert(Item::ArrayOfTables(ArrayOfTables::new()));
        let Some(allowances) = allowances.as_array_of_tables_mut() else {
            return Err(unusable(
                "`allowance` is no list of tables; write [[allowance]]".to_owned(),
            ));
        };
        let before = allowances.len();
        // What a stale allowance said about cases that still fail stays said.
        let stale: Vec<(GlobMatcher, String)> = allowances
            .iter()
            .filter(|known| is_stale(known, outcome))
            .filter_map(read)
            .collect();
        allowances.retain(|known| !is_stale(known, outcome));
        let removed = before - allowances.len();
        let mut added = 0;
        for name in outcome
            .scenarios
            .iter()
            .filter(|case| fails(case))
            .map(|case| &case.name)
        {
            if allowances.iter().any(|known| covers(known, name)) {
                continue;
            }
            let said = stale.iter().find(|(cases, _)| cases.is_match(name));
            allowances.push(allowance(name, said.map_or(reason, |(_, reason)| reason)));
            added += 1;
        }
        Ok(Self {
            text: document.to_string(),
            added,
            removed,
        })
    }
}

/// A deviation of the service; a case in which byokcheck itself was stuck is none.
fn fails(case: &ScenarioOutcome) -> bool {
    matches!(case.verdict, Verdict::Fail | Verdict::NotTestable)
}

fn is_stale(known: &Table, outcome: &SuiteOutcome) -> bool {
    let mut scenarios = outcome.scenarios.iter();
    scenarios.any(|case| case.verdict == Verdict::Pass && covers(known, &case.name))
}

fn covers(known: &Table, case: &str) -> bool {
    read(known).is_some_and(|(cases, _)| cases.is_match(case))
}

fn read(known: &Table) -> Option<(GlobMatcher, String)> {
    let text = |name| known.get(name).and_then(Item::as_str);
    let cases = GlobBuilder::new(text("scenarios")?)
        .literal_separator(true)
        .build()
        .ok()?;
    Some((cases.compile_matcher(), text("reason")?.to_owned()))
}

fn allowance(case: &str, reason: &str) -> Table {
    let mut table = Table::new();
    table.insert("scenarios", value(globset::escape(case)));
    table.insert("reason", value(reason));
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runner::outcome::RunFacts;
    use crate::spec::Vendor;

    const FILE: &str = "# A service.\nname = \"moto\" # kept\n\n\
        [[allowance]]\nscenarios = \"aws/import/old_*\"\nreason = \"was broken\"\n\n\
        [[allowance]]\nscenarios = \"aws/other/*\"\nreason = \"not run today\"\n";

    fn outcome(cases: &[(&str, Verdict)]) -> SuiteOutcome {
        let case = |(name, verdict): &(&str, Verdict)| ScenarioOutcome {
            name: (*name).to_owned(),
            file: String::new(),
            title: String::new(),
            rules: vec![],
            verdict: *verdict,
            reason: None,
            allowed: None,
            steps: vec![],
            duration_ms: 0,
        };
        SuiteOutcome {
            format: 1,
            run: RunFacts {
                version: String::new(),
                target: String::new(),
                target_version: None,
                vendor: Vendor::Aws,
                as_of: String::new(),
                seed: 0,
                started: String::new(),
                duration_ms: 0,
                repeat: String::new(),
            },
            scenarios: cases.iter().map(case).collect(),
            stale: vec![],
            leftovers: vec![],
        }
    }

    #[track_caller]
    fn change(cases: &[(&str, Verdict)]) -> Change {
        Change::fitting(FILE, &outcome(cases), "new reason").unwrap()
    }

    #[test]
    fn a_run_that_shows_nothing_new_changes_nothing() {
        let change = change(&[("aws/import/old_a", Verdict::Fail)]);
        assert_eq!(
            change,
            Change {
                text: FILE.to_owned(),
                added: 0,
                removed: 0
            }
        );
    }

    #[test]
    fn a_new_failure_is_allowed_by_its_own_name() {
        let change = change(&[("aws/import/row#a/[b]", Verdict::NotTestable)]);
        assert_eq!((change.added, change.removed), (1, 0));
        assert!(change.text.starts_with(FILE), "{}", change.text);
        let document: DocumentMut = change.text.parse().unwrap();
        let allowances = document["allowance"].as_array_of_tables().unwrap();
        assert!(covers(allowances.get(2).unwrap(), "aws/import/row#a/[b]"));
    }

    #[test]
    fn a_stale_allowance_goes_and_its_reason_stays_with_what_still_fails() {
        let change = change(&[
            ("aws/import/old_a", Verdict::Pass),
            ("aws/import/old_b", Verdict::Fail),
        ]);
        assert_eq!((change.added, change.removed), (1, 1));
        assert!(!change.text.contains("old_*"));
        assert!(
            change
                .text
                .contains("scenarios = \"aws/import/old_b\"\nreason = \"was broken\"")
        );
        assert!(change.text.contains("# kept"));
    }

    #[test]
    fn an_error_of_our_own_is_no_deviation() {
        assert_eq!(change(&[("aws/import/x", Verdict::Error)]).added, 0);
    }
}
