//! Standard output and standard error: colours, broken pipes, the progress bar.

use std::env;
use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::ExitCode;
use super::args::When;
use super::trouble::Trouble;
use crate::report::Paint;

/// Whether standard output takes colours.
pub(super) fn paint(when: When) -> Paint {
    let wanted = match when {
        When::Always => true,
        When::Never => false,
        When::Auto => io::stdout().is_terminal() && !colours_are_unwanted(),
    };
    if wanted {
        Paint::Coloured
    } else {
        Paint::Plain
    }
}

fn colours_are_unwanted() -> bool {
    let set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    set("NO_COLOR") || env::var_os("TERM").is_some_and(|terminal| terminal == "dumb")
}

/// Writes to standard output. A reader that has gone away, as behind `| head`, has seen enough.
pub(super) fn print(text: &str) -> Result<(), Trouble> {
    let mut stdout = io::stdout().lock();
    let written = stdout.write_all(text.as_bytes());
    match written.and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            let message = format!("standard output: {error}; redirect it to a place with space");
            Err(Trouble::new(ExitCode::WrongFile, message))
        }
        _ => Ok(()),
    }
}

/// Writes a line to standard error, as well as possible.
pub(super) fn warn(text: &str) {
    drop(writeln!(io::stderr().lock(), "{text}"));
}

/// A progress bar on standard error, invisible unless a person can see it.
pub(super) fn progress(quiet: bool, length: usize) -> ProgressBar {
    let seen = !quiet && io::stderr().is_terminal();
    let target = if seen {
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    };
    let bar = ProgressBar::with_draw_target(u64::try_from(length).ok(), target);
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {wide_msg}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    if seen {
        bar.enable_steady_tick(Duration::from_millis(200));
    }
    bar
}
