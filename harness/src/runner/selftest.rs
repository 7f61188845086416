//! Whether green means something: every planted defect against the scenarios, and the reference without any.
//!
//! The result is plain data. Knows no report.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::task::JoinSet;

use super::outcome::{ScenarioOutcome, Verdict};
use super::suite::{Observer, Options, Targets, run_suite};
use crate::scenario::{Scenario, Suite};
use crate::spec::{Era, Rule, RuleId, Vendor};
use crate::target::Target;
use crate::target::quirk::Quirk;
use crate::target::reference::{InProcess, Settings};

/// How the self-test is done.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Whose rules.
    pub vendor: Vendor,
    /// The day whose rules are run, unless a quirk breaks a rule that has ended before.
    pub era: Era,
    /// Where all material comes from.
    pub seed: u64,
    /// What the service's clock shows at first.
    pub start: Timestamp,
    /// How many services are judged at once.
    pub jobs: usize,
    /// Which cases a quirk meets.
    pub scope: Scope,
}

/// Which cases a quirk meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All of them: the whole matrix.
    Whole,
    /// Those of the rules that should catch it.
    Expected,
}

/// Which rule catches which quirk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct KillMatrix {
    /// One row per quirk, in the order of the tables.
    pub quirks: Vec<QuirkRow>,
    /// One row per scored rule that a scenario demonstrates, by name.
    pub rules: Vec<RuleRow>,
    /// Cases that did not pass on the reference without a quirk.
    pub false_alarms: Vec<String>,
}

/// What became of one quirk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct QuirkRow {
    /// Its name.
    pub quirk: String,
    /// What a user would suffer.
    pub harm: String,
    /// The rules that should catch it.
    pub expected: Vec<RuleId>,
    /// The rules that caught it.
    pub rules: Vec<RuleId>,
    /// The cases that failed.
    pub cases: Vec<String>,
    /// How many cases could not be put to the test because of it.
    pub not_testable: usize,
}

/// What one rule catches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RuleRow {
    /// The rule.
    pub rule: RuleId,
    /// The quirks that it caught.
    pub quirks: Vec<String>,
    /// Those that no other rule caught.
    pub alone: Vec<String>,
}

impl KillMatrix {
    /// Quirks that no rule caught.
    pub fn escaped(&self) -> impl Iterator<Item = &QuirkRow> {
        self.quirks.iter().filter(|row| row.rules.is_empty())
    }

    /// Quirks that were caught, though not by every rule that should, with the rules that did not.
    pub fn missed(&self) -> impl Iterator<Item = (&QuirkRow, Vec<&RuleId>)> {
        self.quirks.iter().filter_map(|row| {
            let expected = row.expected.iter();
            let missed: Vec<_> = expected.filter(|rule| !row.rules.contains(rule)).collect();
            (!missed.is_empty()).then_some((row, missed))
        })
    }

    /// Scored rules that caught nothing.
    pub fn idle(&self) -> impl Iterator<Item = &RuleId> {
        let idle = self.rules.iter().filter(|row| row.quirks.is_empty());
        idle.map(|row| &row.rule)
    }
}

/// Judges the reference with each of the quirks, and once without.
pub async fn selftest(suite: Arc<Suite>, quirks: &[&'static Quirk], plan: Plan) -> KillMatrix {
    let subjects: VecDeque<Option<&'static Quirk>> = [None]
        .into_iter()
        .chain(quirks.iter().copied().map(Some))
        .collect();
    let order: BTreeMap<&str, usize> = quirks
        .iter()
        .enumerate()
        .map(|(index, quirk)| (quirk.name, index))
        .collect();
    let (queue, plan) = (Arc::new(Mutex::new(subjects)), Arc::new(plan));
    let mut workers = JoinSet::new();
    for _ in 0..plan.jobs.max(1) {
        let (suite, queue, plan) = (suite.clone(), queue.clone(), plan.clone());
        workers.spawn(async move {
            let mut judged = Vec::new();
            while let Some(subject) = next(&queue) {
                judged.push((subject, judge(&suite, subject, &plan).await));
            }
            judged
        });
    }
    let mut matrix = KillMatrix {
        quirks: Vec::new(),
        rules: Vec::new(),
        false_alarms: Vec::new(),
    };
    for (subject, outcomes) in workers.join_all().await.into_iter().flatten() {
        match subject {
            Some(quirk) => matrix.quirks.push(row(&suite, quirk, &outcomes, &plan)),
            None => matrix.false_alarms.extend(alarms(outcomes)),
        }
    }
    matrix
        .quirks
        .sort_by_key(|row| order.get(row.quirk.as_str()));
    matrix.rules = rule_rows(&suite, &matrix.quirks, &plan);
    matrix
}

type Queue = Mutex<VecDeque<Option<&'static Quirk>>>;

fn next(queue: &Queue) -> Option<Option<&'static Quirk>> {
    queue
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .pop_front()
}

