//! What only a service in the dialect of Alibaba Cloud can get wrong, or gets wrong in its own way.

use jiff::SignedDuration;

use super::Defect::{Excuses, Hears, Objects, Reads, Status, Tells, Trusts, Writes};
use super::scene::Scene;
use super::{Quirk, nod, quirk};
use crate::spec::{
    ExpirationModel, Fault, Field, Fields, KeySpec, KeyState, Method, Operation, Origin, Request,
};
use crate::wire::{HttpReply, HttpRequest};
use Operation::{CreateKey, Decrypt, DescribeKey, Encrypt, GetParameters, Import};

#[rustfmt::skip]
pub(super) const QUIRKS: &[Quirk] = &[
    quirk("keys-are-external-by-default", &["alibaba/create/default-origin"],
        Hears(&[CreateKey], |_, request| if !request.fields.has(Field::Origin) {
            request.fields.set(Field::Origin, Origin::External);
        }),
        "A key that should work at once waits for material that nobody has."),
    quirk("origin-in-any-case", &["alibaba/create/origin-case"],
        Reads(|request| request.target = request.target.replace("=External", "=EXTERNAL").replace("=EXTernal", "=EXTERNAL")),
        "Templates pass here and fail on the real service."),
    quirk("asymmetric-keys-without-an-instance", &["alibaba/create/asymmetric-external-2021"],
        Excuses(&[CreateKey], &[Fault::OriginIncompatible], nod),
        "A design is built on keys that the real service does not make."),
    quirk("missing-wrapping-has-a-default", &["alibaba/params/required"],
        Reads(|request| if is_call(request, "GetParametersForImport") {
            add_unless_there(request, "WrappingAlgorithm", "RSAES_OAEP_SHA_256");
            add_unless_there(request, "WrappingKeySpec", "RSA_2048");
        }),
        "Scripts that forget a parameter work here and fail on the real service."),
    quirk("token-date-with-milliseconds", &["alibaba/params/token-time-format"],
        Writes(|reply| replace(reply, "Z\"", ".000Z\"")),
        "Clients that read the date by its documented form fail."),
    quirk("material-of-any-length", &["alibaba/import/wrong-length"],
        Excuses(&[Import], &[Fault::MaterialMalformed], nod),
        "Half a key passes for a whole one."),
    quirk("import-without-a-token-is-a-description", &["alibaba/import/token-required"],
        Reads(|request| if is_call(request, "ImportKeyMaterial")
            && !(request.target.contains("ImportToken=") && request.target.contains("EncryptedKeyMaterial=")) {
            *request = std::mem::replace(request, request.clone()).with_header("x-acs-action", "DescribeKey");
        }),
        "A caller who forgot a parameter believes that the material is in the key."),
    quirk("token-burned-by-a-success", &["alibaba/import/token-reuse"],
        Objects(&[Import], Fault::TokenInvalid, |scene, import| {
            let token = import.fields.bytes(Field::ImportToken);
            let last = scene.last_import(import).and_then(|last| last.bytes(Field::ImportToken));
            token.is_some() && token == last
        }),
        "An expiry cannot be moved without another round trip to the HSM."),
    quirk("import-refused-while-disabled", &["alibaba/import/state-disabled"],
        Objects(&[Import], Fault::Disabled, |scene, import| scene.state(import) == Some(KeyState::Disabled)),
        "A key cannot be made ready while it is out of service."),
    quirk("absent-expiry-means-a-day", &["alibaba/expire/omitted"],
        Hears(&[Import], |scene, import| if !import.fields.has(Field::ExpirationModel) { ends_tomorrow(scene, import); }),
        "Keys without an expiry stop working over night."),
    quirk("zero-expiry-means-a-day", &["alibaba/expire/zero"],
        Hears(&[Import], |scene, import| {
            if import.fields.name(Field::ExpirationModel) == Some(ExpirationModel::Never) { ends_tomorrow(scene, import); }
        }),
        "Keys without an expiry stop working over night."),
    quirk("expiry-hides-a-scheduled-deletion", &["alibaba/expire/pending-deletion-wins"],
        Tells(&[DescribeKey], |scene, describe, fields| {
            let end = scene.last_import(describe).and_then(|last| last.time(Field::ValidTo));
            if end.is_some_and(|end| end <= scene.now) {
                fields.set(Field::State, KeyState::PendingImport);
            }
        }),
        "Nobody sees that the key is about to vanish."),
    quirk("description-repeats-the-alias", &["alibaba/describe/alias"],
        Tells(&[DescribeKey], |_, describe, fields| {
            if let Some(alias) = describe.key().filter(|key| key.starts_with("alias/")) {
                fields.set(Field::KeyId, alias);
            }
        }),
        "Whoever looks up the key behind an alias learns nothing."),
    quirk("unset-dates-are-null", &["alibaba/describe/empty-strings"],
        Writes(|reply| { replace(reply, "\"DeleteDate\":\"\"", "\"DeleteDate\":null"); replace(reply, "\"MaterialExpireTime\":\"\"", "\"MaterialExpireTime\":null"); }),
        "Clients made for the real service fail at a value that is no text."),
    quirk("instances-hold-no-asymmetric-keys", &["alibaba/create/asymmetric-external-2023"],
        Objects(&[CreateKey], Fault::OriginIncompatible, |_, request| request.fields.has(Field::CustomKeyStoreId)),
        "Nobody can bring a private key."),
    quirk("hybrids-refused", &["alibaba/params/wrap-asym"],
        Objects(&[GetParameters], Fault::WrappingUnsupported, |_, request| wrapping(request).contains("_ECB")),
        "HSMs cannot bring their private keys."),
    quirk("hybrids-not-opened", &["alibaba/import/asymmetric-layout"],
        Objects(&[Import], Fault::CiphertextInvalid, |scene, import| {
            scene.issued(import).is_some_and(|(asked, _)| wrapping(asked).contains("_ECB"))
        }),
        "A correct private key is called invalid, and the caller looks for the fault on the wrong side."),
    quirk("sm4-keys-take-no-128-bits", &["alibaba/import/material-128-sm4"],
        Objects(&[Import], Fault::MaterialMalformed, |scene, import| scene.describe(import).name(Field::Spec) == Some(KeySpec::Sm4)),
        "Keys for SM4 can be made and never used."),
    quirk("deleted-material-goes-on-decrypting", &["alibaba/use/cross-key"],
        Excuses(&[Decrypt], &[Fault::PendingImport], |_, _| Some(Ok(Fields::new().with(Field::Plaintext, b"hello".to_vec())))),
        "Deleted material still opens data, through whichever key holds equal bytes."),
    quirk("decryption-does-not-name-the-key", &["alibaba/use/decrypt-no-keyid"],
        Tells(&[Decrypt], |_, _, fields| { fields.remove(Field::KeyId); }),
        "An audit cannot tell with which key data was opened."),
    quirk("plaintexts-of-4096-bytes-at-most", &["alibaba/use/plaintext-limit"],
        Objects(&[Encrypt], Fault::Constraint, |_, request| request.fields.bytes(Field::Plaintext).is_some_and(|it| it.len() > 4096)),
        "Data that fits the real service is refused."),
    quirk("get-is-not-known", &["alibaba/wire/get-post"],
        Reads(|request| if request.method == Method::Get { nothing(request); }),
        "Clients that put everything into the address cannot call."),
    quirk("nonce-demanded", &["alibaba/wire/nonce-optional"],
        Reads(|request| if request.target.contains("Signature=") && !request.target.contains("SignatureNonce=") { nothing(request); }),
        "Clients written after the manual cannot call."),
    quirk("missing-operation-is-a-description", &["alibaba/wire/common-params"],
        Reads(|request| if request.header("x-acs-action").is_none() {
            add_unless_there(request, "Action", "DescribeKey");
        }),
        "A call that is broken looks like one that worked."),
    quirk("wrong-moment-forbidden", &["alibaba/wire/timestamp"], Status(Fault::SignatureSkewed, 403),
        "The caller asks for permissions, although a clock is wrong."),
    quirk("signatures-not-checked", &["alibaba/wire/v1-signature", "alibaba/wire/v3-signature"],
        Trusts(&[Fault::SignatureMismatch]),
        "Whoever knows the name of a key can use it."),
    quirk("answers-call-themselves-html", &["alibaba/wire/json-success", "alibaba/wire/xml-success"],
        Writes(|reply| for (name, value) in &mut reply.headers {
            if name == "content-type" { "text/html".clone_into(value); }
        }),
        "Clients that choose how to read an answer by its type refuse every one."),
    quirk("codes-in-lower-case", &["alibaba/wire/json-error", "alibaba/wire/xml-error"],
        Writes(|reply| { replace(reply, "\"Code\"", "\"code\""); replace(reply, "Code>", "code>"); }),
        "Clients cannot tell one refusal from another."),
    quirk("answers-without-id", &["alibaba/wire/request-id"],
        Writes(|reply| { replace(reply, "\"RequestId\"", "\"Id\""); replace(reply, "RequestId>", "Id>"); }),
        "Nobody can name the call that failed when asking for help."),
];

