//! The command line: arguments, files, environment, wall clock, randomness and exit codes.
//!
//! The only floor that looks at any of these. It decides nothing about a service: it finds the files, calls the
//! runner and hands its outcome to the reports.

mod accept;
mod args;
mod exit_code;
mod files;
mod interrupt;
mod lint;
mod list;
mod profiles;
mod report;
mod rules;
mod run;
mod selector;
mod selftest;
mod serve;
mod signer;
mod suite;
mod target;
mod terminal;
mod trouble;

pub use exit_code::ExitCode;

use std::panic;

use clap::{CommandFactory, Parser};

use crate::report::json;
use crate::runner::matrix::KillMatrix;
use crate::target::profile::Profile;
use args::{Arguments, Command, SchemaOf};
use trouble::Trouble;

/// Reads the arguments, does what they say, and tells how it ended.
#[must_use]
pub fn main() -> ExitCode {
    panic::set_hook(Box::new(|panic| terminal::warn(&internal_error(panic))));
    panic::catch_unwind(obey).unwrap_or(ExitCode::Internal)
}

fn obey() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        // `--help` and `--version` arrive here, too.
        Err(error) => {
            drop(error.print());
            return if error.use_stderr() {
                ExitCode::Usage
            } else {
                ExitCode::Success
            };
        }
    };
    dispatch(&arguments).unwrap_or_else(|trouble| {
        terminal::warn(&format!("byokcheck: {trouble}"));
        trouble.code
    })
}

fn dispatch(arguments: &Arguments) -> Result<ExitCode, Trouble> {
    let paint = terminal::paint(arguments.color);
    match &arguments.command {
        Command::Run(arguments) => run::run(arguments, paint),
        Command::Report(arguments) => report::report(arguments),
        Command::Accept(arguments) => accept::accept(arguments, paint),
        Command::Serve(arguments) => serve::serve(arguments),
        Command::Selftest(arguments) => selftest::selftest(arguments, paint),
        Command::Lint(arguments) => lint::lint(arguments, paint),
        Command::List(arguments) => list::list(arguments),
        Command::Rules(arguments) => rules::rules(arguments, paint),
        Command::Explain(arguments) => rules::explain(arguments, paint),
        Command::Completions(arguments) => {
            let mut script = Vec::new();
            let mut command = Arguments::command();
            clap_complete::generate(arguments.shell, &mut command, "byokcheck", &mut script);
            done(&String::from_utf8_lossy(&script))
        }
        Command::Schema(arguments) => {
            let schema = match arguments.of {
                SchemaOf::Results => json::schema(),
                SchemaOf::Scenario => crate::scenario::schema(),
                SchemaOf::Target => schemars::schema_for!(Profile).to_value(),
                SchemaOf::Selftest => schemars::schema_for!(KillMatrix).to_value(),
            };
            done(&format!("{schema:#}\n"))
        }
    }
}

fn done(text: &str) -> Result<ExitCode, Trouble> {
    terminal::print(text)?;
    Ok(ExitCode::Success)
}

fn internal_error(panic: &panic::PanicHookInfo<'_>) -> String {
    let place = panic
        .location()
        .map_or_else(String::new, |place| format!(" at {place}"));
    let cause = panic.payload_as_str().unwrap_or("no message");
    format!(
        "byokcheck: internal error{place}: {cause}; please report it with the command that you ran"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_help(name: &str, command: &clap::Command) {
        let help = command.clone().term_width(100).render_help().to_string();
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path("../../../snapshots/cli");
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!(name, help));
    }

    #[test]
    fn the_help_reads_as_reviewed() {
        let mut byokcheck = Arguments::command();
        byokcheck.build();
        assert_help("help", &byokcheck);
        for name in ["run", "rules", "report", "accept", "serve", "selftest"] {
            let command = byokcheck.find_subcommand(name).unwrap();
            assert_help(&format!("help_{name}"), command);
        }
    }
}
