//! The operations of AWS KMS that we speak, with the members of their requests and replies, in the service model's
//! order, and the days on which they came. Members that no neutral word exists for (policies, retiring principals, …)
//! are missing on purpose.

use jiff::civil::Date;

use crate::spec::{Era, Field, Operation};

use super::days::{
    ALWAYS, ASYMMETRIC, KEY_SPECS, KEY_STORES, MACS, MATERIALS, MULTI_REGION, ROTATION_ON_DEMAND,
};
use super::shape::{
    ALIAS_NAME, ANY_NAMES, CIPHERTEXT, DATA_KEY_BYTES, DATA_KEY_SPEC, DAYS, DEPRECATED_KEY_SPEC,
    DESCRIPTION, ENCRYPTION_ALGORITHM, EXPIRATION_MODEL, GRANT_ID, GRANT_TOKEN, IMPORT_TYPE,
    INCLUDE_MATERIAL, KEY_ID, KEY_SPEC, KEY_STATE, KEY_USAGE, LIMIT, MAC_ALGORITHM, MARKER,
    MATERIAL_DESCRIPTION, MATERIAL_ID, MESSAGE_TYPE, Member, ORIGIN, PLAINTEXT, PRINCIPAL,
    PUBLIC_KEY, REGION, SIGNING_ALGORITHM, STORE_ID, Shape, TAG_KEYS, WRAPPING_ALGORITHM,
    WRAPPING_KEY_SPEC, optional, required,
};
use super::structure::{ALIASES, KEYS, METADATA, ROTATIONS, TAGS};

/// One operation as AWS KMS spells it.
#[derive(Debug)]
pub(super) struct Schema {
    pub(super) operation: Operation,
    /// The name after the dot in `X-Amz-Target`.
    pub(super) name: &'static str,
    pub(super) request: &'static [Member],
    pub(super) reply: ReplyShape,
    /// The first day on which the service has it.
    since: Date,
}

impl Schema {
    const fn since(self, since: Date) -> Self {
        Self { since, ..self }
    }
}

/// Where the members of a reply stand.
#[derive(Clone, Copy, Debug)]
pub(super) enum ReplyShape {
    /// In the body itself.
    Flat(&'static [Member]),
    /// In one structure of the body.
    Within(&'static str, &'static [Member]),
}

/// The schema of an operation.
pub(super) fn of(operation: Operation) -> &'static Schema {
    SCHEMAS
        .iter()
        .find(|schema| schema.operation == operation)
        .expect("a test holds that every operation has a schema")
}

/// The schema of the operation that has this name on a day.
pub(super) fn named(name: &str, era: Era) -> Option<&'static Schema> {
    let mut known = SCHEMAS.iter().filter(|schema| schema.since <= era.0);
    known.find(|schema| schema.name == name)
}

const fn schema(
    operation: Operation,
    name: &'static str,
    request: &'static [Member],
    reply: ReplyShape,
) -> Schema {
    Schema {
        operation,
        name,
        request,
        reply,
        since: ALWAYS,
    }
}

