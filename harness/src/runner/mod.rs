//! Scenario and target to outcome. Knows no dialect's words and no report.

pub mod outcome;
