//! What a run has put to the test: plain data, from which coverage is counted.
//!
//! Only what was demonstrated counts: an expectation that was met, or a control that was accepted. Set-up does not.

use std::collections::BTreeSet;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::outcome::ScenarioOutcome;
use super::run::Run;
use super::suite::{Observer, Options, Targets, run_suite};
use crate::scenario::{Call, Expectation, ParameterSource, Scenario, Suite};
use crate::spec::{
    Era, Facet, Field, Fields, KeySpec, KeyState, Operation, Register, Reply, Request, Rule,
    RuleId, Spoil, Vendor, WrappingAlgorithm, WrappingKeySpec,
};
use crate::target::Target;
use crate::target::reference::{InProcess, Settings};
use crate::wire::Dialect;

/// One demonstration that went as expected, in neutral words.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Covered {
    /// The day whose rules held.
    pub era: Era,
    /// The rules that it demonstrates.
    pub rules: Vec<RuleId>,
    /// What was compared.
    pub facets: Vec<Facet>,
    /// What was asked; `None` where the message did not say so any more.
    pub operation: Option<Operation>,
    /// What state the key was in when it was asked, where the call names a key.
    pub state: Option<KeyState>,
    /// What kind of key it was.
    pub spec: Option<KeySpec>,
    /// How material was to travel.
    pub wrapping: Option<(WrappingAlgorithm, WrappingKeySpec)>,
    /// The code of the refusal, if it was refused.
    pub error: Option<String>,
}

/// Puts the suite to the reference: all that holds on the day, and rules that have ended before on their last day.
pub async fn cover(suite: Arc<Suite>, vendor: Vendor, era: Era, seed: u64) -> BTreeSet<Covered> {
    let mut days = last_days(&suite, vendor, era);
    days.insert(era);
    let collector = Arc::new(Collector::default());
    for day in days {
        let cases = suite.cases(vendor, day);
        let cases = cases.filter(|case| day == era || has_ended_rule(&suite, case, day));
        let cases: Vec<Scenario> = cases.cloned().collect();
        let noon = day.0.at(12, 0, 0, 0).to_zoned(TimeZone::UTC);
        let noon = noon.map_or(Timestamp::UNIX_EPOCH, |noon| noon.timestamp());
        let targets = Targets::Each(Arc::new(move |_| {
            let mut settings = Settings::of(vendor, seed, noon);
            settings.era = day;
            Arc::new(InProcess::new(settings)) as Arc<dyn Target>
        }));
        let options = Options {
            vendor,
            era: day,
            seed,
            jobs: 4,
            missing: Vec::new(),
            allowances: Vec::new(),
            keep_exchanges: false,
            patience: Duration::ZERO,
            stop: Arc::new(AtomicBool::new(false)),
        };
        run_suite(suite.clone(), cases, targets, options, collector.clone()).await;
    }
    std::mem::take(&mut *collector.lock())
}

/// The last days of rules that no longer hold.
fn last_days(suite: &Suite, vendor: Vendor, era: Era) -> BTreeSet<Era> {
    let register = suite.registers.get(&vendor);
    let rules = register.into_iter().flat_map(Register::rules);
    rules
        .filter_map(last_day)
        .filter(|day| *day < era)
        .collect()
}

fn last_day(rule: &Rule) -> Option<Era> {
    rule.until?.checked_sub(1.day()).ok().map(Era)
}

fn has_ended_rule(suite: &Suite, case: &Scenario, day: Era) -> bool {
    let mut rules = case.rules.iter();
    rules.any(|name| {
        let rule = suite.rule(&RuleId(name.text.clone()));
        rule.and_then(last_day) == Some(day)
    })
}

#[derive(Default)]
struct Collector(Mutex<BTreeSet<Covered>>);

impl Collector {
    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeSet<Covered>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Observer for Collector {
    fn ended(&self, _: &ScenarioOutcome) {}

    fn wants_coverage(&self) -> bool {
        true
    }

    fn covered(&self, covered: Covered) {
        self.lock().insert(covered);
    }
}

impl Run<'_> {
    /// Tells the observer about a demonstration that went as expected; set-up is none.
    pub(super) fn tell(
        &self,
        call: &Call,
        then: Option<&Expectation>,
        control: bool,
        before: Option<&Fields>,
        request: &Request,
        reply: &Reply,
    ) {
        let Some(observer) = self.case.observer.filter(|_| then.is_some() || control) else {
            return;
        };
        let earlier = match call.wrapping.as_ref().map(|wrapping| &wrapping.parameters) {
            Some(ParameterSource::Step(name)) => self.world.result(name).ok(),
            _ => None,
        };
        let asked = earlier.map_or(&request.fields, |earlier| &earlier.request.fields);
        let names_it = call
            .key
            .as_ref()
            .is_some_and(|key| key.form.names_the_key());
        let shown = Shown {
            call,
            then,
            before: before.filter(|_| names_it),
            asked,
            reply,
        };
        let case = self.case;
        let covered = shown.covered(case.era, &case.rules, self.session.dialect);
        observer.covered(covered);
    }
}

