//! Outcomes to text: for a terminal, as JSON, as JUnit, as Markdown. Pure functions of plain data.
//!
//! Knows no target, no clock, no environment and no file: whoever calls it says whether colour is wanted and where
//! the text goes. Secrets are gone before an outcome arrives here.

mod by_rule;
mod caret;
pub mod coverage;
pub mod document;
mod failure;
pub mod json;
pub mod junit;
pub mod markdown;
mod page;
mod paint;
pub mod register;
#[cfg(test)]
mod samples;
pub mod selftest;
mod tally;
pub mod text;
mod visible;

pub use caret::{Mark, draw};
pub use paint::Paint;
