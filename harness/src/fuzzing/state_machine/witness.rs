//! A bystander with a long memory: what the model may never contradict.

use jiff::{SignedDuration, Timestamp};

use super::call::{self, Named};
use super::step::{Given, Step};
use crate::fuzzing::TODAY;
use crate::model::{Answer, Facts, Key, Kms, Material, ParametersId, Permitted, TokenFact};
use crate::spec::{
    Edition, Field, Fields, KeySpec, KeyState, MaterialId, Operation, Refusal, Reply, Request,
    Vendor,
};

/// The model, and what has been seen of it.
pub(super) struct Witness {
    kms: Kms,
    now: Timestamp,
    edition: Edition,
    /// In the order in which they were made.
    keys: Vec<Known>,
    /// In the order in which they were issued.
    sets: Vec<Set>,
    /// How many materials the service has made.
    made: usize,
}

/// A call that can be answered.
pub(super) struct Call {
    pub(super) request: Request,
    facts: Facts,
    pub(super) permitted: Permitted,
}

/// What is remembered of a key.
struct Known {
    id: String,
    spec: KeySpec,
    is_external: bool,
    /// The materials that it is bound to for ever, in order.
    bound: Vec<Held>,
    waiting: Option<Held>,
    deletion: Option<Timestamp>,
}

/// Material that a key has taken.
#[derive(Clone, Debug)]
struct Held {
    id: MaterialId,
    stay: Stay,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stay {
    Gone,
    Until(Timestamp),
    Forever,
}

/// Parameters that were issued.
struct Set {
    key: usize,
    issued: Timestamp,
}

impl Witness {
    pub(super) fn new(vendor: Vendor) -> Self {
        let edition = Edition::of(vendor, TODAY);
        Self {
            edition,
            kms: Kms::new(edition, "111122223333", "eu-west-1"),
            now: Timestamp::UNIX_EPOCH,
            keys: Vec::new(),
            sets: Vec::new(),
            made: 0,
        }
    }

    /// Makes the call of a step, gives the model an answer, and looks at everything afterwards.
    pub(super) fn see(&mut self, step: Step) {
        let call = self.call(step);
        self.answer(step, &call);
    }

    /// What a step asks for, once its time has passed.
    pub(super) fn call(&mut self, step: Step) -> Call {
        self.pass(step.pause());
        let (request, facts) = self.asked(step);
        let permitted = self.kms.permitted(&request, &facts, self.now);
        assert!(permitted.iter().count() > 0, "nothing is permitted");
        Call {
            request,
            facts,
            permitted,
        }
    }

    /// Gives the model the answer that the step chooses, and looks at everything afterwards.
    pub(super) fn answer(&mut self, step: Step, call: &Call) {
        let given = match step.manner.answer {
            Given::First => call.permitted.iter().next(),
            Given::Last => call.permitted.iter().last(),
            Given::Refusal => None,
        };
        match given {
            Some(Answer::Accept) => self.accept(step, &call.request, &call.facts),
            _ => self.refuse(&call.request, &call.facts),
        }
        self.hold(step);
    }

    /// Breaks the first promise to be checked, as a wrong model would.
    #[cfg(test)]
    pub(super) fn forget_keys(&mut self) {
        self.keys.clear();
    }

    pub(super) fn now(&self) -> Timestamp {
        self.now
    }

    /// The number of a key, counted back from the one that was made last.
    pub(super) fn key(&self, back: usize) -> Option<usize> {
        self.keys.len().checked_sub(1 + back)
    }

    /// The number of a set of parameters, counted back from the one that was issued last.
    pub(super) fn set(&self, back: usize) -> Option<usize> {
        self.sets.len().checked_sub(1 + back)
    }

    /// The kind of the key of this number.
    pub(super) fn spec(&self, key: usize) -> KeySpec {
        self.keys[key].spec
    }

    /// The state of the key of this number, unless it is gone.
    pub(super) fn state(&self, key: usize) -> Option<KeyState> {
        let key = self.kms.key(&self.keys[key].id)?;
        (!key.is_gone(self.now)).then(|| key.state(self.now))
    }

