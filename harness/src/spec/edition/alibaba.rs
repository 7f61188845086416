//! How Alibaba Cloud KMS has changed from one generation of its documentation to the next.

use jiff::SignedDuration;
use jiff::civil::{Date, date};

use super::{
    Cell, DeletionWindow, Edition, Materials, StateRow, StateTable, Tokens, WrappingRow, on,
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
        wrapping: WRAPPING,
        retired_wrapping: &[],
        parameters_validity: SignedDuration::from_hours(24),
        tokens: Tokens::Lasting,
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

const WRAPPING: &[WrappingRow] = &[WrappingRow {
    family: KeyFamily::Symmetric,
    algorithms: &[
        WrappingAlgorithm::RsaesPkcs1V15,
        WrappingAlgorithm::RsaesOaepSha1,
        WrappingAlgorithm::RsaesOaepSha256,
    ],
    wrapping_keys: &[WrappingKeySpec::Rsa2048],
}];

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
