//! Version 1: HMAC-SHA1 over all parameters; the signature is one of them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha1::Sha1;

use super::super::parameters::{Parameters, encode};
use super::super::{about, moment};
use super::{check_clock, check_keys, nonce};
use crate::spec::Fault;
use crate::wire::{Format, HttpRequest, Method, Signer, WireFault};

pub(super) fn sign(mut request: HttpRequest, signer: &Signer, at: Timestamp) -> HttpRequest {
    let place = signer.manner.place();
    let mut parameters = Parameters::of_place(&request, place);
    parameters.retain(|name| !MADE_BY_SIGNING.contains(&name));
    request = parameters.put(request, place);
    let format = match signer.manner.format {
        Format::Json => "JSON",
        Format::Xml => "XML",
    };
    parameters.set("Format", format);
    parameters.set("AccessKeyId", &signer.credentials.access_key_id);
    if let Some(token) = &signer.credentials.session_token {
        parameters.set("SecurityToken", token);
    }
    parameters.set("SignatureMethod", METHOD);
    parameters.set("SignatureVersion", VERSION);
    if signer.manner.nonce {
        parameters.set("SignatureNonce", nonce(&request, at));
    }
    parameters.set("Timestamp", moment::write(at));
    request = parameters.put(request, place);
    let signature = signature(&request, &signer.credentials.secret_access_key);
    parameters.set(SIGNATURE, signature);
    parameters.put(request, place)
}

pub(super) fn authenticate(
    request: &HttpRequest,
    signer: &Signer,
    now: Timestamp,
) -> Result<(), WireFault> {
    let parameters = Parameters::of(request);
    let given = parameters.value(SIGNATURE).ok_or(Fault::SignatureMissing)?;
    let required = |name| {
        let value = parameters.value(name);
        value.ok_or_else(|| about(Fault::MemberMissing, name))
    };
    let id = required("AccessKeyId")?;
    for (name, only) in [("SignatureMethod", METHOD), ("SignatureVersion", VERSION)] {
        if required(name)? != only {
            return Err(about(Fault::Constraint, name));
        }
    }
    check_clock(moment::read(required("Timestamp")?), now)?;
    check_keys(id, parameters.value("SecurityToken"), signer)?;
    if given == signature(request, &signer.credentials.secret_access_key) {
        Ok(())
    } else {
        Err(Fault::SignatureMismatch.into())
    }
}

fn signature(request: &HttpRequest, secret: &str) -> String {
    let mut parameters = Parameters::of(request);
    parameters.retain(|name| name != SIGNATURE);
    let text = string_to_sign(request.method, &parameters);
    let key = format!("{secret}&");
    let mut hmac =
        Hmac::<Sha1>::new_from_slice(key.as_bytes()).expect("HMAC takes keys of any length");
    hmac.update(text.as_bytes());
    STANDARD.encode(hmac.finalize().into_bytes())
}

/// Method, path and query, each encoded, so that the query is encoded twice.
pub(in super::super) fn string_to_sign(method: Method, parameters: &Parameters) -> String {
    format!("{method}&%2F&{}", encode(&parameters.canonical()))
}

/// The parameter that makes a request one of version 1.
pub(super) const SIGNATURE: &str = "Signature";

const METHOD: &str = "HMAC-SHA1";
const VERSION: &str = "1.0";
pub(super) const MADE_BY_SIGNING: &[&str] = &[
    "Format",
    "AccessKeyId",
    "SecurityToken",
    "SignatureMethod",
    "SignatureVersion",
    "SignatureNonce",
    "SignatureType",
    "Timestamp",
    SIGNATURE,
];
