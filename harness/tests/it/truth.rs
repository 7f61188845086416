//! Answers of the real service, recorded, and whether the reference gives the same.
//!
//! A recording is a file below `snapshots/truth`: steps in the format of scenarios, and the answer to the last one as
//! it came over the wire. It is read by a program of its own, so that a mistake in a dialect's tables cannot hide in
//! both places.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use byokcheck::runner::Targets;
use byokcheck::runner::outcome::ScenarioOutcome;
use byokcheck::scenario::{Source, Suite};
use byokcheck::spec::{Era, Facet, Level, Rule, RuleId, Vendor};
use byokcheck::target::reference::{InProcess, Settings};
use byokcheck::target::{Answer as Answering, Passing, Target};
use byokcheck::wire::{HttpReply, HttpRequest, Signer};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use crate::judge::{era, judge_suite, noon};
use crate::matching::Matching;

/// One answer of a real service, and how it was got.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Recording {
    title: String,
    rules: Vec<String>,
    /// Who recorded it, and where the recording can be read.
    origin: String,
    /// When: a day, or the month or year if no more is known. Left out where it was recorded again and again.
    recorded: Option<String>,
    #[serde(default)]
    materials: toml::Table,
    step: Vec<toml::Table>,
    answer: Answer,
    #[serde(skip)]
    name: String,
}

/// The answer to the last step; `{key-arn}` and the like stand for what differs from run to run.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Answer {
    status: u16,
    code: Option<String>,
    /// Empty where the service gave none.
    text: Option<String>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    members: toml::Table,
    #[serde(default)]
    absent: Vec<String>,
    /// Whether there are no other members than those.
    #[serde(default)]
    and_nothing_else: bool,
}