#[rustfmt::skip]
static SCHEMAS: &[Schema] = &[
    schema(Operation::CreateKey, "CreateKey",
        &[
            optional(Field::Description, "Description", DESCRIPTION),
            optional(Field::Usage, "KeyUsage", KEY_USAGE),
            optional(Field::DeprecatedSpec, "CustomerMasterKeySpec", DEPRECATED_KEY_SPEC).since(ASYMMETRIC),
            optional(Field::Spec, "KeySpec", KEY_SPEC).since(KEY_SPECS),
            optional(Field::Origin, "Origin", ORIGIN),
            optional(Field::CustomKeyStoreId, "CustomKeyStoreId", STORE_ID).since(KEY_STORES),
            optional(Field::Tags, "Tags", TAGS),
            optional(Field::MultiRegion, "MultiRegion", Shape::Flag).since(MULTI_REGION),
        ],
        ReplyShape::Within("KeyMetadata", METADATA),
    ),
    schema(Operation::DescribeKey, "DescribeKey",
        &[required(Field::KeyId, "KeyId", KEY_ID)],
        ReplyShape::Within("KeyMetadata", METADATA),
    ),
    schema(Operation::ListKeys, "ListKeys",
        &[
            optional(Field::Limit, "Limit", LIMIT),
            optional(Field::Marker, "Marker", MARKER),
        ],
        ReplyShape::Flat(&[
            optional(Field::Keys, "Keys", KEYS),
            optional(Field::NextMarker, "NextMarker", MARKER),
            optional(Field::Truncated, "Truncated", Shape::Flag),
        ]),
    ),
    schema(Operation::GetParameters, "GetParametersForImport",
        &[
            required(Field::KeyId, "KeyId", KEY_ID),
            required(Field::WrappingAlgorithm, "WrappingAlgorithm", WRAPPING_ALGORITHM),
            required(Field::WrappingKeySpec, "WrappingKeySpec", WRAPPING_KEY_SPEC),
        ],
        ReplyShape::Flat(&[
            optional(Field::KeyId, "KeyId", KEY_ID),
            optional(Field::ImportToken, "ImportToken", CIPHERTEXT),
            optional(Field::PublicKey, "PublicKey", PLAINTEXT),
            optional(Field::ParametersValidTo, "ParametersValidTo", Shape::Time),
        ]),
    ),
    schema(Operation::Import, "ImportKeyMaterial",
        &[
            required(Field::KeyId, "KeyId", KEY_ID),
            required(Field::ImportToken, "ImportToken", CIPHERTEXT),
            required(Field::EncryptedMaterial, "EncryptedKeyMaterial", CIPHERTEXT),
            optional(Field::ValidTo, "ValidTo", Shape::Time),
            optional(Field::ExpirationModel, "ExpirationModel", EXPIRATION_MODEL),
            optional(Field::ImportType, "ImportType", IMPORT_TYPE).since(MATERIALS),
            optional(Field::MaterialDescription, "KeyMaterialDescription", MATERIAL_DESCRIPTION).since(MATERIALS),
            optional(Field::MaterialId, "KeyMaterialId", MATERIAL_ID).since(MATERIALS),
        ],
        KEY_AND_MATERIAL,
    ),
    schema(Operation::DeleteMaterial, "DeleteImportedKeyMaterial",
        &[
            required(Field::KeyId, "KeyId", KEY_ID),
            optional(Field::MaterialId, "KeyMaterialId", MATERIAL_ID).since(MATERIALS),
        ],
        KEY_AND_MATERIAL,
    ),
    schema(Operation::Encrypt, "Encrypt",
        &[
            required(Field::KeyId, "KeyId", KEY_ID),
            required(Field::Plaintext, "Plaintext", PLAINTEXT),
            optional(Field::EncryptionContext, "EncryptionContext", Shape::Map),
            optional(Field::EncryptionAlgorithm, "EncryptionAlgorithm", ENCRYPTION_ALGORITHM).since(ASYMMETRIC),
        ],
        ReplyShape::Flat(&[
            optional(Field::Ciphertext, "CiphertextBlob", CIPHERTEXT),
            optional(Field::KeyId, "KeyId", KEY_ID),
            optional(Field::EncryptionAlgorithm, "EncryptionAlgorithm", ENCRYPTION_ALGORITHM).since(ASYMMETRIC),
        ]),
    ),
    schema(Operation::Decrypt, "Decrypt",
        &[
            optional(Field::Ciphertext, "CiphertextBlob", CIPHERTEXT),
            optional(Field::EncryptionContext, "EncryptionContext", Shape::Map),
            optional(Field::KeyId, "KeyId", KEY_ID).since(ASYMMETRIC),
            optional(Field::EncryptionAlgorithm, "EncryptionAlgorithm", ENCRYPTION_ALGORITHM).since(ASYMMETRIC),
        ],
        ReplyShape::Flat(&[
            optional(Field::KeyId, "KeyId", KEY_ID),
            optional(Field::Plaintext, "Plaintext", PLAINTEXT),
            optional(Field::EncryptionAlgorithm, "EncryptionAlgorithm", ENCRYPTION_ALGORITHM).since(ASYMMETRIC),
            optional(Field::MaterialId, "KeyMaterialId", MATERIAL_ID).since(MATERIALS),
        ]),
    ),
    schema(Operation::ReEncrypt, "ReEncrypt",
        &[
            optional(Field::Ciphertext, "CiphertextBlob", CIPHERTEXT),
            optional(Field::SourceEncryptionContext, "SourceEncryptionContext", Shape::Map),
            optional(Field::SourceKeyId, "SourceKeyId", KEY_ID).since(ASYMMETRIC),
            required(Field::DestinationKeyId, "DestinationKeyId", KEY_ID),
            optional(Field::DestinationEncryptionContext, "DestinationEncryptionContext", Shape::Map),
            optional(Field::EncryptionAlgorithm, "DestinationEncryptionAlgorithm", ENCRYPTION_ALGORITHM).since(ASYMMETRIC),
        ],
        ReplyShape::Flat(&[
            optional(Field::Ciphertext, "CiphertextBlob", CIPHERTEXT),
            optional(Field::SourceKeyId, "SourceKeyId", KEY_ID),
            optional(Field::KeyId, "KeyId", KEY_ID),
            optional(Field::EncryptionAlgorithm, "DestinationEncryptionAlgorithm", ENCRYPTION_ALGORITHM).since(ASYMMETRIC),
            optional(Field::SourceMaterialId, "SourceKeyMaterialId", MATERIAL_ID).since(MATERIALS),
            optional(Field::DestinationMaterialId, "DestinationKeyMaterialId", MATERIAL_ID).since(MATERIALS),
        ]),
    ),
    schema(Operation::GenerateDataKey, "GenerateDataKey",
        &[
            required(Field::KeyId, "KeyId", KEY_ID),
            optional(Field::EncryptionContext, "EncryptionContext", Shape::Map),
            optional(Field::NumberOfBytes, "NumberOfBytes", DATA_KEY_BYTES),
            optional(Field::DataKeySpec, "KeySpec", DATA_KEY_SPEC),
        ],
        ReplyShape::Flat(&[
            optional(Field::Ciphertext, "CiphertextBlob", CIPHERTEXT),
            optional(Field::Plaintext, "Plaintext", PLAINTEXT),
            optional(Field::KeyId, "KeyId", KEY_ID),
            optional(Field::MaterialId, "KeyMaterialId", MATERIAL_ID).since(MATERIALS),
        ]),
    ),
    schema(Operation::GenerateMac, "GenerateMac",
        &[
            required(Field::Message, "Message", PLAINTEXT),
            required(Field::KeyId, "KeyId", KEY_ID),
            required(Field::MacAlgorithm, "MacAlgorithm", MAC_ALGORITHM),
        ],
        ReplyShape::Flat(&[
            optional(Field::Mac, "Mac", CIPHERTEXT),
            optional(Field::MacAlgorithm, "MacAlgorithm", MAC_ALGORITHM),
            optional(Field::KeyId, "KeyId", KEY_ID),
        ]),
    ).since(MACS),
    schema(Operation::VerifyMac, "VerifyMac",
        &[
            required(Field::Message, "Message", PLAINTEXT),
            required(Field::KeyId, "KeyId", KEY_ID),
            required(Field::MacAlgorithm, "MacAlgorithm", MAC_ALGORITHM),
            required(Field::Mac, "Mac", CIPHERTEXT),
        ],
        ReplyShape::Flat(&[
            optional(Field::KeyId, "KeyId", KEY_ID),
            optional(Field::MacValid, "MacValid", Shape::Flag),
            optional(Field::MacAlgorithm, "MacAlgorithm", MAC_ALGORITHM),
        ]),
    ).since(MACS),
    schema(Operation::Sign, "Sign",
        &[
            required(Field::KeyId, "KeyId", KEY_ID),
            required(Field::Message, "Message", PLAINTEXT),
            optional(Field::MessageType, "MessageType", MESSAGE_TYPE),
            required(Field::SigningAlgorithm, "SigningAlgorithm", SIGNING_ALGORITHM),
        ],
        ReplyShape::Flat(&[
            optional(Field::KeyId, "KeyId", KEY_ID),
            optional(Field::Signature, "Signature", CIPHERTEXT),
            optional(Field::SigningAlgorithm, "SigningAlgorithm", SIGNING_ALGORITHM),
        ]),
    ).since(ASYMMETRIC),
    schema(Operation::Verify, "Verify",
        &[
            required(Field::KeyId, "KeyId", KEY_ID),
            required(Field::Message, "Message", PLAINTEXT),
            optional(Field::MessageType, "MessageType", MESSAGE_TYPE),
            required(Field::Signature, "Signature", CIPHERTEXT),
            required(Field::SigningAlgorithm, "SigningAlgorithm", SIGNING_ALGORITHM),
        ],
        ReplyShape::Flat(&[
            optional(Field::KeyId, "KeyId", KEY_ID),
            optional(Field::SignatureValid, "SignatureValid", Shape::Flag),
            optional(Field::SigningAlgorithm, "SigningAlgorithm", SIGNING_ALGORITHM),
        ]),
    ).since(ASYMMETRIC),
    schema(Operation::GetPublicKey, "GetPublicKey",
        &[required(Field::KeyId, "KeyId", KEY_ID)],
        ReplyShape::Flat(&[
            optional(Field::KeyId, "KeyId", KEY_ID),
            optional(Field::PublicKey, "PublicKey", PUBLIC_KEY),
            optional(Field::DeprecatedSpec, "CustomerMasterKeySpec", DEPRECATED_KEY_SPEC).since(ASYMMETRIC),
            optional(Field::Spec, "KeySpec", KEY_SPEC).since(KEY_SPECS),
            optional(Field::Usage, "KeyUsage", KEY_USAGE),
            optional(Field::EncryptionAlgorithms, "EncryptionAlgorithms", ANY_NAMES).since(ASYMMETRIC),
            optional(Field::SigningAlgorithms, "SigningAlgorithms", ANY_NAMES).since(ASYMMETRIC),
        ]),
    ).since(ASYMMETRIC),
    schema(Operation::EnableKey, "EnableKey", &[required(Field::KeyId, "KeyId", KEY_ID)], NOTHING),
    schema(Operation::DisableKey, "DisableKey", &[required(Field::KeyId, "KeyId", KEY_ID)], NOTHING),
    schema(Operation::ScheduleDeletion, "ScheduleKeyDeletion",
        &[
            required(Field::KeyId, "KeyId", KEY_ID),
            optional(Field::PendingWindowDays, "PendingWindowInDays", DAYS),
        ],
        ReplyShape::Flat(&[
            optional(Field::KeyId, "KeyId", KEY_ID),
            optional(Field::DeletionDate, "DeletionDate", Shape::Time),
            optional(Field::State, "KeyState", KEY_STATE).since(KEY_SPECS),
            optional(Field::PendingWindowDays, "PendingWindowInDays", DAYS).since(KEY_SPECS),
        ]),
    ),
    schema(Operation::CancelDeletion, "CancelKeyDeletion",
        &[required(Field::KeyId, "KeyId", KEY_ID)],
        ReplyShape::Flat(&[optional(Field::KeyId, "KeyId", KEY_ID)]),
    ),
    schema(Operation::CreateAlias, "CreateAlias",
        &[
            required(Field::Alias, "AliasName", ALIAS_NAME),
            required(Field::TargetKeyId, "TargetKeyId", KEY_ID),
        ],
        NOTHING,
    ),
    schema(Operation::DeleteAlias, "DeleteAlias", &[required(Field::Alias, "AliasName", ALIAS_NAME)], NOTHING),
    schema(Operation::ListAliases, "ListAliases",
        &[
            optional(Field::KeyId, "KeyId", KEY_ID),
            optional(Field::Limit, "Limit", LIMIT),
            optional(Field::Marker, "Marker", MARKER),
        ],
        ReplyShape::Flat(&[
            optional(Field::Aliases, "Aliases", ALIASES),
            optional(Field::NextMarker, "NextMarker", MARKER),
            optional(Field::Truncated, "Truncated", Shape::Flag),
        ]),
    ),
    schema(Operation::CreateGrant, "CreateGrant",
        &[
            required(Field::KeyId, "KeyId", KEY_ID),
            required(Field::GranteePrincipal, "GranteePrincipal", PRINCIPAL),
            required(Field::GrantOperations, "Operations", ANY_NAMES),
        ],
        ReplyShape::Flat(&[
            optional(Field::GrantToken, "GrantToken", GRANT_TOKEN),
            optional(Field::GrantId, "GrantId", GRANT_ID),
        ]),
    ),
    schema(Operation::TagKey, "TagResource",
        &[
            required(Field::KeyId, "KeyId", KEY_ID),
            required(Field::Tags, "Tags", TAGS),
        ],
        NOTHING,
    ),
    schema(Operation::UntagKey, "UntagResource",
        &[
            required(Field::KeyId, "KeyId", KEY_ID),
            required(Field::TagKeys, "TagKeys", TAG_KEYS),
        ],
        NOTHING,
    ),
    schema(Operation::ListTags, "ListResourceTags",
        &[
            required(Field::KeyId, "KeyId", KEY_ID),
            optional(Field::Limit, "Limit", LIMIT),
            optional(Field::Marker, "Marker", MARKER),
        ],
        ReplyShape::Flat(&[
            optional(Field::Tags, "Tags", TAGS),
            optional(Field::NextMarker, "NextMarker", MARKER),
            optional(Field::Truncated, "Truncated", Shape::Flag),
        ]),
    ),
    schema(Operation::UpdateDescription, "UpdateKeyDescription",
        &[
            required(Field::KeyId, "KeyId", KEY_ID),
            required(Field::Description, "Description", DESCRIPTION),
        ],
        NOTHING,
    ),
    schema(Operation::EnableRotation, "EnableKeyRotation", &[required(Field::KeyId, "KeyId", KEY_ID)], NOTHING),
    schema(Operation::DisableRotation, "DisableKeyRotation", &[required(Field::KeyId, "KeyId", KEY_ID)], NOTHING),
    schema(Operation::GetRotationStatus, "GetKeyRotationStatus",
        &[required(Field::KeyId, "KeyId", KEY_ID)],
        ReplyShape::Flat(&[
            optional(Field::RotationEnabled, "KeyRotationEnabled", Shape::Flag),
            optional(Field::KeyId, "KeyId", KEY_ID).since(ROTATION_ON_DEMAND),
        ]),
    ),
    schema(Operation::Rotate, "RotateKeyOnDemand",
        &[required(Field::KeyId, "KeyId", KEY_ID)],
        ReplyShape::Flat(&[optional(Field::KeyId, "KeyId", KEY_ID)]),
    ).since(ROTATION_ON_DEMAND),
    schema(Operation::ListRotations, "ListKeyRotations",
        &[
            required(Field::KeyId, "KeyId", KEY_ID),
            optional(Field::IncludeMaterial, "IncludeKeyMaterial", INCLUDE_MATERIAL).since(MATERIALS),
            optional(Field::Limit, "Limit", LIMIT),
            optional(Field::Marker, "Marker", MARKER),
        ],
        ReplyShape::Flat(&[
            optional(Field::Rotations, "Rotations", ROTATIONS),
            optional(Field::NextMarker, "NextMarker", MARKER),
            optional(Field::Truncated, "Truncated", Shape::Flag),
        ]),
    ).since(ROTATION_ON_DEMAND),
    schema(Operation::Replicate, "ReplicateKey",
        &[
            required(Field::KeyId, "KeyId", KEY_ID),
            required(Field::ReplicaRegion, "ReplicaRegion", REGION),
            optional(Field::Description, "Description", DESCRIPTION),
            optional(Field::Tags, "Tags", TAGS),
        ],
        ReplyShape::Within("ReplicaKeyMetadata", METADATA),
    ).since(MULTI_REGION),
];

