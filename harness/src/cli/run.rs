//! `byokcheck run`

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use indicatif::ProgressBar;
use jiff::Timestamp;
use jiff::civil::Date;
use tokio::runtime::{Builder, Runtime};

use super::ExitCode;
use super::args::{Format, RunArguments, Selection, TargetSettings};
use super::interrupt::interruption;
use super::list::today;
use super::target::Aim;
use super::trouble::Trouble;
use super::{files, suite, terminal};
use crate::report::text::{self, Detail};
use crate::report::{Paint, json, junit};
use crate::runner::outcome::{FORMAT, RunFacts, ScenarioOutcome, SuiteOutcome};
use crate::runner::{Observer, Options, Results, run_suite};
use crate::spec::{Era, Vendor};

/// Runs scenarios against a target and reports.
pub(super) fn run(arguments: &RunArguments, paint: Paint) -> Result<ExitCode, Trouble> {
    let order = Order {
        selection: &arguments.selection,
        target: &arguments.target,
        settings: &arguments.settings,
        allowances: !arguments.no_allowances,
        keep_exchanges: arguments.keep_exchanges,
        quiet: arguments.quiet,
        paint,
    };
    let finished = order.carry_out()?;
    let outcome = &finished.outcome;
    for (file, render) in [
        (&arguments.json, json::render as fn(&SuiteOutcome) -> String),
        (&arguments.junit, junit::render),
    ] {
        if let Some(file) = file {
            files::write(file, &render(outcome))?;
        }
    }
    let detail = match (arguments.quiet, arguments.verbose) {
        (true, _) => Detail::Quiet,
        (_, true) => Detail::Verbose,
        _ => Detail::Normal,
    };
    terminal::print(&match arguments.format {
        Format::Text => text::render(outcome, detail, paint),
        Format::Json => json::render(outcome),
        Format::Junit => junit::render(outcome),
    })?;
    Ok(finished.exit_code())
}

/// The outcome of a run that may have been stopped before its end.
pub(super) struct Finished {
    pub(super) outcome: SuiteOutcome,
    pub(super) stopped: bool,
}

impl Finished {
    pub(super) fn exit_code(&self) -> ExitCode {
        if self.stopped {
            ExitCode::Stopped
        } else {
            ExitCode::of(&self.outcome)
        }
    }
}

/// What is to be run.
pub(super) struct Order<'a> {
    pub(super) selection: &'a Selection,
    pub(super) target: &'a str,
    pub(super) settings: &'a TargetSettings,
    pub(super) allowances: bool,
    pub(super) keep_exchanges: bool,
    pub(super) quiet: bool,
    pub(super) paint: Paint,
}

