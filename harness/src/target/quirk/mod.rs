//! Quirks: small realistic defects of the reference service, planted around the model and never in it.
//!
//! A quirk is a row of a table: a name, what a user of such a service would suffer, the rules that should catch it,
//! and one [`Defect`]. [`Quirky`] is the reference with one of them. The tables are per vendor and may speak of the
//! texts of that vendor. Knows no scenario.

mod alibaba;
mod concurrency;
mod creation;
mod defect;
mod deletion;
mod eras;
mod expiry;
mod import;
mod materials;
mod messages;
mod metadata;
mod parameters;
mod recording;
mod refusals;
mod regions;
mod rotation;
mod scene;
mod states;
mod using;

use std::collections::BTreeSet;
use std::sync::{LazyLock, Mutex, PoisonError};

use jiff::Timestamp;

use super::HttpService;
use super::reference::{Decision, Reference};
use crate::spec::{Fault, Field, Fields, Operation, Request, RuleId, Vendor};
use crate::wire::{Envelope, HttpReply, HttpRequest, WireFault};
use defect::Defect;
use scene::{Memory, Scene};

pub use recording::{Recorder, Recording};

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
pub fn all() -> impl Iterator<Item = &'static Quirk> {
    static ALL: LazyLock<Vec<Quirk>> = LazyLock::new(|| {
        [
            creation::QUIRKS,
            parameters::QUIRKS,
            import::QUIRKS,
            materials::QUIRKS,
            expiry::QUIRKS,
            deletion::QUIRKS,
            eras::QUIRKS,
            rotation::QUIRKS,
            states::QUIRKS,
            metadata::QUIRKS,
            using::QUIRKS,
            concurrency::QUIRKS,
            refusals::QUIRKS,
            regions::QUIRKS,
            messages::QUIRKS,
            alibaba::QUIRKS,
        ]
        .concat()
    });
    ALL.iter()
}

/// The quirks of a vendor: those that break one of its rules.
pub fn of(vendor: Vendor) -> impl Iterator<Item = &'static Quirk> {
    all().filter(move |quirk| quirk.rules_of(vendor).next().is_some())
}

/// The rules that are known to catch a quirk: a test holds that each of them catches those that name it.
#[must_use]
pub fn proven() -> BTreeSet<RuleId> {
    let named = all().flat_map(|quirk| quirk.rules);
    named.map(|&rule| RuleId(rule.to_owned())).collect()
}

/// The quirk of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Quirk> {
    all().find(|quirk| quirk.name == name)
}

/// The quirk that a suite must report before its silence about anything else is believed: an import that is accepted
/// and thrown away, the plainest lie that a service can tell. It breaks a rule of every vendor.
///
/// # Panics
/// Never: a test finds it.
#[must_use]
pub fn canary() -> &'static Quirk {
    find("different-material-accepted-and-dropped").expect("it stands in a table")
}

impl Quirk {
    /// Those of its rules that are of this vendor.
    pub fn rules_of(&self, vendor: Vendor) -> impl Iterator<Item = RuleId> {
        let vendor: &str = vendor.into();
        let is_of = move |rule: &&&str| rule.split('/').next() == Some(vendor);
        let rules = self.rules.iter().filter(is_of);
        rules.map(|&rule| RuleId(rule.to_owned()))
    }
}

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
        let defect = self.quirk.defect;
        if let Defect::Lives(operations, era) = defect
            && let Ok(read) = self.reference.read(request, era, now)
            && operations.contains(&read.operation)
        {
            return Ok(read);
        }
        let seen = defect.misread(request);
        let seen = seen.as_ref().unwrap_or(request);
        let era = self.reference.era();
        match self.reference.read_as(seen, request, era, now) {
            Err(refused) if defect.trusts(refused.fault) => self.reference.read_unsigned(seen, era),
            read => read,
        }
    }

    fn decide(&self, request: &Request, now: Timestamp) -> Decision {
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        let mut scene = Scene::new(&self.reference, &mut memory, now);
        let decision = self.quirk.defect.decide(&mut scene, request);
        memory.remember(request, &decision, now);
        decision
    }

    fn write_refused(
        &self,
        operation: Option<Operation>,
        refused: WireFault,
        envelope: &Envelope,
    ) -> HttpReply {
        let defect = self.quirk.defect;
        let fault = refused.fault;
        let refused = defect.reword(refused);
        let mut reply = self.reference.write_refused(operation, &refused, envelope);
        defect.rewrite(Some(fault), &mut reply);
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
        match self.decide(&request, now) {
            Err(refused) => self.write_refused(Some(operation), refused, &envelope),
            accepted => {
                let mut reply = self.reference.write(operation, &accepted, &envelope);
                self.quirk.defect.rewrite(None, &mut reply);
                reply
            }
        }
    }

    fn refuse(&self, fault: Fault, now: Timestamp) -> HttpReply {
        let mut reply = self.reference.refuse(fault, now);
        self.quirk.defect.rewrite(Some(fault), &mut reply);
        reply
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

    use strum::VariantArray;

    use super::{all, canary};
    use crate::spec::Vendor;

    #[test]
    fn the_canary_breaks_a_rule_of_every_vendor() {
        for vendor in Vendor::VARIANTS {
            assert!(canary().rules_of(*vendor).next().is_some(), "{vendor}");
        }
    }

    #[test]
    fn quirks_have_names_of_their_own_a_harm_and_a_rule() {
        let names: BTreeSet<_> = all().map(|quirk| quirk.name).collect();
        assert_eq!(names.len(), all().count());
        for quirk in all() {
            let is_kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(quirk.name.chars().all(is_kebab), "{}", quirk.name);
            assert!(quirk.harm.ends_with('.'), "{}", quirk.name);
            assert!(!quirk.rules.is_empty(), "{}", quirk.name);
        }
    }
}
