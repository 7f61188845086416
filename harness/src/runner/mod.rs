//! Scenario and target to outcome.
//!
//! Knows no dialect's words, no report and no wall clock beyond measuring how long things took. A run that fails
//! is a value ([`outcome`]); nothing here is an `Err` because a service misbehaves.

mod allowance;
mod check;
mod ledger;
pub mod outcome;
mod probe;
mod record;
mod run;
mod session;
mod suite;
mod world;

pub use allowance::{Allowance, Missing};
pub use probe::Feature;
pub use suite::{Observer, Options, Results, Targets, run_suite};
