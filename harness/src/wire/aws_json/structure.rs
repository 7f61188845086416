//! The structures of AWS KMS that stand in several messages, or many times in one: the metadata of a key, and the
//! entries of lists. In the service model's order.

use crate::spec::Field;

use super::shape::{
    ALGORITHMS, ALIAS_NAME, ANY_TEXT, ARN, DAYS, DEPRECATED_KEY_SPEC, DESCRIPTION,
    EXPIRATION_MODEL, IMPORT_STATE, KEY_ID, KEY_MANAGER, KEY_SPEC, KEY_STATE, KEY_USAGE,
    MATERIAL_DESCRIPTION, MATERIAL_ID, MATERIAL_STATE, MULTI_REGION_TYPE, Member, ORIGIN, REGION,
    ROTATION_TYPE, STORE_ID, Shape, TAG_KEY, TAG_VALUE, optional, required, structure,
};

#[rustfmt::skip]
pub(super) const METADATA: &[Member] = &[
    optional(Field::AccountId, "AWSAccountId", ANY_TEXT),
    optional(Field::KeyId, "KeyId", KEY_ID),
    optional(Field::Arn, "Arn", ARN),
    optional(Field::CreationDate, "CreationDate", Shape::Time),
    optional(Field::Enabled, "Enabled", Shape::Flag),
    optional(Field::Description, "Description", DESCRIPTION),
    optional(Field::Usage, "KeyUsage", KEY_USAGE),
    optional(Field::State, "KeyState", KEY_STATE),
    optional(Field::DeletionDate, "DeletionDate", Shape::Time),
    optional(Field::ValidTo, "ValidTo", Shape::Time),
    optional(Field::Origin, "Origin", ORIGIN),
    optional(Field::CustomKeyStoreId, "CustomKeyStoreId", STORE_ID),
    optional(Field::ExpirationModel, "ExpirationModel", EXPIRATION_MODEL),
    optional(Field::KeyManager, "KeyManager", KEY_MANAGER),
    optional(Field::DeprecatedSpec, "CustomerMasterKeySpec", DEPRECATED_KEY_SPEC),
    optional(Field::Spec, "KeySpec", KEY_SPEC),
    optional(Field::EncryptionAlgorithms, "EncryptionAlgorithms", ALGORITHMS),
    optional(Field::SigningAlgorithms, "SigningAlgorithms", ALGORITHMS),
    optional(Field::MultiRegion, "MultiRegion", Shape::Flag),
    structure("MultiRegionConfiguration", RELATED_KEYS),
    optional(Field::PendingWindowDays, "PendingDeletionWindowInDays", DAYS),
    optional(Field::MacAlgorithms, "MacAlgorithms", ALGORITHMS),
    optional(Field::CurrentMaterialId, "CurrentKeyMaterialId", MATERIAL_ID),
];

#[rustfmt::skip]
const RELATED_KEYS: &[Member] = &[
    optional(Field::MultiRegionType, "MultiRegionKeyType", MULTI_REGION_TYPE),
    structure("PrimaryKey", &[
        optional(Field::PrimaryArn, "Arn", ARN),
        optional(Field::PrimaryRegion, "Region", REGION),
    ]),
    optional(Field::Replicas, "ReplicaKeys", Shape::Records(&[
        optional(Field::Arn, "Arn", ARN),
        optional(Field::Region, "Region", REGION),
    ])),
];

pub(super) const KEYS: Shape = Shape::Records(&[
    optional(Field::KeyId, "KeyId", KEY_ID),
    optional(Field::Arn, "KeyArn", ARN),
]);

pub(super) const ALIASES: Shape = Shape::Records(&[
    optional(Field::Alias, "AliasName", ALIAS_NAME),
    optional(Field::Arn, "AliasArn", ARN),
    optional(Field::TargetKeyId, "TargetKeyId", KEY_ID),
    optional(Field::CreationDate, "CreationDate", Shape::Time),
]);

#[rustfmt::skip]
pub(super) const ROTATIONS: Shape = Shape::Records(&[
    optional(Field::KeyId, "KeyId", KEY_ID),
    optional(Field::MaterialId, "KeyMaterialId", MATERIAL_ID),
    optional(Field::MaterialDescription, "KeyMaterialDescription", MATERIAL_DESCRIPTION),
    optional(Field::ImportState, "ImportState", IMPORT_STATE),
    optional(Field::MaterialState, "KeyMaterialState", MATERIAL_STATE),
    optional(Field::ExpirationModel, "ExpirationModel", EXPIRATION_MODEL),
    optional(Field::ValidTo, "ValidTo", Shape::Time),
    optional(Field::RotationDate, "RotationDate", Shape::Time),
    optional(Field::RotationType, "RotationType", ROTATION_TYPE),
]);

pub(super) const TAGS: Shape = Shape::Records(&[
    required(Field::TagKey, "TagKey", TAG_KEY),
    required(Field::TagValue, "TagValue", TAG_VALUE),
]);
