//! One call per line: moment, operation, key, members and facts, then the permitted answers (the first is what
//! the reference gives), and the state that the key is in afterwards.
//!
//! ```text
//! +25h import k token=1 material=m -> token-expired; pending-import
//! ```
//! A Region with a colon before the operation says where the call is made, if not at home: `us-west-2: import k …`.
//! `without=MEMBER` takes out what a call would have. A key of one letter stands for an id; `+25h` lets time pass; `valid-to=+1h` counts from now.

use std::str::FromStr;

use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};

use crate::spec::Vendor;
use crate::spec::{
    Edition, Era, Fault, Field, Fields, KeyState, MaterialId, Operation, Refusal, Reply, Request,
    Value,
};

use crate::model::{
    Account, Answer, Facts, Kms, MaterialFact, ParametersId, SealedFact, TokenFact,
};

/// The edition that tests are about which name none.
fn edition() -> Edition {
    Edition::of(Vendor::Aws, Era(date(2026, 11, 22)))
}

#[track_caller]
pub(super) fn check(table: &str) {
    check_by(edition(), table);
}

#[track_caller]
pub(super) fn check_by(edition: Edition, table: &str) {
    let mut driver = Driver::by(edition);
    for line in table.lines() {
        driver.run(line.trim());
    }
}

pub(super) struct Driver {
    account: Account,
    now: Timestamp,
}

const HOME: &str = "eu-west-1";

impl Driver {
    pub(super) fn new() -> Self {
        Self::by(edition())
    }

    fn by(edition: Edition) -> Self {
        Self {
            account: Account::new(Kms::new(edition, "111122223333", HOME)),
            now: Timestamp::from_second(1_800_000_000).unwrap(),
        }
    }

    /// Makes the call of a line, gives the model the reference's answer, and returns what it shows.
    #[track_caller]
    pub(super) fn run(&mut self, line: &str) -> Fields {
        let (call, expected) = line.split_once("->").expect("a line has an arrow");
        let (answers, state) = match expected.split_once(';') {
            Some((answers, state)) => (answers.trim(), Some(state.trim())),
            None => (expected.trim(), None),
        };
        let (request, facts) = self.read(call);
        let permitted = self.account.permitted(&request, &facts, self.now);
        let names: Vec<String> = permitted.iter().map(name).collect();
        assert_eq!(names.join("|"), answers, "{line}");
        let reply = reply(permitted.first(), call);
        self.account.observe(&request, &facts, &reply, self.now);
        if let Some(state) = state {
            let reference = id(key_of(call));
            let key = self.account.resolve(&request, &reference);
            let key = key.expect("the key is there");
            assert_eq!(
                key.state(self.now),
                KeyState::from_str(state).unwrap(),
                "{line}"
            );
        }
        self.account.reply_fields(&request, &facts, self.now)
    }

    /// Rotates a key whose material the service makes.
    #[track_caller]
    pub(super) fn rotate_to(&mut self, key: &str, material: &str, answers: &str) {
        let (request, facts) = self.read(&format!("rotate {key}"));
        let permitted = self.account.permitted(&request, &facts, self.now);
        let names: Vec<String> = permitted.iter().map(name).collect();
        assert_eq!(names.join("|"), answers, "rotate to {material}");
        let made = Fields::new().with(Field::CurrentMaterialId, material);
        self.account
            .observe(&request, &facts, &Reply::Accepted(made), self.now);
    }

    /// The service at home.
    pub(super) fn kms(&self) -> &Kms {
        self.account
            .in_region(HOME)
            .expect("something was called there")
    }

    pub(super) fn now(&self) -> Timestamp {
        self.now
    }

    /// Tells the model that a service has accepted a call, permitted or not.
    pub(super) fn accept(&mut self, call: &str) {
        let (request, facts) = self.read(call);
        let reply = reply(&Answer::Accept, call);
        self.account.observe(&request, &facts, &reply, self.now);
    }

    /// Tags a key.
    pub(super) fn accept_tag(&mut self, key: &str, name: &str, value: &str) {
        let tag = Fields::new()
            .with(Field::TagKey, name)
            .with(Field::TagValue, value);
        let (request, facts) = self.read(&format!("tag-key {key}"));
        let request = request.with(Field::Tags, vec![tag]);
        let reply = Reply::Accepted(Fields::new());
        self.account.observe(&request, &facts, &reply, self.now);
    }

    /// The id of the key that the token of a call was issued for.
    pub(super) fn owner_of_token(&mut self, call: &str) -> Option<String> {
        let (request, facts) = self.read(call);
        let key = self.account.key_of_token(&request, &facts)?;
        Some(key.id().to_owned())
    }

    #[track_caller]
    pub(super) fn says(&mut self, call: &str, template: &str, text: &str) {
        let (request, facts) = self.read(call);
        let permitted = self.account.permitted(&request, &facts, self.now);
        let Answer::Refuse { variables, .. } = permitted.first() else {
            panic!("{call} is accepted");
        };
        assert_eq!(variables.fill(template).as_deref(), Some(text), "{call}");
    }

