use jiff::SignedDuration;
use sha2::{Digest, Sha256};

use super::{HOST, now, signer};
use crate::spec::{Fault, Field, Operation, Request};
use crate::wire::alibaba_rpc::AlibabaRpc;
use crate::wire::alibaba_rpc::parameters::{Parameters, encode};
use crate::wire::alibaba_rpc::signing::{authenticate, canonical, sign, string_to_sign};
use crate::wire::{Credentials, Dialect, HttpRequest, Method, NEWEST, SignatureVersion, Signer};

const BOTH: [SignatureVersion; 2] = [SignatureVersion::V1, SignatureVersion::V3];

fn signed(version: SignatureVersion) -> HttpRequest {
    let call = Request::new(Operation::DescribeKey).with(Field::KeyId, "key with * and +");
    let message = AlibabaRpc.encode_request(&call);
    sign(message, HOST, &signer(version, None), now())
}

#[track_caller]
fn refused(request: &HttpRequest, version: SignatureVersion, expected: Fault) {
    let found = authenticate(request, &signer(version, None), now()).expect_err("it is refused");
    assert_eq!(found.fault, expected, "{request:?}");
}

fn known(id: &str, secret: &str) -> Signer {
    let credentials = Credentials {
        access_key_id: id.to_owned(),
        secret_access_key: secret.to_owned(),
        session_token: None,
    };
    Signer::new(credentials, "cn-hangzhou")
}

fn get(target: &str) -> HttpRequest {
    HttpRequest {
        method: Method::Get,
        target: target.to_owned(),
        headers: Vec::new(),
        body: Vec::new(),
    }
}

const DOCUMENTED: &str = "/?Action=CreateKey&SignatureVersion=1.0&Format=json&Version=2016-01-20\
    &AccessKeyId=testid&SignatureMethod=HMAC-SHA1&Timestamp=2016-03-28T03:13:08Z";

/// The example of the vendor's page about its first signature.
#[test]
fn the_documented_signature_is_authentic() {
    let at = "2016-03-28T03:13:08Z".parse().unwrap();
    let with = |signature| get(&format!("{DOCUMENTED}&Signature={}", encode(signature)));
    let signer = known("testid", "testsecret");
    let right = with("41wk2SSX1GJh7fwnc5eqOfiJPFg=");
    assert_eq!(authenticate(&right, &signer, at), Ok(()));
    // The English page shows this one. It belongs to a text whose pairs are joined by a bare `&`.
    let misprinted = with("s/OdVWMTmNGagvWlljdAJ7Itsew=");
    let found = authenticate(&misprinted, &signer, at).unwrap_err();
    assert_eq!(found.fault, Fault::SignatureMismatch);
}

#[test]
fn the_signed_text_is_encoded_twice() {
    let parameters = Parameters::of(&get(DOCUMENTED));
    assert_eq!(
        string_to_sign(Method::Get, &parameters),
        "GET&%2F&AccessKeyId%3Dtestid%26Action%3DCreateKey%26Format%3Djson%26SignatureMethod%3DHMAC-SHA1\
         %26SignatureVersion%3D1.0%26Timestamp%3D2016-03-28T03%253A13%253A08Z%26Version%3D2016-01-20"
    );
}

/// The example of the vendor's page about its third signature, a call of another service.
#[test]
fn the_documented_signature_of_today_is_authentic() {
    let empty = hex::encode(Sha256::digest(b""));
    let signed =
        "host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version";
    let signature = "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0";
    let request = [
        ("host", "ecs.cn-shanghai.aliyuncs.com"),
        ("x-acs-action", "RunInstances"),
        ("x-acs-content-sha256", &empty),
        ("x-acs-date", "2023-10-26T10:22:32Z"),
        ("x-acs-signature-nonce", "3156853299f313e23d1673dc12e1703d"),
        ("x-acs-version", "2014-05-26"),
        (
            "authorization",
            &format!(
                "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders={signed},Signature={signature}"
            ),
        ),
    ]
    .into_iter()
    .fold(
        HttpRequest {
            method: Method::Post,
            ..get("/?ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd&RegionId=cn-shanghai")
        },
        |request, (name, value)| request.with_header(name, value),
    );
    let digest = hex::encode(Sha256::digest(canonical(&request, signed)));
    assert!(
        digest.starts_with("7ea06492") && digest.ends_with("e259"),
        "{digest}"
    );
    let signer = known("YourAccessKeyId", "YourAccessKeySecret");
    let at = "2023-10-26T10:22:32Z".parse().unwrap();
    assert_eq!(authenticate(&request, &signer, at), Ok(()));
}

#[test]
fn signing_again_replaces_the_signature() {
    for version in BOTH {
        let again = sign(signed(version), HOST, &signer(version, None), now());
        assert_eq!(again, signed(version));
    }
}

#[test]
fn no_two_calls_have_the_same_nonce() {
    let nonce = |seconds| {
        let at = now() + SignedDuration::from_secs(seconds);
        let request = sign(
            AlibabaRpc.invented_request(),
            HOST,
            &signer(SignatureVersion::V3, None),
            at,
        );
        request.header("x-acs-signature-nonce").unwrap().to_owned()
    };
    assert_eq!(nonce(0), nonce(0));
    assert_ne!(nonce(0), nonce(1));
}

