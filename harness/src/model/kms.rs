//! The service as a whole: look-up, decision and observation are dispatched from here.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::spec::{Cell, Edition, Field, Operation, Reply, Request, Variables};

use super::key::Key;
use super::names::Alias;
use super::objections::{About, Judged, Objection, Objections};
use super::{Facts, MaterialFact, Permitted};

/// A key management service: its keys and aliases, in one Region of one account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kms {
    pub(super) edition: Edition,
    pub(super) account: String,
    pub(super) region: String,
    pub(super) keys: BTreeMap<String, Key>,
    pub(super) aliases: BTreeMap<String, Alias>,
    /// The id of the key that was made last.
    pub(super) newest: Option<String>,
}

/// One call, with everything that its judgement may look at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Call<'a> {
    pub(super) kms: &'a Kms,
    pub(super) request: &'a Request,
    pub(super) facts: &'a Facts,
    pub(super) now: Timestamp,
}

impl Kms {
    /// A service without keys that behaves as `edition` says. `account` and `region` are parts of its ARNs.
    #[must_use]
    pub fn new(edition: Edition, account: &str, region: &str) -> Self {
        Self {
            edition,
            account: account.to_owned(),
            region: region.to_owned(),
            keys: BTreeMap::new(),
            aliases: BTreeMap::new(),
            newest: None,
        }
    }

    /// The answers that the rules permit to a call at a moment. Moments never go back.
    ///
    /// Variables of a refusal are spelled in neutral words (`external`, `symmetric`, `encrypt-decrypt`, and the
    /// operation as `generate-mac`); whoever shows them lets a dialect respell them.
    #[must_use]
    pub fn permitted(&self, request: &Request, facts: &Facts, now: Timestamp) -> Permitted {
        let call = Call {
            kms: self,
            request,
            facts,
            now,
        };
        let objections = call.judge().unwrap_or_else(Objections::from);
        objections.into_permitted(|objection| call.variables(objection))
    }

    /// Takes over what an answer tells. A call that was not accepted changes nothing.
    ///
    /// The members of an accepted reply that matter are the key's id (create-key), and its ARN where the account
    /// of the service is not known beforehand, and the id of material that a rotation made. `facts` must be those that [`Kms::permitted`] was asked with.
    pub fn observe(&mut self, request: &Request, facts: &Facts, reply: &Reply, now: Timestamp) {
        let Reply::Accepted(answer) = reply else {
            return;
        };
        self.drop_gone(now);
        match request.operation {
            Operation::CreateKey => self.add_key(request, answer, now),
            Operation::CreateAlias => self.add_alias(request, now),
            Operation::DeleteAlias => self.drop_alias(request),
            Operation::Rotate => {
                if let Some(key) = self.key_mut(request) {
                    key.rotate(answer, now);
                }
            }
            _ => {
                let edition = self.edition;
                if let Some(key) = self.key_mut(request) {
                    key.observe(&edition, request, facts, now);
                }
            }
        }
    }

    /// The same service in another Region, where it has the same keys: none, as long as nobody called it.
    pub(super) fn elsewhere(&self, region: &str) -> Self {
        Self {
            region: region.to_owned(),
            ..self.clone()
        }
    }

    /// All keys, by id, including those whose day of deletion has come since the last observation.
    pub fn keys(&self) -> impl Iterator<Item = &Key> {
        self.keys.values()
    }

    fn key_mut(&mut self, request: &Request) -> Option<&mut Key> {
        let id = self.resolve(request.key()?).ok()?.id.clone();
        self.keys.get_mut(&id)
    }
}

impl Key {
    fn observe(&mut self, edition: &Edition, request: &Request, facts: &Facts, now: Timestamp) {
        let asked = &request.fields;
        match request.operation {
            Operation::GetParameters => self.issue_parameters(facts, now),
            Operation::Import => self.take_material(edition, asked, facts, now),
            Operation::DeleteMaterial => self.lose_material(asked),
            Operation::EnableKey => self.disabled = false,
            Operation::DisableKey => self.disabled = true,
            Operation::ScheduleDeletion => self.plan_deletion(edition, asked, now),
            Operation::CancelDeletion => self.cancel_deletion(edition),
            Operation::EnableRotation => self.rotation = true,
            Operation::DisableRotation => self.rotation = false,
            Operation::TagKey => self.add_tags(asked),
            Operation::UntagKey => self.drop_tags(asked),
            Operation::UpdateDescription => self.describe(asked),
            Operation::Replicate => self.gain_replica(asked),
            _ => {}
        }
    }
}

