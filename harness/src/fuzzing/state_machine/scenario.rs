//! A sequence as a scenario file, so that what a fuzzer found can be run against any service.

use std::collections::BTreeMap;
use std::fmt;
use std::panic::{self, AssertUnwindSafe};

use jiff::Timestamp;

use super::step::{Blob, Given, Manner, Step};
use super::witness::{Call, Witness};
use super::{call, can_be_called};
use crate::model::{Answer, Permitted};
use crate::spec::{Field, Fields, KeySpec, KeyState, Operation, Request, Value, Vendor};

/// The text of a scenario that makes the calls of a sequence and expects the answers of the vendor's reference. Calls that a
/// service refused without a reason are left out, as are those that need an earlier ciphertext or signature, and those
/// that the vendor does not have: none of them can change anything. Where the model breaks a promise the scenario ends with
/// a comment that says which, since what comes afterwards means nothing.
#[must_use]
pub fn scenario(vendor: Vendor, title: &str, rule: &str, steps: &[Step]) -> String {
    let is_answered = |step: &&Step| {
        step.manner.answer != Given::Refusal && can_be_called(vendor, step.operation)
    };
    let answered = steps.iter().filter(is_answered).copied();
    let mut story = Story::default();
    if let Err(broken) = story.tell_all(&mut Witness::new(vendor), answered) {
        story.line(&format!("# here the model breaks a promise: {broken}"));
    }
    story.text(title, rule)
}

/// What this does, or the first line of its panic.
fn unless_it_panics<T>(act: impl FnOnce() -> T) -> Result<T, String> {
    panic::catch_unwind(AssertUnwindSafe(act)).map_err(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
        let line = text.and_then(|text| text.lines().next());
        line.unwrap_or("a panic without a text").to_owned()
    })
}

fn needs_earlier_bytes(operation: Operation) -> bool {
    use Operation::{Decrypt, ReEncrypt, Verify, VerifyMac};
    matches!(operation, Decrypt | ReEncrypt | Verify | VerifyMac)
}

/// What is being written, and what its parts are called.
#[derive(Default)]
struct Story {
    steps: String,
    /// The materials that are used, with what they are.
    materials: BTreeMap<String, &'static str>,
    /// Which step brought which material to which key.
    imports: BTreeMap<(usize, String), String>,
    number: usize,
}

impl Story {
    fn text(self, title: &str, rule: &str) -> String {
        let mut text = format!("title = {title:?}\nrules = [{rule:?}]\n");
        if !self.materials.is_empty() {
            text.push_str("\n[materials]\n");
        }
        for (name, kind) in self.materials {
            text.push_str(&format!("{name} = {{ {kind} }}\n"));
        }
        text + &self.steps
    }

    /// Tells steps up to the one, included, with which the model breaks a promise.
    fn tell_all(
        &mut self,
        witness: &mut Witness,
        steps: impl Iterator<Item = Step>,
    ) -> Result<(), String> {
        for step in steps {
            let manner = Manner {
                answer: Given::First,
                ..step.manner
            };
            let step = Step { manner, ..step };
            self.pass(step.pause);
            let call = unless_it_panics(|| witness.call(step))?;
            let answered = unless_it_panics(|| witness.answer(step, &call));
            if !needs_earlier_bytes(step.operation) {
                self.tell(&Seen::of(step, witness, &call));
            }
            answered?;
        }
        Ok(())
    }

    fn pass(&mut self, minutes: i64) {
        if minutes > 0 {
            self.line("\n[[step]]");
            self.member("do", "pass-time");
            self.member("by", Minutes(minutes));
        }
    }

