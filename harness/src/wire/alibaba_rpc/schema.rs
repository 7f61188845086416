//! The operations of Alibaba Cloud KMS that we speak, with the members of their requests and replies. Members that no
//! neutral word exists for (policies, key versions, dry runs, …) are missing on purpose.

use super::parameters::Parameters;
use super::shape::{
    DATA_KEY_SPEC, KEY_SPEC, KEY_USAGE, Member, ORIGIN, PROTECTION_LEVEL, Shape,
    WRAPPING_ALGORITHM, WRAPPING_KEY_SPEC, optional, required,
};
use crate::spec::{Field, Operation};

/// One operation as Alibaba Cloud KMS spells it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Schema {
    pub(super) operation: Operation,
    /// The value of `Action`.
    pub(super) name: &'static str,
    /// A parameter that tells the operation from others with the same name.
    pub(super) fixed: Option<(&'static str, &'static str)>,
    pub(super) request: &'static [Member],
    pub(super) reply: ReplyShape,
}

/// Where the members of a reply stand.
#[derive(Clone, Copy, Debug)]
pub(super) enum ReplyShape {
    /// In the body itself.
    Flat(&'static [Member]),
    /// In one structure of the body.
    Within(&'static str, &'static [Member]),
}

/// The schema of an operation; `None` where the vendor has none.
pub(super) fn of(operation: Operation) -> Option<&'static Schema> {
    SCHEMAS.iter().find(|schema| schema.operation == operation)
}

/// The schema of the action of this name, with these parameters.
pub(super) fn called(action: &str, parameters: &Parameters) -> Option<&'static Schema> {
    let has = |(name, value): (&str, &str)| parameters.value(name) == Some(value);
    SCHEMAS
        .iter()
        .find(|schema| schema.name == action && schema.fixed.is_none_or(has))
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
        fixed: None,
        request,
        reply,
    }
}

/// One of the operations that share a name.
const fn rotation_policy(operation: Operation, enabled: &'static str) -> Schema {
    Schema {
        operation,
        name: "UpdateRotationPolicy",
        fixed: Some(("EnableAutomaticRotation", enabled)),
        request: KEY,
        reply: NOTHING,
    }
}