impl<'a> Call<'a> {
    fn judge(self) -> Judged<'a> {
        match self.request.operation {
            Operation::CreateKey => self.create(),
            Operation::ListKeys => Ok(Objections::none()),
            Operation::GetParameters => self.parameters(),
            Operation::Import => self.import(),
            Operation::DeleteMaterial => self.delete_material(),
            Operation::Encrypt
            | Operation::GenerateDataKey
            | Operation::GenerateMac
            | Operation::VerifyMac
            | Operation::Sign
            | Operation::Verify => self.make_or_check(),
            Operation::Decrypt => self.decrypt(),
            Operation::ReEncrypt => self.re_encrypt(),
            Operation::GetPublicKey => self.public_key(),
            Operation::ScheduleDeletion => self.schedule_deletion(),
            Operation::CreateAlias => self.create_alias(),
            Operation::DeleteAlias => self.delete_alias(),
            Operation::ListAliases => self.list_aliases(),
            Operation::EnableRotation | Operation::DisableRotation => self.switch_rotation(),
            Operation::GetRotationStatus => self.rotation_status(),
            Operation::Rotate => self.rotate(),
            Operation::ListRotations => self.list_rotations(),
            Operation::Replicate => self.replicate(),
            Operation::DescribeKey
            | Operation::EnableKey
            | Operation::DisableKey
            | Operation::CancelDeletion
            | Operation::CreateGrant
            | Operation::TagKey
            | Operation::UntagKey
            | Operation::ListTags
            | Operation::UpdateDescription => self.by_state(),
        }
    }

    /// Judges by look-up and the key-state table alone.
    fn by_state(self) -> Judged<'a> {
        let key = self.key()?;
        Ok(self.state(key))
    }

    /// What the state of `key` has against the call.
    pub(super) fn state(self, key: &'a Key) -> Objections<'a> {
        let mut objections = Objections::none();
        self.weigh_state(key, &mut objections);
        objections
    }

    /// The same, added to other objections.
    pub(super) fn weigh_state(self, key: &'a Key, objections: &mut Objections<'a>) {
        let states = &self.kms.edition.states;
        match states.cell(self.request.operation, key.state(self.now)) {
            Cell::Takes => {}
            Cell::Refuses(fault) => objections.certain(fault, About::Key(key)),
            Cell::Open(fault) => objections.unlikely(fault, About::Key(key)),
        }
    }

    fn variables(self, objection: &Objection<'a>) -> Variables {
        let fields = &self.request.fields;
        let mut variables = Variables::new();
        let mut set = |name, value: Option<String>| {
            if let Some(value) = value {
                variables.set(name, value);
            }
        };
        let text = |field| fields.text(field).map(str::to_owned);
        set("operation", Some(self.request.operation.to_string()));
        set("key-id", self.request.key().map(str::to_owned));
        set("alias", text(Field::Alias));
        set("wrapping-algorithm", text(Field::WrappingAlgorithm));
        set("wrapping-key-spec", text(Field::WrappingKeySpec));
        set("algorithm", self.algorithm().map(str::to_owned));
        if let Some(MaterialFact::Is(id)) = &self.facts.material {
            set("material-id", Some(id.0.clone()));
        }
        match objection.about {
            About::Key(key) => {
                set("key-arn", Some(key.arn.clone()));
                set("origin", Some(key.origin.to_string()));
                set("usage", Some(key.usage.to_string()));
                set("key-spec", Some(key.spec.to_string()));
                let waiting = key.waiting(self.now);
                set("pending-material-id", waiting.map(|one| one.id.0.clone()));
            }
            About::Reference(reference) => {
                set("key-id", Some(reference.to_owned()));
                set("alias", Some(reference.to_owned()));
                set("key-arn", Some(self.kms.would_be_arn(reference)));
                set("region", reference.split(':').nth(3).map(str::to_owned));
            }
            About::Request => {
                set("usage", text(Field::Usage));
                set(
                    "key-spec",
                    text(Field::Spec).or_else(|| text(Field::DeprecatedSpec)),
                );
                set("origin", text(Field::Origin));
            }
        }
        variables
    }
}
