//! All integration tests, in one binary.

mod command_line;
mod scenarios;
mod served;
mod tidy;