const NOTHING: ReplyShape = ReplyShape::Flat(&[]);

const KEY_AND_MATERIAL: ReplyShape = ReplyShape::Flat(&[
    optional(Field::KeyId, "KeyId", KEY_ID).since(MATERIALS),
    optional(Field::MaterialId, "KeyMaterialId", MATERIAL_ID).since(MATERIALS),
]);

#[cfg(test)]
mod tests {
    use strum::VariantArray;

    use super::{Operation, ReplyShape, SCHEMAS, named, of};
    use crate::wire::NEWEST;

    #[test]
    fn every_operation_has_one_schema_and_one_name() {
        assert_eq!(SCHEMAS.len(), Operation::VARIANTS.len());
        for operation in Operation::VARIANTS {
            let schema = of(*operation);
            assert_eq!(named(schema.name, NEWEST).unwrap().operation, *operation);
        }
    }

    #[test]
    fn no_member_stands_twice() {
        for schema in SCHEMAS {
            let (ReplyShape::Flat(reply) | ReplyShape::Within(_, reply)) = schema.reply;
            for members in [schema.request, reply] {
                for (index, member) in members.iter().enumerate() {
                    let twice = members[..index]
                        .iter()
                        .any(|other| other.field == member.field || other.wire == member.wire);
                    assert!(!twice, "{}: {}", schema.name, member.wire);
                }
            }
        }
    }
}