#[test]
fn every_tampering_is_refused() {
    type Tamper = fn(HttpRequest) -> HttpRequest;
    let target = |mut it: HttpRequest, from, to| {
        assert!(it.target.contains(from), "{}", it.target);
        it.target = it.target.replace(from, to);
        it
    };
    for version in BOTH {
        let request = target(signed(version), "KeyId=key", "KeyId=kex");
        refused(&request, version, Fault::SignatureMismatch);
        let request = HttpRequest {
            method: Method::Get,
            ..signed(version)
        };
        refused(&request, version, Fault::SignatureMismatch);
    }
    let in_v1 = target(signed(SignatureVersion::V1), "DescribeKey", "EnableKey");
    refused(&in_v1, SignatureVersion::V1, Fault::SignatureMismatch);
    let tampering: [Tamper; 5] = [
        |it| it.with_header("x-acs-action", "EnableKey"),
        |it| it.with_header("x-acs-more", "unsigned"),
        |it| it.with_header("host", "elsewhere"),
        |it| it.with_header("x-acs-date", "2026-11-22T18:00:01Z"),
        |mut it| {
            it.body = b"KeyId=other".to_vec();
            it
        },
    ];
    for tamper in tampering {
        let request = tamper(signed(SignatureVersion::V3));
        refused(&request, SignatureVersion::V3, Fault::SignatureMismatch);
    }
}

#[test]
fn what_a_form_carries_is_signed_too() {
    let mut form = AlibabaRpc
        .invented_request()
        .with_header("content-type", "application/x-www-form-urlencoded");
    form.body = b"KeyId=one".to_vec();
    for version in BOTH {
        let mut request = sign(form.clone(), HOST, &signer(version, None), now());
        assert_eq!(
            authenticate(&request, &signer(version, None), now()),
            Ok(())
        );
        request.body = b"KeyId=two".to_vec();
        refused(&request, version, Fault::SignatureMismatch);
    }
}

#[test]
fn headers_that_nobody_signed_may_change_on_the_way() {
    for version in BOTH {
        let request = signed(version).with_header("user-agent", "a proxy");
        assert_eq!(
            authenticate(&request, &signer(version, None), now()),
            Ok(())
        );
    }
}

#[test]
fn a_header_that_nobody_signed_does_not_say_what_a_call_means() {
    let meant = AlibabaRpc.decode_request(&signed(SignatureVersion::V1), NEWEST);
    let changed = signed(SignatureVersion::V1).with_header("x-acs-action", "EnableKey");
    let signer = signer(SignatureVersion::V1, None);
    assert_eq!(authenticate(&changed, &signer, now()), Ok(()));
    assert_eq!(AlibabaRpc.decode_request(&changed, NEWEST), meant);
    assert!(meant.is_ok());
}

#[test]
fn an_unknown_access_key_or_session_is_refused() {
    for version in BOTH {
        let mut stranger = signer(version, None);
        stranger.credentials.access_key_id = "LTAIother".to_owned();
        for stranger in [stranger, signer(version, Some("never issued"))] {
            let request = sign(AlibabaRpc.invented_request(), HOST, &stranger, now());
            refused(&request, version, Fault::AccessKeyUnknown);
        }
    }
}

#[test]
fn a_signature_is_good_for_a_quarter_of_an_hour_either_way() {
    for version in BOTH {
        let signer = signer(version, None);
        for (seconds, is_good) in [(-901, false), (-900, true), (900, true), (901, false)] {
            let at = now() + SignedDuration::from_secs(seconds);
            let request = sign(AlibabaRpc.invented_request(), HOST, &signer, at);
            let read = authenticate(&request, &signer, now().round(jiff::Unit::Second).unwrap());
            let fault = read.err().map(|found| found.fault);
            assert_eq!(
                fault,
                (!is_good).then_some(Fault::SignatureSkewed),
                "{seconds}"
            );
        }
    }
}

#[test]
fn a_signature_that_cannot_be_read_is_refused() {
    let good = signed(SignatureVersion::V3);
    let authorization = good.header("authorization").unwrap().to_owned();
    for garbled in [
        String::new(),
        "Basic dXNlcjpwYXNz".to_owned(),
        authorization.replace("ACS3-HMAC-SHA256", "AWS4-HMAC-SHA256"),
        authorization.replace("Credential", "Cred"),
        authorization.replace("SignedHeaders", "Headers"),
        authorization.replace("Signature=", ""),
    ] {
        let request = good.clone().with_header("authorization", garbled);
        refused(&request, SignatureVersion::V3, Fault::SignatureIncomplete);
    }
    let good = signed(SignatureVersion::V1);
    for (from, to, fault) in [
        ("Signature=", "Sign=", Fault::SignatureMissing),
        ("AccessKeyId=", "Id=", Fault::MemberMissing),
        ("Timestamp=", "Time=", Fault::MemberMissing),
        (
            "Timestamp=2026-11",
            "Timestamp=2026-13",
            Fault::SignatureSkewed,
        ),
        ("HMAC-SHA1", "HMAC-MD5", Fault::Constraint),
        (
            "SignatureVersion=1.0",
            "SignatureVersion=9.9",
            Fault::Constraint,
        ),
    ] {
        let mut request = good.clone();
        request.target = request.target.replace(from, to);
        refused(&request, SignatureVersion::V1, fault);
    }
}
