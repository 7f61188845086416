//! The structures of AWS KMS that stand in several messages, or many times in one: the metadata of a key, and the
//! entries of lists. In the service model's order.

use crate::spec::Field;

use super::days::{ASYMMETRIC, KEY_MANAGERS, KEY_SPECS, KEY_STORES, MACS, MATERIALS, MULTI_REGION};
use super::shape::{
    ALIAS_NAME, ANY_NAMES, ANY_TEXT, ARN, DAYS, DEPRECATED_KEY_SPEC, DESCRIPTION, EXPIRATION_MODEL,
    IMPORT_STATE, KEY_ID, KEY_MANAGER, KEY_SPEC, KEY_STATE, KEY_USAGE, MATERIAL_DESCRIPTION,
    MATERIAL_ID, MATERIAL_STATE, MULTI_REGION_TYPE, Member, ORIGIN, REGION, ROTATION_TYPE,
    STORE_ID, Shape, TAG_KEY, TAG_VALUE, optional, required, structure,
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
    optional(Field::CustomKeyStoreId, "CustomKeyStoreId", STORE_ID).since(KEY_STORES),
    optional(Field::ExpirationModel, "ExpirationModel", EXPIRATION_MODEL),
    optional(Field::KeyManager, "KeyManager", KEY_MANAGER).since(KEY_MANAGERS),
    optional(Field::DeprecatedSpec, "CustomerMasterKeySpec", DEPRECATED_KEY_SPEC).since(ASYMMETRIC),
    optional(Field::Spec, "KeySpec", KEY_SPEC).since(KEY_SPECS),
    optional(Field::EncryptionAlgorithms, "EncryptionAlgorithms", ANY_NAMES).since(ASYMMETRIC),
    optional(Field::SigningAlgorithms, "SigningAlgorithms", ANY_NAMES).since(ASYMMETRIC),
    optional(Field::MultiRegion, "MultiRegion", Shape::Flag).since(MULTI_REGION),
    structure("MultiRegionConfiguration", RELATED_KEYS).since(MULTI_REGION),
    optional(Field::PendingWindowDays, "PendingDeletionWindowInDays", DAYS).since(MULTI_REGION),
    optional(Field::MacAlgorithms, "MacAlgorithms", ANY_NAMES).since(MACS),
    optional(Field::CurrentMaterialId, "CurrentKeyMaterialId", MATERIAL_ID).since(MATERIALS),
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
    optional(Field::MaterialId, "KeyMaterialId", MATERIAL_ID).since(MATERIALS),
    optional(Field::MaterialDescription, "KeyMaterialDescription", MATERIAL_DESCRIPTION).since(MATERIALS),
    optional(Field::ImportState, "ImportState", IMPORT_STATE).since(MATERIALS),
    optional(Field::MaterialState, "KeyMaterialState", MATERIAL_STATE).since(MATERIALS),
    optional(Field::ExpirationModel, "ExpirationModel", EXPIRATION_MODEL),
    optional(Field::ValidTo, "ValidTo", Shape::Time),
    optional(Field::RotationDate, "RotationDate", Shape::Time),
    optional(Field::RotationType, "RotationType", ROTATION_TYPE),
]);

pub(super) const TAGS: Shape = Shape::Records(&[
    required(Field::TagKey, "TagKey", TAG_KEY),
    required(Field::TagValue, "TagValue", TAG_VALUE),
]);
