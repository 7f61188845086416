//! `byokcheck lint`

use super::ExitCode;
use super::args::LintArguments;
use super::suite;
use super::terminal;
use super::trouble::Trouble;
use crate::report::Paint;
use crate::scenario;
use crate::target::quirk;

/// Shows what is wrong with the suite, or how large it is.
pub(super) fn lint(arguments: &LintArguments, paint: Paint) -> Result<ExitCode, Trouble> {
    let suite = suite::load(arguments.scenarios.as_deref(), paint)?;
    let mut findings = scenario::lint(&suite);
    findings.extend(scenario::unproven(&suite, &quirk::proven()));
    let drawn: String = findings
        .iter()
        .map(|finding| suite::show(&finding.file, &finding.place, &finding.message, paint) + "\n\n")
        .collect();
    let cases = suite.scenarios.len();
    terminal::print(&format!(
        "{drawn}{cases} cases, {} findings\n",
        findings.len()
    ))?;
    Ok(match findings.is_empty() {
        true => ExitCode::Success,
        false => ExitCode::WrongFile,
    })
}
