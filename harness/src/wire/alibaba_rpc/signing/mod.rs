//! Both signatures of Alibaba Cloud, made and checked.

mod v1;
mod v3;

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use super::parameters::Parameters;
use crate::spec::Fault;
use crate::wire::{HttpRequest, SignatureVersion, Signer, WireFault};

#[cfg(test)]
pub(super) use v1::string_to_sign;
#[cfg(test)]
pub(super) use v3::canonical;
pub(super) use v3::{ACTION, API_VERSION, AUTHORIZATION, DATE};

/// Signs in the manner of the signer. Signing again replaces the signature.
pub(super) fn sign(
    mut request: HttpRequest,
    host: &str,
    signer: &Signer,
    at: Timestamp,
) -> HttpRequest {
    request.headers.retain(|(name, _)| name != "host");
    request
        .headers
        .insert(0, ("host".to_owned(), host.to_owned()));
    request.method = signer.manner.method;
    match signer.manner.signature {
        SignatureVersion::V1 => v1::sign(request, signer, at),
        SignatureVersion::V3 => v3::sign(request, signer, at),
    }
}

/// Checks whichever signature a request carries.
pub(super) fn authenticate(
    request: &HttpRequest,
    signer: &Signer,
    now: Timestamp,
) -> Result<(), WireFault> {
    match version(request) {
        Some(SignatureVersion::V3) => v3::authenticate(request, signer, now),
        Some(SignatureVersion::V1) | None => v1::authenticate(request, signer, now),
    }
}

/// The version of the signature that a request carries.
pub(super) fn version(request: &HttpRequest) -> Option<SignatureVersion> {
    if request.header(AUTHORIZATION).is_some() {
        return Some(SignatureVersion::V3);
    }
    let is_signed = Parameters::of(request).has(v1::SIGNATURE);
    is_signed.then_some(SignatureVersion::V1)
}

/// Whether every call has this parameter, and none of them a meaning of its own for it.
pub(super) fn is_common(name: &str) -> bool {
    ["Action", "Version"].contains(&name) || v1::MADE_BY_SIGNING.contains(&name)
}

/// A text that no other call has: it follows from the message and the moment, to the nanosecond.
fn nonce(request: &HttpRequest, at: Timestamp) -> String {
    let mut digest = Sha256::new();
    digest.update(&request.target);
    digest.update([0]);
    digest.update(&request.body);
    digest.update(at.as_nanosecond().to_be_bytes());
    hex::encode(&digest.finalize()[..16])
}

/// Whether keys, and the token that comes with temporary ones, are those of the caller.
fn check_keys(id: &str, token: Option<&str>, signer: &Signer) -> Result<(), WireFault> {
    let keys = &signer.credentials;
    if id == keys.access_key_id && token == keys.session_token.as_deref() {
        Ok(())
    } else {
        Err(Fault::AccessKeyUnknown.into())
    }
}

fn check_clock(signed_at: Option<Timestamp>, now: Timestamp) -> Result<(), WireFault> {
    let in_time = |at: Timestamp| at.duration_since(now).abs() <= TOLERANCE;
    if signed_at.is_some_and(in_time) {
        Ok(())
    } else {
        Err(Fault::SignatureSkewed.into())
    }
}

/// What the vendor's other gateways document.
const TOLERANCE: SignedDuration = SignedDuration::from_mins(15);
