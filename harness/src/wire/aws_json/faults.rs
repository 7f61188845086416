//! What each fault looks like on the wire of AWS KMS.
//!
//! The service answers every client error with status 400; 403 stands where the general list of AWS errors says so.
//! The first text is what the service says today, the others are older or tolerated forms.

use crate::spec::Fault;
use crate::wire::RefusalForm;

/// The row of a fault.
pub(super) fn form(fault: Fault) -> &'static RefusalForm {
    FORMS
        .iter()
        .find(|form| form.fault == fault)
        .expect("a test holds that every fault has a row")
}

const BAD_REQUEST: &[u16] = &[400];
const BAD_OR_FORBIDDEN: &[u16] = &[400, 403];
const BAD_OR_NOT_FOUND: &[u16] = &[400, 404];

/// The service gives a code only.
const SILENT: &[&str] = &[""];
/// Nobody has written down what the service says.
const UNRECORDED: &[&str] = &[];

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
    row(Fault::TokenInvalid, &["InvalidImportTokenException"], BAD_REQUEST, UNRECORDED),
    row(Fault::TokenExpired, &["ExpiredImportTokenException"], BAD_REQUEST, UNRECORDED),
    row(Fault::MaterialDiffers, &["IncorrectKeyMaterialException"], BAD_REQUEST, UNRECORDED),
    row(Fault::MaterialMalformed, &["IncorrectKeyMaterialException"], BAD_REQUEST, UNRECORDED),
    row(Fault::CiphertextInvalid, &["InvalidCiphertextException"], BAD_REQUEST, UNRECORDED),
    row(Fault::WrappingUnsupported, &["ValidationException"], BAD_REQUEST, &[
        "Wrapping algorithm {wrapping-algorithm} and wrapping key spec {wrapping-key-spec} cannot be used to import a {key-spec} key.",
        "Wrapping algorithm {wrapping-algorithm} and wrapping key spec {wrapping-key-spec} cannot be used to import an {key-spec} key.",
    ]),
    row(Fault::WrappingRetired, &["ValidationException", "UnsupportedOperationException"], BAD_REQUEST, UNRECORDED),
    row(Fault::ValidToMissing, &["ValidationException"], BAD_REQUEST, &[
        "A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES",
    ]),
    row(Fault::ValidToForbidden, &["ValidationException"], BAD_REQUEST, &[
        "The parameter ValidTo cannot be specified for a key with an expiration model of KEY_MATERIAL_DOES_NOT_EXPIRE",
    ]),
    row(Fault::ValidToPast, &["ValidationException"], BAD_REQUEST, UNRECORDED),
    row(Fault::ValidToTooFar, &["ValidationException"], BAD_REQUEST, UNRECORDED),
    row(Fault::ImportTypeUnsupported, &["UnsupportedOperationException", "ValidationException"], BAD_REQUEST, UNRECORDED),
    row(Fault::MaterialIdForbidden, &["ValidationException"], BAD_REQUEST, UNRECORDED),
    row(Fault::MaterialPending, &["KMSInvalidStateException"], BAD_REQUEST, &[
        "New key material (id: {material-id}) cannot be imported into KMS key {key-arn}, because another key material (id: {pending-material-id}) is pending rotation.",
    ]),
    // rotation
    row(Fault::NothingToRotate, &["KMSInvalidStateException"], BAD_REQUEST, &[
        "No available key material pending rotation for the key: {key-arn}.",
    ]),
    row(Fault::RotationUnsupported, &["UnsupportedOperationException"], BAD_REQUEST, SILENT),
    row(Fault::RotationLimit, &["LimitExceededException"], BAD_REQUEST, &[
        "The on-demand rotations limit has been reached for the given keyId. No more on-demand rotations can be performed for this key: {key-arn}",
    ]),
    // keys of several Regions
    row(Fault::NotPrimary, &["UnsupportedOperationException"], BAD_REQUEST, &[
        "{key-arn} is not a multi-region primary key.",
    ]),
    row(Fault::ReplicaExists, &["AlreadyExistsException"], BAD_REQUEST, UNRECORDED),
    // key state
    row(Fault::PendingImport, &["KMSInvalidStateException"], BAD_REQUEST, &["{key-arn} is pending import."]),
    row(Fault::PendingDeletion, &["KMSInvalidStateException", "DisabledException"], BAD_REQUEST, &[
        "{key-arn} is pending deletion.",
        "{key-arn} is pending deletion (or pending replica deletion).",
    ]),
    row(Fault::NotPendingDeletion, &["KMSInvalidStateException"], BAD_REQUEST, &[
        "{key-arn} is not pending deletion.",
        "{key-arn} is not pending deletion (or pending replica deletion).",
    ]),
    row(Fault::Disabled, &["DisabledException"], BAD_REQUEST, &["{key-arn} is disabled."]),
    row(Fault::OriginUnsupported, &["UnsupportedOperationException"], BAD_REQUEST, &[
        "{key-arn} origin is {origin} which is not valid for this operation.",
    ]),
    // look-up
    row(Fault::KeyUnknown, &["NotFoundException"], BAD_REQUEST, &[
        "Key '{key-arn}' does not exist",
        "Key {key-arn} does not exist",
    ]),
    row(Fault::KeyMalformed, &["NotFoundException"], BAD_REQUEST, &[
        "Invalid keyId '{key-id}'",
        "Invalid keyId {key-id}",
    ]),
    row(Fault::RegionForeign, &["NotFoundException"], BAD_REQUEST, &["Invalid arn {region}", "Invalid arn"]),
    row(Fault::AliasUnsupported, &["NotFoundException", "InvalidArnException"], BAD_REQUEST, &[
        "Invalid keyId '{key-id}'",
        "Invalid keyId {key-id}",
        "Key Aliases are not supported for this operation",
    ]),
    row(Fault::AliasUnknown, &["NotFoundException"], BAD_REQUEST, UNRECORDED),
    row(Fault::AliasTaken, &["AlreadyExistsException"], BAD_REQUEST, UNRECORDED),
    row(Fault::AliasMalformed, &["ValidationException", "InvalidAliasNameException"], BAD_REQUEST, UNRECORDED),
    // creation
    row(Fault::UsageRequired, &["ValidationException"], BAD_REQUEST, &[
        "You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.",
    ]),
    row(Fault::UsageIncompatible, &["ValidationException"], BAD_REQUEST, &[
        "KeyUsage {usage} is not compatible with KeySpec {key-spec}",
    ]),
    row(Fault::SpecTwice, &["ValidationException"], BAD_REQUEST, &[
        "You cannot specify KeySpec and CustomerMasterKeySpec in the same request. CustomerMasterKeySpec is deprecated.",
    ]),
    row(Fault::OriginIncompatible, &["ValidationException", "UnsupportedOperationException"], BAD_REQUEST, &[
        "KeySpec {key-spec} is not supported for Origin {origin}",
    ]),
    row(Fault::WindowOutOfBounds, &["ValidationException"], BAD_REQUEST, UNRECORDED),
    // use
    row(Fault::UsageMismatch, &["InvalidKeyUsageException"], BAD_REQUEST, &[
        "{key-arn} key usage is {usage} which is not valid for {operation}.",
    ]),
    row(Fault::AlgorithmIncompatible, &["InvalidKeyUsageException"], BAD_REQUEST, &[
        "Algorithm {algorithm} is incompatible with key spec {key-spec}.",
    ]),
    row(Fault::MacInvalid, &["KMSInvalidMacException"], BAD_REQUEST, SILENT),
    row(Fault::SignatureInvalid, &["KMSInvalidSignatureException"], BAD_REQUEST, SILENT),
    row(Fault::DataInvalid, &["InvalidCiphertextException"], BAD_REQUEST, SILENT),
    row(Fault::KeyIncorrect, &["IncorrectKeyException"], BAD_REQUEST, &[
        "The key ID in the request does not identify a CMK that can perform this operation.",
    ]),
    // framework
    row(Fault::Constraint, &["ValidationException"], BAD_REQUEST, &["{violations}"]),
    row(Fault::MemberMissing, &["ValidationException"], BAD_REQUEST, &["{violations}"]),
    row(Fault::Serialization, &["SerializationException"], BAD_REQUEST, UNRECORDED),
    row(Fault::OperationUnknown, &["UnknownOperationException", "UnknownOperation"], BAD_OR_NOT_FOUND, UNRECORDED),
    row(Fault::SignatureMissing, &["MissingAuthenticationTokenException", "MissingAuthenticationToken"], BAD_OR_FORBIDDEN, UNRECORDED),
    row(Fault::SignatureIncomplete, &["IncompleteSignatureException", "IncompleteSignature"], BAD_OR_FORBIDDEN, UNRECORDED),
    row(Fault::SignatureMismatch, &["InvalidSignatureException", "SignatureDoesNotMatch"], BAD_OR_FORBIDDEN, &[
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
        "The request signature we calculated does not match the signature you provided.",
    ]),
    row(Fault::SignatureSkewed, &["InvalidSignatureException", "SignatureDoesNotMatch"], BAD_OR_FORBIDDEN, &[
        "Signature expired: {signed-at} is now earlier than {earliest} ({now} - 5 min.)",
        "Signature not yet current: {signed-at} is still later than {latest} ({now} + 5 min.)",
    ]),
    row(Fault::AccessKeyUnknown, &["UnrecognizedClientException", "InvalidClientTokenId"], BAD_OR_FORBIDDEN, &[
        "The security token included in the request is invalid.",
    ]),
];

