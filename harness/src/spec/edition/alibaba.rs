//! How Alibaba Cloud KMS has changed from one generation of its documentation to the next.

use jiff::SignedDuration;
use jiff::civil::{Date, date};

use super::{
    Cell, DeletionWindow, Edition, Materials, StateRow, StateTable, Stores, Tokens, WrappingRow, on,
};
use crate::spec::{
    ExpirationModel, Fault, KeyFamily, Operation, WrappingAlgorithm, WrappingKeySpec,
};

use Operation::{
    CancelDeletion, CreateAlias, Decrypt, DeleteMaterial, DescribeKey, DisableKey, DisableRotation,
    EnableKey, EnableRotation, Encrypt, GenerateDataKey, GetParameters, Import, ReEncrypt, Rotate,
    ScheduleDeletion, TagKey, UntagKey, UpdateDescription,
};

/// What Alibaba Cloud KMS was on a day.
pub(super) fn edition(day: Date) -> Edition {
    Edition {
        arn_scheme: "acs",
        replies_with_arns: false,
        unsaid_usage: true,
        stores: Stores::HoldAsymmetricKeys,
        wrapping: on(
            day,
            &[
                (FIRST, WRAPPING_OF_2018),
                (date(2021, 1, 14), WRAPPING_OF_2021),
                (date(2023, 6, 1), WRAPPING),
            ],
        ),
        retired_wrapping: &[],
        parameters_validity: SignedDuration::from_hours(24),
        tokens: Tokens::Lasting,
        token_names_key: on(day, &[(FIRST, true), (date(2021, 1, 14), false)]),
        unsaid_expiration: ExpirationModel::Never,
        longest_validity: None,
        materials: Materials::One,
        rotates_imported: false,
        states: StateTable {
            special: &[],
            usual: STATES,
        },
        alias_operations: &[DescribeKey, Encrypt, GenerateDataKey],
        deletion_window: DeletionWindow {
            shortest: 7,
            longest: on(day, &[(FIRST, 30), (date(2023, 6, 1), 366)]),
            usual: 30,
        },
        comes_back_disabled: false,
    }
}

/// About the day of the first documentation that we know.
const FIRST: Date = date(2018, 2, 1);

const WRAPPING_OF_2018: &[WrappingRow] = &[SYMMETRIC_BY_RSA];

const WRAPPING_OF_2021: &[WrappingRow] = &[SYMMETRIC_BY_RSA, SYMMETRIC_BY_SM2];

const WRAPPING: &[WrappingRow] = &[
    SYMMETRIC_BY_RSA,
    SYMMETRIC_BY_SM2,
    by_rsa(KeyFamily::Rsa, HYBRID),
    by_sm2(KeyFamily::Rsa, HYBRID_OF_SM),
    by_rsa(KeyFamily::Ecc, HYBRID),
    by_sm2(KeyFamily::Ecc, HYBRID_OF_SM),
    by_rsa(KeyFamily::Sm2, HYBRID),
    by_sm2(KeyFamily::Sm2, HYBRID_OF_SM),
];

const SYMMETRIC_BY_RSA: WrappingRow = by_rsa(
    KeyFamily::Symmetric,
    &[
        WrappingAlgorithm::RsaesPkcs1V15,
        WrappingAlgorithm::RsaesOaepSha1,
        WrappingAlgorithm::RsaesOaepSha256,
    ],
);

/// Documented for managed hardware modules only; this service is like one.
const SYMMETRIC_BY_SM2: WrappingRow = by_sm2(KeyFamily::Symmetric, &[WrappingAlgorithm::Sm2Pke]);

const HYBRID: &[WrappingAlgorithm] = &[WrappingAlgorithm::RsaesOaepSha256Aes256EcbPkcs7Pad];

const HYBRID_OF_SM: &[WrappingAlgorithm] = &[WrappingAlgorithm::Sm2PkeSm4Ecb];

const fn by_rsa(family: KeyFamily, algorithms: &'static [WrappingAlgorithm]) -> WrappingRow {
    WrappingRow {
        family,
        algorithms,
        wrapping_keys: &[WrappingKeySpec::Rsa2048],
    }
}

const fn by_sm2(family: KeyFamily, algorithms: &'static [WrappingAlgorithm]) -> WrappingRow {
    WrappingRow {
        family,
        algorithms,
        wrapping_keys: &[WrappingKeySpec::EcSm2],
    }
}

const OK: Cell = Cell::Takes;
const DIS: Cell = Cell::Refuses(Fault::Disabled);
const DEL: Cell = Cell::Refuses(Fault::PendingDeletion);
const IMP: Cell = Cell::Refuses(Fault::PendingImport);
const NOT: Cell = Cell::Refuses(Fault::NotPendingDeletion);

/// The vendor's own table; every state takes what has no row.
#[rustfmt::skip]
const STATES: &[StateRow] = &[
    //                                                 Enabled Disabled  PendingDeletion PendingImport
    (&[GetParameters, DeleteMaterial],                 [OK,    OK,       OK,             OK]),
    (&[Import],                                        [OK,    OK,       DEL,            OK]),
    (&[Encrypt, Decrypt, ReEncrypt, GenerateDataKey],  [OK,    DIS,      DEL,            IMP]),
    (&[Rotate, EnableRotation, DisableRotation],       [OK,    DIS,      DEL,            IMP]),
    (&[EnableKey, DisableKey],                         [OK,    OK,       DEL,            IMP]),
    (&[ScheduleDeletion],                              [OK,    OK,       DEL,            OK]),
    (&[CancelDeletion],                                [NOT,   NOT,      OK,             NOT]),
    (&[CreateAlias],                                   [OK,    OK,       DEL,            OK]),
    (&[UpdateDescription, TagKey, UntagKey],           [OK,    OK,       DEL,            OK]),
];