fn ends_tomorrow(scene: &Scene<'_>, import: &mut Request) {
    if let (Ok(end), false) = (
        scene.now.checked_add(SignedDuration::from_hours(24)),
        import.fields.has(Field::ValidTo),
    ) {
        import.fields.set(Field::ValidTo, end);
        import
            .fields
            .set(Field::ExpirationModel, ExpirationModel::Expires);
    }
}

fn wrapping(request: &Request) -> &str {
    let asked = request.fields.text(Field::WrappingAlgorithm);
    asked.unwrap_or_default()
}

fn is_call(request: &HttpRequest, action: &str) -> bool {
    request.header("x-acs-action") == Some(action)
}

fn add_unless_there(request: &mut HttpRequest, name: &str, value: &str) {
    if !request.target.contains(&format!("{name}=")) {
        request.target.push_str(&format!("&{name}={value}"));
    }
}

/// Leaves nothing of a request that the service could understand.
fn nothing(request: &mut HttpRequest) {
    "/".clone_into(&mut request.target);
    request
        .headers
        .retain(|(name, _)| !name.starts_with("x-acs-"));
}

fn replace(reply: &mut HttpReply, what: &str, with: &str) {
    let text = String::from_utf8_lossy(&reply.body);
    if text.contains(what) {
        reply.body = text.replace(what, with).into_bytes();
    }
}
