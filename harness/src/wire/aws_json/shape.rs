//! The forms that members take in the service model: kinds, bounds, patterns and sets of names.

use jiff::civil::Date;

use super::days::{
    ALWAYS, ASYMMETRIC, EDWARDS, EXTERNAL_STORES, KEY_AGREEMENT, KEY_STORES, MACS, ML_DSA, SM2,
    SM2_WRAPPING, WRAPPING,
};
use crate::spec::{Era, Field};

/// A member of a request or a reply: its neutral name, its name on the wire, and its form.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) field: Field,
    pub(super) wire: &'static str,
    pub(super) shape: Shape,
    pub(super) required: bool,
    /// The first day on which the service knows it.
    pub(super) since: Date,
}

impl Member {
    pub(super) const fn since(self, since: Date) -> Self {
        Self { since, ..self }
    }
}

/// The members that the service knows on a day.
pub(super) fn known(members: &[Member], era: Era) -> impl Iterator<Item = &Member> {
    members.iter().filter(move |member| member.since <= era.0)
}

/// A set of names as it has grown.
#[derive(Clone, Copy, Debug)]
pub(super) struct Names(&'static [(Date, &'static [&'static str])]);

impl Names {
    /// The names that the service knows on a day.
    pub(super) fn known(self, era: Era) -> impl Iterator<Item = &'static str> {
        let come = self.0.iter().filter(move |(since, _)| *since <= era.0);
        come.flat_map(|(_, names)| *names).copied()
    }
}

/// The form of a value. Bounds of texts count characters, bounds of blobs count bytes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shape {
    Text {
        min: usize,
        max: usize,
        pattern: Option<&'static Pattern>,
    },
    Enum(Names),
    Blob {
        min: usize,
        max: usize,
    },
    Time,
    Number {
        min: i64,
        max: i64,
    },
    Flag,
    /// A list of texts, with the bounds of each.
    Names {
        min: usize,
        max: usize,
    },
    Map,
    Records(&'static [Member]),
    /// A structure that is taken apart: for us its members stand beside it.
    Structure(&'static [Member]),
}

/// A regular expression of the service model; all that we need say which characters may stand in a text.
#[derive(Debug)]
pub(super) struct Pattern {
    /// As the service shows it.
    pub(super) text: &'static str,
    /// Which characters it lets through.
    pub(super) allows: fn(char) -> bool,
    /// Whether it lets through a text without characters.
    pub(super) allows_nothing: bool,
}

impl Pattern {
    pub(super) fn matches(&self, text: &str) -> bool {
        (self.allows_nothing || !text.is_empty()) && text.chars().all(self.allows)
    }
}

pub(super) const fn required(field: Field, wire: &'static str, shape: Shape) -> Member {
    Member {
        field,
        wire,
        shape,
        required: true,
        since: ALWAYS,
    }
}

pub(super) const fn optional(field: Field, wire: &'static str, shape: Shape) -> Member {
    Member {
        field,
        wire,
        shape,
        required: false,
        since: ALWAYS,
    }
}

/// A structure that is taken apart; it goes by its first member, which is there whenever the structure is.
pub(super) const fn structure(wire: &'static str, members: &'static [Member]) -> Member {
    optional(members[0].field, wire, Shape::Structure(members))
}

const fn text(min: usize, max: usize) -> Shape {
    Shape::Text {
        min,
        max,
        pattern: None,
    }
}

const fn patterned(min: usize, max: usize, pattern: &'static Pattern) -> Shape {
    Shape::Text {
        min,
        max,
        pattern: Some(pattern),
    }
}

const fn blob(max: usize) -> Shape {
    Shape::Blob { min: 1, max }
}

pub(super) const ANY_TEXT: Shape = text(0, usize::MAX);
pub(super) const KEY_ID: Shape = text(1, 2048);
pub(super) const ARN: Shape = text(20, 2048);
pub(super) const ALIAS_NAME: Shape = patterned(1, 256, &ALIAS_CHARACTERS);
pub(super) const DESCRIPTION: Shape = text(0, 8192);
pub(super) const STORE_ID: Shape = text(1, 64);
pub(super) const REGION: Shape = patterned(1, 32, &REGION_CHARACTERS);
pub(super) const MATERIAL_ID: Shape = patterned(64, 64, &LOWER_CASE_HEX);
pub(super) const MATERIAL_DESCRIPTION: Shape = patterned(0, 256, &DESCRIPTION_CHARACTERS);
pub(super) const TAG_KEY: Shape = text(1, 128);
pub(super) const TAG_VALUE: Shape = text(0, 256);
pub(super) const TAG_KEYS: Shape = Shape::Names { min: 1, max: 128 };
pub(super) const PRINCIPAL: Shape = text(1, 256);
pub(super) const GRANT_ID: Shape = text(1, 128);
pub(super) const GRANT_TOKEN: Shape = text(1, 8192);
pub(super) const MARKER: Shape = patterned(1, 1024, &LATIN);
pub(super) const ANY_NAMES: Shape = Shape::Names {
    min: 0,
    max: usize::MAX,
};
/// Everything that the service encrypted, MACed or signed, tokens included.
pub(super) const CIPHERTEXT: Shape = blob(6144);
/// Everything that goes into a cryptographic operation, and the public key for wrapping.
pub(super) const PLAINTEXT: Shape = blob(4096);
pub(super) const PUBLIC_KEY: Shape = blob(8192);
pub(super) const LIMIT: Shape = Shape::Number { min: 1, max: 1000 };
pub(super) const DAYS: Shape = Shape::Number { min: 1, max: 365 };
pub(super) const DATA_KEY_BYTES: Shape = Shape::Number { min: 1, max: 1024 };

static ALIAS_CHARACTERS: Pattern = Pattern {
    text: "^[a-zA-Z0-9:/_-]+$",
    allows: |c| c.is_ascii_alphanumeric() || ":/_-".contains(c),
    allows_nothing: false,
};

static REGION_CHARACTERS: Pattern = Pattern {
    text: r"^([a-z]+-){2,3}\d+$",
    allows: |c| matches!(c, 'a'..='z' | '0'..='9' | '-'),
    allows_nothing: false,
};

static LOWER_CASE_HEX: Pattern = Pattern {
    text: "^[a-f0-9]+$",
    allows: |c| matches!(c, 'a'..='f' | '0'..='9'),
    allows_nothing: false,
};

static DESCRIPTION_CHARACTERS: Pattern = Pattern {
    text: r"^[a-zA-Z0-9:/_\s.-]+$",
    allows: |c| c.is_ascii_alphanumeric() || ":/_.- \t\n\r\u{b}\u{c}".contains(c),
    allows_nothing: false,
};

static LATIN: Pattern = Pattern {
    text: r"[\u0020-\u00FF]*",
    allows: |c| matches!(c, '\u{20}'..='\u{ff}'),
    allows_nothing: true,
};

pub(super) const ORIGIN: Shape = Shape::Enum(Names(&[
    (ALWAYS, &["AWS_KMS", "EXTERNAL"]),
    (KEY_STORES, &["AWS_CLOUDHSM"]),
    (EXTERNAL_STORES, &["EXTERNAL_KEY_STORE"]),
]));

pub(super) const KEY_USAGE: Shape = Shape::Enum(Names(&[
    (ASYMMETRIC, &["SIGN_VERIFY"]),
    (ALWAYS, &["ENCRYPT_DECRYPT"]),
    (MACS, &["GENERATE_VERIFY_MAC"]),
    (KEY_AGREEMENT, &["KEY_AGREEMENT"]),
    (EDWARDS, &["ENCAPSULATE_DECAPSULATE"]),
]));

pub(super) const KEY_SPEC: Shape = Shape::Enum(Names(&[
    (ALWAYS, ASYMMETRIC_SPECS),
    (ALWAYS, &["SYMMETRIC_DEFAULT"]),
    (MACS, HMAC_SPECS),
    (SM2, &["SM2"]),
    (ML_DSA, &["ML_DSA_44", "ML_DSA_65", "ML_DSA_87"]),
    (EDWARDS, &["ECC_NIST_EDWARDS25519"]),
    (EDWARDS, &["ML_KEM_512", "ML_KEM_768", "ML_KEM_1024"]),
]));

pub(super) const DEPRECATED_KEY_SPEC: Shape = Shape::Enum(Names(&[
    (ALWAYS, ASYMMETRIC_SPECS),
    (ALWAYS, &["SYMMETRIC_DEFAULT"]),
    (MACS, HMAC_SPECS),
    (SM2, &["SM2"]),
]));

const ASYMMETRIC_SPECS: &[&str] = &[
    "RSA_2048",
    "RSA_3072",
    "RSA_4096",
    "ECC_NIST_P256",
    "ECC_NIST_P384",
    "ECC_NIST_P521",
    "ECC_SECG_P256K1",
];

const HMAC_SPECS: &[&str] = &["HMAC_224", "HMAC_256", "HMAC_384", "HMAC_512"];

pub(super) const KEY_STATE: Shape = Shape::Enum(Names(&[(
    ALWAYS,
    &[
        "Creating",
        "Enabled",
        "Disabled",
        "PendingDeletion",
        "PendingImport",
        "PendingReplicaDeletion",
        "Unavailable",
        "Updating",
    ],
)]));

pub(super) const MULTI_REGION_TYPE: Shape =
    Shape::Enum(Names(&[(ALWAYS, &["PRIMARY", "REPLICA"])]));

pub(super) const KEY_MANAGER: Shape = Shape::Enum(Names(&[(ALWAYS, &["AWS", "CUSTOMER"])]));

pub(super) const WRAPPING_ALGORITHM: Shape = Shape::Enum(Names(&[
    (
        ALWAYS,
        &["RSAES_PKCS1_V1_5", "RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"],
    ),
    (
        WRAPPING,
        &["RSA_AES_KEY_WRAP_SHA_1", "RSA_AES_KEY_WRAP_SHA_256"],
    ),
    (SM2_WRAPPING, &["SM2PKE"]),
]));

pub(super) const WRAPPING_KEY_SPEC: Shape = Shape::Enum(Names(&[
    (ALWAYS, &["RSA_2048"]),
    (WRAPPING, &["RSA_3072", "RSA_4096"]),
    (SM2_WRAPPING, &["SM2"]),
]));

pub(super) const EXPIRATION_MODEL: Shape = Shape::Enum(Names(&[(
    ALWAYS,
    &["KEY_MATERIAL_EXPIRES", "KEY_MATERIAL_DOES_NOT_EXPIRE"],
)]));

pub(super) const IMPORT_TYPE: Shape = Shape::Enum(Names(&[(
    ALWAYS,
    &["NEW_KEY_MATERIAL", "EXISTING_KEY_MATERIAL"],
)]));

pub(super) const INCLUDE_MATERIAL: Shape =
    Shape::Enum(Names(&[(ALWAYS, &["ALL_KEY_MATERIAL", "ROTATIONS_ONLY"])]));

pub(super) const IMPORT_STATE: Shape =
    Shape::Enum(Names(&[(ALWAYS, &["IMPORTED", "PENDING_IMPORT"])]));

pub(super) const MATERIAL_STATE: Shape = Shape::Enum(Names(&[
    (ALWAYS, &["NON_CURRENT", "CURRENT", "PENDING_ROTATION"]),
    (EDWARDS, &["PENDING_MULTI_REGION_IMPORT_AND_ROTATION"]),
]));

pub(super) const ROTATION_TYPE: Shape =
    Shape::Enum(Names(&[(ALWAYS, &["AUTOMATIC", "ON_DEMAND"])]));

pub(super) const ENCRYPTION_ALGORITHM: Shape = Shape::Enum(Names(&[
    (
        ALWAYS,
        &[
            "SYMMETRIC_DEFAULT",
            "RSAES_OAEP_SHA_1",
            "RSAES_OAEP_SHA_256",
        ],
    ),
    (SM2, &["SM2PKE"]),
]));

pub(super) const DATA_KEY_SPEC: Shape = Shape::Enum(Names(&[(ALWAYS, &["AES_256", "AES_128"])]));

pub(super) const MAC_ALGORITHM: Shape = Shape::Enum(Names(&[(
    ALWAYS,
    &[
        "HMAC_SHA_224",
        "HMAC_SHA_256",
        "HMAC_SHA_384",
        "HMAC_SHA_512",
    ],
)]));

pub(super) const MESSAGE_TYPE: Shape = Shape::Enum(Names(&[
    (ALWAYS, &["RAW", "DIGEST"]),
    (ML_DSA, &["EXTERNAL_MU"]),
]));

pub(super) const SIGNING_ALGORITHM: Shape = Shape::Enum(Names(&[
    (
        ALWAYS,
        &[
            "RSASSA_PSS_SHA_256",
            "RSASSA_PSS_SHA_384",
            "RSASSA_PSS_SHA_512",
            "RSASSA_PKCS1_V1_5_SHA_256",
            "RSASSA_PKCS1_V1_5_SHA_384",
            "RSASSA_PKCS1_V1_5_SHA_512",
            "ECDSA_SHA_256",
            "ECDSA_SHA_384",
            "ECDSA_SHA_512",
        ],
    ),
    (SM2, &["SM2DSA"]),
    (ML_DSA, &["ML_DSA_SHAKE_256"]),
    (EDWARDS, &["ED25519_SHA_512", "ED25519_PH_SHA_512"]),
]));
