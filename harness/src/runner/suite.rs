//! Many scenarios against a target: features first, then every case, several at a time.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use strum::VariantArray;
use tokio::task::JoinSet;

use super::allowance::{Allowance, Missing, apply};
use super::coverage::Covered;
use super::outcome::{CitedRule, Leftover, ScenarioOutcome, Stale, Verdict};
use super::probe::{Probed, needs, probe, stale};
use super::run::{Case, Detail, run};
use super::session::Session;
use crate::scenario::{Scenario, Suite};
use crate::spec::{Era, Facet, Rule, RuleId, Vendor};
use crate::target::Target;
use crate::target::profile::Feature;
use crate::wire::dialect;

/// Where the answers come from.
#[derive(Clone)]
pub enum Targets {
    /// A fresh target for every case, made from the case's name: nothing is shared, not even time.
    Each(Arc<MakeTarget>),
    /// One target for all; cases that let time pass run alone, after the others.
    One(Arc<dyn Target>),
}

/// Makes the target of one case, given its name.
pub type MakeTarget = dyn Fn(&str) -> Arc<dyn Target> + Send + Sync;

/// How a run is done.
#[derive(Clone)]
pub struct Options {
    /// Whose dialect is spoken.
    pub vendor: Vendor,
    /// The day whose rules are run.
    pub era: Era,
    /// Where all material and choices come from.
    pub seed: u64,
    /// How many cases run at once.
    pub jobs: usize,
    /// What the target is declared to lack.
    pub missing: Vec<Missing>,
    /// Its known deviations.
    pub allowances: Vec<Allowance>,
    /// Whether exchanges of steps without a difference are kept too.
    pub keep_exchanges: bool,
    /// How long a change of state may lag behind the moment that causes it.
    pub patience: Duration,
    /// Set from outside to begin no further case; those that run are finished and cleaned up.
    pub stop: Arc<AtomicBool>,
}

/// Told about every case as it ends.
pub trait Observer: Send + Sync {
    /// A case has ended.
    fn ended(&self, outcome: &ScenarioOutcome);

    /// Whether it is to be told what was covered; that costs a look at the key before every demonstration.
    fn wants_coverage(&self) -> bool {
        false
    }

    /// A demonstration went as expected.
    fn covered(&self, _: Covered) {}
}

impl Results {
    /// Takes over what another part of the run led to.
    pub fn extend(&mut self, more: Self) {
        self.scenarios.extend(more.scenarios);
        self.scenarios
            .sort_by(|a, b| (&a.name, a.vendor).cmp(&(&b.name, b.vendor)));
        self.stale.extend(more.stale);
        self.leftovers.extend(more.leftovers);
        self.stopped |= more.stopped;
    }
}

/// What a run led to, before anybody adds when and where.
#[derive(Clone, Debug, Default)]
pub struct Results {
    /// One entry per case, ordered by name.
    pub scenarios: Vec<ScenarioOutcome>,
    /// Allowances and declarations that no longer say the truth.
    pub stale: Vec<Stale>,
    /// Keys that could not be scheduled for deletion.
    pub leftovers: Vec<Leftover>,
    /// Whether the run was stopped before its end.
    pub stopped: bool,
}

/// Runs these cases of the suite. Each is judged by the rules of the vendor that hold on the day of the run.
pub async fn run_suite(
    suite: Arc<Suite>,
    cases: Vec<Scenario>,
    targets: Targets,
    options: Options,
    observer: Arc<dyn Observer>,
) -> Results {
    let known: Vec<String> = suite
        .scenarios
        .iter()
        .map(|case| case.name.clone())
        .collect();
    let needed: BTreeSet<Feature> = cases.iter().flat_map(needs).collect();
    let detail = match options.keep_exchanges {
        true => Detail::Everything,
        false => Detail::Differences,
    };
    let mut crew = Crew::new(suite, targets, &needed, options, detail).await;
    crew.observer = observer.wants_coverage().then(|| observer.clone());
    let mut results = Results {
        stale: stale(&crew.options.missing, &crew.probed, &needed),
        ..Results::default()
    };
    let crew = Arc::new(crew);
    let (alone, together): (Vec<_>, Vec<_>) =
        cases.into_iter().partition(|case| crew.runs_alone(case));
    for (cases, jobs) in [(together, crew.options.jobs.max(1)), (alone, 1)] {
        let ended = crew.clone().work_off(cases, jobs, observer.clone()).await;
        for (outcome, leftovers) in ended {
            results.scenarios.push(outcome);
            results.leftovers.extend(leftovers);
        }
    }
    results.stopped = crew.options.stop.load(Ordering::Relaxed);
    results.scenarios.sort_by(|a, b| a.name.cmp(&b.name));
    results.stale.extend(apply(
        &crew.options.allowances,
        &known,
        &mut results.scenarios,
    ));
    results
}

impl Targets {
    fn target(&self, case: &str) -> Arc<dyn Target> {
        match self {
            Self::Each(make) => make(case),
            Self::One(target) => target.clone(),
        }
    }
}

