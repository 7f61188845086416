//! What accepted answers show of the state.

use jiff::Timestamp;

use crate::spec::{
    ExpirationModel, Field, Fields, KeySpec, KeyState, KeyUsage, MaterialId, Operation, Origin,
    Request,
};

use super::key::{Key, Material};
use super::kms::{Call, Kms};
use super::names::split;
use super::usage::algorithms;
use super::{Facts, MaterialFact, SealedFact};

impl Kms {
    /// What a description of the key shows at a moment.
    ///
    /// Expiry is shown while material is there, as recordings do, and not after it is gone, as an older example
    /// does. The current material of a symmetric key stays named after it is gone, which was recorded too.
    #[must_use]
    pub fn metadata(&self, key: &Key, now: Timestamp) -> Fields {
        let state = key.state(now);
        let waits = state == KeyState::PendingReplicaDeletion;
        let window = waits.then_some(key.window_days);
        let account = split(&key.arn).map_or(self.account.as_str(), |[_, account, _]| account);
        let mut fields = Fields::new()
            .with(Field::AccountId, account)
            .with(Field::KeyId, key.id.as_str())
            .with(Field::Arn, key.arn.as_str())
            .with(Field::CreationDate, key.created)
            .with(Field::Description, key.description.as_str())
            .with(Field::Enabled, state == KeyState::Enabled)
            .with(Field::State, state)
            .with(Field::Origin, key.origin)
            .with(Field::KeyManager, "customer")
            .with(Field::MultiRegion, key.multi_region())
            .with_some(Field::DeletionDate, shown_deletion(key, now))
            .with_some(Field::PendingWindowDays, window)
            .with_some(Field::CurrentMaterialId, shown_material(key));
        fields.extend(key.related(now));
        let fields = with_spec(fields, key);
        with_expiry(fields, key, now)
    }

    /// The part of an accepted answer that follows from the state alone; whoever drives the model adds the bytes.
    /// Ask after [`Kms::observe`], with the same call. For create-key this is about the key that was made last.
    #[must_use]
    pub fn reply_fields(&self, request: &Request, facts: &Facts, now: Timestamp) -> Fields {
        let call = Call {
            kms: self,
            request,
            facts,
            now,
        };
        match request.operation {
            Operation::CreateKey => {
                let newest = self.newest.as_ref().and_then(|id| self.keys.get(id));
                newest.map_or_else(Fields::new, |key| self.metadata(key, now))
            }
            Operation::ListKeys => call.listed_keys(),
            Operation::ListAliases => call.listed_aliases(),
            Operation::Decrypt => call.opened(request.key(), Field::MaterialId),
            _ => match request
                .key()
                .and_then(|reference| self.resolve(reference).ok())
            {
                Some(key) => call.about(key),
                None => Fields::new(),
            },
        }
    }
}

impl<'a> Call<'a> {
    /// What an answer about one key shows.
    fn about(self, key: &'a Key) -> Fields {
        let named = Fields::new().with(Field::KeyId, self.kms.shown_name(key));
        match self.request.operation {
            Operation::DescribeKey => self.kms.metadata(key, self.now),
            Operation::GetParameters => {
                let validity = self.kms.edition.parameters_validity;
                let end = self.now.saturating_add(validity);
                named.with_some(Field::ParametersValidTo, end.ok())
            }
            Operation::Import => named.with_some(Field::MaterialId, self.imported_material(key)),
            Operation::DeleteMaterial => {
                let asked = self.request.fields.text(Field::MaterialId);
                named.with_some(Field::MaterialId, asked.or_else(|| shown_material(key)))
            }
            Operation::GenerateDataKey => named.with_some(Field::MaterialId, shown_material(key)),
            Operation::Encrypt => self.with_algorithm(named, Field::EncryptionAlgorithm),
            Operation::ReEncrypt => self.re_encrypted(named, key),
            Operation::GenerateMac => self.with_algorithm(named, Field::MacAlgorithm),
            Operation::VerifyMac => self
                .with_algorithm(named, Field::MacAlgorithm)
                .with(Field::MacValid, true),
            Operation::Sign => self.with_algorithm(named, Field::SigningAlgorithm),
            Operation::Verify => self
                .with_algorithm(named, Field::SigningAlgorithm)
                .with(Field::SignatureValid, true),
            Operation::GetPublicKey => with_spec(named, key),
            Operation::ScheduleDeletion => named
                .with_some(Field::DeletionDate, shown_deletion(key, self.now))
                .with(Field::State, key.state(self.now))
                .with(Field::PendingWindowDays, key.window_days),
            Operation::CancelDeletion | Operation::Rotate => named,
            Operation::ListRotations => self.listed_rotations(key),
            Operation::GetRotationStatus => {
                let rotates = key.rotation && key.deletion.is_none();
                named.with(Field::RotationEnabled, rotates)
            }
            Operation::ListTags => self.listed_tags(key),
            _ => Fields::new(),
        }
    }

    fn with_algorithm(self, fields: Fields, field: Field) -> Fields {
        fields.with_some(field, self.algorithm())
    }

