//! All integration tests, in one binary.

mod command_line;
mod eras;
mod judge;
mod quirks;
mod scenarios;
mod secrets;
mod served;
mod tidy;
