//! One call to a service with a defect: the service behind it, the moment, and what happened before.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::id_of;
use crate::spec::{
    Era, ExpirationModel, Fault, Field, Fields, ImportState, KeyFamily, KeySpec, KeyState,
    MaterialState, Operation, Request, Value, Variables, WrappingAlgorithm, WrappingKeySpec,
};
use crate::target::reference::{Decision, Opening, Reference};
use crate::wire::WireFault;
use crate::wrapping::{seeded_rng, wrap};

/// What a call can see and do.
pub(super) struct Scene<'a> {
    reference: &'a Reference,
    pub(super) memory: &'a mut Memory,
    /// The day whose rules the service behind the defect keeps to.
    pub(super) era: Era,
    pub(super) now: Timestamp,
}

/// What a service with a defect remembers of its calls.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// What each key was given last: material, and the members of the import.
    imported: BTreeMap<String, (Vec<u8>, Fields)>,
    /// All material that each key was given.
    given: BTreeMap<String, BTreeSet<Vec<u8>>>,
    /// Why imports into each key were refused.
    refusals: BTreeMap<String, BTreeSet<Fault>>,
    /// Which call of get-parameters led to a token, and when.
    issued: BTreeMap<Vec<u8>, (Request, Timestamp)>,
    /// The key that parameters were issued for last.
    last_prepared: Option<String>,
    /// The last date that material of each key was given.
    dates: BTreeMap<String, Timestamp>,
    /// Tokens that came with a refused import.
    refused_tokens: BTreeSet<Vec<u8>>,
    /// How often an operation was accepted for a key.
    accepted: BTreeMap<(Operation, String), usize>,
    /// The last accepted answer of an operation for a key.
    answers: BTreeMap<(Operation, String), Fields>,
}

impl Memory {
    /// Takes note of a call and its answer.
    pub(super) fn remember(&mut self, request: &Request, decision: &Decision, now: Timestamp) {
        let key = id_of(request.key().unwrap_or_default()).to_owned();
        let token = request.fields.bytes(Field::ImportToken).map(<[u8]>::to_vec);
        match (request.operation, decision) {
            (Operation::Import, Err(refused)) => {
                self.refused_tokens.extend(token);
                self.refusals
                    .entry(key.clone())
                    .or_default()
                    .insert(refused.fault);
            }
            (Operation::GetParameters, Ok(fields)) => {
                if let Some(token) = fields.bytes(Field::ImportToken) {
                    self.issued.insert(token.to_vec(), (request.clone(), now));
                    self.last_prepared = Some(key.clone());
                }
            }
            _ => {}
        }
        if let Ok(fields) = decision {
            let place = (request.operation, key);
            *self.accepted.entry(place.clone()).or_default() += 1;
            self.answers.insert(place, fields.clone());
        }
    }
}

impl<'a> Scene<'a> {
    pub(super) fn new(reference: &'a Reference, memory: &'a mut Memory, now: Timestamp) -> Self {
        Self {
            era: reference.era(),
            reference,
            memory,
            now,
        }
    }