#[cfg(test)]
mod tests {
    use strum::VariantArray;

    use super::{FORMS, Fault, form};
    use crate::spec::Variables;

    const KNOWN_NAMES: &[&str] = &[
        "key-arn",
        "key-id",
        "origin",
        "operation",
        "wrapping-algorithm",
        "wrapping-key-spec",
        "key-spec",
        "usage",
        "algorithm",
        "region",
        "violations",
        "alias",
        "signed-at",
        "now",
        "earliest",
        "latest",
        "material-id",
        "pending-material-id",
    ];

    #[test]
    fn every_fault_has_one_row_with_a_code_and_a_status() {
        assert_eq!(FORMS.len(), Fault::VARIANTS.len());
        for fault in Fault::VARIANTS {
            let form = form(*fault);
            assert!(!form.codes.is_empty(), "{fault}");
            assert_eq!(form.statuses.first(), Some(&400), "{fault}");
        }
    }

    #[test]
    fn every_text_uses_known_names_only() {
        let variables = KNOWN_NAMES
            .iter()
            .fold(Variables::new(), |variables, name| {
                variables.with(name, "x")
            });
        for form in FORMS {
            for text in form.texts {
                assert!(variables.fill(text).is_some(), "{}: {text}", form.fault);
            }
        }
    }
}
