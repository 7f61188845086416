//! One scenario against one target: the step loop.

use std::ops::Range;
use std::time::{Duration, Instant};

use super::check::{
    Difference, Subject, check_answer, check_forms, check_members, missing_comparison,
};
use super::entries::check_entries;
use super::ledger::Ledger;
use super::outcome::{CitedRule, Leftover, Mismatch, ScenarioOutcome, StepOutcome, Verdict};
use super::record::record;
use super::regions::Regions;
use super::session::{Exchange, Session};
use super::suite::Observer;
use super::world::{Key, World, scenario_seed};
use crate::scenario::{Action, Call, Control, Expectation, Scenario, Step};
use crate::spec::{Era, Field, Fields, Level, Operation, Reply, Request, Rule};

/// What one scenario needs besides its target.
pub(super) struct Case<'a> {
    pub(super) scenario: &'a Scenario,
    /// The rules that it demonstrates for the vendor and the day of the run.
    pub(super) rules: Vec<&'a Rule>,
    pub(super) cited: Vec<CitedRule>,
    pub(super) seed: u64,
    pub(super) detail: Detail,
    /// How long a change of state may lag behind the moment that causes it.
    pub(super) patience: Duration,
    pub(super) era: Era,
    /// Who is told what was covered.
    pub(super) observer: Option<&'a dyn Observer>,
}

/// How much of a case is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Detail {
    /// How it ends: it stops at its first scored difference, and no message is kept.
    Verdict,
    /// All differences, with their messages.
    Differences,
    /// All messages.
    Everything,
}

/// Why the scenario cannot go on.
enum Stop {
    /// The rule could not be put to the test.
    NotTestable(String),
    /// A scored difference after which the rest would stand on sand.
    Failed,
}

/// Runs a scenario; its keys are scheduled for deletion however it ends.
pub(super) async fn run(
    case: &Case<'_>,
    session: &Session<'_>,
) -> (ScenarioOutcome, Vec<Leftover>) {
    let started = Instant::now();
    let mut run = Run {
        case,
        session,
        world: World::new(
            scenario_seed(case.seed, &case.scenario.name),
            &case.scenario.materials,
            Regions::of(session.target),
        ),
        ledger: Ledger::default(),
        steps: Vec::new(),
        changes_may_lag: false,
    };
    let mut stop = None;
    for step in &case.scenario.steps {
        if let Err(why) = run.step(step).await {
            stop = Some(why);
            break;
        }
        if case.detail == Detail::Verdict && run.has_failed() {
            break;
        }
    }
    let leftovers = run.ledger.clean_up(&case.scenario.name, session).await;
    let (verdict, reason) = verdict(case, &run.steps, stop);
    let outcome = ScenarioOutcome {
        name: case.scenario.name.clone(),
        vendor: session.dialect.vendor(),
        file: case.scenario.source.file.clone(),
        title: case.scenario.title.clone(),
        rules: case.cited.clone(),
        verdict,
        reason,
        allowed: None,
        steps: run.steps,
        duration_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
    };
    (outcome, leftovers)
}

fn verdict(
    case: &Case<'_>,
    steps: &[StepOutcome],
    stop: Option<Stop>,
) -> (Verdict, Option<String>) {
    let mismatch = steps
        .iter()
        .find_map(|step| Some((step, step.mismatches.first()?)));
    match (mismatch, stop) {
        (
            Some((
                step,
                Mismatch {
                    expected, actual, ..
                },
            )),
            _,
        ) => {
            let (number, intent) = (step.number, &step.intent);
            let reason = format!("step {number} ({intent}): expected {expected}, got {actual}");
            (Verdict::Fail, Some(reason))
        }
        // What is never scored must not fail a run by the back door either.
        (None, Some(Stop::NotTestable(reason))) if !case.is_scored() => {
            (Verdict::Skipped, Some(format!("not scored, and {reason}")))
        }
        (None, Some(Stop::NotTestable(reason))) => (Verdict::NotTestable, Some(reason)),
        (None, Some(Stop::Failed)) => {
            let reason = "not scored, and the service answers otherwise".to_owned();
            (Verdict::Skipped, Some(reason))
        }
        (None, None) => (Verdict::Pass, None),
    }
}