    fn tell(&mut self, seen: &Seen<'_>) {
        self.number += 1;
        // Nobody can wrap material for a key that does not exist, with parameters that nobody has.
        if seen.step.operation == Operation::Import && seen.key.is_none() && seen.set.is_none() {
            return;
        }
        self.line("\n[[step]]");
        self.member("do", seen.step.operation);
        if let Some(name) = seen.name(self.number) {
            self.member("name", name);
        }
        match seen.key {
            _ if !seen.names_key() => {}
            Some(key) => self.member("key", format!("k{key}")),
            None => self.member("by", "unknown-id"),
        }
        if seen.step.operation == Operation::Import {
            self.tell_import(seen);
        }
        self.tell_members(seen);
        self.tell_expectation(seen);
    }

    fn tell_import(&mut self, seen: &Seen<'_>) {
        let is_curve = seen.spec == Some(KeySpec::EccNistP256);
        let (name, kind) = match seen.step.blob {
            Blob::Malformed => ("malformed".to_owned(), "bytes = 31"),
            Blob::Material(number) if is_curve => (format!("e{number}"), "ec = \"ECC_NIST_P256\""),
            Blob::Material(number) => (format!("m{number}"), "bytes = 32"),
            Blob::Undecryptable => ("m0".to_owned(), "bytes = 32"),
        };
        self.member("material", &name);
        if seen.step.blob == Blob::Undecryptable {
            self.member("damage", "flip-first-byte");
        }
        match seen.set {
            Some(set) => self.member("parameters", format!("p{set}")),
            None => self.line("import-token = 1000"),
        }
        if let (true, Some(key)) = (seen.is_accepted, seen.key) {
            let import = format!("i{}", self.number);
            self.imports.insert((key, name.clone()), import);
        }
        self.materials.insert(name, kind);
    }

    fn tell_members(&mut self, seen: &Seen<'_>) {
        for (field, value) in seen.request.fields.iter() {
            match (field, value) {
                (Field::TargetKeyId | Field::DestinationKeyId, _) => {}
                (Field::KeyId, _) if seen.names_key() => {}
                (Field::WrappingAlgorithm, Value::Text(name)) => self.member("algorithm", name),
                (Field::WrappingKeySpec, Value::Text(name)) => self.member("wrapping-key", name),
                (Field::MaterialId, _) => self.tell_material_id(seen),
                (field, value) => {
                    let value = Toml(value, seen.now);
                    self.line(&format!("{field} = {value}"));
                }
            }
        }
    }

    /// The id of a material is the service's secret until an import has told it.
    fn tell_material_id(&mut self, seen: &Seen<'_>) {
        let name = call::material(seen.step).map(|id| id.0).unwrap_or_default();
        let import = seen.key.and_then(|key| self.imports.get(&(key, name)));
        match import.cloned() {
            Some(import) => self.line(&format!("material-id = {{ of = {import:?} }}")),
            None => self.member("material-id", "0".repeat(64)),
        }
    }

    fn tell_expectation(&mut self, seen: &Seen<'_>) {
        let is_open = seen.permitted.iter().count() > 1;
        match seen.permitted.first() {
            Answer::Accept if is_open => return,
            Answer::Accept => self.line("then.accepted = true"),
            Answer::Refuse { fault, .. } => {
                self.member("then.refused", fault);
                if is_open {
                    self.member("then.open.outcome", "other answers are permitted as well");
                }
                self.member("no-control", "it was found by a fuzzer");
            }
        }
        if let Some(state) = seen.state {
            self.member("then.state", state);
        }
    }

    fn member(&mut self, name: &str, value: impl fmt::Display) {
        self.line(&format!("{name} = {:?}", value.to_string()));
    }

    fn line(&mut self, line: &str) {
        self.steps.push_str(line);
        self.steps.push('\n');
    }
}

/// A step as it was seen, right after its call.
struct Seen<'a> {
    step: Step,
    request: &'a Request,
    permitted: &'a Permitted,
    is_accepted: bool,
    /// The key that the call is about or has made, and what became of it.
    key: Option<usize>,
    spec: Option<KeySpec>,
    state: Option<KeyState>,
    /// The set of parameters that the call has used or issued.
    set: Option<usize>,
    now: Timestamp,
}

