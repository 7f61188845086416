//! `byokcheck selftest`

use std::sync::Arc;
use std::thread;

use jiff::Timestamp;

use super::ExitCode;
use super::args::SelftestArguments;
use super::list::today;
use super::run::{runtime, seed};
use super::serve::find_quirk;
use super::trouble::Trouble;
use super::{files, suite, terminal};
use crate::report::Paint;
use crate::report::selftest::{Detail, render, render_json};
use crate::runner::matrix::KillMatrix;
use crate::runner::selftest::{Plan, Scope, selftest as plant};
use crate::spec::{Era, Vendor};
use crate::target::quirk::{self, Quirk};

/// Plants defects and shows what catches them.
pub(super) fn selftest(arguments: &SelftestArguments, paint: Paint) -> Result<ExitCode, Trouble> {
    let vendor = arguments.dialect.unwrap_or(Vendor::Aws);
    let suite = Arc::new(suite::load(arguments.scenarios.as_deref(), paint)?);
    let quirks = quirks(arguments, vendor)?;
    let plan = Plan {
        vendor,
        era: Era(arguments.as_of.unwrap_or_else(today)),
        seed: seed(arguments.seed)?,
        start: Timestamp::now(),
        jobs: arguments.jobs.map_or_else(processors, usize::from),
        scope: Scope::Whole,
    };
    let progress = terminal::progress(false, quirks.len());
    let observer = {
        let progress = progress.clone();
        Arc::new(move |quirk: &Quirk| {
            progress.set_message(quirk.name);
            progress.inc(1);
        })
    };
    let matrix = runtime()?.block_on(plant(suite, &quirks, plan, observer));
    progress.finish_and_clear();
    if let Some(file) = &arguments.json {
        files::write(file, &render_json(&matrix))?;
    }
    terminal::print(&render(&matrix, detail(arguments), paint))?;
    Ok(exit_code(&matrix))
}

fn quirks(arguments: &SelftestArguments, vendor: Vendor) -> Result<Vec<&'static Quirk>, Trouble> {
    if arguments.canary {
        return Ok(vec![quirk::canary()]);
    }
    if arguments.quirks.is_empty() {
        return Ok(quirk::of(vendor).collect());
    }
    let names = arguments.quirks.iter();
    names.map(|name| find_quirk(name)).collect()
}

fn detail(arguments: &SelftestArguments) -> Detail {
    match (arguments.canary, arguments.verbose) {
        (true, _) => Detail::Canary,
        (_, true) => Detail::Verbose,
        _ => Detail::Summary,
    }
}

fn exit_code(matrix: &KillMatrix) -> ExitCode {
    match matrix.is_sound() {
        true => ExitCode::Success,
        false => ExitCode::UnexpectedFailure,
    }
}

fn processors() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}