    fn imported_material(self, key: &Key) -> Option<&'a str> {
        match &self.facts.material {
            Some(MaterialFact::Is(MaterialId(id))) if key.spec == KeySpec::Symmetric => Some(id),
            _ => None,
        }
    }

    fn opened(self, named: Option<&'a str>, material: Field) -> Fields {
        let maker = match &self.facts.sealed {
            Some(SealedFact::By { key, material }) => Some((key.as_str(), material)),
            _ => None,
        };
        let reference = named.or_else(|| maker.map(|(key, _)| key));
        let Some(Ok(key)) = reference.map(|reference| self.kms.resolve(reference)) else {
            return Fields::new();
        };
        let made_with = maker
            .filter(|_| key.spec == KeySpec::Symmetric)
            .map(|(_, MaterialId(id))| id.as_str());
        let fields = Fields::new().with(Field::KeyId, self.kms.shown_name(key));
        self.with_algorithm(fields, Field::EncryptionAlgorithm)
            .with_some(material, made_with)
    }

    fn re_encrypted(self, named: Fields, key: &Key) -> Fields {
        let source = self.request.fields.text(Field::SourceKeyId);
        let opened = self.opened(source, Field::SourceMaterialId);
        named
            .with_some(Field::SourceKeyId, opened.text(Field::KeyId))
            .with_some(
                Field::SourceMaterialId,
                opened.text(Field::SourceMaterialId),
            )
            .with_some(Field::DestinationMaterialId, shown_material(key))
    }

    fn listed_keys(self) -> Fields {
        let keys = self.kms.keys.values().filter(|key| !key.is_gone(self.now));
        let records = keys.map(|key| {
            Fields::new()
                .with(Field::KeyId, key.id.as_str())
                .with(Field::Arn, key.arn.as_str())
        });
        self.page(Field::Keys, Field::KeyId, 100, records)
    }

    fn listed_aliases(self) -> Fields {
        let of = self
            .request
            .key()
            .and_then(|reference| self.kms.key(reference));
        let aliases = self.kms.aliases.iter().filter(|(_, alias)| {
            let key = self.kms.keys.get(&alias.key);
            let there = key.is_some_and(|key| !key.is_gone(self.now));
            there && of.is_none_or(|of| of.id == alias.key)
        });
        let records = aliases.map(|(name, alias)| {
            Fields::new()
                .with(Field::Alias, name.as_str())
                .with(Field::Arn, self.kms.arn(name))
                .with(Field::TargetKeyId, alias.key.as_str())
                .with(Field::CreationDate, alias.created)
        });
        self.page(Field::Aliases, Field::Alias, 50, records)
    }

    fn listed_tags(self, key: &Key) -> Fields {
        let records = key.tags.iter().map(|(name, value)| {
            Fields::new()
                .with(Field::TagKey, name.as_str())
                .with(Field::TagValue, value.as_str())
        });
        self.page(Field::Tags, Field::TagKey, 50, records)
    }

    /// The part of a list that the caller asks for, by the number of a page or after a marker. `records` are ordered
    /// by `name`, and a marker is the name of the last record that the caller has seen.
    fn page(
        self,
        list: Field,
        name: Field,
        usual: usize,
        records: impl Iterator<Item = Fields>,
    ) -> Fields {
        let asked = &self.request.fields;
        let seen = asked.text(Field::Marker).unwrap_or_default();
        let limit = asked
            .number(Field::Limit)
            .and_then(|limit| limit.try_into().ok());
        let limit = limit.unwrap_or(usual).max(1);
        let number = asked.number(Field::PageNumber).unwrap_or(1).max(1);
        let records: Vec<Fields> = records.collect();
        let total = i64::try_from(records.len()).unwrap_or(i64::MAX);
        let skipped = usize::try_from(number - 1).unwrap_or(usize::MAX);
        let mut rest = records
            .into_iter()
            .filter(|record| record.text(name).is_some_and(|name| name > seen))
            .skip(skipped.saturating_mul(limit));
        let page: Vec<Fields> = rest.by_ref().take(limit).collect();
        let truncated = rest.next().is_some();
        let last = page.last().and_then(|record| record.text(name));
        let marker = last.filter(|_| truncated).map(str::to_owned);
        Fields::new()
            .with(list, page)
            .with(Field::Truncated, truncated)
            .with_some(Field::NextMarker, marker)
            .with(Field::PageNumber, number)
            .with(Field::Limit, i64::try_from(limit).unwrap_or(i64::MAX))
            .with(Field::TotalCount, total)
    }
}

/// A primary whose replicas are still there has no date yet.
fn shown_deletion(key: &Key, now: Timestamp) -> Option<Timestamp> {
    key.deletion().filter(|_| !key.waits_for_replicas(now))
}

/// Only symmetric keys name their material.
fn shown_material(key: &Key) -> Option<&str> {
    let current = key.current().filter(|_| key.spec == KeySpec::Symmetric)?;
    Some(&current.id.0)
}

fn with_spec(fields: Fields, key: &Key) -> Fields {
    let list = match key.usage {
        KeyUsage::EncryptDecrypt => Some(Field::EncryptionAlgorithms),
        KeyUsage::SignVerify => Some(Field::SigningAlgorithms),
        KeyUsage::GenerateVerifyMac => Some(Field::MacAlgorithms),
        KeyUsage::KeyAgreement => None,
    };
    let fields = fields
        .with(Field::Spec, key.spec)
        .with(Field::DeprecatedSpec, key.spec)
        .with(Field::Usage, key.usage);
    match list {
        Some(list) => {
            let names = algorithms(key).iter().map(|&name| name.to_owned());
            fields.with(list, names.collect::<Vec<_>>())
        }
        None => fields,
    }
}

/// Each material has its own date; the description shows the earliest.
fn with_expiry(fields: Fields, key: &Key, now: Timestamp) -> Fields {
    let imported = key.origin == Origin::External;
    if !imported || !key.has_material(now) {
        return fields;
    }
    let dates = key
        .materials
        .iter()
        .filter_map(|one: &Material| one.valid_to(now));
    match dates.min() {
        None => fields.with(Field::ExpirationModel, ExpirationModel::Never),
        Some(date) => fields
            .with(Field::ExpirationModel, ExpirationModel::Expires)
            .with(Field::ValidTo, date),
    }
}