    /// The same at another moment.
    pub(super) fn at(&mut self, later: SignedDuration) -> Scene<'_> {
        Scene {
            reference: self.reference,
            era: self.era,
            now: self.now.saturating_add(later).unwrap_or(self.now),
            memory: self.memory,
        }
    }

    /// The same by the rules of another day.
    pub(super) fn on(&mut self, era: Era) -> Scene<'_> {
        Scene {
            reference: self.reference,
            era,
            now: self.now,
            memory: self.memory,
        }
    }

    /// What the service behind the defect does.
    pub(super) fn call(&mut self, request: &Request) -> Decision {
        let decision = self.reference.decide(request, self.era, self.now);
        if request.operation == Operation::Import && decision.is_ok() {
            let material = self.reference.material_in(request, Opening::AsIssued);
            let key = id_of(request.key().unwrap_or_default()).to_owned();
            if let Some(date) = request.fields.time(Field::ValidTo) {
                self.memory.dates.insert(key.clone(), date);
            }
            let given = self.memory.given.entry(key.clone()).or_default();
            given.insert(material.clone());
            let imported = (material, request.fields.clone());
            self.memory.imported.insert(key, imported);
        }
        decision
    }

    /// One more call that nobody asked for.
    pub(super) fn call_too(
        &mut self,
        more: fn(&mut Scene<'_>, &Request) -> Option<Request>,
        request: &Request,
    ) {
        if let Some(more) = more(self, request) {
            // Whether it works out is part of the defect.
            drop(self.call(&more));
        }
    }

    /// A refusal that the service behind the defect would not give.
    pub(super) fn objection(&self, fault: Fault, request: &Request) -> WireFault {
        let metadata = self.describe(request);
        let variables = match metadata.text(Field::Arn) {
            Some(arn) => Variables::new().with("key-arn", arn),
            None => Variables::new(),
        };
        WireFault { fault, variables }
    }

    /// What the key of a call is like; nothing if there is none.
    pub(super) fn describe(&self, request: &Request) -> Fields {
        let describe = about(Operation::DescribeKey, request);
        self.reference
            .decide(&describe, self.era, self.now)
            .unwrap_or_default()
    }

    pub(super) fn state(&self, request: &Request) -> Option<KeyState> {
        self.describe(request).name(Field::State)
    }

    /// How often this operation was accepted for the key of a call before.
    pub(super) fn times(&self, operation: Operation, request: &Request) -> usize {
        let place = (operation, key_of(request));
        self.memory.accepted.get(&place).copied().unwrap_or(0)
    }

    /// What this operation answered for the key of a call the last time.
    pub(super) fn last(&self, operation: Operation, request: &Request) -> Option<&Fields> {
        self.memory.answers.get(&(operation, key_of(request)))
    }

    /// The members of the last import into the key of a call.
    pub(super) fn last_import(&self, request: &Request) -> Option<&Fields> {
        let (_, fields) = self.memory.imported.get(&key_of(request))?;
        Some(fields)
    }

    /// The material that the key of a call was given.
    pub(super) fn material(&self, request: &Request) -> Option<&[u8]> {
        let (material, _) = self.memory.imported.get(&key_of(request))?;
        Some(material)
    }

    /// The materials of the key of a call, as the list of its rotations shows them, oldest first.
    pub(super) fn materials(&self, request: &Request) -> Vec<Fields> {
        let list = about(Operation::ListRotations, request).with(Field::IncludeMaterial, "all");
        let listed = self
            .reference
            .decide(&list, self.era, self.now)
            .unwrap_or_default();
        listed.records(Field::Rotations).to_vec()
    }

    /// The id of the material of a key that is in this state.
    pub(super) fn material_that_is(
        &self,
        state: MaterialState,
        request: &Request,
    ) -> Option<String> {
        let materials = self.materials(request);
        let mut materials = materials.iter();
        let found =
            materials.find(|material| material.name(Field::MaterialState) == Some(state))?;
        Some(found.text(Field::MaterialId)?.to_owned())
    }

    /// What kind of key a call is about.
    pub(super) fn family(&self, request: &Request) -> Option<KeyFamily> {
        let spec: KeySpec = self.describe(request).name(Field::Spec)?;
        Some(spec.family())
    }

    /// The material that an import carries.
    pub(super) fn carried(&self, import: &Request) -> Vec<u8> {
        self.reference.material_in(import, Opening::AsIssued)
    }

    /// Other keys that were given the same material as the key of a call.
    pub(super) fn twins(&self, request: &Request) -> Vec<String> {
        let own = key_of(request);
        let material = self.material(request);
        let others = self.memory.imported.iter().filter(|(key, _)| **key != own);
        let twins = others.filter(|(_, (other, _))| Some(other.as_slice()) == material);
        twins.map(|(key, _)| key.clone()).collect()
    }

    /// Whether an import into the key of a call was refused for this reason before.
    pub(super) fn was_refused_with(&self, fault: Fault, import: &Request) -> bool {
        let refusals = self.memory.refusals.get(&key_of(import));
        refusals.is_some_and(|refusals| refusals.contains(&fault))
    }

    /// The key that parameters were issued for last.
    pub(super) fn last_prepared(&self) -> Option<&str> {
        self.memory.last_prepared.as_deref()
    }

    /// Whether another key was given the material that an import carries.
    pub(super) fn is_elsewhere(&self, import: &Request) -> bool {
        let material = self.reference.material_in(import, Opening::AsIssued);
        let own = key_of(import);
        let mut others = self.memory.imported.iter();
        others.any(|(key, (other, _))| *key != own && *other == material)
    }

    /// The parameters that an import was made with: what was asked for, and when.
    pub(super) fn issued(&self, import: &Request) -> Option<&(Request, Timestamp)> {
        let token = import.fields.bytes(Field::ImportToken)?;
        self.memory.issued.get(token)
    }

    /// Whether an import with the same token was refused before.
    pub(super) fn was_refused_before(&self, import: &Request) -> bool {
        let token = import.fields.bytes(Field::ImportToken);
        token.is_some_and(|token| self.memory.refused_tokens.contains(token))
    }

    /// The last date that material of the key of a call was given.
    pub(super) fn last_date(&self, request: &Request) -> Option<Timestamp> {
        self.memory.dates.get(&key_of(request)).copied()
    }

    /// The token that was issued last for the key of a call.
    pub(super) fn last_token(&self, import: &Request) -> Option<Vec<u8>> {
        let parameters = self.last(Operation::GetParameters, import)?;
        Some(parameters.bytes(Field::ImportToken)?.to_vec())
    }

    /// An import with one member changed.
    pub(super) fn again(&mut self, request: &Request, field: Field, value: Value) -> Decision {
        self.call(&request.clone().with(field, value))
    }

    /// The same import with good parameters of its key, if what it carries can be opened so.
    pub(super) fn import_anyhow(&mut self, import: &Request, opening: Opening) -> Option<Decision> {
        let material = self.reference.material_in(import, opening);
        let import = self.import_of(import, &material, import.fields.clone())?;
        Some(self.call(&import))
    }

    /// Carries a call out between two others.
    pub(super) fn between(
        &mut self,
        before: Operation,
        request: &Request,
        after: Operation,
    ) -> Option<Decision> {
        self.call(&about(before, request)).ok()?;
        let decision = self.call(request);
        drop(self.call(&about(after, request)));
        Some(decision)
    }

    /// An import of these bytes with fresh parameters, and with the other members of `fields`.
    fn import_of(&mut self, request: &Request, material: &[u8], fields: Fields) -> Option<Request> {
        let metadata = self.describe(request);
        let is_hybrid = material.len() > LONGEST_FOR_OAEP;
        let algorithm = if is_hybrid {
            WrappingAlgorithm::RsaAesKeyWrapSha256
        } else {
            WrappingAlgorithm::RsaesOaepSha256
        };
        let key = metadata.text(Field::KeyId)?;
        let ask = about(Operation::GetParameters, request)
            .with(Field::KeyId, key)
            .with(Field::WrappingAlgorithm, algorithm)
            .with(Field::WrappingKeySpec, WrappingKeySpec::Rsa2048);
        let parameters = self.call(&ask).ok()?;
        let mut rng = seeded_rng(1, "quirk");
        let public_key = parameters.bytes(Field::PublicKey)?;
        let blob = wrap(algorithm, public_key, material, &mut rng).ok()?;
        let token = parameters.value(Field::ImportToken)?.clone();
        let import = Request {
            fields,
            ..about(Operation::Import, request)
        };
        Some(
            import
                .with(Field::KeyId, key)
                .with(Field::ImportToken, token)
                .with(Field::EncryptedMaterial, blob),
        )
    }
}