/// Rules with recorded evidence that no recording carries, and why.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Missing {
    missing: BTreeMap<String, String>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_reference_answers_like_the_recorded_service() {
    let recordings = recordings();
    let mut days: BTreeMap<Date, Vec<&Recording>> = BTreeMap::new();
    for recording in &recordings {
        days.entry(recording.day()).or_default().push(recording);
    }
    let mut wrong = Vec::new();
    for (day, recordings) in days {
        wrong.extend(differences(day, &recordings).await);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_recording_is_of_a_day_on_which_its_rules_held() {
    let suite = Suite::embedded().expect("another test reads the suite");
    for recording in recordings() {
        for id in &recording.rules {
            let rule = suite.rule(&RuleId(id.clone()));
            let rule = rule.unwrap_or_else(|| panic!("{}: no rule {id}", recording.name));
            let held = Era(recording.day()).knows(rule);
            assert!(held, "{}: {id} did not hold then", recording.name);
        }
    }
}

#[test]
fn what_is_recorded_about_a_rule_stands_in_a_recording() {
    let suite = Suite::embedded().expect("another test reads the suite");
    let recordings = recordings();
    let text = fs::read_to_string(folder().join("missing.toml")).expect("the file is there");
    let missing: Missing = toml::from_str(&text).expect("missing.toml is a list of reasons");
    let mut wanting = BTreeSet::new();
    for rule in suite.registers[&Vendor::Aws].rules() {
        let carried = recordings
            .iter()
            .filter(|recording| recording.rules.contains(&rule.id.0));
        let shown: BTreeSet<Facet> = carried.flat_map(Recording::facets).collect();
        let bare = recorded(rule).find(|facet| !shown.contains(facet));
        if let Some(facet) = bare.filter(|_| rule.excluded.is_none()) {
            wanting.insert(rule.id.0.clone());
            let excused = missing.missing.contains_key(&rule.id.0);
            assert!(excused, "no recording shows the {facet} of {}", rule.id);
        }
    }
    let needless = missing.missing.keys().find(|id| !wanting.contains(*id));
    assert_eq!(needless, None, "it has a recording after all");
}

/// The facets with recorded evidence of their own; the status of refusals is recorded of the service as a whole.
fn recorded(rule: &Rule) -> impl Iterator<Item = Facet> {
    let facets = [Facet::Outcome, Facet::Code, Facet::Text];
    facets
        .into_iter()
        .filter(|facet| rule.evidence.level(*facet) == Some(Level::Recorded))
}

impl Recording {
    fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).expect("a recording is text");
        let mut recording: Self =
            toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let name = path.strip_prefix(folder()).expect("it was found there");
        recording.name = name.with_extension("").to_string_lossy().into_owned();
        assert!(!recording.origin.is_empty(), "{}", recording.name);
        recording
    }

    fn day(&self) -> Date {
        let Some(recorded) = &self.recorded else {
            return era().0;
        };
        let day = match recorded.len() {
            4 => format!("{recorded}-12-31"),
            7 => format!("{recorded}-01"),
            _ => recorded.clone(),
        };
        day.parse()
            .unwrap_or_else(|_| panic!("{}: {recorded:?} is no day", self.name))
    }

    fn facets(&self) -> Vec<Facet> {
        let told = [
            (Facet::Outcome, true),
            (Facet::Code, self.answer.code.is_some()),
            (Facet::Text, self.answer.text.is_some()),
        ];
        let told = told.into_iter().filter(|(_, told)| *told);
        told.map(|(facet, _)| facet).collect()
    }

    /// The recording without its answer, as a scenario.
    fn scenario(&self) -> Source {
        let mut table = toml::Table::new();
        table.insert("title".to_owned(), self.title.clone().into());
        table.insert("rules".to_owned(), self.rules.clone().into());
        table.insert("materials".to_owned(), self.materials.clone().into());
        table.insert("step".to_owned(), self.step.clone().into());
        Source {
            file: format!("truth/{}.toml", self.name),
            text: table.to_string(),
        }
    }

    fn compare(&self, outcome: &ScenarioOutcome, wire: &Wire) -> Vec<String> {
        let last = outcome
            .steps
            .last()
            .filter(|step| step.number == self.step.len());
        let exchange = last.and_then(|step| step.exchanges.last());
        let Some(exchange) = exchange else {
            return vec![format!(
                "its last step was not reached: {:?}",
                outcome.reason
            )];
        };
        let id = exchange
            .reply
            .lines()
            .find_map(|line| line.strip_prefix("x-amzn-requestid: "));
        let wire = wire.lock().unwrap_or_else(PoisonError::into_inner);
        let id = id.expect("every reply has an id").to_owned();
        let (request, reply) = &wire[&(self.name.clone(), id)];
        self.answer.compare(request, reply)
    }
}

impl Answer {
    fn compare(&self, request: &HttpRequest, reply: &HttpReply) -> Vec<String> {
        let mut matching = Matching::of(&json(&request.body));
        let body = json(&reply.body);
        if reply.status != self.status {
            matching.differ("status", &self.status, &reply.status);
        }
        if let Some(code) = &self.code {
            let actual = body["__type"].as_str().unwrap_or_default();
            let actual = actual.rsplit('#').next().unwrap_or_default();
            matching.text("code", code, actual);
        }
        if let Some(text) = &self.text {
            matching.text("text", text, body["message"].as_str().unwrap_or_default());
        }
        for (name, value) in &self.headers {
            matching.text(name, value, reply.header(name).unwrap_or_default());
        }
        matching.members("", &self.members, &body, self.and_nothing_else);
        for path in &self.absent {
            let pointer = format!("/{}", path.replace('.', "/"));
            if let Some(value) = body.pointer(&pointer) {
                matching.differ(path, &"nothing", value);
            }
        }
        matching.differences
    }
}

