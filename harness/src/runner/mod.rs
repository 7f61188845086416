//! Scenario and target to outcome.
//!
//! Knows no dialect's words, no report and no wall clock beyond measuring how long things took. A run that fails
//! is a value ([`outcome`]); nothing here is an `Err` because a service misbehaves.

mod allowance;
#[cfg(test)]
mod altered;
mod check;
pub mod coverage;
mod entries;
mod ledger;
mod look;
pub mod matrix;
pub mod outcome;
mod probe;
mod proof;
mod record;
mod regions;
mod request;
mod run;
pub mod selftest;
mod session;
mod suite;
#[cfg(test)]
mod tests;
mod world;

pub use crate::target::profile::Feature;
pub use allowance::{Allowance, Missing};
pub use suite::{MakeTarget, Observer, Options, Results, Targets, run_suite};
