//! How a command ends, for scripts.

use std::process;

use crate::runner::outcome::{ScenarioOutcome, SuiteOutcome, Verdict};

/// The exit codes of byokcheck. Where several would fit, the first of this order is used: 1, 6, 5, 75, 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum ExitCode {
    /// All as expected.
    Success = 0,
    /// A case failed that no allowance covers.
    UnexpectedFailure = 1,
    /// The arguments make no sense.
    Usage = 2,
    /// A scenario, target or rule file is wrong, or a file cannot be read or written.
    WrongFile = 3,
    /// The target cannot be reached, or takes our credentials for wrong.
    Unreachable = 4,
    /// A line of the target file is no longer true.
    Stale = 5,
    /// Keys are left over that could not be scheduled for deletion.
    Leftovers = 6,
    /// Stopped by Ctrl-C, a budget or a safety limit; what was reported is a part.
    Stopped = 7,
    /// A bug in byokcheck.
    Internal = 70,
    /// Cases wait for time to pass.
    Parked = 75,
}

impl ExitCode {
    /// The code for a run that came to its end.
    #[must_use]
    pub fn of(outcome: &SuiteOutcome) -> Self {
        let ended = |verdict| {
            let mut scenarios = outcome.scenarios.iter();
            scenarios.any(|scenario| scenario.verdict == verdict)
        };
        if outcome.scenarios.iter().any(ScenarioOutcome::is_unexpected) {
            Self::UnexpectedFailure
        } else if !outcome.leftovers.is_empty() {
            Self::Leftovers
        } else if !outcome.stale.is_empty() {
            Self::Stale
        } else if ended(Verdict::Parked) {
            Self::Parked
        } else {
            Self::Success
        }
    }
}

impl From<ExitCode> for process::ExitCode {
    fn from(code: ExitCode) -> Self {
        Self::from(code as u8)
    }
}
