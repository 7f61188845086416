//! How AWS KMS has changed since the day on which it began to import material.

use jiff::SignedDuration;
use jiff::civil::{Date, date};

use super::{
    Cell, DeletionWindow, Edition, Materials, StateRow, StateTable, Stores, Tokens, WrappingRow, on,
};
use crate::spec::{
    ExpirationModel, Fault, KeyFamily, Operation, WrappingAlgorithm, WrappingKeySpec,
};

use Operation::{
    CancelDeletion, CreateAlias, CreateGrant, CreateKey, Decrypt, DeleteAlias, DeleteMaterial,
    DescribeKey, DisableKey, DisableRotation, EnableKey, EnableRotation, Encrypt, GenerateDataKey,
    GenerateMac, GetParameters, GetPublicKey, GetRotationStatus, Import, ListAliases, ListKeys,
    ListRotations, ListTags, ReEncrypt, Replicate, Rotate, ScheduleDeletion, Sign, TagKey,
    UntagKey, UpdateDescription, Verify, VerifyMac,
};
use WrappingAlgorithm::{
    RsaAesKeyWrapSha1, RsaAesKeyWrapSha256, RsaesOaepSha1, RsaesOaepSha256, RsaesPkcs1V15,
};

/// What AWS KMS was on a day. Where sources name only a month, its first day stands for it; where the change lies
/// between two sources, the day of the later one.
pub(super) fn edition(day: Date) -> Edition {
    Edition {
        arn_scheme: "arn:aws",
        replies_with_arns: true,
        unsaid_usage: false,
        stores: Stores::ExcludeImport,
        wrapping: on(
            day,
            &[
                (FIRST, WRAPPING_OF_2016),
                (date(2023, 6, 1), WRAPPING_OF_2023),
                (date(2023, 10, 10), WRAPPING),
            ],
        ),
        retired_wrapping: on(
            day,
            &[(FIRST, &[][..]), (date(2023, 10, 10), &[RsaesPkcs1V15])],
        ),
        parameters_validity: SignedDuration::from_hours(24),
        tokens: Tokens::Unsettled,
        token_names_key: false,
        unsaid_expiration: ExpirationModel::Expires,
        longest_validity: on(
            day,
            &[
                (FIRST, None),
                (
                    date(2022, 8, 31),
                    Some(SignedDuration::from_hours(365 * 24)),
                ),
            ],
        ),
        materials: on(
            day,
            &[
                (FIRST, Materials::One),
                (date(2025, 6, 1), Materials::SeveralInOneRegion),
                (date(2025, 11, 21), Materials::Several),
            ],
        ),
        rotates_imported: on(day, &[(FIRST, false), (date(2025, 6, 1), true)]),
        states: StateTable {
            special: on(
                day,
                &[
                    (FIRST, &[][..]),
                    (date(2018, 3, 1), DISABLED_KEYS_IMPORT),
                    (date(2023, 1, 1), &[]),
                ],
            ),
            usual: STATES,
        },
        alias_operations: &[
            DescribeKey,
            Encrypt,
            Decrypt,
            ReEncrypt,
            GenerateDataKey,
            GenerateMac,
            VerifyMac,
            Sign,
            Verify,
            GetPublicKey,
        ],
        deletion_window: DeletionWindow {
            shortest: 7,
            longest: 30,
            usual: 30,
        },
        comes_back_disabled: true,
    }
}

/// The day of the first release of imported material.
const FIRST: Date = date(2016, 8, 10);

const WRAPPING_OF_2016: &[WrappingRow] = &[WrappingRow {
    family: KeyFamily::Symmetric,
    algorithms: &[RsaesPkcs1V15, RsaesOaepSha1, RsaesOaepSha256],
    wrapping_keys: &[WrappingKeySpec::Rsa2048],
}];

const WRAPPING_OF_2023: &[WrappingRow] = &[
    row(
        KeyFamily::Symmetric,
        &[RsaesPkcs1V15, RsaesOaepSha1, RsaesOaepSha256],
    ),
    HMAC,
    RSA,
    ECC,
];

const WRAPPING: &[WrappingRow] = &[row(KeyFamily::Symmetric, OAEP), HMAC, RSA, ECC];

const HMAC: WrappingRow = row(KeyFamily::Hmac, OAEP);

