//! Rotation: on demand, automatic, and the list of what has been rotated.

use jiff::Timestamp;

use crate::spec::{
    ExpirationModel, Fault, Field, Fields, ImportState, KeySpec, MaterialId, MaterialState, Origin,
    RotationType,
};

use super::key::{Key, Material, Rotation, Stay};
use super::kms::Call;
use super::objections::{About, Judged};

/// How many rotations on demand every source grants, and how many the latest one does.
const ROTATIONS: [usize; 2] = [10, 25];

/// How many entries a list of rotations has when the caller does not say.
const ENTRIES: usize = 100;

impl<'a> Call<'a> {
    pub(super) fn rotate(self) -> Judged<'a> {
        let key = self.key()?;
        let about = About::Key(key);
        let mut objections = self.state(key);
        if key.spec != KeySpec::Symmetric {
            objections.certain(Fault::RotationUnsupported, about);
            return Ok(objections);
        }
        if self.is_imported_and_never_rotates(key) {
            objections.certain(Fault::OriginUnsupported, about);
            return Ok(objections);
        }
        // Related keys rotate together, at the primary; what a replica answers was never recorded.
        if key.is_replica() {
            objections.likely(Fault::NotPrimary, about);
        }
        // The limit has been raised, and nobody has counted since; above the newest number the reference refuses.
        let [granted, most] = ROTATIONS;
        match key.rotations_on_demand() {
            done if done >= most => objections.likely(Fault::RotationLimit, about),
            done if done >= granted => objections.unlikely(Fault::RotationLimit, about),
            _ => {}
        }
        // A key without material was recorded to say just that.
        let needs_new = key.origin == Origin::External && key.has_material(self.now);
        if needs_new && key.waiting(self.now).is_none() {
            objections.certain(Fault::NothingToRotate, about);
        } else if needs_new && !key.is_waiting_everywhere(self.now) {
            // A replica still lacks the material. How that is refused is not written down.
            objections.likely(Fault::NothingToRotate, about);
        }
        Ok(objections)
    }

    /// What keys answer that cannot rotate at all is not stated.
    pub(super) fn list_rotations(self) -> Judged<'a> {
        let key = self.key()?;
        let mut objections = self.state(key);
        if key.spec != KeySpec::Symmetric {
            objections.likely(Fault::RotationUnsupported, About::Key(key));
        }
        Ok(objections)
    }

    /// Automatic rotation is for symmetric keys whose material the service made.
    pub(super) fn switch_rotation(self) -> Judged<'a> {
        let key = self.key()?;
        let mut objections = self.state(key);
        if key.origin == Origin::External || key.spec != KeySpec::Symmetric {
            objections.certain(Fault::OriginUnsupported, About::Key(key));
        }
        Ok(objections)
    }

    /// The sources do not say what keys answer that are not symmetric.
    pub(super) fn rotation_status(self) -> Judged<'a> {
        let key = self.key()?;
        let mut objections = self.state(key);
        if self.is_imported_and_never_rotates(key) {
            objections.certain(Fault::OriginUnsupported, About::Key(key));
        } else if key.spec != KeySpec::Symmetric {
            objections.likely(Fault::OriginUnsupported, About::Key(key));
        }
        Ok(objections)
    }

    fn is_imported_and_never_rotates(self, key: &Key) -> bool {
        key.origin == Origin::External && !self.kms.edition.rotates_imported
    }

    /// The rotations of a key, oldest first; its first and its waiting material only when the caller asks for all.
    /// A marker says how many entries the caller has seen.
    pub(super) fn listed_rotations(self, key: &Key) -> Fields {
        let asked = &self.request.fields;
        let all = asked
            .text(Field::IncludeMaterial)
            .is_some_and(|text| text.to_ascii_lowercase().starts_with("all"));
        let records = key.rotation_records(self.now);
        let mut records: Vec<Fields> = records
            .filter(|record| all || record.has(Field::RotationDate))
            .collect();
        let seen = asked.text(Field::Marker);
        let seen = seen.and_then(|marker| marker.parse().ok()).unwrap_or(0);
        records.drain(..records.len().min(seen));
        let limit = asked.number(Field::Limit);
        let limit = limit.and_then(|limit| limit.try_into().ok());
        let limit = limit.unwrap_or(ENTRIES).max(1);
        let truncated = records.len() > limit;
        records.truncate(limit);
        Fields::new()
            .with(Field::Rotations, records)
            .with(Field::Truncated, truncated)
            .with_some(
                Field::NextMarker,
                truncated.then(|| (seen + limit).to_string()),
            )
    }
}

impl Key {
    /// What waits becomes current at once; the service may take its time. Of material that the service makes, only
    /// an answer that names it tells.
    pub(super) fn rotate(&mut self, answer: &Fields, now: Timestamp) {
        let rotation = Rotation {
            date: now,
            kind: RotationType::OnDemand,
        };
        let next = match self.origin {
            Origin::External => self.pending.take(),
            Origin::Service => answer
                .text(Field::CurrentMaterialId)
                .map(|id| Material::made_by_service(MaterialId(id.to_owned()))),
        };
        self.materials.extend(next.map(|material| Material {
            rotation: Some(rotation),
            ..material
        }));
    }

    fn rotations_on_demand(&self) -> usize {
        let rotations = self.materials.iter().filter_map(|one| one.rotation);
        rotations
            .filter(|rotation| rotation.kind == RotationType::OnDemand)
            .count()
    }

    fn rotation_records(&self, now: Timestamp) -> impl Iterator<Item = Fields> {
        let own = self.materials.iter().rev().enumerate().rev();
        let own = own.map(|(newer, material)| match newer {
            0 => (material, MaterialState::Current),
            _ => (material, MaterialState::NonCurrent),
        });
        let state = if self.is_waiting_everywhere(now) {
            MaterialState::PendingRotation
        } else {
            MaterialState::PendingMultiRegionImportAndRotation
        };
        let waiting = self.waiting(now).or_else(|| self.expected(now));
        let waiting = waiting.map(|material| (material, state));
        own.chain(waiting)
            .map(move |(material, state)| self.rotation_record(material, state, now))
    }

    /// Expiry is shown as long as the material is there, as in descriptions of keys.
    fn rotation_record(&self, material: &Material, state: MaterialState, now: Timestamp) -> Fields {
        let rotation = material.rotation;
        let record = Fields::new()
            .with(Field::KeyId, self.arn.as_str())
            .with(Field::MaterialId, material.id.0.as_str())
            .with(Field::MaterialState, state)
            .with_some(Field::MaterialDescription, material.description())
            .with_some(Field::RotationDate, rotation.map(|rotation| rotation.date))
            .with_some(Field::RotationType, rotation.map(|rotation| rotation.kind));
        if self.origin == Origin::Service {
            return record;
        }
        if !material.is_there(now) {
            return record.with(Field::ImportState, ImportState::PendingImport);
        }
        let valid_to = material.valid_to(now);
        let model = valid_to.map_or(ExpirationModel::Never, |_| ExpirationModel::Expires);
        record
            .with(Field::ImportState, ImportState::Imported)
            .with(Field::ExpirationModel, model)
            .with_some(Field::ValidTo, valid_to)
    }
}

impl Material {
    /// Material that stays for ever and was not rotated in.
    pub(super) fn made_by_service(id: MaterialId) -> Self {
        Self {
            id,
            description: None,
            stay: Some(Stay { valid_to: None }),
            rotation: None,
        }
    }
}