/// Imports the material that the key of a call was given before, without an expiry.
pub(super) fn restored(scene: &mut Scene<'_>, request: &Request) -> Option<Request> {
    let material = scene.material(request)?.to_vec();
    let never = Fields::new().with(Field::ExpirationModel, ExpirationModel::Never);
    scene.import_of(request, &material, never)
}

/// Carries a call out as if the key still had the material that it was given.
pub(super) fn revived(scene: &mut Scene<'_>, request: &Request) -> Option<Decision> {
    let import = restored(scene, request)?;
    scene.call(&import).ok()?;
    let decision = scene.call(request);
    drop(scene.call(&about(Operation::DeleteMaterial, request)));
    Some(decision)
}

/// The same for a key that has lost only some of its materials.
pub(super) fn made_whole(scene: &mut Scene<'_>, request: &Request) -> Option<Decision> {
    let materials = scene.materials(request);
    let lost = |one: &&Fields| one.name(Field::ImportState) == Some(ImportState::PendingImport);
    let lost: Vec<&Fields> = materials.iter().filter(lost).collect();
    for material in scene.memory.given.get(&key_of(request))?.clone() {
        let never = Fields::new().with(Field::ExpirationModel, ExpirationModel::Never);
        let import = scene.import_of(request, &material, never)?;
        drop(scene.call(&import));
    }
    let decision = scene.call(request);
    for material in lost {
        let id = material.value(Field::MaterialId)?.clone();
        let delete = about(Operation::DeleteMaterial, request).with(Field::MaterialId, id);
        drop(scene.call(&delete));
    }
    Some(decision)
}

/// Longer material does not fit OAEP with SHA-256 under 2048 bits.
const LONGEST_FOR_OAEP: usize = 190;

/// A call about the key of another call.
pub(super) fn about(operation: Operation, request: &Request) -> Request {
    Request::new(operation)
        .within(request.region.as_deref())
        .with(Field::KeyId, request.key().unwrap_or_default())
}

fn key_of(request: &Request) -> String {
    id_of(request.key().unwrap_or_default()).to_owned()
}
