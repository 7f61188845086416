use std::collections::BTreeSet;

use super::duplicate::duplicates;
use super::lint_rules::{lint_rules, needless_openings};
use super::place::Place;
use super::step::{Action, Argument, Control, Matcher, Name, Step};
use super::suite::{Scenario, Suite};

/// Something about a scenario that can be read but should not stay so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which file.
    pub file: String,
    /// Where.
    pub place: Place,
    /// What should be done.
    pub message: String,
}

/// Everything about the suite that can be read but should not stay so.
#[must_use]
pub fn lint(suite: &Suite) -> Vec<Finding> {
    let mut findings: Vec<Finding> = suite.scenarios.iter().flat_map(lint_scenario).collect();
    findings.extend(needless_openings(suite));
    findings.extend(lint_rules(suite));
    findings.extend(duplicates(suite).map(|(case, other)| {
        let message = format!(
            "{} does and expects the same; keep one of them, with the rules of both",
            other.name
        );
        Finding::about(case, &(0..0), message)
    }));
    findings.sort_by(|a, b| (&a.file, a.place.line).cmp(&(&b.file, b.place.line)));
    findings.dedup();
    findings
}

impl Finding {
    pub(super) fn about(
        scenario: &Scenario,
        span: &std::ops::Range<usize>,
        message: String,
    ) -> Self {
        Self {
            file: scenario.source.file.clone(),
            place: scenario.source.place(span),
            message,
        }
    }
}

fn lint_scenario(scenario: &Scenario) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut note = |span: &std::ops::Range<usize>, message: String| {
        findings.push(Finding::about(scenario, span, message));
    };
    for step in &scenario.steps {
        if refusal_without_control(step) {
            note(
                &step.span,
                "a refusal needs a `control` that proves its cause, or `no-control` with the reason"
                    .to_owned(),
            );
        }
        if step.then.is_none() && is_spoilt(step) {
            note(
                &step.span,
                "a spoilt message is no set-up; say what it leads to with `then`".to_owned(),
            );
        }
    }
    if scenario.steps.iter().all(|step| step.then.is_none()) {
        note(
            &(0..0),
            "no step expects anything, so nothing is demonstrated".to_owned(),
        );
    }
    for name in unused_materials(scenario) {
        note(&(0..0), format!("no step uses the material `{name}`"));
    }
    findings
}

fn refusal_without_control(step: &Step) -> bool {
    let refused = step
        .then
        .as_ref()
        .is_some_and(|then| then.refused.is_some());
    refused && step.control == Control::None
}

fn is_spoilt(step: &Step) -> bool {
    matches!(&step.action, Action::Call(call) if call.spoil.is_some())
}

fn unused_materials(scenario: &Scenario) -> Vec<&str> {
    let used: BTreeSet<&str> = all_steps(scenario).flat_map(materials_of).collect();
    let names = scenario.materials.keys().map(String::as_str);
    names.filter(|name| !used.contains(name)).collect()
}

/// The materials that a step wraps, makes something with, or compares with.
fn materials_of(step: &Step) -> Vec<&str> {
    let mut names: Vec<&Name> = Vec::new();
    if let Action::Call(call) = &step.action {
        names.extend(call.wrapping.iter().map(|wrapping| &wrapping.material));
        names.extend(
            call.fields
                .iter()
                .filter_map(|(_, argument)| match argument {
                    Argument::SealedFor { material, .. } | Argument::SignedBy(material) => {
                        Some(material)
                    }
                    _ => None,
                }),
        );
    }
    if let Some(then) = &step.then {
        let entries = then.entries.iter().flat_map(|list| &list.entries);
        let members = entries.flat_map(|entry| &entry.members);
        let matchers = then.reply.iter().chain(&then.metadata).chain(members);
        names.extend(matchers.filter_map(|(_, matcher, _)| match matcher {
            Matcher::MacOf(name) | Matcher::PublicKeyOf(name) | Matcher::SignedBy(name) => {
                Some(name)
            }
            _ => None,
        }));
    }
    names.iter().map(|name| name.text.as_str()).collect()
}

fn all_steps(scenario: &Scenario) -> impl Iterator<Item = &Step> {
    scenario.steps.iter().flat_map(|step| match &step.control {
        Control::Step(control) => vec![step, control],
        _ => vec![step],
    })
}
