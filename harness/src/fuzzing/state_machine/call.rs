//! What a step asks for, in the words of the model.

use jiff::{SignedDuration, Timestamp};
use strum::VariantArray;

use super::step::{Blob, Step};
use crate::model::{Facts, MaterialFact, ParametersId, SealedFact, TokenFact};
use crate::spec::{
    Field, Fields, KeySpec, MaterialId, Operation, Origin, Request, WrappingAlgorithm,
};

/// Whom and what a step speaks of; `None` where there is no such thing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Named<'a> {
    /// The id of the key.
    pub(super) key: Option<&'a str>,
    /// The id of the other key.
    pub(super) other: Option<&'a str>,
    /// The set of parameters of an import; for get-parameters, the one to be issued.
    pub(super) set: Option<ParametersId>,
    /// Whether keys of the service can be bound to several materials; otherwise no import says that its bytes are new, and
    /// no deletion which material it means.
    pub(super) binds_several: bool,
}

/// A well-formed id of no key.
const UNKNOWN: &str = "ffffffff-ffff-4fff-8fff-ffffffffffff";

/// The material that a blob holds, if it does.
pub(super) fn material(step: Step) -> Option<MaterialId> {
    match step.blob {
        Blob::Material(number) => Some(MaterialId(format!("m{number}"))),
        Blob::Malformed | Blob::Undecryptable => None,
    }
}

/// The members of the call.
pub(super) fn request(step: Step, named: Named<'_>, now: Timestamp) -> Request {
    let request = addressed(step, named);
    let particular = step.manner.particular;
    match step.operation {
        Operation::CreateKey => with_kind(request, step),
        Operation::GetParameters => {
            let algorithms = WrappingAlgorithm::VARIANTS;
            let algorithm = algorithms[(step.other + 2) % algorithms.len()];
            request
                .with(Field::WrappingAlgorithm, algorithm)
                .with(Field::WrappingKeySpec, "RSA_2048")
        }
        Operation::Import => {
            let request = match step.validity {
                Some(minutes) => {
                    request.with(Field::ValidTo, now + SignedDuration::from_mins(minutes))
                }
                None => request.with(Field::ExpirationModel, "never"),
            };
            match particular && named.binds_several {
                true => request.with(Field::ImportType, "new"),
                false => request,
            }
        }
        Operation::DeleteMaterial if particular && named.binds_several => match material(step) {
            Some(id) => request.with(Field::MaterialId, id.0),
            None => request,
        },
        Operation::ScheduleDeletion if particular => request.with(Field::PendingWindowDays, 7),
        Operation::ListKeys | Operation::ListAliases if particular => request.with(Field::Limit, 1),
        Operation::TagKey => {
            let tag = Fields::new()
                .with(Field::TagKey, "name")
                .with(Field::TagValue, "value");
            request.with(Field::Tags, vec![tag])
        }
        Operation::CreateGrant => request
            .with(Field::GranteePrincipal, "arn:aws:iam::111122223333:root")
            .with(Field::GrantOperations, vec!["Decrypt".to_owned()]),
        Operation::Replicate => request.with(Field::ReplicaRegion, "us-west-2"),
        Operation::UntagKey => request.with(Field::TagKeys, vec!["name".to_owned()]),
        Operation::UpdateDescription => request.with(Field::Description, "described"),
        Operation::Encrypt => request.with(Field::Plaintext, b"text".to_vec()),
        Operation::GenerateDataKey => request.with(Field::DataKeySpec, "AES_256"),
        Operation::GenerateMac | Operation::VerifyMac => request
            .with(Field::MacAlgorithm, "HMAC_SHA_256")
            .with(Field::Message, b"text".to_vec()),
        Operation::Sign | Operation::Verify => request
            .with(Field::SigningAlgorithm, "ECDSA_SHA_256")
            .with(Field::Message, b"text".to_vec()),
        _ => request,
    }
}

/// What the blobs of the call turn out to be.
pub(super) fn facts(step: Step, named: Named<'_>) -> Facts {
    match step.operation {
        Operation::GetParameters | Operation::Import => Facts {
            token: Some(named.set.map_or(TokenFact::Foreign, TokenFact::Of)),
            material: (step.operation == Operation::Import).then(|| match step.blob {
                Blob::Malformed => MaterialFact::Malformed,
                _ => material(step).map_or(MaterialFact::Undecryptable, MaterialFact::Is),
            }),
            ..Facts::default()
        },
        Operation::Decrypt | Operation::ReEncrypt => {
            let made_by = named.other.zip(material(step));
            let sealed = made_by.map_or(SealedFact::Undecryptable, |(key, material)| {
                let key = key.to_owned();
                SealedFact::By { key, material }
            });
            Facts {
                sealed: Some(sealed),
                ..Facts::default()
            }
        }
        Operation::VerifyMac | Operation::Verify => Facts {
            proof: Some(step.manner.particular),
            ..Facts::default()
        },
        _ => Facts::default(),
    }
}

fn addressed(step: Step, named: Named<'_>) -> Request {
    let request = Request::new(step.operation);
    let key = named.key.unwrap_or(UNKNOWN);
    let alias = ALIASES[step.other % ALIASES.len()];
    match step.operation {
        Operation::CreateKey | Operation::ListKeys | Operation::ListAliases => request,
        Operation::CreateAlias => request
            .with(Field::TargetKeyId, key)
            .with(Field::Alias, alias),
        Operation::DeleteAlias => request.with(Field::Alias, alias),
        Operation::ReEncrypt => request.with(Field::DestinationKeyId, key),
        Operation::Decrypt if !step.manner.particular => request,
        // Cryptography may name its key by an alias, whether there is one or not.
        Operation::Encrypt if step.manner.particular => request.with(Field::KeyId, alias),
        _ => request.with(Field::KeyId, key),
    }
}

const ALIASES: &[&str] = &["alias/0", "alias/1", "alias/2"];

fn with_kind(request: Request, step: Step) -> Request {
    let (spec, is_external) = step.kind();
    let origin = match is_external {
        true => Origin::External,
        false => Origin::Service,
    };
    let request = request.with(Field::Origin, origin).with(Field::Spec, spec);
    match spec {
        KeySpec::Symmetric => request,
        spec => request.with(Field::Usage, spec.usages()[0]),
    }
}
