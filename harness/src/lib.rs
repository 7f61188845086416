//! byokcheck: does a key management service import customer key material the way its documentation says?
//!
//! The floors, in reading order; an arrow between them may only point towards the top of this list.

pub mod spec;

pub mod wrapping;

pub mod model;

pub mod wire;

pub mod scenario;

pub mod target;

pub mod runner;

pub mod fuzzing;

pub mod report;

#[cfg(feature = "cli")]
pub mod cli;