    /// Time takes material and keys away and gives nothing back.
    fn pass(&mut self, pause: SignedDuration) {
        let later = self.now + pause;
        for key in self.kms.keys() {
            let usable = [self.now, later].map(|now| key.is_usable(now) && !key.is_gone(now));
            assert_ne!(usable, [false, true], "time has brought a key back");
        }
        self.now = later;
    }

    fn asked(&self, step: Step) -> (Request, Facts) {
        let id = |back| Some(self.keys[self.key(back)?].id.as_str());
        let set = match step.operation {
            Operation::GetParameters => Some(self.sets.len()),
            _ => self.set(step.set),
        };
        let named = Named {
            key: id(step.key),
            other: id(step.other),
            set: set.map(|set| ParametersId(set as u64)),
            binds_several: self.edition.binds_several(KeySpec::Symmetric, false),
        };
        let facts = call::facts(step, named);
        (call::request(step, named, self.now), facts)
    }

    fn refuse(&mut self, request: &Request, facts: &Facts) {
        let before = self.kms.clone();
        let refusal = Reply::Refused(Refusal {
            code: String::new(),
            status: 400,
            message: None,
        });
        self.kms.observe(request, facts, &refusal, self.now);
        assert!(before == self.kms, "a refused call has changed something");
    }

    fn accept(&mut self, step: Step, request: &Request, facts: &Facts) {
        let mut answer = Fields::new();
        if step.operation == Operation::CreateKey {
            let id = format!("00000000-0000-4000-8000-{:012x}", self.keys.len());
            answer.set(Field::KeyId, id);
        }
        if self.makes_material(step) {
            let id = format!("s{}", self.made);
            answer.set(Field::CurrentMaterialId, id);
            self.made += 1;
        }
        let reply = Reply::Accepted(answer);
        self.kms.observe(request, facts, &reply, self.now);
        let answer = reply.accepted().expect("it was made so");
        self.remember(step, request, facts, answer);
    }

    /// Whether the service answers with the name of material that it has made.
    fn makes_material(&self, step: Step) -> bool {
        match step.operation {
            Operation::CreateKey => step.kind() == (KeySpec::Symmetric, false),
            Operation::Rotate => {
                let key = self.key(step.key).map(|key| &self.keys[key]);
                key.is_some_and(|key| !key.is_external)
            }
            _ => false,
        }
    }

    /// Checks what an accepted call may have done, and remembers it.
    fn remember(&mut self, step: Step, request: &Request, facts: &Facts, answer: &Fields) {
        let (now, number) = (self.now, self.key(step.key));
        match step.operation {
            Operation::CreateKey => return self.keys.push(Known::new(step, answer)),
            Operation::ListKeys | Operation::ListAliases | Operation::DeleteAlias => return,
            // Such a call may name its key in another way, or not at all.
            Operation::Decrypt | Operation::Encrypt => return,
            _ => {}
        }
        let number = number.expect("a call about no key is refused");
        let key = &mut self.keys[number];
        let is_gone = key.deletion.is_some_and(|deletion| deletion <= now);
        assert!(!is_gone, "a deleted key has answered {step:?}");
        match step.operation {
            Operation::GetParameters => self.sets.push(Set {
                key: number,
                issued: now,
            }),
            Operation::Import => {
                let Some(TokenFact::Of(ParametersId(set))) = facts.token else {
                    panic!("an import without a token was accepted");
                };
                let set = &self.sets[set as usize];
                assert_eq!(set.key, number, "a token has served another key");
                let age = now.duration_since(set.issued);
                assert!(
                    age <= self.edition.parameters_validity,
                    "a token has outlived its day"
                );
                key.import(step, request.fields.has(Field::ImportType), now);
            }
            Operation::Rotate => key.rotate(answer),
            Operation::DeleteMaterial => key.lose(request.fields.text(Field::MaterialId)),
            Operation::ScheduleDeletion => {
                let asked = request.fields.number(Field::PendingWindowDays);
                let days = asked.unwrap_or(self.edition.deletion_window.usual);
                key.deletion = Some(now + SignedDuration::from_hours(days * 24));
            }
            Operation::CancelDeletion => key.deletion = None,
            _ => {}
        }
    }