#[rustfmt::skip]
pub(super) static SCHEMAS: &[Schema] = &[
    schema(Operation::CreateKey, "CreateKey",
        &[
            optional(Field::Origin, "Origin", ORIGIN),
            optional(Field::Spec, "KeySpec", KEY_SPEC),
            optional(Field::Usage, "KeyUsage", KEY_USAGE),
            optional(Field::Description, "Description", Shape::Text),
            optional(Field::ProtectionLevel, "ProtectionLevel", PROTECTION_LEVEL),
            optional(Field::CustomKeyStoreId, "DKMSInstanceId", Shape::Text),
            optional(Field::RotationEnabled, "EnableAutomaticRotation", Shape::Flag),
            optional(Field::Tags, "Tags", TAGS),
        ],
        METADATA,
    ),
    schema(Operation::DescribeKey, "DescribeKey", KEY, METADATA),
    schema(Operation::ListKeys, "ListKeys", PAGE,
        ReplyShape::Flat(&[
            optional(Field::Keys, "Keys", KEYS),
            optional(Field::PageNumber, "PageNumber", Shape::Number),
            optional(Field::Limit, "PageSize", Shape::Number),
            optional(Field::TotalCount, "TotalCount", Shape::Number),
        ]),
    ),
    schema(Operation::GetParameters, "GetParametersForImport",
        &[
            required(Field::KeyId, "KeyId", Shape::Text),
            required(Field::WrappingAlgorithm, "WrappingAlgorithm", WRAPPING_ALGORITHM),
            required(Field::WrappingKeySpec, "WrappingKeySpec", WRAPPING_KEY_SPEC),
        ],
        ReplyShape::Flat(&[
            optional(Field::KeyId, "KeyId", Shape::Text),
            optional(Field::ImportToken, "ImportToken", Shape::Blob),
            optional(Field::PublicKey, "PublicKey", Shape::Blob),
            optional(Field::ParametersValidTo, "TokenExpireTime", Shape::Time),
        ]),
    ),
    schema(Operation::Import, "ImportKeyMaterial",
        &[
            // The first generation of the documents has no such parameter: whether it may be missing is the model's
            // question.
            optional(Field::KeyId, "KeyId", Shape::Text),
            required(Field::EncryptedMaterial, "EncryptedKeyMaterial", Shape::Blob),
            required(Field::ImportToken, "ImportToken", Shape::Blob),
            optional(Field::ValidTo, "KeyMaterialExpireUnix", Shape::EpochSeconds),
            optional(Field::ExpirationModel, "KeyMaterialExpireUnix", Shape::Zero("never")),
        ],
        NOTHING,
    ),
    schema(Operation::DeleteMaterial, "DeleteKeyMaterial", KEY, NOTHING),
    schema(Operation::Encrypt, "Encrypt",
        &[
            required(Field::KeyId, "KeyId", Shape::Text),
            required(Field::Plaintext, "Plaintext", Shape::BlobUpTo(6144)),
            optional(Field::EncryptionContext, "EncryptionContext", Shape::Map),
        ],
        ReplyShape::Flat(&[
            optional(Field::Ciphertext, "CiphertextBlob", Shape::Blob),
            optional(Field::KeyId, "KeyId", Shape::Text),
        ]),
    ),
    schema(Operation::Decrypt, "Decrypt",
        &[
            required(Field::Ciphertext, "CiphertextBlob", Shape::Blob),
            optional(Field::EncryptionContext, "EncryptionContext", Shape::Map),
        ],
        ReplyShape::Flat(&[
            optional(Field::KeyId, "KeyId", Shape::Text),
            optional(Field::Plaintext, "Plaintext", Shape::Blob),
        ]),
    ),
    schema(Operation::ReEncrypt, "ReEncrypt",
        &[
            required(Field::Ciphertext, "CiphertextBlob", Shape::Blob),
            required(Field::DestinationKeyId, "DestinationKeyId", Shape::Text),
            optional(Field::SourceEncryptionContext, "SourceEncryptionContext", Shape::Map),
            optional(Field::DestinationEncryptionContext, "DestinationEncryptionContext", Shape::Map),
        ],
        ReplyShape::Flat(&[
            optional(Field::Ciphertext, "CiphertextBlob", Shape::Blob),
            optional(Field::KeyId, "KeyId", Shape::Text),
        ]),
    ),
    schema(Operation::GenerateDataKey, "GenerateDataKey",
        &[
            required(Field::KeyId, "KeyId", Shape::Text),
            optional(Field::DataKeySpec, "KeySpec", DATA_KEY_SPEC),
            optional(Field::NumberOfBytes, "NumberOfBytes", Shape::Number),
            optional(Field::EncryptionContext, "EncryptionContext", Shape::Map),
        ],
        ReplyShape::Flat(&[
            optional(Field::Ciphertext, "CiphertextBlob", Shape::Blob),
            optional(Field::Plaintext, "Plaintext", Shape::Blob),
            optional(Field::KeyId, "KeyId", Shape::Text),
        ]),
    ),
    schema(Operation::EnableKey, "EnableKey", KEY, NOTHING),
    schema(Operation::DisableKey, "DisableKey", KEY, NOTHING),
    schema(Operation::ScheduleDeletion, "ScheduleKeyDeletion",
        &[
            required(Field::KeyId, "KeyId", Shape::Text),
            // Required since the metadata of today; the documents of 2021 have a default.
            optional(Field::PendingWindowDays, "PendingWindowInDays", Shape::Number),
        ],
        NOTHING,
    ),
    schema(Operation::CancelDeletion, "CancelKeyDeletion", KEY, NOTHING),
    schema(Operation::CreateAlias, "CreateAlias",
        &[
            required(Field::TargetKeyId, "KeyId", Shape::Text),
            required(Field::Alias, "AliasName", Shape::Text),
        ],
        NOTHING,
    ),
    schema(Operation::DeleteAlias, "DeleteAlias", &[required(Field::Alias, "AliasName", Shape::Text)], NOTHING),
    schema(Operation::ListAliases, "ListAliases", PAGE,
        ReplyShape::Flat(&[
            optional(Field::Aliases, "Aliases", ALIASES),
            optional(Field::PageNumber, "PageNumber", Shape::Number),
            optional(Field::Limit, "PageSize", Shape::Number),
            optional(Field::TotalCount, "TotalCount", Shape::Number),
        ]),
    ),
    schema(Operation::TagKey, "TagResource",
        &[
            required(Field::KeyId, "KeyId", Shape::Text),
            required(Field::Tags, "Tags", TAGS),
        ],
        NOTHING,
    ),
    schema(Operation::UntagKey, "UntagResource",
        &[
            required(Field::KeyId, "KeyId", Shape::Text),
            required(Field::TagKeys, "TagKeys", Shape::Names),
        ],
        NOTHING,
    ),
    schema(Operation::ListTags, "ListResourceTags", KEY,
        ReplyShape::Flat(&[optional(Field::Tags, "Tags", TAGS)]),
    ),
    schema(Operation::UpdateDescription, "UpdateKeyDescription",
        &[
            required(Field::KeyId, "KeyId", Shape::Text),
            optional(Field::Description, "Description", Shape::Text),
        ],
        NOTHING,
    ),
    schema(Operation::Rotate, "CreateKeyVersion", KEY,
        ReplyShape::Flat(&[optional(Field::KeyId, "KeyId", Shape::Text)]),
    ),
    rotation_policy(Operation::EnableRotation, "true"),
    rotation_policy(Operation::DisableRotation, "false"),
];

