use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

macro_rules! names {
    ($(#[$meta:meta])* $name:ident { $($(#[$variant_meta:meta])* $variant:ident),* $(,)? }) => {
        $(#[$meta])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Display, EnumString,
            IntoStaticStr, VariantArray, Serialize, Deserialize, JsonSchema,
        )]
        #[serde(rename_all = "kebab-case")]
        #[strum(serialize_all = "kebab-case")]
        #[allow(missing_docs, reason = "the names are the field's own")]
        pub enum $name { $($(#[$variant_meta])* $variant),* }
    };
}

names! {
    /// Where key material comes from.
    Origin { Service, External }
}

names! {
    /// What a key can do at a moment.
    KeyState { Enabled, Disabled, PendingImport, PendingDeletion, PendingReplicaDeletion }
}

names! {
    /// Whether imported material leaves the service by itself.
    ExpirationModel { Expires, Never }
}

names! {
    /// What a caller of an import says about the bytes.
    ImportType { New, Existing }
}

names! {
    /// Whether imported material is there.
    ImportState { Imported, PendingImport }
}

names! {
    /// What a key does with one of its materials.
    MaterialState {
        Current,
        NonCurrent,
        PendingRotation,
        /// Waits until every replica has it, and then for a rotation.
        PendingMultiRegionImportAndRotation,
    }
}

names! {
    /// What made a material the current one.
    RotationType { OnDemand, Automatic }
}

names! {
    /// What a multi-Region key is among its related keys.
    MultiRegionType { Primary, Replica }
}

names! {
    /// What a key may be used for.
    KeyUsage { EncryptDecrypt, SignVerify, GenerateVerifyMac, KeyAgreement }
}

/// The kind and size of a key. Names as the vendors write them, since they agree on all but one.
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
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[expect(missing_docs, reason = "the names are the field's own")]
pub enum KeySpec {
    /// 256 bits for AES-GCM; each vendor has its own name for it.
    #[serde(rename = "symmetric")]
    #[strum(serialize = "symmetric")]
    Symmetric,
    #[serde(rename = "HMAC_224")]
    #[strum(serialize = "HMAC_224")]
    Hmac224,
    #[serde(rename = "HMAC_256")]
    #[strum(serialize = "HMAC_256")]
    Hmac256,
    #[serde(rename = "HMAC_384")]
    #[strum(serialize = "HMAC_384")]
    Hmac384,
    #[serde(rename = "HMAC_512")]
    #[strum(serialize = "HMAC_512")]
    Hmac512,
    #[serde(rename = "RSA_2048")]
    #[strum(serialize = "RSA_2048")]
    Rsa2048,
    #[serde(rename = "RSA_3072")]
    #[strum(serialize = "RSA_3072")]
    Rsa3072,
    #[serde(rename = "RSA_4096")]
    #[strum(serialize = "RSA_4096")]
    Rsa4096,
    #[serde(rename = "ECC_NIST_P256")]
    #[strum(serialize = "ECC_NIST_P256")]
    EccNistP256,
    #[serde(rename = "ECC_NIST_P384")]
    #[strum(serialize = "ECC_NIST_P384")]
    EccNistP384,
    #[serde(rename = "ECC_NIST_P521")]
    #[strum(serialize = "ECC_NIST_P521")]
    EccNistP521,
    #[serde(rename = "ECC_SECG_P256K1")]
    #[strum(serialize = "ECC_SECG_P256K1")]
    EccSecgP256k1,
    /// 128 bits for the block cipher SM4.
    #[serde(rename = "SM4")]
    #[strum(serialize = "SM4")]
    Sm4,
    /// A number that is the private key on the curve of SM2.
    #[serde(rename = "EC_SM2")]
    #[strum(serialize = "EC_SM2")]
    EcSm2,
}

/// Key specs that share their rules for material and wrapping.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are the field's own")]
pub enum KeyFamily {
    Symmetric,
    Hmac,
    Rsa,
    Ecc,
    Sm2,
}

impl KeySpec {
    /// The family that this spec belongs to.
    #[must_use]
    pub fn family(self) -> KeyFamily {
        match self {
            Self::Symmetric | Self::Sm4 => KeyFamily::Symmetric,
            Self::Hmac224 | Self::Hmac256 | Self::Hmac384 | Self::Hmac512 => KeyFamily::Hmac,
            Self::Rsa2048 | Self::Rsa3072 | Self::Rsa4096 => KeyFamily::Rsa,
            Self::EccNistP256 | Self::EccNistP384 | Self::EccNistP521 | Self::EccSecgP256k1 => {
                KeyFamily::Ecc
            }
            Self::EcSm2 => KeyFamily::Sm2,
        }
    }

    /// How many raw bytes the material of this spec has; `None` where it is a PKCS#8 structure.
    #[must_use]
    pub fn raw_bytes(self) -> Option<usize> {
        match self {
            Self::Symmetric | Self::Hmac256 | Self::EcSm2 => Some(32),
            Self::Sm4 => Some(16),
            Self::Hmac224 => Some(28),
            Self::Hmac384 => Some(48),
            Self::Hmac512 => Some(64),
            _ => None,
        }
    }

    /// The usages a key of this spec can be created with; the first is what a symmetric key gets by default.
    #[must_use]
    pub fn usages(self) -> &'static [KeyUsage] {
        match self {
            Self::Symmetric | Self::Sm4 => &[KeyUsage::EncryptDecrypt],
            Self::Hmac224 | Self::Hmac256 | Self::Hmac384 | Self::Hmac512 => {
                &[KeyUsage::GenerateVerifyMac]
            }
            Self::Rsa2048 | Self::Rsa3072 | Self::Rsa4096 | Self::EcSm2 => {
                &[KeyUsage::EncryptDecrypt, KeyUsage::SignVerify]
            }
            Self::EccNistP256 | Self::EccNistP384 | Self::EccNistP521 => {
                &[KeyUsage::SignVerify, KeyUsage::KeyAgreement]
            }
            Self::EccSecgP256k1 => &[KeyUsage::SignVerify],
        }
    }
}

/// How a MAC is computed. Named as on the wire.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Display, EnumString, IntoStaticStr, VariantArray,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the names are the field's own")]
pub enum MacAlgorithm {
    #[strum(serialize = "HMAC_SHA_224")]
    HmacSha224,
    #[strum(serialize = "HMAC_SHA_256")]
    HmacSha256,
    #[strum(serialize = "HMAC_SHA_384")]
    HmacSha384,
    #[strum(serialize = "HMAC_SHA_512")]
    HmacSha512,
}

/// How a signature is made. Named as on the wire.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Display, EnumString, IntoStaticStr, VariantArray,
)]
#[expect(missing_docs, reason = "the names are the field's own")]
pub enum SigningAlgorithm {
    #[strum(serialize = "RSASSA_PSS_SHA_256")]
    RsassaPssSha256,
    #[strum(serialize = "RSASSA_PSS_SHA_384")]
    RsassaPssSha384,
    #[strum(serialize = "RSASSA_PSS_SHA_512")]
    RsassaPssSha512,
    #[strum(serialize = "RSASSA_PKCS1_V1_5_SHA_256")]
    RsassaPkcs1V15Sha256,
    #[strum(serialize = "RSASSA_PKCS1_V1_5_SHA_384")]
    RsassaPkcs1V15Sha384,
    #[strum(serialize = "RSASSA_PKCS1_V1_5_SHA_512")]
    RsassaPkcs1V15Sha512,
    #[strum(serialize = "ECDSA_SHA_256")]
    EcdsaSha256,
    #[strum(serialize = "ECDSA_SHA_384")]
    EcdsaSha384,
    #[strum(serialize = "ECDSA_SHA_512")]
    EcdsaSha512,
}

/// The service's name for one material of one key: stable for the same bytes, different between keys.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MaterialId(pub String);