impl Case<'_> {
    fn is_scored(&self) -> bool {
        self.rules.iter().any(|rule| rule.is_scored())
    }
}

pub(super) struct Run<'a> {
    pub(super) case: &'a Case<'a>,
    pub(super) session: &'a Session<'a>,
    pub(super) world: World,
    ledger: Ledger,
    steps: Vec<StepOutcome>,
    /// Time has passed or a key was rotated, and a service may show either a little late.
    pub(super) changes_may_lag: bool,
}

impl Run<'_> {
    async fn step(&mut self, step: &Step) -> Result<(), Stop> {
        let mut refused_as_expected = false;
        match &step.action {
            Action::PassTime(by) => {
                self.session.target.pass_time(*by).await.map_err(|stuck| {
                    Stop::NotTestable(format!("time cannot pass here: {stuck}"))
                })?;
                self.changes_may_lag = true;
            }
            Action::Call(call) => refused_as_expected = self.call(step, call, false).await?,
        }
        if let (true, Control::Step(control)) = (refused_as_expected, &step.control)
            && let Action::Call(call) = &control.action
        {
            self.call(control, call, true).await?;
        }
        Ok(())
    }

    /// Makes one call and compares; true if it was refused as expected.
    async fn call(&mut self, step: &Step, call: &Call, control: bool) -> Result<bool, Stop> {
        let mut exchanges = Vec::new();
        let result = self.attempt(step, call, control, &mut exchanges).await;
        let (differences, stop) = match result {
            Ok(differences) => (differences, None),
            Err((differences, stop)) => (differences, Some(stop)),
        };
        let told = match self.case.detail {
            Detail::Verdict => false,
            Detail::Differences => !differences.is_empty() || stop.is_some(),
            Detail::Everything => true,
        };
        let place = |span: &Range<usize>| self.case.scenario.source.place(span);
        let mut outcome = StepOutcome {
            number: step.number,
            intent: call.operation.to_string(),
            control,
            line: place(&step.span).line,
            mismatches: Vec::new(),
            notes: Vec::new(),
            exchanges: Vec::new(),
        };
        if told {
            let dialect = self.session.dialect;
            outcome.exchanges = exchanges
                .iter()
                .map(|exchange| record(exchange, self.session.called(exchange), dialect))
                .collect();
        }
        let refused_as_expected = stop.is_none()
            && step
                .then
                .as_ref()
                .is_some_and(|then| then.refused.is_some());
        for difference in differences {
            let (mismatch, scored) = self.weigh(difference, step.then.as_ref());
            if scored {
                &mut outcome.mismatches
            } else {
                &mut outcome.notes
            }
            .push(mismatch);
        }
        self.steps.push(outcome);
        stop.map_or(Ok(refused_as_expected), Err)
    }

    fn has_failed(&self) -> bool {
        self.steps.iter().any(|step| !step.mismatches.is_empty())
    }

    /// Whether a difference counts, and what the rules have to say about it.
    fn weigh(&self, difference: Difference, then: Option<&Expectation>) -> (Mismatch, bool) {
        let facet = difference.facet;
        let rules = &self.case.rules;
        let evidence: Option<Level> = rules
            .iter()
            .filter_map(|rule| rule.evidence.level(facet))
            .max();
        let mismatch = Mismatch {
            facet,
            expected: difference.expected,
            actual: difference.actual,
            evidence,
            place: self.case.scenario.source.place(&difference.span),
        };
        let open = then.is_some_and(|then| then.open.iter().any(|(open, _)| *open == facet));
        (
            mismatch,
            !open && rules.iter().any(|rule| rule.scores(facet)),
        )
    }

    async fn attempt(
        &mut self,
        step: &Step,
        call: &Call,
        control: bool,
        exchanges: &mut Vec<Exchange>,
    ) -> Result<Vec<Difference>, (Vec<Difference>, Stop)> {
        let halt = |reason: String| (Vec::new(), Stop::NotTestable(reason));
        let who = format!("step {} ({})", step.number, call.operation);
        let before = self.view_before(step, call, control).await;
        let request = self
            .make_request(call, exchanges)
            .await
            .map_err(|because| halt(format!("{who} could not be made: {because}")))?;
        let exchange = self
            .session
            .call_as(&request, call.manner, call.spoil.as_ref())
            .await;
        let forms = step.then.as_ref().map_or_else(Vec::new, |then| {
            check_forms(&then.wire, &exchange, self.session.dialect)
        });
        let reply = exchange.decoded.clone();
        let summary = exchange.summary();
        let during = exchange.at..=exchange.answered;
        exchanges.push(exchange);
        self.remember(step, call, &request, &reply);
        if let Reply::NotImplemented { because } = &reply {
            return Err(halt(format!(
                "the service does not implement {} ({because})",
                call.operation
            )));
        }
        let Some(then) = &step.then else {
            if !matches!(reply, Reply::Accepted(_)) {
                return Err(halt(set_up_failed(step, call, control, &summary)));
            }
            if call.operation == Operation::Replicate {
                self.wait_until_made(step, call).await;
            }
            self.tell(call, None, control, before.as_ref(), &request, &reply);
            return Ok(Vec::new());
        };
        let variables = self.world.variables(call, &request, self.session.dialect);
        let dialect = self.session.dialect;
        let mut differences = check_answer(then, &reply, &variables, dialect, call.operation)
            .map_err(|difference| (vec![difference], Stop::Failed))?;
        differences.extend(forms);
        if let Reply::Accepted(fields) = &reply {
            let subject = Subject {
                world: &self.world,
                request: &request,
                variables: &variables,
                during: during.clone(),
            };
            differences.extend(check_fields(then, fields, &subject));
        }
        if let Some(before) = before.as_ref().filter(|_| must_change_nothing(then)) {
            differences.extend(self.check_unchanged(call, then, before, exchanges).await);
        }
        let looked = self
            .check_key(step, call, then, &request, during, exchanges)
            .await;
        match looked {
            Ok(seen) => differences.extend(seen),
            Err(reason) => return Err((differences, Stop::NotTestable(reason))),
        }
        if differences.is_empty() {
            if let Some(because) = missing_comparison(then, &self.world) {
                return Err(halt(format!("{who} proves nothing: {because}")));
            }
            self.tell(call, Some(then), control, before.as_ref(), &request, &reply);
        }
        Ok(differences)
    }

    fn remember(&mut self, step: &Step, call: &Call, request: &Request, reply: &Reply) {
        let Reply::Accepted(fields) = reply else {
            return;
        };
        if let Some(name) = &step.name {
            self.world.bind(&name.text, request, fields);
        }
        self.changes_may_lag |= matches!(call.operation, Operation::Replicate | Operation::Rotate);
        if let Some(key) = Key::made_by(request, fields) {
            self.ledger.enter(key);
        }
        if call.operation == Operation::CreateAlias
            && let (Some(alias), Some(reference)) = (request.fields.text(Field::Alias), &call.key)
            && let Some(name) = &reference.name
        {
            self.world.name_key(&name.text, alias);
        }
    }
}

/// What an accepted call answered, against what it must answer.
fn check_fields(then: &Expectation, fields: &Fields, subject: &Subject<'_>) -> Vec<Difference> {
    let entries = then.entries.as_ref();
    let entries = entries.and_then(|entries| check_entries(entries, fields, subject));
    let mut differences = check_members(&then.reply, fields, subject);
    differences.extend(entries);
    differences
}

pub(super) fn must_change_nothing(then: &Expectation) -> bool {
    then.refused.is_some() && then.may_change.is_none()
}

/// Why a step that only prepares, and was not accepted, ends the case.
fn set_up_failed(step: &Step, call: &Call, control: bool, answer: &str) -> String {
    let number = step.number;
    if control {
        format!(
            "the refusal of step {number} proves nothing: its control was not accepted but {answer}"
        )
    } else {
        let operation = call.operation;
        format!("step {number} ({operation}) is set-up and was not accepted but {answer}")
    }
}