impl Order<'_> {
    /// Runs it to its end, or until Ctrl-C.
    pub(super) fn carry_out(&self) -> Result<Finished, Trouble> {
        let seed = seed(self.settings.seed)?;
        let day = self.selection.as_of.unwrap_or_else(today);
        runtime()?.block_on(self.carry_out_on(day, seed))
    }

    async fn carry_out_on(&self, day: Date, seed: u64) -> Result<Finished, Trouble> {
        let stop = Arc::new(AtomicBool::new(false));
        tokio::select! {
            finished = self.work(day, seed, stop.clone()) => finished,
            () = interrupted_twice(&stop) => {
                let message = "interrupted twice; keys of the running cases may be left over";
                Err(Trouble::new(ExitCode::Stopped, message))
            }
        }
    }

    async fn work(&self, day: Date, seed: u64, stop: Arc<AtomicBool>) -> Result<Finished, Trouble> {
        let suite = Arc::new(suite::load(
            self.selection.scenarios.as_deref(),
            self.paint,
        )?);
        let started = (Timestamp::now(), Instant::now());
        let aim = Aim::take(self.target, self.settings, seed, day).await?;
        if let (Some(output), false) = (aim.output(), self.quiet) {
            let (name, output) = (&aim.name, output.display());
            terminal::warn(&format!("byokcheck: what {name} prints goes to {output}"));
        }
        let vendors: Vec<Vendor> = aim.subjects.iter().map(|subject| subject.vendor).collect();
        let cases = suite::select(&suite, self.selection, &vendors, day)?;
        let count = cases.values().map(Vec::len).sum();
        let progress = Arc::new(Progress(terminal::progress(self.quiet, count)));
        let mut results = Results::default();
        for subject in &aim.subjects {
            let cases = cases.get(&subject.vendor).cloned().unwrap_or_default();
            let options = self.options(&aim, subject.vendor, day, seed, stop.clone());
            let targets = subject.targets.clone();
            let more = run_suite(suite.clone(), cases, targets, options, progress.clone());
            results.extend(more.await);
        }
        progress.0.finish_and_clear();
        let run = self.facts(&aim, day, seed, started);
        aim.release().await;
        let outcome = SuiteOutcome {
            format: FORMAT,
            run,
            scenarios: results.scenarios,
            stale: results.stale,
            leftovers: results.leftovers,
        };
        Ok(Finished {
            outcome,
            stopped: results.stopped,
        })
    }

    fn options(
        &self,
        aim: &Aim,
        vendor: Vendor,
        day: Date,
        seed: u64,
        stop: Arc<AtomicBool>,
    ) -> Options {
        Options {
            vendor,
            era: Era(day),
            seed,
            jobs: aim.jobs,
            missing: aim.missing.clone(),
            allowances: if self.allowances {
                aim.allowances.clone()
            } else {
                Vec::new()
            },
            keep_exchanges: self.keep_exchanges,
            patience: aim.patience,
            stop,
        }
    }

    fn facts(
        &self,
        aim: &Aim,
        day: Date,
        seed: u64,
        (started, clock): (Timestamp, Instant),
    ) -> RunFacts {
        RunFacts {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            target: aim.name.clone(),
            target_version: aim.version.clone(),
            vendors: aim.subjects.iter().map(|subject| subject.vendor).collect(),
            as_of: day.to_string(),
            seed,
            started: started.to_string(),
            duration_ms: u64::try_from(clock.elapsed().as_millis()).unwrap_or(u64::MAX),
            repeat: self.repeat(day, seed),
        }
    }

    /// The command that repeats the run, on any day.
    fn repeat(&self, day: Date, seed: u64) -> String {
        let mut words = vec!["byokcheck".to_owned(), "run".to_owned()];
        words.extend(
            self.selection
                .selectors
                .iter()
                .map(|selector| quoted(selector)),
        );
        let mut option =
            |name: &str, value: &str| words.push(format!("--{name} {}", quoted(value)));
        let path = |path: &Path| path.to_string_lossy().into_owned();
        option("target", self.target);
        if let Some(folder) = &self.selection.scenarios {
            option("scenarios", &path(folder));
        }
        if let Some(folder) = &self.settings.targets {
            option("targets", &path(folder));
        }
        for folder in &self.settings.bin_dir {
            option("bin-dir", &path(folder));
        }
        for feature in &self.settings.missing {
            option("missing", feature);
        }
        if let Some(dialect) = self.settings.dialect {
            option("dialect", dialect.into());
        }
        let words_of_aws = [
            ("region", &self.settings.region),
            ("replica-region", &self.settings.replica_region),
            ("profile", &self.settings.profile),
        ];
        for (name, value) in words_of_aws {
            if let Some(value) = value {
                option(name, value);
            }
        }
        option("as-of", &day.to_string());
        option("seed", &seed.to_string());
        for (name, given) in [
            ("no-allowances", !self.allowances),
            ("real", self.settings.real),
        ] {
            if given {
                words.push(format!("--{name}"));
            }
        }
        words.join(" ")
    }
}

/// The word as a shell takes it for one.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-:=@%+,".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// The seed that was given, or a random one.
pub(super) fn seed(given: Option<u64>) -> Result<u64, Trouble> {
    match given {
        Some(seed) => Ok(seed),
        // Short enough to be typed again.
        None => getrandom::u32().map(u64::from).map_err(|error| {
            let message =
                format!("the system gives no random numbers ({error}); give one with --seed");
            Trouble::new(ExitCode::Internal, message)
        }),
    }
}

/// Where asynchronous work is done.
pub(super) fn runtime() -> Result<Runtime, Trouble> {
    Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| {
            let message = format!("the system gives no threads ({error}); close other programs");
            Trouble::new(ExitCode::Internal, message)
        })
}

/// The first interruption lets running cases end and clean up, the second ends this wait.
async fn interrupted_twice(stop: &AtomicBool) {
    interruption().await;
    stop.store(true, Ordering::Relaxed);
    terminal::warn(
        "byokcheck: stopping when the running cases have cleaned up; Ctrl-C again to stop now",
    );
    interruption().await;
}

/// Shows how far a run is.
struct Progress(ProgressBar);

impl Observer for Progress {
    fn ended(&self, outcome: &ScenarioOutcome) {
        self.0.set_message(outcome.name.clone());
        self.0.inc(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_takes_a_quoted_word_for_one() {
        assert_eq!(quoted("aws/import"), "aws/import");
        assert_eq!(quoted("**/x"), "'**/x'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(quoted("a#b"), "'a#b'");
        assert_eq!(quoted(""), "''");
    }
}
