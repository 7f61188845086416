//! Quirks: small realistic defects of the reference service, planted around the model and never in it.
//!
//! A quirk is a row of a table: a name, what a user of such a service would suffer, the rules that should catch it,
//! and one [`Defect`]. [`Quirky`] is the reference with one of them. The tables are per vendor and may speak of the
//! texts of that vendor. Knows no scenario.

mod creation;
mod deletion;
mod eras;
mod expiry;
mod import;
mod metadata;
mod parameters;
mod refusals;
mod regions;
mod scene;
mod states;
mod using;

use std::sync::{LazyLock, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::HttpService;
use super::reference::{Decision, Reference};
use crate::spec::{Era, Fault, Field, Fields, Operation, Request, Variables};
use crate::wire::{Envelope, HttpReply, HttpRequest, WireFault};
use scene::{Memory, Scene};

/// One planted defect.
#[derive(Clone, Copy, Debug)]
pub struct Quirk {
    /// What it is called on the command line.
    pub name: &'static str,
    /// What a user of such a service would suffer, in one sentence.
    pub harm: &'static str,
    /// Rules whose scenarios have to catch it, among others.
    pub rules: &'static [&'static str],
    defect: Defect,
}

/// Every quirk, by topic.
#[must_use]
pub fn all() -> &'static [Quirk] {
    static ALL: LazyLock<Vec<Quirk>> = LazyLock::new(|| {
        [
            creation::QUIRKS,
            parameters::QUIRKS,
            import::QUIRKS,
            expiry::QUIRKS,
            deletion::QUIRKS,
            eras::QUIRKS,
            states::QUIRKS,
            metadata::QUIRKS,
            using::QUIRKS,
            refusals::QUIRKS,
            regions::QUIRKS,
        ]
        .concat()
    });
    &ALL
}

/// The quirk of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Quirk> {
    all().iter().find(|quirk| quirk.name == name)
}

