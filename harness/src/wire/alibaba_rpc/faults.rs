//! What each fault looks like on the wire of Alibaba Cloud KMS.
//!
//! The first text is the documented one, the others are what somebody has seen.

use crate::spec::{Fault, Operation};
use crate::wire::RefusalForm;

/// The row of a fault, for an operation where that matters; `None` where the vendor never refuses for this reason.
pub(super) fn form(operation: Option<Operation>, fault: Fault) -> Option<&'static RefusalForm> {
    let changes_state = operation.is_some_and(|operation| STATE_CHANGES.contains(&operation));
    if changes_state && STATES.contains(&fault) {
        return Some(&STATE_UNCHANGEABLE);
    }
    FORMS.iter().find(|form| form.fault == fault)
}

/// What the service answers when it has no better answer.
pub(super) static INTERNAL: RefusalForm = row(
    Fault::OperationUnknown,
    &["InternalFailure"],
    &[500],
    UNRECORDED,
);

/// Operations that are refused because the state may not change so, rather than because the key may not be used.
const STATE_CHANGES: &[Operation] = &[
    Operation::CancelDeletion,
    Operation::CreateAlias,
    Operation::DisableKey,
    Operation::EnableKey,
    Operation::Import,
    Operation::ScheduleDeletion,
];

const STATES: &[Fault] = &[
    Fault::Disabled,
    Fault::NotPendingDeletion,
    Fault::PendingDeletion,
    Fault::PendingImport,
];

static STATE_UNCHANGEABLE: RefusalForm = row(
    Fault::NotPendingDeletion,
    &["Rejected.StateModifiedFailed"],
    CONFLICT,
    &["Keystate modified failed."],
);

const BAD_REQUEST: &[u16] = &[400];
const NOT_FOUND: &[u16] = &[404];
const CONFLICT: &[u16] = &[409];

/// Nobody has written down what the service says.
const UNRECORDED: &[&str] = &[];

const INVALID: &[&str] = &["InvalidParameter"];
const INVALID_TEXTS: &[&str] = &[
    "The specified parameter \"{parameter}\" is not valid.",
    "The specified parameter {parameter} is not valid.",
];
/// There is one code for whatever is wrong with material.
const INVALID_MATERIAL: &[&str] = &["InvalidKeyMaterial"];
const INVALID_MATERIAL_TEXTS: &[&str] = &["key material is invalid."];

const fn row(
    fault: Fault,
    codes: &'static [&'static str],
    statuses: &'static [u16],
    texts: &'static [&'static str],
) -> RefusalForm {
    RefusalForm {
        fault,
        codes,
        statuses,
        texts,
    }
}

