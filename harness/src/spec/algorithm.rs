use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

use super::{KeyFamily, KeySpec};

/// How material is encrypted for its way into the service. Named as on the wire of both vendors.
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
pub enum WrappingAlgorithm {
    #[serde(rename = "RSAES_PKCS1_V1_5")]
    #[strum(serialize = "RSAES_PKCS1_V1_5")]
    RsaesPkcs1V15,
    #[serde(rename = "RSAES_OAEP_SHA_1")]
    #[strum(serialize = "RSAES_OAEP_SHA_1")]
    RsaesOaepSha1,
    #[serde(rename = "RSAES_OAEP_SHA_256")]
    #[strum(serialize = "RSAES_OAEP_SHA_256")]
    RsaesOaepSha256,
    #[serde(rename = "RSA_AES_KEY_WRAP_SHA_1")]
    #[strum(serialize = "RSA_AES_KEY_WRAP_SHA_1")]
    RsaAesKeyWrapSha1,
    #[serde(rename = "RSA_AES_KEY_WRAP_SHA_256")]
    #[strum(serialize = "RSA_AES_KEY_WRAP_SHA_256")]
    RsaAesKeyWrapSha256,
}

/// The kind of key pair that the service makes for wrapping.
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
pub enum WrappingKeySpec {
    #[serde(rename = "RSA_2048")]
    #[strum(serialize = "RSA_2048")]
    Rsa2048,
    #[serde(rename = "RSA_3072")]
    #[strum(serialize = "RSA_3072")]
    Rsa3072,
    #[serde(rename = "RSA_4096")]
    #[strum(serialize = "RSA_4096")]
    Rsa4096,
}

impl WrappingKeySpec {
    /// The size of the modulus.
    #[must_use]
    pub fn modulus_bits(self) -> usize {
        match self {
            Self::Rsa2048 => 2048,
            Self::Rsa3072 => 3072,
            Self::Rsa4096 => 4096,
        }
    }
}

/// Which wrapping algorithms carry the material of a family.
#[derive(Clone, Copy, Debug)]
pub struct WrappingRow {
    /// The family of the key that receives material.
    pub family: KeyFamily,
    /// The algorithms that may carry it.
    pub algorithms: &'static [WrappingAlgorithm],
}

/// The legal pairs of today; P-521 under a 2048-bit key is the one hole, since its PKCS#8 form does not fit OAEP.
pub const WRAPPING_TABLE: &[WrappingRow] = &[
    WrappingRow {
        family: KeyFamily::Symmetric,
        algorithms: OAEP,
    },
    WrappingRow {
        family: KeyFamily::Hmac,
        algorithms: OAEP,
    },
    WrappingRow {
        family: KeyFamily::Rsa,
        algorithms: HYBRID,
    },
    WrappingRow {
        family: KeyFamily::Ecc,
        algorithms: OAEP_OR_HYBRID,
    },
];

const OAEP: &[WrappingAlgorithm] = &[
    WrappingAlgorithm::RsaesOaepSha1,
    WrappingAlgorithm::RsaesOaepSha256,
];

const HYBRID: &[WrappingAlgorithm] = &[
    WrappingAlgorithm::RsaAesKeyWrapSha1,
    WrappingAlgorithm::RsaAesKeyWrapSha256,
];

const OAEP_OR_HYBRID: &[WrappingAlgorithm] = &[
    WrappingAlgorithm::RsaesOaepSha1,
    WrappingAlgorithm::RsaesOaepSha256,
    WrappingAlgorithm::RsaAesKeyWrapSha1,
    WrappingAlgorithm::RsaAesKeyWrapSha256,
];

/// Whether material for a key of spec `key` may travel this way.
#[must_use]
pub fn may_wrap(key: KeySpec, algorithm: WrappingAlgorithm, wrapping_key: WrappingKeySpec) -> bool {
    let fits = !(key == KeySpec::EccNistP521
        && OAEP.contains(&algorithm)
        && wrapping_key == WrappingKeySpec::Rsa2048);
    let carried = WRAPPING_TABLE
        .iter()
        .any(|row| row.family == key.family() && row.algorithms.contains(&algorithm));
    fits && carried
}
