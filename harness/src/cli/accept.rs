//! `byokcheck accept`

use toml_edit::{Array, ArrayOfTables, DocumentMut, Item, Table, Value, value};

use super::ExitCode;
use super::args::AcceptArguments;
use super::run::Order;
use super::trouble::Trouble;
use super::{files, profiles, terminal};
use crate::report::Paint;
use crate::report::text::{self, Detail};
use crate::runner::outcome::{ScenarioOutcome, SuiteOutcome, Verdict};
use crate::target::profile::CasePattern;

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
        let mut removed = 0;
        // What a stale pattern said about cases that still fail stays said.
        let mut orphans: Vec<(CasePattern, String)> = Vec::new();
        for known in allowances.iter_mut() {
            let reason = reason_of(known).to_owned();
            let (stale, needed): (Vec<_>, Vec<_>) = patterns_of(known)
                .into_iter()
                .partition(|pattern| is_stale(pattern, outcome));
            removed += stale.len();
            if !stale.is_empty() {
                known.insert("scenarios", list(needed.iter().map(CasePattern::as_str)));
            }
            orphans.extend(stale.into_iter().map(|pattern| (pattern, reason.clone())));
        }
        allowances.retain(|known| !patterns_of(known).is_empty());
        let mut added = 0;
        for case in outcome.scenarios.iter().filter(|case| fails(case)) {
            let name = &case.name;
            if allowances.iter().any(|known| covers(known, name)) {
                continue;
            }
            let said = orphans.iter().find(|(pattern, _)| pattern.means(name));
            add(allowances, name, said.map_or(reason, |(_, reason)| reason));
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

/// Whether the pattern covers a case that passed.
fn is_stale(pattern: &CasePattern, outcome: &SuiteOutcome) -> bool {
    let mut scenarios = outcome.scenarios.iter();
    scenarios.any(|case| case.verdict == Verdict::Pass && pattern.means(&case.name))
}

fn covers(known: &Table, case: &str) -> bool {
    patterns_of(known).iter().any(|pattern| pattern.means(case))
}

fn patterns_of(known: &Table) -> Vec<CasePattern> {
    let patterns = known.get("scenarios").and_then(Item::as_array);
    let texts = patterns.into_iter().flatten().filter_map(Value::as_str);
    texts
        .filter_map(|text| CasePattern::try_from(text.to_owned()).ok())
        .collect()
}

fn reason_of(known: &Table) -> &str {
    known
        .get("reason")
        .and_then(Item::as_str)
        .unwrap_or_default()
}

/// Puts the case under its reason: beside the others that have the same one, or into an allowance of its own.
fn add(allowances: &mut ArrayOfTables, case: &str, reason: &str) {
    let case = globset::escape(case);
    if let Some(known) = allowances
        .iter_mut()
        .find(|known| reason_of(known) == reason)
    {
        let mut patterns: Vec<String> = patterns_of(known)
            .iter()
            .map(|pattern| pattern.as_str().to_owned())
            .collect();
        patterns.push(case);
        known.insert("scenarios", list(patterns.iter().map(String::as_str)));
    } else {
        let mut table = Table::new();
        table.insert("reason", value(reason));
        table.insert("scenarios", list([case.as_str()].into_iter()));
        allowances.push(table);
    }
}

/// A list with one text per line, as people edit it.
fn list<'a>(texts: impl Iterator<Item = &'a str>) -> Item {
    let mut array = Array::new();
    for text in texts {
        let mut text = Value::from(text);
        text.decor_mut().set_prefix("\n    ");
        array.push_formatted(text);
    }
    array.set_trailing_comma(true);
    array.set_trailing("\n");
    value(array)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runner::outcome::RunFacts;
    use crate::spec::Vendor;

    const FILE: &str = "# A service.\nname = \"moto\" # kept\n\n\
        [[allowance]]\nscenarios = [\"aws/import/old_*\"]\nreason = \"was broken\"\n\n\
        [[allowance]]\nscenarios = [\"aws/other/*\"]\nreason = \"not run today\"\n";

    fn outcome(cases: &[(&str, Verdict)]) -> SuiteOutcome {
        let case = |(name, verdict): &(&str, Verdict)| ScenarioOutcome {
            name: (*name).to_owned(),
            vendor: Vendor::Aws,
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
                vendors: vec![Vendor::Aws],
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
                .contains("reason = \"was broken\"\nscenarios = [\n    \"aws/import/old_b\",\n]")
        );
        assert!(change.text.contains("# kept"));
    }

    #[test]
    fn an_error_of_our_own_is_no_deviation() {
        assert_eq!(change(&[("aws/import/x", Verdict::Error)]).added, 0);
    }
}