#[rustfmt::skip]
static FORMS: &[RefusalForm] = &[
    // import
    row(Fault::TokenInvalid, &["InvalidImportToken"], BAD_REQUEST, &["import token is invalid."]),
    row(Fault::TokenExpired, &["ExpiredImportToken"], BAD_REQUEST, &["import token is expired."]),
    row(Fault::MaterialDiffers, INVALID_MATERIAL, BAD_REQUEST, INVALID_MATERIAL_TEXTS),
    row(Fault::MaterialMalformed, INVALID_MATERIAL, BAD_REQUEST, INVALID_MATERIAL_TEXTS),
    row(Fault::CiphertextInvalid, INVALID_MATERIAL, BAD_REQUEST, INVALID_MATERIAL_TEXTS),
    row(Fault::WrappingUnsupported, INVALID, BAD_REQUEST, UNRECORDED),
    row(Fault::WrappingRetired, INVALID, BAD_REQUEST, UNRECORDED),
    row(Fault::ValidToPast, INVALID, BAD_REQUEST, &["The specified parameter \"KeyMaterialExpireUnix\" is not valid."]),
    // key state
    row(Fault::PendingImport, &["Rejected.PendingImport"], CONFLICT, &["The request was rejected because the key state is PendingImport."]),
    row(Fault::PendingDeletion, &["Rejected.PendingDeletion"], CONFLICT, UNRECORDED),
    row(Fault::NotPendingDeletion, &["Rejected.StateModifiedFailed"], CONFLICT, &["Keystate modified failed."]),
    row(Fault::Disabled, &["Rejected.Disabled"], CONFLICT, UNRECORDED),
    row(Fault::OriginUnsupported, &["Unsupported.Origin"], BAD_REQUEST, &["This key origin is not valid for this api."]),
    // look-up
    row(Fault::KeyUnknown, &["Forbidden.KeyNotFound"], NOT_FOUND, UNRECORDED),
    row(Fault::KeyMalformed, &["Forbidden.KeyNotFound", "InvalidParameter"], &[404, 400], UNRECORDED),
    row(Fault::RegionForeign, &["Forbidden.KeyNotFound", "InvalidParameter"], &[404, 400], UNRECORDED),
    row(Fault::AliasUnsupported, &["Unsupported.Alias"], BAD_REQUEST, &["Alias is not valid for this api."]),
    row(Fault::AliasUnknown, &["Forbidden.AliasNotFound"], NOT_FOUND, UNRECORDED),
    row(Fault::AliasTaken, &["AliasAlreadyExists"], BAD_REQUEST, UNRECORDED),
    row(Fault::AliasMalformed, INVALID, BAD_REQUEST, UNRECORDED),
    // creation
    row(Fault::UsageIncompatible, INVALID, BAD_REQUEST, UNRECORDED),
    row(Fault::OriginIncompatible, &["InvalidParameter", "Unsupported.Origin"], BAD_REQUEST, UNRECORDED),
    row(Fault::WindowOutOfBounds, INVALID, BAD_REQUEST, &["The specified parameter \"PendingWindowInDays\" is not valid."]),
    // use
    row(Fault::UsageMismatch, INVALID, BAD_REQUEST, UNRECORDED),
    row(Fault::AlgorithmIncompatible, INVALID, BAD_REQUEST, UNRECORDED),
    row(Fault::DataInvalid, INVALID, BAD_REQUEST, UNRECORDED),
    // framework
    row(Fault::Constraint, INVALID, BAD_REQUEST, INVALID_TEXTS),
    row(Fault::MemberMissing, &["MissingParameter"], BAD_REQUEST, &[
        "The parameter \"{parameter}\" is needed but not provided.",
        "The parameter  {parameter}  needed but no provided.",
    ]),
    row(Fault::Serialization, &["ParseRequestParameterException"], BAD_REQUEST, UNRECORDED),
    row(Fault::OperationUnknown, &["InvalidAction.NotFound", "InvalidAction", "UnsupportedHTTPMethod"], &[404, 400, 403], UNRECORDED),
    row(Fault::SignatureMissing, &["MissingParameter", "IncompleteSignature"], BAD_REQUEST, &["The parameter \"Signature\" is needed but not provided."]),
    row(Fault::SignatureIncomplete, &["IncompleteSignature"], BAD_REQUEST, UNRECORDED),
    row(Fault::SignatureMismatch, &["IncompleteSignature", "SignatureDoesNotMatch"], BAD_REQUEST, UNRECORDED),
    row(Fault::SignatureSkewed, &["IllegalTimestamp"], BAD_REQUEST, UNRECORDED),
    row(Fault::AccessKeyUnknown, &["InvalidAccessKeyId.NotFound", "Forbidden.AccessKey"], &[404, 403], UNRECORDED),
];

#[cfg(test)]
mod tests {
    use strum::VariantArray;

    use super::{FORMS, Fault, Operation, form};

    /// What only other vendors refuse.
    const NEVER: &[Fault] = &[
        Fault::ImportTypeUnsupported,
        Fault::KeyIncorrect,
        Fault::MacInvalid,
        Fault::MaterialIdForbidden,
        Fault::MaterialPending,
        Fault::NotPrimary,
        Fault::NothingToRotate,
        Fault::ReplicaExists,
        Fault::RotationLimit,
        Fault::RotationUnsupported,
        Fault::SignatureInvalid,
        Fault::SpecTwice,
        Fault::UsageRequired,
        Fault::ValidToForbidden,
        Fault::ValidToMissing,
        Fault::ValidToTooFar,
    ];

    #[test]
    fn every_fault_has_a_row_or_is_never_refused() {
        for fault in Fault::VARIANTS {
            let has_row = form(None, *fault).is_some();
            assert_ne!(has_row, NEVER.contains(fault), "{fault}: a row, or NEVER");
        }
    }

    #[test]
    fn every_row_has_a_code_and_a_status_and_stands_once() {
        for (index, row) in FORMS.iter().enumerate() {
            assert!(!row.codes.is_empty() && !row.statuses.is_empty());
            assert!(FORMS[..index].iter().all(|other| other.fault != row.fault));
        }
    }

    #[test]
    fn a_state_is_named_where_a_key_is_used_and_not_where_it_changes() {
        let code = |operation, fault| form(Some(operation), fault).unwrap().codes[0];
        for (operation, fault, expected) in [
            (
                Operation::Encrypt,
                Fault::PendingImport,
                "Rejected.PendingImport",
            ),
            (
                Operation::EnableKey,
                Fault::PendingImport,
                "Rejected.StateModifiedFailed",
            ),
            (
                Operation::Decrypt,
                Fault::PendingDeletion,
                "Rejected.PendingDeletion",
            ),
            (
                Operation::Import,
                Fault::PendingDeletion,
                "Rejected.StateModifiedFailed",
            ),
            (
                Operation::TagKey,
                Fault::PendingDeletion,
                "Rejected.PendingDeletion",
            ),
            (
                Operation::CancelDeletion,
                Fault::NotPendingDeletion,
                "Rejected.StateModifiedFailed",
            ),
            (Operation::Rotate, Fault::Disabled, "Rejected.Disabled"),
        ] {
            assert_eq!(code(operation, fault), expected, "{operation}, {fault}");
        }
    }
}
