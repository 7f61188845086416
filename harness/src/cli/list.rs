//! `byokcheck list`

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use strum::VariantArray;

use super::ExitCode;
use super::args::ListArguments;
use super::suite;
use super::terminal;
use super::trouble::Trouble;
use crate::report::Paint;
use crate::scenario::Scenario;
use crate::spec::Vendor;
use crate::target::quirk::{self, Quirk};

/// Prints the names of the cases that a run would take, or of the defects that they have to catch.
pub(super) fn list(arguments: &ListArguments) -> Result<ExitCode, Trouble> {
    let selection = &arguments.selection;
    let suite = suite::load(selection.scenarios.as_deref(), Paint::Plain)?;
    let day = selection.as_of.unwrap_or_else(today);
    let cases = suite::select(&suite, selection, Vendor::VARIANTS, day)?;
    let cases: BTreeMap<&str, &Scenario> = cases
        .values()
        .flatten()
        .map(|case| (case.name.as_str(), case))
        .collect();
    if arguments.quirks {
        let cited: BTreeSet<&str> = cases.values().flat_map(|case| rules(case)).collect();
        let meant = |quirk: &&Quirk| quirk.rules.iter().any(|rule| cited.contains(rule));
        terminal::print(&quirk::all().filter(meant).map(defect).collect::<String>())?;
        return Ok(ExitCode::Success);
    }
    let line = if arguments.verbose { in_full } else { name };
    terminal::print(&cases.into_values().map(line).collect::<String>())?;
    Ok(ExitCode::Success)
}

/// The day by the wall clock, in UTC.
pub(super) fn today() -> Date {
    Timestamp::now().to_zoned(TimeZone::UTC).date()
}

fn defect(quirk: &Quirk) -> String {
    format!("{}\n    {}\n", quirk.name, quirk.harm)
}

fn name(case: &Scenario) -> String {
    format!("{}\n", case.name)
}

fn rules(case: &Scenario) -> impl Iterator<Item = &str> {
    case.rules.iter().map(|rule| rule.text.as_str())
}

fn in_full(case: &Scenario) -> String {
    let rules: Vec<&str> = rules(case).collect();
    format!(
        "{}\n    {}\n    {}\n",
        case.name,
        case.title,
        rules.join(", ")
    )
}
