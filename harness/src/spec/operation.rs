use strum::{Display, EnumString, IntoStaticStr, VariantArray};

/// What a caller may ask of a service, in neutral words. A dialect knows the vendor's name for each.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Display,
    EnumString,
    IntoStaticStr,
    VariantArray,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
#[expect(missing_docs, reason = "the names are the field's own")]
pub enum Operation {
    CreateKey,
    DescribeKey,
    ListKeys,
    GetParameters,
    Import,
    DeleteMaterial,
    Encrypt,
    Decrypt,
    ReEncrypt,
    GenerateDataKey,
    GenerateMac,
    VerifyMac,
    Sign,
    Verify,
    GetPublicKey,
    EnableKey,
    DisableKey,
    ScheduleDeletion,
    CancelDeletion,
    CreateAlias,
    DeleteAlias,
    ListAliases,
    TagKey,
    UntagKey,
    ListTags,
    UpdateDescription,
    EnableRotation,
    DisableRotation,
    GetRotationStatus,
}