async fn differences(day: Date, recordings: &[&Recording]) -> Vec<String> {
    let wire = Wire::default();
    let listening = wire.clone();
    let targets = Targets::Each(Arc::new(move |case| {
        Arc::new(Eavesdropper::of(case, Era(day), &listening)) as Arc<dyn Target>
    }));
    let register = root().join("scenarios/rules/aws.toml");
    let register = Source {
        file: "truth/rules/aws.toml".to_owned(),
        text: fs::read_to_string(register).expect("the register is there"),
    };
    let sources = recordings.iter().map(|recording| recording.scenario());
    let suite = Suite::parse(sources.chain([register]).collect());
    let suite = suite.unwrap_or_else(|errors| panic!("{errors:#?}"));
    let cases = suite.scenarios.clone();
    let results = judge_suite(
        Arc::new(suite),
        cases,
        (Vendor::Aws, Era(day)),
        targets,
        7,
        true,
    )
    .await;
    let mut wrong = Vec::new();
    for recording in recordings {
        let mut outcomes = results.scenarios.iter();
        let outcome = outcomes.find(|outcome| outcome.name == recording.name);
        let outcome = outcome.expect("every recording was run");
        let differences = recording.compare(outcome, &wire);
        wrong.extend(
            differences
                .iter()
                .map(|it| format!("{}: {it}", recording.name)),
        );
    }
    wrong
}

/// Messages by case, and by the id in the reply's header.
type Wire = Arc<Mutex<BTreeMap<(String, String), (HttpRequest, HttpReply)>>>;

/// The reference in one of its Regions, and somebody who listens.
struct Eavesdropper {
    service: Arc<InProcess>,
    case: String,
    wire: Wire,
    /// The listener in the other Region; there is none behind that one.
    elsewhere: Option<Box<Self>>,
}

impl Eavesdropper {
    fn of(case: &str, era: Era, wire: &Wire) -> Self {
        let mut settings = Settings::new(7, noon());
        settings.era = era;
        let service = Arc::new(InProcess::new(settings));
        let listener = |elsewhere| Self {
            service: service.clone(),
            case: case.to_owned(),
            wire: wire.clone(),
            elsewhere,
        };
        listener(Some(Box::new(listener(None))))
    }

    fn inner(&self) -> &dyn Target {
        match self.elsewhere {
            Some(_) => &*self.service,
            None => self
                .service
                .elsewhere()
                .expect("the reference has two Regions"),
        }
    }
}

impl Target for Eavesdropper {
    fn send(&self, request: HttpRequest) -> Answering<'_> {
        Box::pin(async move {
            let reply = self.inner().send(request.clone()).await?;
            let id = reply.header("x-amzn-requestid").unwrap_or_default();
            let place = (self.case.clone(), id.to_owned());
            let mut wire = self.wire.lock().unwrap_or_else(PoisonError::into_inner);
            wire.insert(place, (request, reply.clone()));
            Ok(reply)
        })
    }

    fn host(&self) -> &str {
        self.inner().host()
    }

    fn url(&self) -> &str {
        self.inner().url()
    }

    fn signer(&self) -> &Signer {
        self.inner().signer()
    }

    fn now(&self) -> Timestamp {
        self.inner().now()
    }

    fn pass_time(&self, by: SignedDuration) -> Passing<'_> {
        self.inner().pass_time(by)
    }

    fn elsewhere(&self) -> Option<&dyn Target> {
        Some(self.elsewhere.as_deref()?)
    }
}

fn json(body: &[u8]) -> serde_json::Value {
    serde_json::from_slice(body).unwrap_or_default()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn folder() -> PathBuf {
    root().join("snapshots/truth/aws")
}

fn recordings() -> Vec<Recording> {
    let topics = fs::read_dir(folder()).expect("the folder is there");
    let topics = topics.map(|entry| entry.expect("a listed entry can be read").path());
    let files = topics.filter(|path| path.is_dir()).flat_map(|topic| {
        let files = fs::read_dir(topic).expect("a listed folder can be read");
        files.map(|entry| entry.expect("a listed entry can be read").path())
    });
    let mut files: Vec<PathBuf> = files.collect();
    files.sort();
    files.iter().map(|path| Recording::read(path)).collect()
}
