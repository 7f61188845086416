//! Signature Version 4, made and checked. The cryptography is the `aws-sigv4` crate's in both directions.

use aws_credential_types::Credentials as AwsCredentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign as sign_http};
use aws_sigv4::sign::v4;
use aws_smithy_runtime_api::client::identity::Identity;
use jiff::fmt::strtime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::spec::{Fault, Variables};
use crate::wire::{Credentials, HttpRequest, Signer, WireFault};

/// Signs what the service's own clients sign: content type, host, date, operation, and the session token.
///
/// A request that cannot be signed, because its target or a header cannot stand in an HTTP message, keeps its host
/// and date and comes back without a signature.
pub(super) fn sign(
    mut request: HttpRequest,
    host: &str,
    signer: &Signer,
    at: Timestamp,
) -> HttpRequest {
    request
        .headers
        .retain(|(name, _)| !MADE_BY_SIGNING.contains(&name.as_str()));
    request.headers.insert(0, header("host", host));
    request.headers.push(header("x-amz-date", &compact(at)));
    if let Some(token) = &signer.credentials.session_token {
        request.headers.push(header(SESSION_TOKEN, token));
    }
    let signed = |name: &str| SIGNED.contains(&name);
    let signature = signature(&request, signed, &signer.credentials, &signer.region, at);
    if let Some(Signature { authorization, .. }) = signature {
        request.headers.push(header(AUTHORIZATION, &authorization));
    }
    request
}

/// Checks a signature as the service does; the Region is taken from the signature's own scope, see [`region`].
pub(super) fn authenticate(
    request: &HttpRequest,
    signer: &Signer,
    now: Timestamp,
) -> Result<(), WireFault> {
    let claim = Claim::read(request)?;
    if claim.access_key_id != signer.credentials.access_key_id
        || request.header(SESSION_TOKEN) != signer.credentials.session_token.as_deref()
    {
        return Err(Fault::AccessKeyUnknown.into());
    }
    check_clock(claim.signed_at, now)?;
    let signed = |name: &str| claim.signed_headers.split(';').any(|it| it == name);
    let expected = signature(
        request,
        signed,
        &signer.credentials,
        claim.region,
        claim.signed_at,
    );
    let as_expected = expected.is_some_and(|it| it.digits == claim.signature);
    if claim.is_scoped_to_us && signed("host") && as_expected {
        Ok(())
    } else {
        Err(Fault::SignatureMismatch.into())
    }
}

/// The Region in the scope of a signature, whether the signature is right or not.
pub(super) fn region(request: &HttpRequest) -> Option<&str> {
    Some(Claim::read(request).ok()?.region)
}

pub(super) const AUTHORIZATION: &str = "authorization";
pub(super) const SESSION_TOKEN: &str = "x-amz-security-token";
const MADE_BY_SIGNING: &[&str] = &["host", "x-amz-date", SESSION_TOKEN, AUTHORIZATION];
const SIGNED: &[&str] = &[
    "content-type",
    "host",
    "x-amz-date",
    "x-amz-target",
    SESSION_TOKEN,
];
pub(super) const SERVICE: &str = "kms";
const COMPACT: &str = "%Y%m%dT%H%M%SZ";
/// No honest request comes near; a header map would overflow at some ten thousand.
const MOST_HEADERS: usize = 1000;
const TOLERANCE: SignedDuration = SignedDuration::from_mins(5);

/// What the `Authorization` and `X-Amz-Date` headers claim.
struct Claim<'a> {
    access_key_id: &'a str,
    region: &'a str,
    signed_headers: &'a str,
    signature: &'a str,
    signed_at: Timestamp,
    /// Whether day, service and terminator of the scope are those of this request.
    is_scoped_to_us: bool,
}

impl<'a> Claim<'a> {
    fn read(request: &'a HttpRequest) -> Result<Self, WireFault> {
        let authorization = request
            .header(AUTHORIZATION)
            .ok_or(Fault::SignatureMissing)?;
        Self::parse(authorization, request.header("x-amz-date"))
            .ok_or_else(|| Fault::SignatureIncomplete.into())
    }