    /// What holds between the model and the memory after every step.
    fn hold(&self, step: Step) {
        for key in self.kms.keys() {
            let known = self.keys.iter().find(|known| known.id == key.id());
            known
                .expect("every key was made by a call")
                .agree(key, self.now);
        }
        if step.operation == Operation::DescribeKey
            && let Some(number) = self.key(step.key)
            && let Some(key) = self.kms.key(&self.keys[number].id)
        {
            let shown = self.kms.metadata(key, self.now);
            assert_eq!(shown.flag(Field::Enabled), Some(key.is_usable(self.now)));
            assert_eq!(shown.name(Field::State), Some(key.state(self.now)));
            assert_eq!(shown.name(Field::Spec), Some(self.keys[number].spec));
        }
    }
}

impl Known {
    fn new(step: Step, answer: &Fields) -> Self {
        let (spec, is_external) = step.kind();
        Self {
            id: answer.text(Field::KeyId).unwrap_or_default().to_owned(),
            spec,
            is_external,
            bound: made(answer).into_iter().collect(),
            waiting: None,
            deletion: None,
        }
    }

    fn import(&mut self, step: Step, is_new: bool, now: Timestamp) {
        let id = call::material(step).expect("an import of no material is refused");
        let stay = step.validity.map_or(Stay::Forever, |minutes| {
            Stay::Until(now + SignedDuration::from_mins(minutes))
        });
        let is_waiting = self
            .waiting
            .as_ref()
            .is_some_and(|it| it.id == id && it.is_there(now));
        let held = Held { id, stay };
        if let Some(bound) = self.bound.iter_mut().find(|bound| bound.id == held.id) {
            assert!(!is_new || is_waiting, "known material became new");
            *bound = held;
        } else if self.bound.is_empty() {
            self.bound.push(held);
        } else {
            assert!(is_new || is_waiting, "a key took other material");
            self.waiting = Some(held);
        }
    }

    fn rotate(&mut self, answer: &Fields) {
        let next = match self.is_external {
            true => self.waiting.take(),
            false => made(answer),
        };
        self.bound.extend(next);
    }

    /// Loses the material of this id, or else the current one.
    fn lose(&mut self, named: Option<&str>) {
        let is_named = |held: &Held| Some(held.id.0.as_str()) == named;
        self.waiting.take_if(|waiting| is_named(waiting));
        let lost = match named {
            Some(_) => self.bound.iter_mut().find(|bound| is_named(bound)),
            None => self.bound.last_mut(),
        };
        if let Some(lost) = lost {
            lost.stay = Stay::Gone;
        }
    }

    fn agree(&self, key: &Key, now: Timestamp) {
        let bound = self.bound.iter().map(|held| &held.id);
        let materials = key.materials().iter().map(Material::id);
        assert!(
            materials.eq(bound),
            "a key has forgotten or changed its materials"
        );
        let waiting = self.waiting.as_ref().filter(|held| held.is_there(now));
        let shown = key.waiting(now).map(Material::id);
        assert_eq!(
            shown,
            waiting.map(|held| &held.id),
            "what waits is something else"
        );
        let all_there = self.bound.iter().all(|held| held.is_there(now));
        let there = !self.is_external || (!self.bound.is_empty() && all_there);
        let usable = there && !key.disabled() && self.deletion.is_none();
        assert_eq!(
            key.is_usable(now),
            usable,
            "enabled without all that it takes, or not with it"
        );
        assert_eq!(
            key.deletion(),
            self.deletion,
            "the day of deletion has moved"
        );
    }
}

impl Held {
    fn is_there(&self, now: Timestamp) -> bool {
        match self.stay {
            Stay::Gone => false,
            Stay::Until(end) => now < end,
            Stay::Forever => true,
        }
    }
}

/// Material that the service says it has made.
fn made(answer: &Fields) -> Option<Held> {
    let id = answer.text(Field::CurrentMaterialId)?.to_owned();
    Some(Held {
        id: MaterialId(id),
        stay: Stay::Forever,
    })
}
