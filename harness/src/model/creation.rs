//! Making keys.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::spec::{
    Fault, Field, Fields, KeyFamily, KeySpec, KeyUsage, MaterialId, Origin, Request, Stores,
    region_of,
};

use super::key::{Key, Material};
use super::kms::{Call, Kms};
use super::objections::{About, Judged, Objections};
use super::relatives::Relatives;

impl<'a> Call<'a> {
    pub(super) fn create(self) -> Judged<'a> {
        let fields = &self.request.fields;
        let mut objections = Objections::none();
        let mut object = |fault| objections.certain(fault, About::Request);
        if fields.has(Field::Spec) && fields.has(Field::DeprecatedSpec) {
            object(Fault::SpecTwice);
        }
        // A spec that we have no word for (ML-DSA, SM2 outside China) cannot be imported.
        match spec(fields) {
            None if origin(fields) == Origin::External => object(Fault::OriginIncompatible),
            None => object(Fault::Constraint),
            Some(spec) if origin(fields) == Origin::External && !self.kms.edition.imports(spec) => {
                object(Fault::OriginIncompatible);
            }
            Some(spec) => match fields.name::<KeyUsage>(Field::Usage) {
                None if fields.has(Field::Usage) => object(Fault::Constraint),
                None if spec.family() != KeyFamily::Symmetric && !self.kms.edition.unsaid_usage => {
                    object(Fault::UsageRequired);
                }
                Some(usage) if !spec.usages().contains(&usage) => {
                    object(Fault::UsageIncompatible);
                }
                _ => {}
            },
        }
        let stored = fields.has(Field::CustomKeyStoreId);
        let has_place = match self.kms.edition.stores {
            // Such stores need an origin of their own, which is not modelled.
            Stores::ExcludeImport => !stored,
            Stores::HoldAsymmetricKeys => {
                let symmetric = spec(fields).is_none_or(|it| it.family() == KeyFamily::Symmetric);
                stored || symmetric || origin(fields) == Origin::Service
            }
        };
        if !has_place {
            object(Fault::OriginIncompatible);
        }
        Ok(objections)
    }
}

impl Kms {
    /// Adds the key that an accepted create-key made. Without an id in the answer there is nothing to add.
    pub(super) fn add_key(&mut self, request: &Request, answer: &Fields, now: Timestamp) {
        let Some(id) = id(answer) else {
            return;
        };
        let asked = &request.fields;
        let Some(spec) = answer.name(Field::Spec).or_else(|| spec(asked)) else {
            return;
        };
        let arn = answer.text(Field::Arn).map(str::to_owned);
        let arn = arn.unwrap_or_else(|| self.arn(&format!("key/{id}")));
        let usage = answer
            .name(Field::Usage)
            .or_else(|| asked.name(Field::Usage));
        let mut key = Key {
            relatives: asked
                .flag(Field::MultiRegion)
                .filter(|multi_region| *multi_region)
                .and_then(|_| region_of(&arn).map(Relatives::of_primary)),
            arn,
            id: id.to_owned(),
            spec,
            usage: usage.unwrap_or_else(|| spec.usages()[0]),
            origin: origin(asked),
            created: answer.time(Field::CreationDate).unwrap_or(now),
            description: asked
                .text(Field::Description)
                .unwrap_or_default()
                .to_owned(),
            disabled: false,
            deletion: None,
            window_days: 0,
            rotation: false,
            materials: service_material(asked, answer),
            pending: None,
            tags: BTreeMap::new(),
            parameters: Vec::new(),
        };
        key.add_tags(asked);
        self.newest = Some(key.id.clone());
        self.keys.insert(key.id.clone(), key);
    }
}

/// The spec that the caller asks for; symmetric unless they say otherwise.
fn spec(fields: &Fields) -> Option<KeySpec> {
    let named = [Field::Spec, Field::DeprecatedSpec]
        .into_iter()
        .find_map(|field| fields.text(field));
    match named {
        Some(name) => name.parse().ok(),
        None => Some(KeySpec::Symmetric),
    }
}

fn origin(fields: &Fields) -> Origin {
    fields.name(Field::Origin).unwrap_or(Origin::Service)
}

fn id(answer: &Fields) -> Option<&str> {
    let reference = answer
        .text(Field::KeyId)
        .or_else(|| answer.text(Field::Arn))?;
    Some(reference.rsplit_once('/').map_or(reference, |(_, id)| id))
}

/// The material that the service made itself, where the answer names it.
fn service_material(asked: &Fields, answer: &Fields) -> Vec<Material> {
    let made = answer
        .text(Field::CurrentMaterialId)
        .filter(|_| origin(asked) == Origin::Service);
    made.map(|id| Material::made_by_service(MaterialId(id.to_owned())))
        .into_iter()
        .collect()
}