const NOTHING: ReplyShape = ReplyShape::Flat(&[]);

const KEY: &[Member] = &[required(Field::KeyId, "KeyId", Shape::Text)];

const PAGE: &[Member] = &[
    optional(Field::PageNumber, "PageNumber", Shape::Number),
    optional(Field::Limit, "PageSize", Shape::Number),
];

const METADATA: ReplyShape = ReplyShape::Within(
    "KeyMetadata",
    &[
        optional(Field::KeyId, "KeyId", Shape::Text),
        optional(Field::Arn, "Arn", Shape::Text),
        optional(Field::AccountId, "Creator", Shape::Text),
        optional(Field::State, "KeyState", Shape::Text),
        optional(Field::Spec, "KeySpec", Shape::Text),
        optional(Field::Usage, "KeyUsage", Shape::Text),
        optional(Field::Origin, "Origin", Shape::Text),
        optional(Field::ProtectionLevel, "ProtectionLevel", Shape::Text),
        optional(Field::CustomKeyStoreId, "DKMSInstanceId", Shape::Text),
        optional(Field::Description, "Description", Shape::Text),
        optional(Field::CreationDate, "CreationDate", Shape::Time),
        optional(Field::DeletionDate, "DeleteDate", Shape::TimeOrEmpty),
        optional(Field::ValidTo, "MaterialExpireTime", Shape::TimeOrEmpty),
        optional(Field::RotationEnabled, "AutomaticRotation", Shape::OnOff),
    ],
);

const KEYS: Shape = Shape::Records(
    "Key",
    &[
        optional(Field::KeyId, "KeyId", Shape::Text),
        optional(Field::Arn, "KeyArn", Shape::Text),
    ],
);

const ALIASES: Shape = Shape::Records(
    "Alias",
    &[
        optional(Field::Alias, "AliasName", Shape::Text),
        optional(Field::Arn, "AliasArn", Shape::Text),
        optional(Field::TargetKeyId, "KeyId", Shape::Text),
    ],
);

const TAGS: Shape = Shape::Records(
    "Tag",
    &[
        required(Field::TagKey, "TagKey", Shape::Text),
        required(Field::TagValue, "TagValue", Shape::Text),
    ],
);

#[cfg(test)]
mod tests {
    use strum::VariantArray;

    use super::super::shape::Shape;
    use super::{Operation, Parameters, ReplyShape, SCHEMAS, called, of};

    #[test]
    fn every_operation_is_told_by_its_name_and_parameters() {
        for schema in SCHEMAS {
            let mut parameters = Parameters::default();
            if let Some((name, value)) = schema.fixed {
                parameters.set(name, value);
            }
            let found = called(schema.name, &parameters).unwrap();
            assert_eq!(found.operation, schema.operation);
            assert_eq!(of(schema.operation).unwrap().name, schema.name);
        }
    }

    /// What only other vendors have.
    const LACKING: &[Operation] = &[
        Operation::CreateGrant,
        Operation::GenerateMac,
        Operation::GetPublicKey,
        Operation::GetRotationStatus,
        Operation::ListRotations,
        Operation::Replicate,
        Operation::Sign,
        Operation::Verify,
        Operation::VerifyMac,
    ];

    #[test]
    fn every_operation_has_a_schema_or_is_lacking() {
        for operation in Operation::VARIANTS {
            let has_schema = of(*operation).is_some();
            let is_lacking = LACKING.contains(operation);
            assert_ne!(has_schema, is_lacking, "{operation}: a schema, or LACKING");
        }
    }

    #[test]
    fn no_member_stands_twice_unless_it_can_only_be_zero() {
        for schema in SCHEMAS {
            let (ReplyShape::Flat(reply) | ReplyShape::Within(_, reply)) = schema.reply;
            for members in [schema.request, reply] {
                for (index, member) in members.iter().enumerate() {
                    let is_zero = matches!(member.shape, Shape::Zero(_));
                    let twice = members[..index].iter().any(|other| {
                        other.field == member.field || (other.wire == member.wire && !is_zero)
                    });
                    assert!(!twice, "{}: {}", schema.name, member.wire);
                }
            }
        }
    }
}