impl<'a> Seen<'a> {
    fn of(step: Step, witness: &Witness, call: &'a Call) -> Self {
        let is_accepted = *call.permitted.first() == Answer::Accept;
        let key = match step.operation {
            Operation::CreateKey => witness.key(0).filter(|_| is_accepted),
            Operation::DeleteAlias | Operation::ListAliases | Operation::ListKeys => None,
            _ => witness.key(step.key),
        };
        let set = match step.operation {
            Operation::GetParameters => witness.set(0),
            _ => witness.set(step.set),
        };
        Self {
            step,
            request: &call.request,
            permitted: &call.permitted,
            is_accepted,
            key,
            spec: key.map(|key| witness.spec(key)),
            state: key.and_then(|key| witness.state(key)),
            set,
            now: witness.now(),
        }
    }

    /// What later steps call the result.
    fn name(&self, number: usize) -> Option<String> {
        match self.step.operation {
            _ if !self.is_accepted => None,
            Operation::CreateKey => Some(format!("k{}", self.key?)),
            Operation::GetParameters => Some(format!("p{}", self.set?)),
            Operation::Import => Some(format!("i{number}")),
            _ => None,
        }
    }

    /// Whether the call names a key by its id.
    fn names_key(&self) -> bool {
        use Operation::{CreateKey, DeleteAlias, ListAliases, ListKeys};
        let name = self.request.fields.text(Field::KeyId).unwrap_or_default();
        let needs_none = [CreateKey, DeleteAlias, ListAliases, ListKeys];
        !needs_none.contains(&self.step.operation) && !name.starts_with("alias/")
    }
}

/// Minutes as scenarios write durations.
struct Minutes(i64);

impl fmt::Display for Minutes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}m", self.0)
    }
}

/// A value as scenarios write it, in a call of this moment.
struct Toml<'a>(&'a Value, Timestamp);

impl fmt::Display for Toml<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Value::Text(text) => write!(formatter, "{text:?}"),
            Value::Bytes(bytes) => write!(formatter, "{:?}", String::from_utf8_lossy(bytes)),
            Value::Time(time) => {
                let minutes = time.duration_since(self.1).as_mins();
                write!(formatter, "\"{}\"", Minutes(minutes))
            }
            Value::Number(number) => write!(formatter, "{number}"),
            Value::Flag(flag) => write!(formatter, "{flag}"),
            Value::Names(names) => write!(formatter, "{names:?}"),
            Value::Map(map) => table(formatter, map.iter()),
            Value::Records(tags) => table(formatter, tags.iter().map(tag)),
        }
    }
}

/// The tag of a record, as name and value.
fn tag(record: &Fields) -> (&str, &str) {
    let text = |field| record.text(field).unwrap_or_default();
    (text(Field::TagKey), text(Field::TagValue))
}

fn table(
    formatter: &mut fmt::Formatter<'_>,
    members: impl Iterator<Item = (impl fmt::Debug, impl fmt::Debug)>,
) -> fmt::Result {
    let members: Vec<String> = members
        .map(|(name, value)| format!("{name:?} = {value:?}"))
        .collect();
    write!(formatter, "{{ {} }}", members.join(", "))
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::*;

    #[test]
    fn a_story_ends_with_the_call_that_breaks_a_promise() {
        let create_key = [0; 8];
        let list_keys = [17, 0, 0, 0, 0, 0, 0, 0];
        let steps = read([list_keys, create_key].as_flattened());
        let mut witness = Witness::new(Vendor::Aws);
        witness.see(read(&create_key)[0]);
        witness.forget_keys();

        let mut story = Story::default();
        let broken = story.tell_all(&mut witness, steps.into_iter());

        assert_eq!(broken, Err("every key was made by a call".to_owned()));
        let told = "\n[[step]]\ndo = \"list-keys\"\nthen.accepted = true\n";
        assert_eq!(
            story.text("t", "r"),
            format!("title = \"t\"\nrules = [\"r\"]\n{told}")
        );
    }
}
