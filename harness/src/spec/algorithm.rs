use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

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
    #[serde(rename = "RSAES_OAEP_SHA_256_AES_256_ECB_PKCS7_PAD")]
    #[strum(serialize = "RSAES_OAEP_SHA_256_AES_256_ECB_PKCS7_PAD")]
    RsaesOaepSha256Aes256EcbPkcs7Pad,
    #[serde(rename = "SM2PKE")]
    #[strum(serialize = "SM2PKE")]
    Sm2Pke,
    #[serde(rename = "SM2PKE_SM4_ECB")]
    #[strum(serialize = "SM2PKE_SM4_ECB")]
    Sm2PkeSm4Ecb,
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
    #[serde(rename = "EC_SM2")]
    #[strum(serialize = "EC_SM2")]
    EcSm2,
}

impl WrappingKeySpec {
    /// The size of the modulus; `None` for a pair that is not one of RSA.
    #[must_use]
    pub fn modulus_bits(self) -> Option<usize> {
        match self {
            Self::Rsa2048 => Some(2048),
            Self::Rsa3072 => Some(3072),
            Self::Rsa4096 => Some(4096),
            Self::EcSm2 => None,
        }
    }
}
