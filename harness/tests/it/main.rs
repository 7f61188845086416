//! All integration tests, in one binary.

mod command_line;
mod corpus;
mod coverage;
mod eras;
mod found;
mod judge;
mod matching;
mod quirks;
mod register;
mod scenarios;
mod secrets;
mod served;
mod tidy;
mod truth;
