//! Version 3, ACS3-HMAC-SHA256: a digest of the whole message, in a header.

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::super::moment;
use super::super::parameters::Parameters;
use super::{check_clock, check_keys, nonce};
use crate::spec::Fault;
use crate::wire::{Format, HttpRequest, Signer, WireFault};

/// Operation and version move from the query into headers, as the vendor's clients put them.
pub(super) fn sign(mut request: HttpRequest, signer: &Signer, at: Timestamp) -> HttpRequest {
    request
        .headers
        .retain(|(name, _)| !MADE_BY_SIGNING.contains(&name.as_str()));
    let place = signer.manner.place();
    let mut parameters = Parameters::of_place(&request, place);
    for (parameter, header) in [("Action", ACTION), ("Version", API_VERSION)] {
        if let Some(value) = parameters.value(parameter) {
            request = request.with_header(header, value);
        }
    }
    parameters.retain(|name| !["Action", "Version", "Format"].contains(&name));
    if signer.manner.format == Format::Xml {
        parameters.set("Format", "XML");
    }
    request = parameters.put(request, place);
    let keys = &signer.credentials;
    let nonce = nonce(&request, at);
    let digest = hex_digest(&request.body);
    request = request
        .with_header(DATE, moment::write(at))
        .with_header(NONCE, nonce)
        .with_header(CONTENT_DIGEST, digest);
    if let Some(token) = &keys.session_token {
        request = request
            .with_header(ACCESS_KEY, &keys.access_key_id)
            .with_header(SECURITY_TOKEN, token);
    }
    let mut signed: Vec<&str> = request
        .headers
        .iter()
        .map(|(name, _)| name.as_str())
        .filter(|name| must_be_signed(name))
        .collect();
    signed.sort_unstable();
    let signed = signed.join(";");
    let signature = signature(&request, &signed, &keys.secret_access_key);
    let id = &keys.access_key_id;
    let authorization =
        format!("{ALGORITHM} Credential={id},SignedHeaders={signed},Signature={signature}");
    request.with_header(AUTHORIZATION, authorization)
}

pub(super) fn authenticate(
    request: &HttpRequest,
    signer: &Signer,
    now: Timestamp,
) -> Result<(), WireFault> {
    let authorization = request
        .header(AUTHORIZATION)
        .ok_or(Fault::SignatureMissing)?;
    let claim = Claim::parse(authorization).ok_or(Fault::SignatureIncomplete)?;
    check_clock(request.header(DATE).and_then(moment::read), now)?;
    check_keys(claim.access_key_id, request.header(SECURITY_TOKEN), signer)?;
    let is_signed = |name: &str| claim.signed_headers.split(';').any(|it| it == name);
    let all_signed = request
        .headers
        .iter()
        .all(|(name, _)| is_signed(name) || !must_be_signed(name));
    let expected = signature(
        request,
        claim.signed_headers,
        &signer.credentials.secret_access_key,
    );
    let is_whole = request.header(CONTENT_DIGEST) == Some(&hex_digest(&request.body));
    if is_whole && all_signed && claim.signature == expected {
        Ok(())
    } else {
        Err(Fault::SignatureMismatch.into())
    }
}

pub(in super::super) const AUTHORIZATION: &str = "authorization";
pub(in super::super) const ACTION: &str = "x-acs-action";
pub(in super::super) const API_VERSION: &str = "x-acs-version";
pub(in super::super) const DATE: &str = "x-acs-date";
const NONCE: &str = "x-acs-signature-nonce";
const CONTENT_DIGEST: &str = "x-acs-content-sha256";
const ACCESS_KEY: &str = "x-acs-accesskey-id";
const SECURITY_TOKEN: &str = "x-acs-security-token";
const ALGORITHM: &str = "ACS3-HMAC-SHA256";
const MADE_BY_SIGNING: &[&str] = &[
    AUTHORIZATION,
    DATE,
    NONCE,
    CONTENT_DIGEST,
    ACCESS_KEY,
    SECURITY_TOKEN,
];

/// Headers that mean something to the service. Others may be signed too.
fn must_be_signed(name: &str) -> bool {
    name.starts_with("x-acs-") || name == "host" || name == "content-type"
}

/// What the `Authorization` header claims.
struct Claim<'a> {
    access_key_id: &'a str,
    signed_headers: &'a str,
    signature: &'a str,
}

impl<'a> Claim<'a> {
    fn parse(authorization: &'a str) -> Option<Self> {
        let parts = authorization.trim().strip_prefix(ALGORITHM)?;
        let part = |name: &str| {
            parts
                .split(',')
                .find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('='))
        };
        Some(Self {
            access_key_id: part("Credential")?,
            signed_headers: part("SignedHeaders")?,
            signature: part("Signature")?,
        })
    }
}

fn signature(request: &HttpRequest, signed_headers: &str, secret: &str) -> String {
    let digest = hex_digest(canonical(request, signed_headers).as_bytes());
    let mut hmac =
        Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of any length");
    hmac.update(format!("{ALGORITHM}\n{digest}").as_bytes());
    hex::encode(hmac.finalize().into_bytes())
}

/// Everything that is signed, a line for each part. The digest of the body is taken from its header, so that a message
/// can be checked that somebody else signed.
pub(in super::super) fn canonical(request: &HttpRequest, signed_headers: &str) -> String {
    let headers: String = signed_headers
        .split(';')
        .map(|name| {
            let mut values: Vec<&str> = request
                .headers
                .iter()
                .filter(|(known, _)| known == name)
                .map(|(_, value)| value.trim())
                .collect();
            values.sort_unstable();
            format!("{name}:{}\n", values.join(","))
        })
        .collect();
    [
        request.method.to_string().as_str(),
        request.path(),
        &Parameters::of_query(request).canonical(),
        &headers,
        signed_headers,
        request.header(CONTENT_DIGEST).unwrap_or_default(),
    ]
    .join("\n")
}

fn hex_digest(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}