async fn judge(
    suite: &Arc<Suite>,
    subject: Option<&'static Quirk>,
    plan: &Plan,
) -> Vec<ScenarioOutcome> {
    let era = subject.map_or(plan.era, |quirk| day_of(suite, quirk, plan.era));
    let cases = suite.cases(plan.vendor, era);
    let cases = cases.filter(|case| is_met(case, subject, plan.scope));
    let mut settings = Settings::new(plan.seed, plan.start);
    settings.era = era;
    let make = move |_: &str| -> Arc<dyn Target> {
        let settings = settings.clone();
        match subject {
            Some(quirk) => Arc::new(InProcess::with_quirk(settings, quirk)),
            None => Arc::new(InProcess::new(settings)),
        }
    };
    let options = Options {
        vendor: plan.vendor,
        era,
        seed: plan.seed,
        jobs: 1,
        missing: Vec::new(),
        allowances: Vec::new(),
        keep_exchanges: false,
        patience: Duration::ZERO,
        stop: Arc::new(AtomicBool::new(false)),
    };
    let cases = cases.cloned().collect();
    let targets = Targets::Each(Arc::new(make));
    let results = run_suite(suite.clone(), cases, targets, options, Arc::new(Silent)).await;
    results.scenarios
}

/// The day on which a quirk is judged: the plan's, or the last one on which all the rules held that should catch it.
fn day_of(suite: &Suite, quirk: &Quirk, planned: Era) -> Era {
    let rules = quirk.rules.iter();
    let rules = rules.filter_map(|id| suite.rule(&RuleId((*id).to_owned())));
    let ends = rules.filter_map(|rule| rule.until?.yesterday().ok());
    ends.min().map_or(planned, |end| planned.min(Era(end)))
}

fn is_met(case: &Scenario, subject: Option<&Quirk>, scope: Scope) -> bool {
    match (subject, scope) {
        (Some(quirk), Scope::Expected) => {
            let mut rules = case.rules.iter();
            rules.any(|rule| quirk.rules.contains(&rule.text.as_str()))
        }
        _ => true,
    }
}

fn row(suite: &Suite, quirk: &Quirk, outcomes: &[ScenarioOutcome], plan: &Plan) -> QuirkRow {
    let failed = || {
        outcomes
            .iter()
            .filter(|outcome| outcome.verdict == Verdict::Fail)
    };
    let rules: BTreeSet<RuleId> = failed()
        .flat_map(|outcome| accusing(suite, outcome, plan))
        .collect();
    let not_testable = outcomes
        .iter()
        .filter(|outcome| outcome.verdict == Verdict::NotTestable);
    QuirkRow {
        quirk: quirk.name.to_owned(),
        harm: quirk.harm.to_owned(),
        expected: quirk
            .rules
            .iter()
            .map(|&rule| RuleId(rule.to_owned()))
            .collect(),
        rules: rules.into_iter().collect(),
        cases: failed().map(|outcome| outcome.name.clone()).collect(),
        not_testable: not_testable.count(),
    }
}

/// The rules of a failed case that score a facet in which it failed.
fn accusing(suite: &Suite, outcome: &ScenarioOutcome, plan: &Plan) -> BTreeSet<RuleId> {
    let register = suite.registers.get(&plan.vendor);
    let facets: BTreeSet<_> = outcome
        .steps
        .iter()
        .flat_map(|step| step.mismatches.iter().map(|mismatch| mismatch.facet))
        .collect();
    let scores = |rule: &Rule| facets.iter().any(|facet| rule.scores(*facet));
    let rules = outcome.rules.iter().map(|cited| &cited.id);
    rules
        .filter(|id| {
            register
                .and_then(|register| register.rule(id))
                .is_some_and(scores)
        })
        .cloned()
        .collect()
}

fn alarms(outcomes: Vec<ScenarioOutcome>) -> impl Iterator<Item = String> {
    let failed = outcomes
        .into_iter()
        .filter(|outcome| outcome.verdict != Verdict::Pass);
    failed.map(|outcome| format!("{}: {}", outcome.name, outcome.reason.unwrap_or_default()))
}

fn rule_rows(suite: &Suite, quirks: &[QuirkRow], plan: &Plan) -> Vec<RuleRow> {
    let Some(register) = suite.registers.get(&plan.vendor) else {
        return Vec::new();
    };
    let cited: BTreeSet<RuleId> = suite
        .scenarios
        .iter()
        .flat_map(|case| case.rules.iter().map(|name| RuleId(name.text.clone())))
        .collect();
    let is_scored = |id: &RuleId| register.rule(id).is_some_and(Rule::is_scored);
    cited
        .into_iter()
        .filter(is_scored)
        .map(|rule| {
            let caught = || quirks.iter().filter(|row| row.rules.contains(&rule));
            let alone = caught().filter(|row| row.rules.len() == 1);
            RuleRow {
                quirks: caught().map(|row| row.quirk.clone()).collect(),
                alone: alone.map(|row| row.quirk.clone()).collect(),
                rule: rule.clone(),
            }
        })
        .collect()
}

struct Silent;

impl Observer for Silent {
    fn ended(&self, _: &ScenarioOutcome) {}
}
