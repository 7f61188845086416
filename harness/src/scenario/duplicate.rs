//! Cases that do and expect the same, whatever their steps and materials are called.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::suite::{Scenario, Suite};
use crate::spec::RuleId;

/// Every case that repeats another for the same vendors on the same days, with the first one like it. Rows of one file are told apart by
/// their author.
pub(super) fn duplicates(suite: &Suite) -> impl Iterator<Item = (&Scenario, &Scenario)> {
    let mut seen: BTreeMap<_, &Scenario> = BTreeMap::new();
    suite.scenarios.iter().filter_map(move |case| {
        let place = (shape(case), vendors(case), days(suite, case));
        let first = *seen.entry(place).or_insert(case);
        (first.source.file != case.source.file).then_some((case, first))
    })
}

/// Whose rules a case demonstrates.
fn vendors(case: &Scenario) -> BTreeSet<&str> {
    let rules = case.rules.iter();
    rules
        .filter_map(|rule| rule.text.split('/').next())
        .collect()
}

/// The days on which a case is run: from the first on, and until the day before the second.
fn days(suite: &Suite, case: &Scenario) -> (Option<Date>, Option<Date>) {
    let names = case.rules.iter().chain(&case.needs);
    let rules = || {
        let ids = names.clone().map(|name| RuleId(name.text.clone()));
        ids.filter_map(|id| suite.rule(&id))
    };
    let since = rules().map(|rule| rule.since).max();
    (since, rules().filter_map(|rule| rule.until).min())
}

/// What a case does and expects, as text: the places are left out, and names are numbered as they first occur.
fn shape(case: &Scenario) -> String {
    let steps = without_places(&format!("{:?}", case.steps));
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    let mut shape = String::new();
    let mut parts = steps.split(NAME);
    shape.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let (name, rest) = part.split_once('"').unwrap_or((part, ""));
        let next = numbers.len();
        let number = numbers.entry(name).or_insert(next);
        shape.push_str(&format!("#{number}{rest}"));
    }
    let materials = case.materials.iter();
    let mut materials: Vec<String> = materials
        .map(|(name, material)| {
            let number = numbers.get(name.as_str());
            format!("{number:?} {:?} {:?}", material.kind, material.form)
        })
        .collect();
    materials.sort();
    shape + &materials.join("\n")
}

/// How the debug form of a name begins.
const NAME: &str = "Name { text: \"";

/// The text without what looks like a range of bytes.
fn without_places(text: &str) -> String {
    let is_digit = |c: &char| c.is_ascii_digit();
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("..") {
        let start = before.trim_end_matches(|c| is_digit(&c));
        let end = after.trim_start_matches(|c| is_digit(&c));
        kept.push_str(start);
        kept.push_str("..");
        rest = end;
    }
    kept + rest
}