/// RSA private keys are too long for plain OAEP.
const RSA: WrappingRow = row(KeyFamily::Rsa, &[RsaAesKeyWrapSha1, RsaAesKeyWrapSha256]);

const ECC: WrappingRow = row(
    KeyFamily::Ecc,
    &[
        RsaesOaepSha1,
        RsaesOaepSha256,
        RsaAesKeyWrapSha1,
        RsaAesKeyWrapSha256,
    ],
);

const OAEP: &[WrappingAlgorithm] = &[RsaesOaepSha1, RsaesOaepSha256];

const fn row(family: KeyFamily, algorithms: &'static [WrappingAlgorithm]) -> WrappingRow {
    WrappingRow {
        family,
        algorithms,
        wrapping_keys: &[
            WrappingKeySpec::Rsa2048,
            WrappingKeySpec::Rsa3072,
            WrappingKeySpec::Rsa4096,
        ],
    }
}

const OK: Cell = Cell::Takes;
const DIS: Cell = Cell::Refuses(Fault::Disabled);
const DEL: Cell = Cell::Refuses(Fault::PendingDeletion);
const IMP: Cell = Cell::Refuses(Fault::PendingImport);
const NOT: Cell = Cell::Refuses(Fault::NotPendingDeletion);
/// The texts of 2016, 2023 and 2025 name only the states pending-import and enabled, and the answer was never
/// recorded.
const DIS_OPEN: Cell = Cell::Open(Fault::Disabled);

/// Without material a key reports just that, also when it was disabled before; a planned deletion wins over both.
///
/// Where the tables until 2022 say "not applicable" for signing and MACs in pending-import, such keys did not
/// exist yet; they are treated like encryption. Deleting material of a key with a planned deletion was refused by
/// the tables of 2018 to 2020 only; every later table and, in all years, the text of the operation accept it.
#[rustfmt::skip]
const STATES: &[StateRow] = &[
    //                                                 Enabled Disabled  PendingDeletion PendingImport
    (&[GetParameters],                                 [OK,    OK,       DEL,            OK]),
    (&[Import],                                        [OK,    DIS_OPEN, DEL,            OK]),
    (&[DeleteMaterial],                                [OK,    OK,       OK,             OK]),
    (&[Encrypt, Decrypt, ReEncrypt, GenerateDataKey],  [OK,    DIS,      DEL,            IMP]),
    (&[GenerateMac, VerifyMac],                        [OK,    DIS,      DEL,            IMP]),
    (&[Sign, Verify, GetPublicKey],                    [OK,    DIS,      DEL,            IMP]),
    (&[CreateGrant],                                   [OK,    DIS,      DEL,            IMP]),
    (&[EnableKey, DisableKey],                         [OK,    OK,       DEL,            IMP]),
    (&[ScheduleDeletion],                              [OK,    OK,       DEL,            OK]),
    (&[CancelDeletion],                                [NOT,   NOT,      OK,             NOT]),
    (&[EnableRotation, DisableRotation],               [OK,    DIS,      DEL,            OK]),
    (&[GetRotationStatus, ListRotations],              [OK,    OK,       OK,             OK]),
    (&[Rotate],                                        [OK,    DIS,      DEL,            IMP]),
    (&[Replicate],                                     [OK,    DIS,      DEL,            IMP]),
    (&[CreateAlias, UpdateDescription],                [OK,    OK,       DEL,            OK]),
    (&[TagKey, UntagKey],                              [OK,    OK,       DEL,            OK]),
    (&[DescribeKey, DeleteAlias, ListTags],            [OK,    OK,       OK,             OK]),
    (&[CreateKey, ListKeys, ListAliases],              [OK,    OK,       OK,             OK]),
];

/// The key-state tables of 2018 to 2022 let a disabled key receive material.
const DISABLED_KEYS_IMPORT: &[StateRow] = &[(&[Import], [OK, OK, DEL, OK])];

#[cfg(test)]
mod tests {
    use strum::VariantArray;

    use super::{Operation, STATES};

    #[test]
    fn every_operation_stands_in_exactly_one_row() {
        for operation in Operation::VARIANTS {
            let rows = STATES.iter().filter(|(row, _)| row.contains(operation));
            assert_eq!(rows.count(), 1, "{operation}");
        }
    }
}
