//! Messages that are wrong: what is not looked at in requests, and what is written differently into replies.

use serde_json::{Map, Value as Json};

use super::Defect::{Excuses, Objects, Reads, Status, Text, Writes};
use super::{Quirk, nod, quirk};
use crate::spec::{Fault, Field, Operation, Origin};
use crate::wire::{HttpReply, HttpRequest};
use Operation::{CreateKey, GetParameters, Import, ListKeys};

#[rustfmt::skip]
pub(super) const QUIRKS: &[Quirk] = &[
    quirk("origin-of-the-service-cannot-be-named", &["aws/create/origin-enum"],
        Objects(&[CreateKey], Fault::OriginIncompatible, |_, request| request.fields.name(Field::Origin) == Some(Origin::Service)),
        "Templates that spell out the default fail."),
    quirk("parameters-for-unknown-keys", &["aws/params/not-found", "alibaba/params/unknown-key"],
        Excuses(&[GetParameters], &[Fault::KeyUnknown, Fault::KeyMalformed], nod),
        "A typing error is noticed only when material has travelled for nothing."),
    quirk("import-into-unknown-keys-accepted", &["aws/import/not-found", "alibaba/import/unknown-key"],
        Excuses(&[Import], &[Fault::KeyUnknown, Fault::KeyMalformed], nod),
        "A caller believes that material is in a key that does not exist."),
    quirk("wrapping-checked-before-the-origin", &["aws/params/origin-checked-before-wrapping-combo"],
        Excuses(&[GetParameters], &[Fault::OriginUnsupported], |scene, request| {
            let asked = request.fields.text(Field::WrappingAlgorithm)?;
            asked.starts_with("RSA_AES").then(|| Err(scene.objection(Fault::WrappingUnsupported, request)))
        }),
        "The caller tries one wrapping after the other for a key that takes no import at all."),
    quirk("parameters-have-defaults", &["aws/params/required-members"],
        Reads(|request| in_call("GetParametersForImport", request, |members| {
            for (name, value) in [("WrappingAlgorithm", "RSAES_OAEP_SHA_256"), ("WrappingKeySpec", "RSA_2048")] {
                members.entry(name).or_insert_with(|| value.into());
            }
        })),
        "Scripts that forget a member work here and fail on the real service."),
    quirk("long-key-ids-looked-up", &["aws/validation/key-id-length"],
        Reads(|request| in_members(&mut request.body, |members| cut(members, "KeyId", 2048))),
        "The length is not checked, and a text of any size reaches the look-up."),
    quirk("length-of-material-not-checked", &["aws/validation/material-length"],
        Reads(|request| in_call("ImportKeyMaterial", request, |members| {
            let blob = members.get_mut("EncryptedKeyMaterial");
            if let Some(Json::String(text)) = blob && (text.is_empty() || text.len() > LONGEST_BLOB) {
                *text = "AAAA".to_owned();
            }
        })),
        "Blobs of any size reach the decryption, and the caller looks for the fault in the wrapping."),
    quirk("long-plaintexts-accepted", &["aws/validation/blob-no-value"],
        Reads(|request| in_call("Encrypt", request, |members| cut(members, "Plaintext", 4096 / 3 * 4))),
        "Data is cut off at 4096 bytes without a word."),
    quirk("unknown-wrapping-keys-mean-the-smallest", &["aws/validation/enum-form"],
        Reads(|request| in_call("GetParametersForImport", request, |members| {
            if let Some(Json::String(spec)) = members.get_mut("WrappingKeySpec") && !spec.starts_with("RSA_") {
                "RSA_2048".clone_into(spec);
            }
        })),
        "A mistyped size leads to the weakest wrapping key."),
    quirk("material-ids-not-checked", &["aws/multi/material-id-format"],
        Reads(|request| in_call("ImportKeyMaterial", request, |members| {
            let id = members.get("KeyMaterialId").and_then(Json::as_str).unwrap_or_default();
            if !(id.len() == 64 && id.chars().all(|c| c.is_ascii_digit() || c.is_ascii_lowercase())) {
                members.remove("KeyMaterialId");
            }
        })),
        "Whoever names the material to be sure that it is the right one is not protected from a typing error."),
    quirk("descriptions-of-material-not-checked", &["aws/multi/description-format"],
        Reads(|request| in_call("ImportKeyMaterial", request, |members| {
            if let Some(Json::String(text)) = members.get_mut("KeyMaterialDescription") {
                text.retain(|c| c.is_alphanumeric() || c.is_whitespace() || ":/_.-".contains(c));
                text.truncate(256);
            }
        })),
        "What is stored is not what was sent, or what other tools cannot show."),
    quirk("plain-sentences-in-the-form-of-bounds", &["aws/validation/semantic-messages-free"],
        Writes(|reply| in_members(&mut reply.body, |members| {
            if let Some(Json::String(text)) = members.get_mut("message") && text.starts_with("A validTo") {
                text.insert_str(0, "1 validation error detected: ");
            }
        })),
        "Clients that take the text apart look for a member that is not named."),
    quirk("refused-blobs-are-shown", &["aws/validation/blob-no-value"],
        Text(Fault::Constraint, |variables| {
            let text = variables.value("violations").unwrap_or_default();
            let text = text.replace("Value at 'plaintext'", "Value 'cGxhaW50ZXh0' at 'plaintext'");
            variables.set("violations", text);
        }),
        "What was to be encrypted stands in logs."),
    quirk("lists-want-a-limit", &["aws/wire/empty-body-members"],
        Objects(&[ListKeys], Fault::Serialization, |_, request| request.fields.is_empty()),
        "The simplest of all calls, which every tool begins with, fails."),
    quirk("blobs-without-padding", &["aws/wire/blobs"],
        Writes(|reply| in_members(&mut reply.body, |members| {
            for name in ["CiphertextBlob", "Plaintext", "ImportToken", "PublicKey", "Mac", "Signature"] {
                if let Some(Json::String(text)) = members.get_mut(name) {
                    text.truncate(text.trim_end_matches('=').len());
                }
            }
        })),
        "Clients that decode strictly, as most libraries do, cannot read any blob."),
    quirk("moments-as-text", &["aws/wire/timestamps"],
        Writes(|reply| in_members(&mut reply.body, |members| {
            for (name, value) in members.iter_mut() {
                if value.is_number() && (name.ends_with("Date") || name.ends_with("ValidTo")) {
                    *value = value.to_string().into();
                }
            }
        })),
        "Clients that are made from the service's model fail to read the answer."),
    quirk("text-of-refusals-under-a-capital-letter", &["aws/wire/error-body"],
        Writes(|reply| in_members(&mut reply.body, |members| {
            if let Some(text) = members.remove("message") {
                members.insert("Message".to_owned(), text);
            }
        })),
        "Some clients show a refusal without saying why."),
    quirk("silent-refusals-repeat-their-code", &["aws/wire/error-message-may-be-absent"],
        Writes(|reply| in_members(&mut reply.body, |members| {
            if let (Some(code), false) = (members.get("__type").cloned(), members.contains_key("message")) {
                members.insert("message".to_owned(), code);
            }
        })),
        "Clients learn to look for a text that the real service never gives."),
    quirk("replies-are-plain-json", &["aws/wire/protocol"],
        Writes(|reply| set_header(reply, "content-type", "application/json")),
        "Clients that choose how to read a reply by its type refuse every one."),
    quirk("refusals-without-request-id", &["aws/wire/request-id"],
        Writes(|reply| if reply.status >= 400 { reply.headers.retain(|(name, _)| name != "x-amzn-requestid"); }),
        "Nobody can name the call that failed when asking for help."),
    quirk("replies-may-be-cached", &["aws/wire/response-headers"],
        Writes(|reply| set_header(reply, "cache-control", "public, max-age=3600")),
        "A proxy keeps plaintexts and serves them again."),
    quirk("disabled-key-is-forbidden", &["aws/wire/status-400"], Status(Fault::Disabled, 403),
        "The caller asks for permissions, although the key only has to be enabled."),
];

