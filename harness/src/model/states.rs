//! The key-state table: which operations a key takes in which state.

use crate::spec::{Fault, KeyState, Operation};

use Operation::{
    CancelDeletion, CreateAlias, CreateKey, Decrypt, DeleteAlias, DeleteMaterial, DescribeKey,
    DisableKey, DisableRotation, EnableKey, EnableRotation, Encrypt, GenerateDataKey, GenerateMac,
    GetParameters, GetPublicKey, GetRotationStatus, Import, ListAliases, ListKeys, ListRotations,
    ListTags, ReEncrypt, Replicate, Rotate, ScheduleDeletion, Sign, TagKey, UntagKey,
    UpdateDescription, Verify, VerifyMac,
};

/// What a state means for an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cell {
    /// The state does not stand in the way.
    Takes,
    /// The operation is refused.
    Refuses(Fault),
    /// The sources disagree whether it is refused.
    Open(Fault),
}

/// What `state` means for `operation`.
pub(super) fn cell(operation: Operation, state: KeyState) -> Cell {
    let row = TABLE
        .iter()
        .find(|(operations, _)| operations.contains(&operation));
    let column = match state {
        KeyState::Enabled => 0,
        KeyState::Disabled => 1,
        KeyState::PendingDeletion | KeyState::PendingReplicaDeletion => 2,
        KeyState::PendingImport => 3,
    };
    row.map_or(OK, |(_, cells)| cells[column])
}

const OK: Cell = Cell::Takes;
const DIS: Cell = Cell::Refuses(Fault::Disabled);
const DEL: Cell = Cell::Refuses(Fault::PendingDeletion);
const IMP: Cell = Cell::Refuses(Fault::PendingImport);
const NOT: Cell = Cell::Refuses(Fault::NotPendingDeletion);
/// The key-state tables of 2018 to 2022 let a disabled key receive material; the texts of 2023 and 2025 name
/// only the states pending-import and enabled, and the answer was never recorded.
const DIS_OPEN: Cell = Cell::Open(Fault::Disabled);

/// Without material a key reports just that, also when it was disabled before; a planned deletion wins over both.
///
/// Where the tables until 2022 say "not applicable" for signing and MACs in pending-import, such keys did not
/// exist yet; they are treated like encryption. Deleting material of a key with a planned deletion was refused by
/// the tables of 2018 to 2020 only; every later table and the text of the operation accept it.
#[rustfmt::skip]
const TABLE: &[(&[Operation], [Cell; 4])] = &[
    //                                                 Enabled Disabled  PendingDeletion PendingImport
    (&[GetParameters],                                 [OK,    OK,       DEL,            OK]),
    (&[Import],                                        [OK,    DIS_OPEN, DEL,            OK]),
    (&[DeleteMaterial],                                [OK,    OK,       OK,             OK]),
    (&[Encrypt, Decrypt, ReEncrypt, GenerateDataKey],  [OK,    DIS,      DEL,            IMP]),
    (&[GenerateMac, VerifyMac],                        [OK,    DIS,      DEL,            IMP]),
    (&[Sign, Verify, GetPublicKey],                    [OK,    DIS,      DEL,            IMP]),
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

/// Whether the operation takes an alias where a key is named.
pub(super) fn takes_alias(operation: Operation) -> bool {
    matches!(
        operation,
        DescribeKey
            | Encrypt
            | Decrypt
            | ReEncrypt
            | GenerateDataKey
            | GenerateMac
            | VerifyMac
            | Sign
            | Verify
            | GetPublicKey
    )
}

#[cfg(test)]
mod tests {
    use strum::VariantArray;

    use super::{Operation, TABLE};

    #[test]
    fn every_operation_stands_in_exactly_one_row() {
        for operation in Operation::VARIANTS {
            let rows = TABLE.iter().filter(|(row, _)| row.contains(operation));
            assert_eq!(rows.count(), 1, "{operation}");
        }
    }
}
