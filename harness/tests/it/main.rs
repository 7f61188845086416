//! All integration tests, in one binary.

mod command_line;
mod coverage;
mod eras;
mod judge;
mod matching;
mod quirks;
mod register;
mod scenarios;
mod secrets;
mod served;
mod tidy;
mod truth;
