//! The forms that members take: kinds, and sets of names.

use crate::spec::Field;

/// A member of a request or a reply: its neutral name, its name on the wire, and its form.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) field: Field,
    pub(super) wire: &'static str,
    pub(super) shape: Shape,
    pub(super) required: bool,
}

/// The form of a value. In a request every value is a text; lists and tables are JSON within it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shape {
    Text,
    Enum(&'static [&'static str]),
    /// Base64.
    Blob,
    /// The same, of at most so many bytes.
    BlobUpTo(usize),
    /// A moment in UTC, to the second.
    Time,
    /// The same; where there is none, an empty text stands.
    TimeOrEmpty,
    /// A moment as seconds since 1970; zero means something else.
    EpochSeconds,
    /// Zero, where the member has this neutral name; no other name can be said.
    Zero(&'static str),
    Number,
    Flag,
    /// A flag that is called `Enabled` or `Disabled`.
    OnOff,
    Names,
    Map,
    /// A list; each structure in it is called by this name.
    Records(&'static str, &'static [Member]),
}

pub(super) const fn required(field: Field, wire: &'static str, shape: Shape) -> Member {
    Member {
        field,
        wire,
        shape,
        required: true,
    }
}

pub(super) const fn optional(field: Field, wire: &'static str, shape: Shape) -> Member {
    Member {
        field,
        wire,
        shape,
        required: false,
    }
}

pub(super) const ORIGIN: Shape = Shape::Enum(&["Aliyun_KMS", "EXTERNAL"]);

pub(super) const KEY_SPEC: Shape = Shape::Enum(&[
    "Aliyun_AES_256",
    "Aliyun_AES_192",
    "Aliyun_AES_128",
    "Aliyun_SM4",
    "RSA_2048",
    "RSA_3072",
    "RSA_4096",
    "EC_P256",
    "EC_P256K",
    "EC_SM2",
]);

pub(super) const KEY_USAGE: Shape = Shape::Enum(&["ENCRYPT/DECRYPT", "SIGN/VERIFY"]);

pub(super) const PROTECTION_LEVEL: Shape = Shape::Enum(&["SOFTWARE", "HSM"]);

pub(super) const WRAPPING_ALGORITHM: Shape = Shape::Enum(&[
    "RSAES_PKCS1_V1_5",
    "RSAES_OAEP_SHA_1",
    "RSAES_OAEP_SHA_256",
    "RSAES_OAEP_SHA_256_AES_256_ECB_PKCS7_PAD",
    "SM2PKE",
    "SM2PKE_SM4_ECB",
]);

pub(super) const WRAPPING_KEY_SPEC: Shape = Shape::Enum(&["RSA_2048", "EC_SM2"]);

pub(super) const DATA_KEY_SPEC: Shape = Shape::Enum(&["AES_256", "AES_128"]);