/// The longest text of a blob of 6144 bytes.
const LONGEST_BLOB: usize = 6144 / 3 * 4;

/// Changes the members of a call of this name.
fn in_call(name: &str, request: &mut HttpRequest, change: impl FnOnce(&mut Map<String, Json>)) {
    let target = request.header("x-amz-target").unwrap_or_default();
    if target.rsplit('.').next() == Some(name) {
        in_members(&mut request.body, change);
    }
}

/// Changes the members of a message, if it has any.
fn in_members(body: &mut Vec<u8>, change: impl FnOnce(&mut Map<String, Json>)) {
    let members: Option<Map<String, Json>> = serde_json::from_slice(body).ok();
    let Some(mut members) = members else {
        return;
    };
    let before = members.clone();
    change(&mut members);
    if members != before {
        *body = Json::Object(members).to_string().into_bytes();
    }
}

/// Cuts a text to so many characters.
fn cut(members: &mut Map<String, Json>, name: &str, length: usize) {
    if let Some(Json::String(text)) = members.get_mut(name) {
        *text = text.chars().take(length).collect();
    }
}

fn set_header(reply: &mut HttpReply, name: &str, value: &str) {
    let headers = reply.headers.iter_mut();
    for (_, known) in headers.filter(|(known, _)| known == name) {
        value.clone_into(known);
    }
}