/// Everything that the workers of a run share.
pub(super) struct Crew {
    suite: Arc<Suite>,
    targets: Targets,
    probed: Probed,
    options: Options,
    detail: Detail,
    /// Who is told what was covered.
    observer: Option<Arc<dyn Observer>>,
}

/// What a case led to, and the keys that it left over.
pub(super) type Ended = (ScenarioOutcome, Vec<Leftover>);

impl Crew {
    /// Probes the target first.
    pub(super) async fn new(
        suite: Arc<Suite>,
        targets: Targets,
        needed: &BTreeSet<Feature>,
        options: Options,
        detail: Detail,
    ) -> Self {
        let target = targets.target("probe");
        let session = Session {
            target: &*target,
            dialect: dialect(options.vendor),
            invented: None,
        };
        let probed = probe(&session, needed).await;
        Self {
            suite,
            targets,
            probed,
            options,
            detail,
            observer: None,
        }
    }

    fn runs_alone(&self, case: &Scenario) -> bool {
        matches!(self.targets, Targets::One(_)) && needs(case).contains(&Feature::Time)
    }

    async fn work_off(
        self: Arc<Self>,
        cases: Vec<Scenario>,
        jobs: usize,
        observer: Arc<dyn Observer>,
    ) -> Vec<Ended> {
        let queue = Arc::new(Mutex::new(VecDeque::from(cases)));
        let mut workers = JoinSet::new();
        for _ in 0..jobs {
            let (crew, queue, observer) = (self.clone(), queue.clone(), observer.clone());
            workers.spawn(async move {
                let mut ended = Vec::new();
                while let Some(case) = crew.next(&queue) {
                    let judged = crew.judge(&case).await;
                    observer.ended(&judged.0);
                    ended.push(judged);
                }
                ended
            });
        }
        workers.join_all().await.into_iter().flatten().collect()
    }

    fn next(&self, queue: &Mutex<VecDeque<Scenario>>) -> Option<Scenario> {
        if self.options.stop.load(Ordering::Relaxed) {
            return None;
        }
        queue
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop_front()
    }

    /// Tries one case on its target and cleans up.
    pub(super) async fn judge(&self, scenario: &Scenario) -> Ended {
        let target = self.targets.target(&scenario.name);
        self.judge_on(&*target, scenario).await
    }

    /// Tries one case on a target that is like those of the crew, and cleans up.
    pub(super) async fn judge_on(&self, target: &dyn Target, scenario: &Scenario) -> Ended {
        let rules = self.rules(scenario);
        let cited: Vec<CitedRule> = rules.iter().map(|rule| self.cite(rule)).collect();
        match self.obstacle(scenario) {
            Some(obstacle) => (self.untried(scenario, cited, obstacle), Vec::new()),
            None => {
                let session = Session {
                    target,
                    dialect: dialect(self.options.vendor),
                    invented: self.probed.invented.as_ref(),
                };
                let case = Case {
                    scenario,
                    rules,
                    cited,
                    seed: self.options.seed,
                    detail: self.detail,
                    patience: self.options.patience,
                    era: self.options.era,
                    observer: self.observer.as_deref(),
                };
                run(&case, &session).await
            }
        }
    }

    /// The rules of the scenario that count today for this vendor.
    fn rules(&self, scenario: &Scenario) -> Vec<&Rule> {
        let register = self.suite.registers.get(&self.options.vendor);
        scenario
            .rules
            .iter()
            .filter_map(|name| register?.rule(&RuleId(name.text.clone())))
            .filter(|rule| self.options.era.knows(rule))
            .collect()
    }

    fn cite(&self, rule: &Rule) -> CitedRule {
        let register = self.suite.registers.get(&self.options.vendor);
        let sources: BTreeMap<String, String> = rule
            .sources
            .iter()
            .filter_map(|key| Some((key.clone(), register?.source(key)?.what.clone())))
            .collect();
        let scored = Facet::VARIANTS.iter().copied();
        CitedRule {
            id: rule.id.clone(),
            statement: rule.statement.clone(),
            scored: scored.filter(|facet| rule.scores(*facet)).collect(),
            sources,
        }
    }

    /// Why a scenario cannot even be tried.
    fn obstacle(&self, scenario: &Scenario) -> Option<(Verdict, String)> {
        let needs = needs(scenario);
        let declared = self
            .options
            .missing
            .iter()
            .find(|missing| needs.contains(&missing.feature));
        if let Some(missing) = declared {
            return Some((
                Verdict::Skipped,
                format!("{}: {}", missing.feature, missing.reason),
            ));
        }
        needs.iter().find_map(|feature| {
            let because = self.probed.absent.get(feature)?;
            let reason = format!("the target lacks {feature} ({because}), undeclared");
            Some((Verdict::NotTestable, reason))
        })
    }

    fn untried(
        &self,
        scenario: &Scenario,
        rules: Vec<CitedRule>,
        (verdict, reason): (Verdict, String),
    ) -> ScenarioOutcome {
        ScenarioOutcome {
            name: scenario.name.clone(),
            vendor: self.options.vendor,
            file: scenario.source.file.clone(),
            title: scenario.title.clone(),
            rules,
            verdict,
            reason: Some(reason),
            allowed: None,
            steps: Vec::new(),
            duration_ms: 0,
        }
    }
}
