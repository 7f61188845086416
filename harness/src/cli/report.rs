//! `byokcheck report`

use std::path::Path;

use super::ExitCode;
use super::args::ReportArguments;
use super::trouble::Trouble;
use super::{files, terminal};
use crate::report::{json, markdown};
use crate::runner::outcome::SuiteOutcome;

/// Reads the results of runs and compares them.
pub(super) fn report(arguments: &ReportArguments) -> Result<ExitCode, Trouble> {
    let outcomes: Vec<SuiteOutcome> = arguments
        .files
        .iter()
        .map(|file| read(file))
        .collect::<Result<_, _>>()?;
    terminal::print(&markdown::render(&outcomes))?;
    Ok(ExitCode::Success)
}

fn read(file: &Path) -> Result<SuiteOutcome, Trouble> {
    json::read(&files::read(file)?).map_err(|error| {
        let remedy = "give a file that `byokcheck run --json` has written";
        let message = format!("{}: {error}; {remedy}", file.display());
        Trouble::new(ExitCode::WrongFile, message)
    })
}