    fn parse(authorization: &'a str, date: Option<&'a str>) -> Option<Self> {
        let parts = authorization.trim().strip_prefix("AWS4-HMAC-SHA256 ")?;
        let part = |name: &str| {
            parts
                .split(',')
                .find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('='))
        };
        // An access key id may hold slashes, a scope may not.
        let (credential, terminator) = part("Credential")?.rsplit_once('/')?;
        let (credential, service) = credential.rsplit_once('/')?;
        let (credential, region) = credential.rsplit_once('/')?;
        let (access_key_id, day) = credential.rsplit_once('/')?;
        let date = date?;
        Some(Self {
            access_key_id,
            region,
            signed_headers: part("SignedHeaders")?,
            signature: part("Signature")?,
            signed_at: from_compact(date)?,
            is_scoped_to_us: date.split('T').next() == Some(day)
                && service == SERVICE
                && terminator == "aws4_request",
        })
    }
}

fn check_clock(signed_at: Timestamp, now: Timestamp) -> Result<(), WireFault> {
    let offset = signed_at.duration_since(now);
    if offset.abs() <= TOLERANCE {
        return Ok(());
    }
    let (name, limit) = if offset.is_negative() {
        ("earliest", now.saturating_sub(TOLERANCE))
    } else {
        ("latest", now.saturating_add(TOLERANCE))
    };
    let variables = Variables::new()
        .with("signed-at", compact(signed_at))
        .with("now", compact(now))
        .with(name, limit.map(compact).unwrap_or_default());
    Err(WireFault {
        fault: Fault::SignatureSkewed,
        variables,
    })
}

pub(super) struct Signature {
    pub(super) authorization: String,
    digits: String,
}

/// The signature over the body and the headers that are `signed`; `None` when they cannot stand in an HTTP message.
pub(super) fn signature(
    request: &HttpRequest,
    signed: impl Fn(&str) -> bool,
    credentials: &Credentials,
    region: &str,
    at: Timestamp,
) -> Option<Signature> {
    if !request.target.starts_with('/') || request.headers.len() > MOST_HEADERS {
        return None;
    }
    // The session token is among the headers already, so the crate must not add it.
    let identity: Identity = AwsCredentials::new(
        credentials.access_key_id.as_str(),
        credentials.secret_access_key.as_str(),
        None,
        None,
        "byokcheck",
    )
    .into();
    let mut settings = SigningSettings::default();
    settings.excluded_headers = None;
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region(region)
        .name(SERVICE)
        .time(at.into())
        .settings(settings)
        .build()
        .ok()?
        .into();
    // The crate adds the date itself and would otherwise sign it twice.
    let headers = request
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .filter(|(name, _)| signed(name) && !["x-amz-date", AUTHORIZATION].contains(name));
    let uri = format!("http://localhost{}", request.target);
    let body = SignableBody::Bytes(&request.body);
    let method = request.method.to_string();
    let signable = SignableRequest::new(&method, uri, headers, body).ok()?;
    let (instructions, digits) = sign_http(signable, &params).ok()?.into_parts();
    let authorization = instructions
        .headers()
        .find_map(|(name, value)| (name == AUTHORIZATION).then(|| value.to_owned()))?;
    Some(Signature {
        authorization,
        digits,
    })
}

fn compact(moment: Timestamp) -> String {
    moment.strftime(COMPACT).to_string()
}

fn from_compact(text: &str) -> Option<Timestamp> {
    let well_formed =
        text.bytes()
            .zip("yyyyMMddTHHmmssZ".bytes())
            .all(|(given, form)| match form {
                b'T' | b'Z' => given == form,
                _ => given.is_ascii_digit(),
            });
    if text.len() != 16 || !well_formed {
        return None;
    }
    let civil = strtime::parse(COMPACT, text).ok()?.to_datetime().ok()?;
    Some(civil.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

fn header(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}
