//! All integration tests, in one binary.

mod command_line;
mod quirks;
mod scenarios;
mod served;
mod tidy;
