//! Creation of keys that is wrong.

use super::Defect::{Excuses, Hears, Objects, Tells};
use super::{Quirk, quirk};
use crate::spec::{
    Fault, Field, KeyFamily, KeySpec, KeyState, KeyUsage, Operation, Origin, Request, Value,
};
use Operation::{CreateKey, DescribeKey, Import};

#[rustfmt::skip]
pub(super) const QUIRKS: &[Quirk] = &[
    quirk("new-keys-are-enabled", &["aws/create/external-is-pending-import", "alibaba/create/external-pending"],
        Tells(&[CreateKey, DescribeKey], |scene, request, fields| {
            let is_empty = fields.name(Field::State) == Some(KeyState::PendingImport);
            if is_empty && scene.times(Import, request) == 0 {
                fields.set(Field::State, KeyState::Enabled);
            }
        }),
        "Scripts that wait for a key to be ready go on with an empty one."),
    quirk("creation-answers-enabled", &["aws/create/external-is-pending-import", "alibaba/create/external-pending"],
        Tells(&[CreateKey], |_, _, fields| fields.set(Field::State, KeyState::Enabled)),
        "Scripts that trust the answer of the creation use a key without material."),
    quirk("origin-ignored", &["aws/create/external-is-pending-import", "alibaba/create/external-pending"],
        Hears(&[CreateKey], |_, request| { request.fields.remove(Field::Origin); }),
        "Data is sealed with material of the service while the caller believes it is the caller's own."),
    quirk("import-is-the-default", &["aws/create/origin-default"],
        Hears(&[CreateKey], |_, request| {
            if !request.fields.has(Field::Origin) {
                request.fields.set(Field::Origin, Origin::External);
            }
        }),
        "Keys of callers who never heard of imports wait for material for ever."),
    quirk("usage-has-a-default", &["aws/create/key-usage-required"],
        Excuses(&[CreateKey], &[Fault::UsageRequired], |scene, request| {
            let usage = spec(request)?.usages().first()?;
            Some(scene.again(request, Field::Usage, Value::from(*usage)))
        }),
        "A key is made for a purpose that nobody chose, for ever."),
    quirk("usage-corrected-silently", &["aws/create/usage-spec-mismatch"],
        Excuses(&[CreateKey], &[Fault::UsageIncompatible], |scene, request| {
            let usage = spec(request)?.usages().first()?;
            Some(scene.again(request, Field::Usage, Value::from(*usage)))
        }),
        "A key is made for another purpose than was asked for."),
    quirk("no-imported-hmac-keys", &["aws/create/hmac-external"],
        Objects(&[CreateKey], Fault::OriginIncompatible, |_, request| {
            is_external(request) && spec(request).is_some_and(|spec| spec.family() == KeyFamily::Hmac)
        }),
        "HMAC secrets cannot be brought along."),
    quirk("hmac-224-unknown", &["aws/create/hmac-external"],
        Objects(&[CreateKey], Fault::OriginIncompatible, |_, request| is_external(request) && spec(request) == Some(KeySpec::Hmac224)),
        "One of four HMAC sizes cannot be brought along."),
    quirk("no-imported-rsa-keys", &["aws/create/rsa-external"],
        Objects(&[CreateKey], Fault::OriginIncompatible, |_, request| {
            is_external(request) && spec(request).is_some_and(|spec| spec.to_string().starts_with("RSA"))
        }),
        "RSA keys cannot be brought along."),
    quirk("no-imported-secp256k1-keys", &["aws/create/ecc-external"],
        Objects(&[CreateKey], Fault::OriginIncompatible, |_, request| is_external(request) && spec(request) == Some(KeySpec::EccSecgP256k1)),
        "Keys of blockchains cannot be brought along."),
    quirk("no-imported-key-agreement", &["aws/create/key-agreement-external"],
        Objects(&[CreateKey], Fault::OriginIncompatible, |_, request| {
            is_external(request) && request.fields.name(Field::Usage) == Some(KeyUsage::KeyAgreement)
        }),
        "Keys for key agreement cannot be brought along."),
    quirk("ml-dsa-keys-accepted", &["aws/create/ml-dsa-external-unsupported"],
        Excuses(&[CreateKey], &[Fault::OriginIncompatible], |scene, request| {
            Some(scene.again(request, Field::Spec, Value::from(KeySpec::EccNistP256)))
        }),
        "A key that was to resist quantum computers is an ordinary one."),
    quirk("multi-region-ignored", &["aws/create/multi-region-external"],
        Hears(&[CreateKey], |_, request| { request.fields.remove(Field::MultiRegion); }),
        "The key cannot be replicated when the Region fails."),
    quirk("key-agreement-becomes-signing", &["aws/create/key-agreement-external"],
        Hears(&[CreateKey], |_, request| {
            if request.fields.name(Field::Usage) == Some(KeyUsage::KeyAgreement) {
                request.fields.set(Field::Usage, KeyUsage::SignVerify);
            }
        }),
        "A key agrees on nothing and signs instead, for ever."),
    quirk("description-dropped", &["aws/create/metadata-field-set-symmetric", "aws/create/description-kept"],
        Hears(&[CreateKey], |_, request| { request.fields.remove(Field::Description); }),
        "Nobody knows later what a key is for."),
];

fn spec(request: &Request) -> Option<KeySpec> {
    request.fields.name(Field::Spec)
}

fn is_external(request: &Request) -> bool {
    request.fields.name(Field::Origin) == Some(Origin::External)
}
