//! Refusals that are right and say it wrongly: another code, another status, another text.

use super::Defect::{Says, Status, Text};
use super::{Quirk, id_of, quirk};
use crate::spec::{Fault, Variables};

#[rustfmt::skip]
pub(super) const QUIRKS: &[Quirk] = &[
    quirk("foreign-token-called-unknown-key", &["aws/import/wrong-token"], Says(Fault::TokenInvalid, Fault::KeyUnknown),
        "The caller looks for a key that is there, instead of for a mixed-up token."),
    quirk("foreign-token-called-bad-ciphertext", &["aws/token/bound-to-key"], Says(Fault::TokenInvalid, Fault::CiphertextInvalid),
        "The caller looks for the fault in the HSM, instead of for a mixed-up token."),
    quirk("foreign-token-is-a-server-failure", &["aws/import/wrong-token", "alibaba/import/token-garbage"], Status(Fault::TokenInvalid, 500),
        "Clients repeat a call that can never succeed."),
    quirk("expired-token-called-invalid", &["aws/import/expired-parameters", "alibaba/import/token-expired"], Says(Fault::TokenExpired, Fault::TokenInvalid),
        "Nobody is told that fetching the parameters again would help."),
    quirk("expired-token-forbidden", &["aws/import/expired-parameters", "alibaba/import/token-expired"], Status(Fault::TokenExpired, 403),
        "The caller asks for permissions instead of fetching the parameters again."),
    quirk("different-material-called-bad-ciphertext", &["aws/import/different-material-rejected"], Says(Fault::MaterialDiffers, Fault::CiphertextInvalid),
        "The caller looks for the fault in the wrapping, although the wrong key was exported."),
    quirk("different-material-is-a-conflict", &["aws/import/different-material-rejected"], Status(Fault::MaterialDiffers, 409),
        "Clients take a permanent refusal for a passing one."),
    quirk("bad-ciphertext-called-other-material", &["aws/wrap/corrupt-ciphertext"], Says(Fault::CiphertextInvalid, Fault::MaterialDiffers),
        "The caller searches for another key, although the right one was damaged on its way."),
    quirk("bad-ciphertext-is-a-server-failure", &["aws/wrap/corrupt-ciphertext"], Status(Fault::CiphertextInvalid, 500),
        "Clients repeat a call that can never succeed."),
    quirk("service-origin-called-invalid-state", &["aws/params/origin-aws-kms"], Says(Fault::OriginUnsupported, Fault::PendingImport),
        "Clients wait for a state that will never come."),
    quirk("refusal-does-not-name-the-origin", &["aws/params/origin-aws-kms"],
        Text(Fault::OriginUnsupported, |variables| variables.set("origin", "unknown")),
        "The reader is not told what is wrong with the key."),
    quirk("empty-key-called-disabled", &["aws/state/encrypt-pending-import", "alibaba/use/encrypt-pending-import"], Says(Fault::PendingImport, Fault::Disabled),
        "An operator tries to enable a key that needs its material."),
    quirk("empty-key-named-by-bare-id", &["aws/state/encrypt-pending-import"], Text(Fault::PendingImport, bare),
        "Log filters that look for ARNs miss the refusal."),
    quirk("empty-key-is-a-conflict", &["aws/state/encrypt-pending-import"], Status(Fault::PendingImport, 409),
        "Clients take a permanent refusal for a passing one."),
    quirk("disabled-key-called-empty", &["aws/state/disabled-crypto"], Says(Fault::Disabled, Fault::PendingImport),
        "An operator looks for lost material, although the key only has to be enabled."),
    quirk("disabled-key-named-by-bare-id", &["aws/state/disabled-crypto"], Text(Fault::Disabled, bare),
        "Log filters that look for ARNs miss the refusal."),
    quirk("scheduled-key-called-unknown", &["aws/import/pending-deletion"], Says(Fault::PendingDeletion, Fault::KeyUnknown),
        "Nobody is told that the key can still be saved."),
    quirk("not-scheduled-called-scheduled", &["aws/state/cancel-deletion-not-pending"], Says(Fault::NotPendingDeletion, Fault::PendingDeletion),
        "The text says the opposite of what is so."),
    quirk("unknown-key-is-404", &["aws/lookup/unknown-id"], Status(Fault::KeyUnknown, 404),
        "Clients written against it fail on the real service, which says 400."),
    quirk("unknown-key-called-malformed", &["aws/lookup/unknown-id"], Says(Fault::KeyUnknown, Fault::KeyMalformed),
        "The caller looks for a typing error that is not there."),
    quirk("unknown-key-named-by-bare-id", &["aws/lookup/unknown-id"], Text(Fault::KeyUnknown, bare),
        "The reader is not told in which account and Region the key was looked for."),
    quirk("malformed-id-called-invalid-parameter", &["aws/lookup/malformed-id"], Says(Fault::KeyMalformed, Fault::ValidToMissing),
        "Clients that expect \"not found\" do not handle it."),
    quirk("foreign-region-called-malformed", &["aws/lookup/wrong-region-arn"], Text(Fault::RegionForeign, |variables| variables.set("region", "somewhere")),
        "The reader is not told that the wrong Region was called."),
    quirk("missing-date-called-bad-token", &["aws/validto/missing-with-default-model"], Says(Fault::ValidToMissing, Fault::TokenInvalid),
        "The caller fetches token after token, although only a date is missing."),
    quirk("missing-date-unprocessable", &["aws/validto/missing-with-default-model"], Status(Fault::ValidToMissing, 422),
        "Clients written against it fail on the real service, which says 400."),
    quirk("unsupported-wrapping-called-unsupported-operation", &["aws/wrap/symmetric-rsa-aes-refused"], Says(Fault::WrappingUnsupported, Fault::OriginUnsupported),
        "The caller believes that the key cannot be imported at all."),
    quirk("unsupported-wrapping-names-no-spec", &["aws/wrap/symmetric-rsa-aes-refused"],
        Text(Fault::WrappingUnsupported, |variables| variables.set("key-spec", "such")),
        "The reader is not told which combination is meant."),
    quirk("missing-usage-called-mismatch", &["aws/create/key-usage-required"], Says(Fault::UsageRequired, Fault::UsageMismatch),
        "The caller changes the spec, although only the usage is missing."),
    quirk("unfit-usage-names-no-spec", &["aws/create/usage-spec-mismatch"],
        Text(Fault::UsageIncompatible, |variables| variables.set("key-spec", "this")),
        "The reader is not told which combination is meant."),
    quirk("wrong-usage-called-invalid-state", &["aws/use/usage-mismatch"], Says(Fault::UsageMismatch, Fault::PendingImport),
        "Clients wait for a state that will never come."),
    quirk("wrong-usage-does-not-name-the-call", &["aws/use/usage-mismatch"],
        Text(Fault::UsageMismatch, |variables| variables.set("operation", "this")),
        "The reader is not told which call was wrong."),
    quirk("wrong-mac-algorithm-called-wrong-usage", &["aws/use/mac-algorithm-mismatch"],
        Text(Fault::AlgorithmIncompatible, |variables| variables.set("algorithm", "This")),
        "The reader is not told which algorithm was meant."),
    quirk("wrong-mac-called-bad-ciphertext", &["aws/use/mac-invalid"], Says(Fault::MacInvalid, Fault::DataInvalid),
        "Clients that handle forged messages do not handle these."),
    quirk("wrong-key-called-bad-ciphertext", &["aws/use/wrong-key"], Says(Fault::KeyIncorrect, Fault::DataInvalid),
        "The caller believes that data is lost, although only the wrong key was named."),
    quirk("damaged-data-is-a-server-failure", &["aws/use/ciphertext-invalid"], Status(Fault::DataInvalid, 500),
        "Clients repeat a call that can never succeed."),
    quirk("broken-bounds-unprocessable", &["aws/validation/framework-prefix"], Status(Fault::Constraint, 422),
        "Clients written against it fail on the real service, which says 400."),
    quirk("broken-bounds-called-server-side", &["aws/validation/framework-prefix"], Says(Fault::Constraint, Fault::Serialization),
        "The caller looks for broken JSON, although one value is out of bounds."),
    quirk("broken-bounds-not-counted", &["aws/validation/framework-prefix"],
        Text(Fault::Constraint, |variables| {
            let text = variables.value("violations").and_then(|text| text.split_once(": "));
            if let Some(rest) = text.map(|(_, rest)| rest.to_owned()) {
                variables.set("violations", rest);
            }
        }),
        "Clients that take the text apart find nothing."),
    quirk("broken-bounds-without-numbers", &["aws/validation/numeric-form"],
        Text(Fault::Constraint, |variables| {
            let text = variables.value("violations").unwrap_or_default();
            let text: String = text.chars().map(|c| if c.is_ascii_digit() { '?' } else { c }).collect();
            variables.set("violations", text);
        }),
        "The reader is not told where the bound lies."),
    quirk("retired-wrapping-called-bad-ciphertext", &["aws/wrap/pkcs1-removed"], Status(Fault::WrappingRetired, 500),
        "Clients repeat a call that can never succeed."),
];

/// Names a key by its id where its ARN should stand.
fn bare(variables: &mut Variables) {
    let id = variables.value("key-arn").map(|arn| id_of(arn).to_owned());
    if let Some(id) = id {
        variables.set("key-arn", id);
    }
}