    #[track_caller]
    pub(super) fn shows(&self, key: &str, always: &[&str], now_also: &[&str]) {
        let key = self.kms().key(&id(key)).unwrap();
        let shown = self.kms().metadata(key, self.now);
        let mut shown: Vec<String> = shown.iter().map(|(field, _)| field.to_string()).collect();
        let mut expected = [always, now_also].concat();
        shown.sort();
        expected.sort_unstable();
        assert_eq!(shown, expected);
    }

    fn read(&mut self, call: &str) -> (Request, Facts) {
        let mut words = call.split_whitespace().peekable();
        if let Some(passing) = words.next_if(|word| word.starts_with('+')) {
            self.now += duration(passing);
        }
        let region = words.next_if(|word| word.ends_with(':'));
        let operation: Operation = words.next().unwrap().parse().expect("an operation");
        let region = region.map(|word| word.trim_end_matches(':'));
        let mut request = Request::new(operation).within(region);
        let mut facts = Facts::default();
        if operation == Operation::GetParameters {
            request = request
                .with(Field::WrappingAlgorithm, "RSAES_OAEP_SHA_256")
                .with(Field::WrappingKeySpec, "RSA_2048");
        }
        let key = words.next().expect("a key, or `-`");
        if key != "-" && operation != Operation::CreateKey {
            let field = match operation {
                Operation::ReEncrypt => Field::DestinationKeyId,
                Operation::CreateAlias => Field::TargetKeyId,
                _ => Field::KeyId,
            };
            request = request.with(field, id(key));
        }
        for word in words {
            let (name, value) = word.split_once('=').expect("a member and its value");
            match name.parse() {
                _ if name == "without" => {
                    request.fields.remove(value.parse().expect("a member"));
                }
                Ok(field) => request.fields.set(field, self.value(field, value)),
                Err(_) => note(&mut facts, name, value),
            }
        }
        (request, facts)
    }

    fn value(&self, field: Field, text: &str) -> Value {
        match field {
            Field::ValidTo => Value::Time(self.now + duration(text)),
            Field::MultiRegion => Value::Flag(text == "true"),
            Field::PendingWindowDays | Field::Limit => Value::Number(text.parse().unwrap()),
            Field::SourceKeyId => Value::Text(id(text)),
            _ => Value::Text(text.to_owned()),
        }
    }
}

fn note(facts: &mut Facts, name: &str, value: &str) {
    match (name, value) {
        ("token", "foreign") => facts.token = Some(TokenFact::Foreign),
        ("token", number) => {
            facts.token = Some(TokenFact::Of(ParametersId(number.parse().unwrap())));
        }
        ("material", "undecryptable") => facts.material = Some(MaterialFact::Undecryptable),
        ("material", "malformed") => facts.material = Some(MaterialFact::Malformed),
        ("material", material) => {
            facts.material = Some(MaterialFact::Is(MaterialId(material.to_owned())));
        }
        ("sealed", "undecryptable") => facts.sealed = Some(SealedFact::Undecryptable),
        ("sealed", sealed) => {
            let (key, material) = sealed.split_once(':').unwrap();
            facts.sealed = Some(SealedFact::By {
                key: id(key),
                material: MaterialId(material.to_owned()),
            });
        }
        ("proof", value) => facts.proof = Some(value == "yes"),
        _ => panic!("{name} is neither a member nor a fact"),
    }
}

fn reply(answer: &Answer, call: &str) -> Reply {
    match answer {
        Answer::Accept => Reply::Accepted(Fields::new().with(Field::KeyId, id(key_of(call)))),
        Answer::Refuse { fault, .. } => Reply::Refused(Refusal {
            code: fault.to_string(),
            status: 400,
            message: None,
        }),
    }
}

fn name(answer: &Answer) -> String {
    match answer {
        Answer::Accept => "ok".to_owned(),
        Answer::Refuse { fault, .. } => Fault::to_string(fault),
    }
}

fn key_of(call: &str) -> &str {
    let mut words = call
        .split_whitespace()
        .skip_while(|word| word.starts_with('+') || word.ends_with(':'));
    words.nth(1).expect("a key, or `-`")
}

/// A letter stands for an id that looks like one; its hexadecimal code makes it differ from the others.
pub(super) fn id(name: &str) -> String {
    match name.as_bytes() {
        [letter] => format!("00000000-0000-4000-8000-0000000000{letter:02x}"),
        _ => name.to_owned(),
    }
}

fn duration(text: &str) -> SignedDuration {
    let (sign, text) = match text.strip_prefix('-') {
        Some(text) => (-1, text),
        None => (1, text.trim_start_matches('+')),
    };
    let (number, unit) = text.split_at(text.len() - 1);
    let number: i64 = number.parse().unwrap();
    let unit = if unit == "h" { 3600 } else { 1 };
    SignedDuration::from_secs(sign * number * unit)
}
