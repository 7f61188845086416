use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use crate::spec::{Fault, Field, Operation, Request};
use crate::wire::aws_json::signing::{authenticate, sign, signature};
use crate::wire::aws_json::{encode, faults};
use crate::wire::{Credentials, HttpRequest, Signer};

const AUTHORIZATION: &str = "authorization";
const HOST: &str = "127.0.0.1:4566";
const TARGET: &str = "x-amz-target";

fn now() -> Timestamp {
    "2026-11-22T18:00:00Z".parse().unwrap()
}

fn signer(session_token: Option<&str>) -> Signer {
    let credentials = Credentials {
        access_key_id: "AKIDEXAMPLE".to_owned(),
        secret_access_key: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".to_owned(),
        session_token: session_token.map(str::to_owned),
    };
    Signer::new(credentials, "eu-central-1")
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
    type Tamper = fn(&mut HttpRequest);
    let tampering: [(&str, Tamper); 8] = [
        ("body", |it| it.body[10] ^= 1),
        ("body cut off", |it| it.body.truncate(1)),
        ("path", |it| it.target = "/other".to_owned()),
        ("query", |it| it.target = "/?a=b".to_owned()),
        ("host", |it| set(it, "host", "127.0.0.1:4567")),
        ("type", |it| set(it, "content-type", "text/plain")),
        ("operation", |it| set(it, TARGET, "TrentService.Sign")),
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
fn a_signature_of_another_scope_is_refused() {
    let good = signed().header(AUTHORIZATION).unwrap().to_owned();
    for (ours, theirs) in [
        ("/20261122/", "/20261121/"),
        ("/20261122/", "/2026/"),
        ("/eu-central-1/", "/eu-west-1/"),
        ("/kms/", "/s3/"),
        ("/aws4_request", "/aws4"),
        ("content-type;host;", "content-type;"),
        ("content-type;host;", "content-type;host;user-agent;"),
    ] {
        let mut request = signed();
        set(&mut request, "user-agent", "any");
        set(&mut request, AUTHORIZATION, &good.replace(ours, theirs));
        refused(&request, now(), Fault::SignatureMismatch);
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
    let signature = signature(&request, all, &signer.credentials, "eu-west-1", now()).unwrap();
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
