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

/// Checks a signature as the service does; the Region is taken from the signature's own scope.
pub(super) fn authenticate(
    request: &HttpRequest,
    signer: &Signer,
    now: Timestamp,
) -> Result<(), WireFault> {
    let claim = Claim::read(request)?;
    if claim.access_key_id != signer.credentials.access_key_id
        || request.header(SESSION_TOKEN) != signer.credentials.session_token.as_deref()
    {
        return Err(fault(Fault::AccessKeyUnknown));
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
    if signed("host") && expected.is_some_and(|it| it.digits == claim.signature) {
        Ok(())
    } else {
        Err(fault(Fault::SignatureMismatch))
    }
}

const AUTHORIZATION: &str = "authorization";
const SESSION_TOKEN: &str = "x-amz-security-token";
const MADE_BY_SIGNING: &[&str] = &["host", "x-amz-date", SESSION_TOKEN, AUTHORIZATION];
const SIGNED: &[&str] = &[
    "content-type",
    "host",
    "x-amz-date",
    "x-amz-target",
    SESSION_TOKEN,
];
const SERVICE: &str = "kms";
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
}

impl<'a> Claim<'a> {
    fn read(request: &'a HttpRequest) -> Result<Self, WireFault> {
        let authorization = request
            .header(AUTHORIZATION)
            .ok_or_else(|| fault(Fault::SignatureMissing))?;
        Self::parse(authorization, request.header("x-amz-date"))
            .ok_or_else(|| fault(Fault::SignatureIncomplete))
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
        let in_scope = terminator == "aws4_request"
            && service == SERVICE
            && !region.is_empty()
            && date?.split_once('T')?.0 == day;
        in_scope.then_some(Self {
            access_key_id,
            region,
            signed_headers: part("SignedHeaders")?,
            signature: part("Signature")?,
            signed_at: from_compact(date?)?,
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

struct Signature {
    authorization: String,
    digits: String,
}

/// The signature over the body and the headers that are `signed`; `None` when they cannot stand in an HTTP message.
fn signature(
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

fn fault(fault: Fault) -> WireFault {
    WireFault {
        fault,
        variables: Variables::new(),
    }
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};
    use proptest::prelude::*;

    use super::{AUTHORIZATION, authenticate, sign};
    use crate::spec::{Fault, Field, Operation, Request};
    use crate::wire::aws_json::{encode, faults};
    use crate::wire::{Credentials, HttpRequest, Signer};

    const HOST: &str = "127.0.0.1:4566";

    fn now() -> Timestamp {
        "2026-11-22T18:00:00Z".parse().unwrap()
    }

    fn signer(session_token: Option<&str>) -> Signer {
        Signer {
            credentials: Credentials {
                access_key_id: "AKIDEXAMPLE".to_owned(),
                secret_access_key: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".to_owned(),
                session_token: session_token.map(str::to_owned),
            },
            region: "eu-central-1".to_owned(),
        }
    }

    fn unsigned() -> HttpRequest {
        let id = "1234abcd-12ab-34cd-56ef-1234567890ab";
        encode::request(&Request::new(Operation::DescribeKey).with(Field::KeyId, id))
    }

    fn signed() -> HttpRequest {
        sign(unsigned(), HOST, &signer(None), now())
    }

    fn set(request: &mut HttpRequest, name: &str, value: &str) {
        request.headers.retain(|(known, _)| known != name);
        request.headers.push((name.to_owned(), value.to_owned()));
    }

    #[track_caller]
    fn refused(request: &HttpRequest, now: Timestamp, expected: Fault) -> String {
        let fault = authenticate(request, &signer(None), now).expect_err("it is refused");
        assert_eq!(fault.fault, expected);
        let texts = faults::form(fault.fault).texts;
        let text = texts.iter().find_map(|text| fault.variables.fill(text));
        text.unwrap_or_default()
    }

    /// What botocore 1.44 computes for the same call at the same moment.
    #[test]
    fn signatures_are_those_of_botocore() {
        let cases = [
            (
                None,
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261122/eu-central-1/kms/aws4_request, \
                 SignedHeaders=content-type;host;x-amz-date;x-amz-target, \
                 Signature=2b884d0f0842ebf434eab227a6e3ec1fbc877fdb9a22e2838faac644d07b5a05",
            ),
            (
                Some("session-token-of-the-example"),
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261122/eu-central-1/kms/aws4_request, \
                 SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target, \
                 Signature=42e1f814c1c5bb40a8cd604228c5d1a332bae4dfd8023c29510b038c45326853",
            ),
        ];
        for (session_token, authorization) in cases {
            let signer = signer(session_token);
            let request = sign(unsigned(), HOST, &signer, now());
            assert_eq!(request.header(AUTHORIZATION), Some(authorization));
            assert_eq!(authenticate(&request, &signer, now()), Ok(()));
        }
    }

    #[test]
    fn headers_that_nobody_signed_may_change_on_the_way() {
        let mut request = signed();
        set(&mut request, "user-agent", "a proxy");
        set(&mut request, "content-length", "46");
        assert_eq!(authenticate(&request, &signer(None), now()), Ok(()));
    }

    #[test]
    fn the_region_is_the_one_in_the_scope() {
        let mut elsewhere = signer(None);
        elsewhere.region = "ap-south-2".to_owned();
        let request = sign(unsigned(), HOST, &elsewhere, now());
        assert_eq!(authenticate(&request, &signer(None), now()), Ok(()));
    }

    #[test]
    fn signing_again_replaces_the_signature() {
        assert_eq!(sign(signed(), HOST, &signer(None), now()), signed());
    }

    #[test]
    fn every_tampering_is_refused() {
        let tampering: [(&str, fn(&mut HttpRequest)); 8] = [
            ("body", |it| it.body[10] ^= 1),
            ("body cut off", |it| it.body.truncate(1)),
            ("path", |it| it.target = "/other".to_owned()),
            ("query", |it| it.target = "/?a=b".to_owned()),
            ("host", |it| set(it, "host", "127.0.0.1:4567")),
            ("type", |it| set(it, "content-type", "text/plain")),
            ("operation", |it| {
                set(it, "x-amz-target", "TrentService.Sign")
            }),
            ("date", |it| set(it, "x-amz-date", "20261122T180001Z")),
        ];
        for (what, tamper) in tampering {
            let mut request = signed();
            tamper(&mut request);
            let text = refused(&request, now(), Fault::SignatureMismatch);
            assert!(
                text.starts_with("The request signature we calculated"),
                "{what}"
            );
        }
    }

    #[test]
    fn another_secret_is_refused() {
        let mut stranger = signer(None);
        stranger.credentials.secret_access_key = "other".to_owned();
        let request = sign(unsigned(), HOST, &stranger, now());
        refused(&request, now(), Fault::SignatureMismatch);
    }

    #[test]
    fn an_unknown_access_key_or_session_is_refused() {
        let mut stranger = signer(None);
        stranger.credentials.access_key_id = "AKIDOTHER".to_owned();
        for signer in [stranger, signer(Some("never issued"))] {
            let request = sign(unsigned(), HOST, &signer, now());
            refused(&request, now(), Fault::AccessKeyUnknown);
        }
    }

    #[test]
    fn a_request_without_a_signature_is_refused() {
        refused(&unsigned(), now(), Fault::SignatureMissing);
    }

    #[test]
    fn a_signature_that_cannot_be_read_is_refused() {
        let good = signed().header(AUTHORIZATION).unwrap().to_owned();
        let garbled = [
            String::new(),
            "Basic dXNlcjpwYXNz".to_owned(),
            good.replace("AWS4-HMAC-SHA256 ", ""),
            good.replace("Credential", "Cred"),
            good.replace("SignedHeaders", "Headers"),
            good.replace("Signature=", ""),
            good.replace("/kms/", "/s3/"),
            good.replace("/aws4_request", "/aws4"),
            good.replace("/20261122", "/20261121"),
            good.replace("/20261122/eu-central-1", ""),
        ];
        for authorization in garbled {
            let mut request = signed();
            set(&mut request, AUTHORIZATION, &authorization);
            refused(&request, now(), Fault::SignatureIncomplete);
        }
        for date in [
            "",
            "20261122",
            "2026-11-22T18:00:00Z",
            "20261322T180000Z",
            "20261122T18000\u{e9}",
        ] {
            let mut request = signed();
            set(&mut request, "x-amz-date", date);
            refused(&request, now(), Fault::SignatureIncomplete);
        }
    }

    #[test]
    fn a_signature_is_good_for_five_minutes_either_way() {
        let at = |seconds| now() + SignedDuration::from_secs(seconds);
        for seconds in [-300, 300] {
            assert_eq!(authenticate(&signed(), &signer(None), at(seconds)), Ok(()));
        }
        assert_eq!(
            refused(&signed(), at(301), Fault::SignatureSkewed),
            "Signature expired: 20261122T180000Z is now earlier than 20261122T180001Z \
             (20261122T180501Z - 5 min.)"
        );
        assert_eq!(
            refused(&signed(), at(-301), Fault::SignatureSkewed),
            "Signature not yet current: 20261122T180000Z is still later than 20261122T175959Z \
             (20261122T175459Z + 5 min.)"
        );
    }

    #[test]
    fn the_digest_header_may_be_signed_too() {
        use sha2::{Digest, Sha256};
        let mut request = unsigned();
        let digest = hex::encode(Sha256::digest(&request.body));
        set(&mut request, "host", HOST);
        set(&mut request, "x-amz-date", "20261122T180000Z");
        set(&mut request, "x-amz-content-sha256", &digest);
        let all = |_: &str| true;
        let signer = signer(None);
        let signature =
            super::signature(&request, all, &signer.credentials, "eu-west-1", now()).unwrap();
        assert!(signature.authorization.contains("x-amz-content-sha256"));
        set(&mut request, AUTHORIZATION, &signature.authorization);
        assert_eq!(authenticate(&request, &signer, now()), Ok(()));
    }

    proptest! {
        #[test]
        fn hostile_headers_never_panic(
            target in "/?.{0,20}",
            headers in prop::collection::vec(
                (
                    prop::sample::select(vec!["host", "x-amz-date", "content-type", AUTHORIZATION, "x amz"]),
                    prop_oneof![
                        "(?s).{0,60}",
                        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261122/[^/]{0,9}/kms/aws4_request, SignedHeaders=[a-z; -]{0,40},Signature=.?",
                        Just("20261122T180000Z".to_owned()),
                    ],
                ),
                0..6,
            ),
        ) {
            let headers: Vec<_> = headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
            let request = HttpRequest { target, headers, ..unsigned() };
            prop_assert!(authenticate(&request, &signer(None), now()).is_err());
            let host = request.header("content-type").unwrap_or_default().to_owned();
            sign(request, &host, &signer(None), now());
        }
    }
}