/// What is known about a call that went as expected.
struct Shown<'a> {
    call: &'a Call,
    /// What was expected; `None` for a control.
    then: Option<&'a Expectation>,
    /// The metadata of the call's key before it.
    before: Option<&'a Fields>,
    /// The request for the parameters that it used, or its own.
    asked: &'a Fields,
    reply: &'a Reply,
}

impl Shown<'_> {
    fn covered(&self, era: Era, rules: &[&Rule], dialect: &dyn Dialect) -> Covered {
        let is_hidden = matches!(&self.call.spoil,
            Some(Spoil::Message(defect)) if defect.hides_operation());
        let error = match self.reply {
            Reply::Refused(refusal) => Some(refusal.code.clone()),
            _ => None,
        };
        Covered {
            era,
            rules: rules.iter().map(|rule| rule.id.clone()).collect(),
            facets: self.then.map_or_else(Vec::new, |then| {
                compared(then, self.call.operation, dialect)
            }),
            operation: (!is_hidden).then_some(self.call.operation),
            state: self.before.and_then(|key| key.name(Field::State)),
            spec: self.before.and_then(|key| key.name(Field::Spec)),
            wrapping: self.wrapping(),
            error,
        }
    }

    fn wrapping(&self) -> Option<(WrappingAlgorithm, WrappingKeySpec)> {
        if let Some(wrapping) = &self.call.wrapping
            && let ParameterSource::Fresh {
                algorithm,
                wrapping_key,
            } = &wrapping.parameters
        {
            return Some((*algorithm, *wrapping_key));
        }
        Some((
            self.asked.name(Field::WrappingAlgorithm)?,
            self.asked.name(Field::WrappingKeySpec)?,
        ))
    }
}

/// The facets that an expectation says something about, but for those that it leaves open.
fn compared(then: &Expectation, operation: Operation, dialect: &dyn Dialect) -> Vec<Facet> {
    let mut facets = vec![Facet::Outcome];
    if let Some((fault, _)) = &then.refused {
        facets.extend([Facet::Code, Facet::Status]);
        let form = dialect.refusal(operation, *fault);
        if then.text.is_some() || form.is_some_and(|form| !form.texts.is_empty()) {
            facets.push(Facet::Text);
        }
    }
    facets.retain(|facet| then.open.iter().all(|(open, _)| open != facet));
    facets
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Source;

    const OLD: &str = "aws/wire/old";
    const LASTING: &str = "aws/wire/lasting";

    fn suite() -> Suite {
        let rule = |id: &str, until: &str| {
            format!(
                "[[rule]]\nid = \"{id}\"\nstatement = \"s\"\noperations = []\nsources = []\n\
                 since = \"2016-08-10\"\n{until}\nevidence = {{ outcome = \"documented\" }}\n"
            )
        };
        let register = rule(OLD, "until = \"2023-10-10\"") + &rule(LASTING, "");
        let old = "title = \"t\"\nrules = [\"aws/wire/old\"]\n\
                   [[step]]\ndo = \"list-keys\"\nthen.accepted = true\n";
        let lasting = r#"
            title = "u"
            rules = ["aws/wire/lasting"]

            [materials]
            first = { bytes = 32 }

            [[step]]
            do = "describe-key"
            by = "unknown-id"
            then.refused = "key-unknown"
            then.open.text = "it is about another case"
            no-control = "there is no such key"

            [[step]]
            do = "create-key"
            name = "k"
            origin = "external"

            [[step]]
            do = "get-parameters"
            name = "p"
            key = "k"
            algorithm = "RSAES_OAEP_SHA_1"

            [[step]]
            do = "import"
            key = "k"
            material = "first"
            parameters = "p"
            then.accepted = true
        "#;
        let files = [
            ("rules/aws", register.as_str()),
            ("aws/old", old),
            ("aws/lasting", lasting),
        ];
        let source = |(file, text): (&str, &str)| Source {
            file: format!("scenarios/{file}.toml"),
            text: text.to_owned(),
        };
        Suite::parse(files.map(source).into()).expect("this is a suite")
    }

    #[tokio::test]
    async fn a_rule_that_has_ended_is_covered_on_its_last_day_and_the_others_on_the_day() {
        let day = |day: &str| Era(day.parse().unwrap());
        let today = day("2026-11-22");
        let covered = cover(Arc::new(suite()), Vendor::Aws, today, 1).await;
        let of = |id: &str| -> Vec<&Covered> {
            let cites = |covered: &&Covered| covered.rules == [RuleId(id.to_owned())];
            covered.iter().filter(cites).collect()
        };
        let old: Vec<Era> = of(OLD).iter().map(|covered| covered.era).collect();
        assert_eq!(old, [day("2023-10-09")]);

        let lasting = of(LASTING);
        assert_eq!(lasting.len(), 2, "{lasting:#?}");
        assert!(lasting.iter().all(|covered| covered.era == today));
        let is = |operation| {
            let is = |covered: &&&Covered| covered.operation == Some(operation);
            *lasting.iter().find(is).unwrap()
        };
        assert_eq!(
            is(Operation::DescribeKey).facets,
            [Facet::Outcome, Facet::Code, Facet::Status]
        );
        let set = (WrappingAlgorithm::RsaesOaepSha1, WrappingKeySpec::Rsa2048);
        assert_eq!(is(Operation::Import).wrapping, Some(set));
    }
}
