//! Parameters for import that are wrong.

use jiff::{SignedDuration, Timestamp};

use super::Defect::{Also, Excuses, Hears, Objects, Pretends, Tells};
use super::scene::{Scene, about};
use super::{Quirk, bare_id, nod, quirk};
use crate::spec::{
    Fault, Field, Fields, KeyFamily, KeySpec, KeyState, Operation, Request, Value,
    WrappingAlgorithm, WrappingKeySpec,
};
use Operation::{DeleteMaterial, GetParameters, Import};

#[rustfmt::skip]
pub(super) const QUIRKS: &[Quirk] = &[
    quirk("parameters-with-bare-id", &["aws/params/key-id-is-arn"], Tells(&[GetParameters], bare_id),
        "Clients that compare the reply's key with the ARN that they know refuse to go on."),
    quirk("parameters-without-end", &["aws/params/response-fields", "alibaba/params/fields"],
        Tells(&[GetParameters], |_, _, fields| { fields.remove(Field::ParametersValidTo); }),
        "Nobody knows how long the token may be used."),
    quirk("parameters-valid-for-an-hour", &["aws/params/valid-24h", "alibaba/params/token-24h"],
        Tells(&[GetParameters], |scene, _, fields| end_in(scene, fields, 1)),
        "Clients fetch parameters again and again that are still good."),
    quirk("parameters-valid-for-100-days", &["aws/params/valid-24h", "alibaba/params/token-24h"],
        Tells(&[GetParameters], |scene, _, fields| end_in(scene, fields, 2400)),
        "A token that its date calls good is refused when it is used."),
    quirk("parameters-end-in-milliseconds", &["aws/params/valid-24h"],
        Tells(&[GetParameters], |_, _, fields| {
            let end = fields.time(Field::ParametersValidTo).map(Timestamp::as_second);
            if let Some(Ok(end)) = end.map(|end| Timestamp::from_second(end / 1000)) {
                fields.set(Field::ParametersValidTo, end);
            }
        }),
        "The date lies in 1970, and careful clients never import."),
    quirk("wrapping-key-always-2048", &["aws/params/public-key-is-spki"],
        Hears(&[GetParameters], |_, request| request.fields.set(Field::WrappingKeySpec, WrappingKeySpec::Rsa2048)),
        "Whoever asks for a stronger wrapping key gets a weaker one without a word."),
    quirk("public-key-without-its-frame", &["aws/params/public-key-is-spki", "alibaba/params/public-key-der"],
        Tells(&[GetParameters], |_, _, fields| {
            if let Some(inner) = fields.bytes(Field::PublicKey).and_then(|der| der.get(24..)) {
                fields.set(Field::PublicKey, inner.to_vec());
            }
        }),
        "OpenSSL and every HSM refuse to read the public key."),
    quirk("token-longer-than-allowed", &["aws/params/token-opaque"],
        Tells(&[GetParameters], |_, _, fields| {
            if let Some(token) = fields.bytes(Field::ImportToken) {
                fields.set(Field::ImportToken, [token, &[0; 6000]].concat());
            }
        }),
        "The token is too long for the service's own import call."),
    quirk("parameters-kept-per-key", &["aws/params/spec-may-change-per-call", "alibaba/params/unique-per-call"],
        Pretends(&[GetParameters], |scene, request| scene.last(GetParameters, request).cloned().map(Ok)),
        "Asking for another wrapping algorithm has no effect, and the import fails."),
    quirk("parameters-only-once", &["aws/params/spec-may-change-per-call"],
        Objects(&[GetParameters], Fault::PendingImport, |scene, request| scene.times(GetParameters, request) > 0),
        "A key can get parameters once; after a mistake it is of no use."),
    quirk("parameters-for-service-keys", &["aws/params/origin-aws-kms", "alibaba/params/origin-kms"],
        Excuses(&[GetParameters], &[Fault::OriginUnsupported], nod),
        "A caller prepares an import into a key that cannot take it."),
    quirk("parameters-for-scheduled-keys", &["aws/params/pending-deletion"],
        Excuses(&[GetParameters], &[Fault::PendingDeletion], nod),
        "A caller prepares an import into a key that is about to vanish."),
    quirk("parameters-refused-while-enabled", &["aws/params/allowed-while-enabled", "alibaba/params/any-state"],
        Objects(&[GetParameters], Fault::OriginUnsupported, |scene, request| scene.state(request) == Some(KeyState::Enabled)),
        "The expiry of a working key cannot be extended."),
    quirk("parameters-refused-while-disabled", &["aws/params/allowed-while-disabled", "alibaba/params/any-state"],
        Objects(&[GetParameters], Fault::Disabled, |scene, request| scene.state(request) == Some(KeyState::Disabled)),
        "A disabled key cannot be prepared for its return."),
    quirk("parameters-take-the-material-away", &["aws/params/no-state-change"],
        Also(&[GetParameters], |_, request| Some(about(DeleteMaterial, request))),
        "Asking for parameters stops the key from working."),
    quirk("parameters-cancel-disabling", &["aws/params/allowed-while-disabled"],
        Also(&[GetParameters], |_, request| Some(about(Operation::EnableKey, request))),
        "Asking for parameters puts a key back into service that was taken out on purpose."),
    quirk("parameters-by-alias", &["aws/params/alias-not-accepted", "alibaba/params/alias"],
        Excuses(&[GetParameters, Import, DeleteMaterial], &[Fault::AliasUnsupported], nod),
        "An alias that moves between two calls imports material into the wrong key."),
    quirk("pkcs1-still-served", &["aws/wrap/pkcs1-removed"],
        Excuses(&[GetParameters], &[Fault::WrappingRetired], |scene, request| with_algorithm(scene, request, WrappingAlgorithm::RsaesOaepSha1)),
        "Material can travel under a padding that has been broken for decades."),
    quirk("hybrid-for-symmetric-keys", &["aws/wrap/symmetric-rsa-aes-refused"],
        Excuses(&[GetParameters], &[Fault::WrappingUnsupported], |scene, request| {
            let is_symmetric = spec(scene, request) == Some(KeySpec::Symmetric);
            is_symmetric.then(|| with_algorithm(scene, request, WrappingAlgorithm::RsaesOaepSha256))?
        }),
        "Tests pass with a wrapping that the real service refuses."),
    quirk("hybrid-for-hmac-keys", &["aws/wrap/hmac-rsa-aes-refused"],
        Excuses(&[GetParameters], &[Fault::WrappingUnsupported], |scene, request| {
            let is_hmac = spec(scene, request).is_some_and(|spec| spec.family() == KeyFamily::Hmac);
            is_hmac.then(|| with_algorithm(scene, request, WrappingAlgorithm::RsaesOaepSha256))?
        }),
        "Tests pass with a wrapping that the real service refuses."),
    quirk("oaep-for-rsa-keys", &["aws/wrap/rsa-needs-hybrid"],
        Excuses(&[GetParameters], &[Fault::WrappingUnsupported], |scene, request| {
            let is_rsa = spec(scene, request) == Some(KeySpec::Rsa2048);
            is_rsa.then(|| with_algorithm(scene, request, WrappingAlgorithm::RsaAesKeyWrapSha256))?
        }),
        "The caller finds out only when the private key does not fit the padding."),
    quirk("oaep-for-p521-under-2048-bits", &["aws/wrap/p521-oaep-rsa2048-refused"],
        Excuses(&[GetParameters], &[Fault::WrappingUnsupported], |scene, request| {
            let is_p521 = spec(scene, request) == Some(KeySpec::EccNistP521);
            is_p521.then(|| with_algorithm(scene, request, WrappingAlgorithm::RsaAesKeyWrapSha256))?
        }),
        "The caller finds out only when the private key does not fit the padding."),
    quirk("hybrid-refused-for-ecc", &["aws/wrap/ecc-hybrid"],
        Objects(&[GetParameters], Fault::WrappingUnsupported, |scene, request| asks_for(request, "RSA_AES") && is_ecc(scene, request)),
        "HSMs that only export under the hybrid wrapping cannot bring their ECC keys."),
    quirk("oaep-refused-for-ecc", &["aws/wrap/ecc-oaep"],
        Objects(&[GetParameters], Fault::WrappingUnsupported, |scene, request| asks_for(request, "RSAES_OAEP") && is_ecc(scene, request)),
        "HSMs that only know OAEP cannot bring their ECC keys."),
    quirk("hybrid-with-sha-1-refused", &["aws/wrap/rsa-hybrid-1"],
        Objects(&[GetParameters], Fault::WrappingUnsupported, |scene, request| {
            asks_for(request, "RSA_AES_KEY_WRAP_SHA_1") && !is_ecc(scene, request) && spec(scene, request) != Some(KeySpec::Symmetric)
        }),
        "HSMs that only know SHA-1 cannot bring their RSA keys."),
    quirk("hybrid-refused-for-rsa", &["aws/wrap/rsa-hybrid-256"],
        Objects(&[GetParameters], Fault::WrappingUnsupported, |scene, request| {
            asks_for(request, "RSA_AES_KEY_WRAP_SHA_256") && spec(scene, request) == Some(KeySpec::Rsa2048)
        }),
        "RSA keys cannot be imported at all."),
    quirk("oaep-with-sha-1-refused", &["aws/wrap/alg-enum-2016", "alibaba/params/wrap-rsa"],
        Objects(&[GetParameters], Fault::WrappingUnsupported, |_, request| asks_for(request, "RSAES_OAEP_SHA_1")),
        "HSMs that only know SHA-1 cannot bring their keys."),
    quirk("oaep-with-sha-1-opened-with-sha-256", &["aws/wrap/symmetric-oaep-1", "alibaba/params/wrap-rsa"],
        Hears(&[GetParameters], |_, request| {
            if asks_for(request, "RSAES_OAEP_SHA_1") {
                request.fields.set(Field::WrappingAlgorithm, WrappingAlgorithm::RsaesOaepSha256);
            }
        }),
        "A correct ciphertext is called invalid, and the caller looks for the fault on the wrong side."),
    quirk("oaep-with-sha-256-opened-with-sha-1", &["aws/wrap/oaep-parameters"],
        Hears(&[GetParameters], |_, request| {
            if asks_for(request, "RSAES_OAEP_SHA_256") {
                request.fields.set(Field::WrappingAlgorithm, WrappingAlgorithm::RsaesOaepSha1);
            }
        }),
        "A correct ciphertext is called invalid, and the caller looks for the fault on the wrong side."),
    quirk("wrapping-key-3072-refused", &["aws/wrap/spec-enum-now"],
        Objects(&[GetParameters], Fault::WrappingUnsupported, |_, request| request.fields.name(Field::WrappingKeySpec) == Some(WrappingKeySpec::Rsa3072)),
        "Policies that forbid 2048 bits cannot be kept."),
];

fn end_in(scene: &Scene<'_>, fields: &mut Fields, hours: i64) {
    if let Ok(end) = scene.now.checked_add(SignedDuration::from_hours(hours)) {
        fields.set(Field::ParametersValidTo, end);
    }
}

fn with_algorithm(
    scene: &mut Scene<'_>,
    request: &Request,
    algorithm: WrappingAlgorithm,
) -> Option<super::Decision> {
    let algorithm = Value::from(algorithm);
    Some(scene.again(request, Field::WrappingAlgorithm, algorithm))
}

fn asks_for(request: &Request, algorithm: &str) -> bool {
    let asked = request.fields.text(Field::WrappingAlgorithm);
    asked.is_some_and(|asked| {
        asked == algorithm || (asked.starts_with(algorithm) && !algorithm.contains("SHA"))
    })
}

fn spec(scene: &Scene<'_>, request: &Request) -> Option<KeySpec> {
    scene.describe(request).name(Field::Spec)
}

fn is_ecc(scene: &Scene<'_>, request: &Request) -> bool {
    spec(scene, request).is_some_and(|spec| spec.to_string().starts_with("ECC"))
}