/// The ways in which a service can be wrong. Functions get the scene of the call: the service behind the defect and
/// what happened before.
#[derive(Clone, Copy, Debug)]
enum Defect {
    /// Refuses in the words of another fault.
    Says(Fault, Fault),
    /// Refuses with another HTTP status.
    Status(Fault, u16),
    /// Puts something else into the text of a refusal.
    Text(Fault, fn(&mut Variables)),
    /// Understands something else than what was asked.
    Hears(&'static [Operation], fn(&mut Scene<'_>, &mut Request)),
    /// Answers something else than what is so.
    Tells(
        &'static [Operation],
        fn(&mut Scene<'_>, &Request, &mut Fields),
    ),
    /// Refuses what it should accept.
    Objects(
        &'static [Operation],
        Fault,
        fn(&mut Scene<'_>, &Request) -> bool,
    ),
    /// Does something after all where it should refuse; `None` leaves it at the refusal.
    Excuses(&'static [Operation], &'static [Fault], Excuse),
    /// Lives on another day.
    Lives(&'static [Operation], Era),
    /// Looks at a clock that is wrong by so much.
    Clock(&'static [Operation], SignedDuration),
    /// Does more than it was asked, after accepting.
    Also(
        &'static [Operation],
        fn(&mut Scene<'_>, &Request) -> Option<Request>,
    ),
    /// Changes something although it refuses.
    AlsoRefusing(
        &'static [Operation],
        &'static [Fault],
        fn(&mut Scene<'_>, &Request) -> Option<Request>,
    ),
    /// Accepts without doing anything, where the function says so and with what it says.
    Pretends(&'static [Operation], Excuse),
}

/// What a service does instead; `None` when it does what it should.
type Excuse = fn(&mut Scene<'_>, &Request) -> Option<Decision>;

/// A row of the tables.
const fn quirk(
    name: &'static str,
    rules: &'static [&'static str],
    defect: Defect,
    harm: &'static str,
) -> Quirk {
    Quirk {
        name,
        harm,
        rules,
        defect,
    }
}

/// The reference service with one planted defect.
#[derive(Debug)]
pub struct Quirky {
    reference: Reference,
    quirk: &'static Quirk,
    memory: Mutex<Memory>,
}

impl Quirky {
    /// Plants a defect into a service without keys.
    #[must_use]
    pub fn new(reference: Reference, quirk: &'static Quirk) -> Self {
        Self {
            reference,
            quirk,
            memory: Mutex::default(),
        }
    }

    fn read(&self, request: &HttpRequest, now: Timestamp) -> Result<Request, WireFault> {
        if let Defect::Lives(operations, era) = self.quirk.defect
            && let Ok(read) = self.reference.read(request, era, now)
            && operations.contains(&read.operation)
        {
            return Ok(read);
        }
        self.reference.read(request, self.reference.era(), now)
    }

    fn decide(&self, request: Request, now: Timestamp) -> Decision {
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        let mut scene = Scene::new(&self.reference, &mut memory, now);
        let decision = self.quirk.defect.decide(&mut scene, &request);
        memory.remember(&request, &decision, now);
        decision
    }

    fn write_refused(
        &self,
        operation: Option<Operation>,
        mut refused: WireFault,
        envelope: &Envelope,
    ) -> HttpReply {
        match self.quirk.defect {
            Defect::Says(fault, other) if refused.fault == fault => refused.fault = other,
            Defect::Text(fault, change) if refused.fault == fault => change(&mut refused.variables),
            _ => {}
        }
        let mut reply = self.reference.write_refused(operation, &refused, envelope);
        if let Defect::Status(fault, status) = self.quirk.defect
            && refused.fault == fault
        {
            reply.status = status;
        }
        reply
    }
}

impl HttpService for Quirky {
    fn answer(&self, request: &HttpRequest, now: Timestamp) -> HttpReply {
        let mut envelope = self.reference.envelope(request, now);
        let request = match self.read(request, now) {
            Ok(request) => request,
            Err(refused) => return self.write_refused(None, refused, &envelope),
        };
        let operation = request.operation;
        envelope.era = self.quirk.defect.era(operation).unwrap_or(envelope.era);
        match self.decide(request, now) {
            Err(refused) => self.write_refused(Some(operation), refused, &envelope),
            accepted => self.reference.write(operation, &accepted, &envelope),
        }
    }

    fn refuse(&self, fault: Fault, now: Timestamp) -> HttpReply {
        self.reference.refuse(fault, now)
    }
}

impl Defect {
    fn decide(self, scene: &mut Scene<'_>, request: &Request) -> Decision {
        if !self.concerns(request.operation) {
            return scene.call(request);
        }
        match self {
            Self::Says(..) | Self::Status(..) | Self::Text(..) => scene.call(request),
            Self::Hears(_, change) => {
                let mut heard = request.clone();
                change(scene, &mut heard);
                scene.call(&heard)
            }
            Self::Tells(_, change) => {
                let mut fields = scene.call(request)?;
                change(scene, request, &mut fields);
                Ok(fields)
            }
            Self::Objects(_, fault, when) if when(scene, request) => {
                Err(scene.objection(fault, request))
            }
            Self::Objects(..) => scene.call(request),
            Self::Excuses(_, faults, excuse) => match scene.call(request) {
                Err(refused) if faults.contains(&refused.fault) => {
                    excuse(scene, request).unwrap_or(Err(refused))
                }
                decision => decision,
            },
            Self::Lives(_, era) => scene.on(era).call(request),
            Self::Clock(_, wrong_by) => scene.at(wrong_by).call(request),
            Self::Also(_, more) => {
                let fields = scene.call(request)?;
                scene.call_too(more, request);
                Ok(fields)
            }
            Self::AlsoRefusing(_, faults, more) => {
                let decision = scene.call(request);
                if matches!(&decision, Err(refused) if faults.contains(&refused.fault)) {
                    scene.call_too(more, request);
                }
                decision
            }
            Self::Pretends(_, instead) => {
                instead(scene, request).unwrap_or_else(|| scene.call(request))
            }
        }
    }

    /// The day on which an operation lives, if that is another than the service's.
    fn era(self, operation: Operation) -> Option<Era> {
        match self {
            Self::Lives(operations, era) if operations.contains(&operation) => Some(era),
            _ => None,
        }
    }

    fn concerns(self, operation: Operation) -> bool {
        match self {
            Self::Says(..) | Self::Status(..) | Self::Text(..) => false,
            Self::Hears(operations, _)
            | Self::Tells(operations, _)
            | Self::Objects(operations, ..)
            | Self::Excuses(operations, ..)
            | Self::Lives(operations, _)
            | Self::Clock(operations, _)
            | Self::Also(operations, _)
            | Self::AlsoRefusing(operations, ..)
            | Self::Pretends(operations, _) => operations.contains(&operation),
        }
    }
}

/// The bare id in any way of writing a key.
fn id_of(reference: &str) -> &str {
    reference
        .rsplit_once("key/")
        .map_or(reference, |(_, id)| id)
}

/// Replaces the ARN in a reply by the bare id.
fn bare_id(_: &mut Scene<'_>, _: &Request, fields: &mut Fields) {
    if let Some(arn) = fields.text(Field::KeyId) {
        let id = id_of(arn).to_owned();
        fields.set(Field::KeyId, id);
    }
}

/// Accepts, and answers with nothing but the key's ARN.
fn nod(scene: &mut Scene<'_>, request: &Request) -> Option<Decision> {
    let metadata = scene.describe(request);
    let arn = metadata.text(Field::Arn).unwrap_or_default();
    Some(Ok(Fields::new().with(Field::KeyId, arn)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::all;

    #[test]
    fn quirks_have_names_of_their_own_a_harm_and_a_rule() {
        let names: BTreeSet<_> = all().iter().map(|quirk| quirk.name).collect();
        assert_eq!(names.len(), all().len());
        for quirk in all() {
            let is_kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(quirk.name.chars().all(is_kebab), "{}", quirk.name);
            assert!(quirk.harm.ends_with('.'), "{}", quirk.name);
            assert!(!quirk.rules.is_empty(), "{}", quirk.name);
        }
    }
}
