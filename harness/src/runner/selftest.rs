//! Whether green means something: every planted defect against the scenarios, and the reference without any.
//!
//! Every case is held against the reference first and recorded. A quirk meets only those cases in which it would give
//! another answer; in all others it cannot be told from the reference, which has passed. Knows no report.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::task::JoinSet;

use super::matrix::{KillMatrix, QuirkRow, RuleRow};
use super::outcome::{CitedRule, ScenarioOutcome, Verdict};
use super::probe::needs;
use super::run::Detail;
use super::suite::{Crew, Options, Targets};
use crate::scenario::{Scenario, Suite};
use crate::spec::{Era, Rule, RuleId, Vendor};
use crate::target::Target;
use crate::target::profile::Feature;
use crate::target::quirk::{self, Quirk, Recording};
use crate::target::reference::{InProcess, Memo, Settings};

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

/// Told about every quirk that has met its cases.
pub type Progress = dyn Fn(&Quirk) + Send + Sync;

/// Judges the reference once without a quirk, and once with each of them.
pub async fn selftest(
    suite: Arc<Suite>,
    quirks: &[&'static Quirk],
    plan: Plan,
    progress: Arc<Progress>,
) -> KillMatrix {
    let started = Instant::now();
    let all = quirk::of(plan.vendor).count();
    let mut matrix = KillMatrix {
        format: 1,
        vendor: plan.vendor,
        as_of: plan.era.0.to_string(),
        seed: plan.seed,
        cases: suite.cases(plan.vendor, plan.era).count(),
        duration_ms: 0,
        quirks: Vec::new(),
        rules: Vec::new(),
        false_alarms: Vec::new(),
    };
    let memo = Memo::shared();
    for (era, quirks) in by_day(&suite, quirks, &plan) {
        let bench = Bench::new(suite.clone(), &plan, era, &quirks, memo.clone());
        let (alarms, rows) = Arc::new(bench).judge(quirks, progress.clone()).await;
        matrix.false_alarms.extend(alarms);
        matrix.quirks.extend(rows);
    }
    let place = |row: &QuirkRow| quirks.iter().position(|quirk| quirk.name == row.quirk);
    matrix.quirks.sort_by_cached_key(place);
    matrix.rules = rule_rows(&suite, &matrix.quirks, plan.vendor);
    if quirks.len() < all {
        matrix.rules.retain(|row| !row.quirks.is_empty());
    }
    matrix.duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    matrix
}

/// The days on which quirks are judged: each quirk on the day of the plan, or on the last one on which all the rules
/// held that should catch it. The day of the plan is always among them.
fn by_day(
    suite: &Suite,
    quirks: &[&'static Quirk],
    plan: &Plan,
) -> BTreeMap<Era, Vec<&'static Quirk>> {
    let planned = plan.era;
    let mut days = BTreeMap::from([(planned, Vec::new())]);
    for quirk in quirks {
        let rules = quirk.rules_of(plan.vendor);
        let rules = rules.filter_map(|id| suite.rule(&id));
        let ends = rules.filter_map(|rule| rule.until?.yesterday().ok());
        let day = ends.min().map_or(planned, |end| planned.min(Era(end)));
        days.entry(day).or_default().push(*quirk);
    }
    days
}

/// What all services of a self-test have in common on one day.
struct Bench {
    suite: Arc<Suite>,
    cases: Vec<Scenario>,
    needed: BTreeSet<Feature>,
    settings: Settings,
    options: Options,
    scope: Scope,
}

impl Bench {
    /// Takes all cases of the day of the plan, and of another day those that its quirks meet.
    fn new(
        suite: Arc<Suite>,
        plan: &Plan,
        era: Era,
        quirks: &[&'static Quirk],
        memo: Memo,
    ) -> Self {
        let met = |case: &&Scenario| quirks.iter().any(|quirk| is_met(case, quirk, plan.scope));
        let cases = suite.cases(plan.vendor, era);
        let cases: Vec<Scenario> = cases
            .filter(|case| era == plan.era || met(case))
            .cloned()
            .collect();
        Self {
            needed: cases.iter().flat_map(needs).collect(),
            cases,
            suite,
            settings: Settings {
                memo,
                era,
                ..Settings::of(plan.vendor, plan.seed, plan.start)
            },
            options: Options {
                vendor: plan.vendor,
                era,
                seed: plan.seed,
                jobs: plan.jobs,
                missing: Vec::new(),
                allowances: Vec::new(),
                keep_exchanges: false,
                patience: Duration::ZERO,
                stop: Arc::new(AtomicBool::new(false)),
            },
            scope: plan.scope,
        }
    }

    /// What is said against the reference without a quirk, and what became of each quirk.
    async fn judge(
        self: Arc<Self>,
        quirks: Vec<&'static Quirk>,
        progress: Arc<Progress>,
    ) -> (Vec<String>, Vec<QuirkRow>) {
        let jobs = self.options.jobs;
        let (outcomes, recordings) = self.clone().record_all(jobs).await;
        let recordings = Arc::new(recordings);
        let planted = in_parallel(jobs, quirks, move |quirk| {
            let (bench, recordings) = (self.clone(), recordings.clone());
            let progress = progress.clone();
            async move {
                let row = bench.plant(quirk, &recordings).await;
                progress(quirk);
                row
            }
        });
        (outcomes.iter().filter_map(alarm).collect(), planted.await)
    }

    /// Holds every case against the reference without a quirk.
    async fn record_all(self: Arc<Self>, jobs: usize) -> (Vec<ScenarioOutcome>, Vec<Recording>) {
        let settings = self.settings.clone();
        let make = move |_: &str| -> Arc<dyn Target> { Arc::new(InProcess::new(settings.clone())) };
        let crew = Arc::new(self.crew(Targets::Each(Arc::new(make))).await);
        let numbers = (0..self.cases.len()).collect();
        let recorded = in_parallel(jobs, numbers, move |number: usize| {
            let (bench, crew) = (self.clone(), crew.clone());
            async move {
                let (target, recorder) = InProcess::recorded(bench.settings.clone());
                let (outcome, _) = crew.judge_on(&target, &bench.cases[number]).await;
                (outcome, recorder.take())
            }
        });
        recorded.await.into_iter().unzip()
    }

    /// Holds the cases in which a quirk shows against a service that has it.
    async fn plant(&self, quirk: &'static Quirk, recordings: &[Recording]) -> QuirkRow {
        let settings = self.settings.clone();
        let make = move |_: &str| -> Arc<dyn Target> {
            Arc::new(InProcess::with_quirk(settings.clone(), quirk))
        };
        let crew = self.crew(Targets::Each(Arc::new(make))).await;
        let mut outcomes = Vec::new();
        for (case, recording) in self.cases.iter().zip(recordings) {
            if is_met(case, quirk, self.scope) && quirk.shows_in(recording) {
                let (outcome, _) = crew.judge(case).await;
                outcomes.push(outcome);
            }
        }
        self.quirk_row(quirk, &outcomes)
    }

    async fn crew(&self, targets: Targets) -> Crew {
        let (suite, options) = (self.suite.clone(), self.options.clone());
        Crew::new(suite, targets, &self.needed, options, Detail::Verdict).await
    }

    fn quirk_row(&self, quirk: &Quirk, outcomes: &[ScenarioOutcome]) -> QuirkRow {
        let ended = |verdict| outcomes.iter().filter(move |it| it.verdict == verdict);
        let rules: BTreeSet<RuleId> = ended(Verdict::Fail)
            .flat_map(|outcome| self.accusing(outcome))
            .collect();
        let expected = quirk.rules_of(self.options.vendor);
        QuirkRow {
            quirk: quirk.name.to_owned(),
            harm: quirk.harm.to_owned(),
            expected: expected.collect(),
            rules: rules.into_iter().collect(),
            cases: ended(Verdict::Fail).map(|it| it.name.clone()).collect(),
            not_testable: ended(Verdict::NotTestable).count(),
        }
    }

    /// The rules of a failed case that score a facet in which it failed.
    fn accusing(&self, outcome: &ScenarioOutcome) -> Vec<RuleId> {
        let mismatches = outcome.steps.iter().flat_map(|step| &step.mismatches);
        let facets: BTreeSet<_> = mismatches.map(|mismatch| mismatch.facet).collect();
        let scores = |cited: &&CitedRule| cited.scored.iter().any(|facet| facets.contains(facet));
        let accusing = outcome.rules.iter().filter(scores);
        accusing.map(|cited| cited.id.clone()).collect()
    }
}

fn is_met(case: &Scenario, quirk: &Quirk, scope: Scope) -> bool {
    let mut rules = case.rules.iter();
    scope == Scope::Whole || rules.any(|rule| quirk.rules.contains(&rule.text.as_str()))
}

fn rule_rows(suite: &Suite, quirks: &[QuirkRow], vendor: Vendor) -> Vec<RuleRow> {
    let Some(register) = suite.registers.get(&vendor) else {
        return Vec::new();
    };
    let cited = suite.scenarios.iter().flat_map(|case| &case.rules);
    let cited: BTreeSet<RuleId> = cited.map(|name| RuleId(name.text.clone())).collect();
    let is_scored = |id: &RuleId| register.rule(id).is_some_and(Rule::is_scored);
    let scored = cited.into_iter().filter(is_scored);
    scored
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

/// What a case that does not pass says against a service that has no defect.
fn alarm(outcome: &ScenarioOutcome) -> Option<String> {
    let reason = outcome.reason.as_deref().unwrap_or_default();
    (outcome.verdict != Verdict::Pass).then(|| format!("{}: {reason}", outcome.name))
}

/// Does the same with every item, so many at a time; the results are in the order of the items.
async fn in_parallel<T, R, F>(
    jobs: usize,
    items: Vec<T>,
    work: impl Fn(T) -> F + Send + Sync + 'static,
) -> Vec<R>
where
    T: Send + 'static,
    R: Send + 'static,
    F: Future<Output = R> + Send,
{
    let queue: VecDeque<(usize, T)> = items.into_iter().enumerate().collect();
    let (queue, work) = (Arc::new(Mutex::new(queue)), Arc::new(work));
    let mut workers = JoinSet::new();
    for _ in 0..jobs.max(1) {
        let (queue, work) = (queue.clone(), work.clone());
        workers.spawn(async move {
            let mut done = Vec::new();
            while let Some((number, item)) = next(&queue) {
                done.push((number, work(item).await));
            }
            done
        });
    }
    let mut done: Vec<(usize, R)> = workers.join_all().await.into_iter().flatten().collect();
    done.sort_by_key(|(number, _)| *number);
    done.into_iter().map(|(_, result)| result).collect()
}

fn next<T>(queue: &Mutex<VecDeque<T>>) -> Option<T> {
    let mut queue = queue.lock().unwrap_or_else(PoisonError::into_inner);
    queue.pop_front()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Source;

    /// Two rules: a quirk breaks the one, and none the other.
    fn suite(more: &str) -> Arc<Suite> {
        let rule = |id: &str| {
            format!(
                "[[rule]]\nid = \"aws/wire/{id}\"\nstatement = \"s\"\noperations = []\nsources = []\n\
                 since = \"2014-11-12\"\nevidence = {{ outcome = \"documented\" }}\n"
            )
        };
        let case = |rule: &str, steps: &str| {
            let length = steps.len();
            format!(
                "title = \"{rule} {length}\"\nrules = [\"aws/wire/{rule}\"]\n[[step]]\n{steps}\n"
            )
        };
        let moments = "do = \"create-key\"\nname = \"k\"\norigin = \"external\"\n[[step]]\n\
                       do = \"get-parameters\"\nkey = \"k\"\nthen.wire = [\"moments\"]";
        let source = |file: &str, text: String| Source {
            file: format!("scenarios/{file}.toml"),
            text,
        };
        let mut files = vec![
            source("rules/aws", rule("timestamps") + &rule("unbroken")),
            source("aws/moments", case("timestamps", moments)),
            source(
                "aws/idle",
                case("unbroken", "do = \"list-keys\"\nthen.accepted = true"),
            ),
        ];
        if !more.is_empty() {
            files.push(source("aws/more", case("unbroken", more)));
        }
        Arc::new(Suite::parse(files).expect("this is a suite"))
    }

    async fn matrix(suite: Arc<Suite>, quirks: &[&'static Quirk]) -> KillMatrix {
        let start = Timestamp::constant(1_795_348_800, 0);
        let plan = Plan {
            vendor: Vendor::Aws,
            era: Era::at(start),
            seed: 1,
            start,
            jobs: 2,
            scope: Scope::Expected,
        };
        selftest(suite, quirks, plan, Arc::new(|_| {})).await
    }

    fn quirks(names: &[&str]) -> Vec<&'static Quirk> {
        let named = |name: &&str| quirk::all().find(|quirk| quirk.name == *name).unwrap();
        names.iter().map(named).collect()
    }

    #[tokio::test]
    async fn a_rule_that_no_quirk_breaks_is_shown_when_all_were_planted() {
        let all: Vec<_> = quirk::of(Vendor::Aws).collect();
        let matrix = matrix(suite(""), &all).await;
        assert_eq!(matrix.quirks.len(), all.len());
        assert_eq!(matrix.false_alarms, Vec::<String>::new());
        let [broken, unbroken] = &matrix.rules[..] else {
            panic!("there are two rules: {:?}", matrix.rules);
        };
        assert_eq!(broken.quirks, ["moments-as-text"]);
        assert_eq!(broken.alone, ["moments-as-text"]);
        assert!(unbroken.quirks.is_empty() && unbroken.alone.is_empty());
    }

    #[tokio::test]
    async fn a_few_quirks_are_shown_in_their_order_with_the_rules_that_caught_one() {
        let few = quirks(&["origin-ignored", "moments-as-text"]);
        let matrix = matrix(suite(""), &few).await;
        let rows = matrix
            .quirks
            .iter()
            .map(|row| (&*row.quirk, row.rules.len()));
        let rows: Vec<(&str, usize)> = rows.collect();
        assert_eq!(rows, [("origin-ignored", 0), ("moments-as-text", 1)]);
        let rules: Vec<&str> = matrix.rules.iter().map(|row| &*row.rule.0).collect();
        assert_eq!(rules, ["aws/wire/timestamps"]);
    }

    #[tokio::test]
    async fn a_case_that_fails_without_a_quirk_is_a_false_alarm() {
        let wrong =
            "do = \"list-keys\"\nthen.refused = \"key-unknown\"\nno-control = \"it is wrong\"";
        let matrix = matrix(suite(wrong), &quirks(&["moments-as-text"])).await;
        assert_eq!(matrix.false_alarms.len(), 1, "{:?}", matrix.false_alarms);
        assert!(matrix.false_alarms[0].starts_with("aws/more: step 1"));
    }
}
