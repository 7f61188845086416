//! All integration tests, in one binary.

mod scenarios;
mod tidy;
