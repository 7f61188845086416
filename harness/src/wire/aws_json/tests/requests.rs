use jiff::Timestamp;

use crate::spec::{Fault, Field, Operation, Request};
use crate::wire::aws_json::AwsJson;
use crate::wire::{Credentials, Dialect, HttpRequest, Method, NEWEST, Signer};

#[track_caller]
fn check(body: &str, expected: Result<Request, Fault>) {
    let message = HttpRequest {
        body: body.as_bytes().to_vec(),
        ..AwsJson.encode_request(&Request::new(Operation::Import))
    };
    let read = AwsJson.decode_request(&message, NEWEST);
    assert_eq!(read.map_err(|found| found.fault), expected, "{body}");
}

#[test]
fn what_is_no_json_of_the_right_types_is_a_serialization_fault() {
    for body in [
        "",
        "{",
        "[]",
        "null",
        "\"text\"",
        "{} {}",
        "{\"KeyId\": \"\u{1}\"}",
        r#"{"KeyId": 1}"#,
        r#"{"KeyId": ["k"]}"#,
        r#"{"ImportToken": "AAA"}"#,
        r#"{"ImportToken": "A-A_"}"#,
        r#"{"ImportToken": "AA==="}"#,
        r#"{"ImportToken": true}"#,
        r#"{"ValidTo": "2026-11-22"}"#,
        r#"{"ValidTo": 1e300}"#,
        r#"{"ValidTo": 1e999}"#,
        r#"{"ValidTo": NaN}"#,
        r#"{"ExpirationModel": {}}"#,
    ] {
        check(body, Err(Fault::Serialization));
    }
    check(&"[".repeat(100_000), Err(Fault::Serialization));
}

#[test]
fn unknown_members_are_ignored_and_null_is_absent() {
    check(
        r#"{"KeyId": "k", "ImportToken": "AQ==", "EncryptedKeyMaterial": "Ag==", "ValidTo": null,
            "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE", "keyId": 7, "Colour": {"red": 1}}"#,
        Ok(Request::new(Operation::Import)
            .with(Field::KeyId, "k")
            .with(Field::ImportToken, vec![1])
            .with(Field::EncryptedMaterial, vec![2])
            .with(Field::ExpirationModel, "never")),
    );
}

/// A call of boto3 1.44.5 as it left the socket.
#[test]
fn a_call_of_the_official_client_is_authentic_and_understood() {
    let message = HttpRequest {
        method: Method::Post,
        target: "/".to_owned(),
        headers: [
            ("host", "127.0.0.1:47337"),
            ("accept-encoding", "identity"),
            ("x-amz-target", "TrentService.ImportKeyMaterial"),
            ("content-type", "application/x-amz-json-1.1"),
            (
                "user-agent",
                "Boto3/1.44.5 md/Botocore#1.44.5 Botocore/1.44.5",
            ),
            ("x-amz-date", "20261122T190328Z"),
            ("x-amz-security-token", "session-token-of-the-example"),
            (
                "authorization",
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261122/eu-central-1/kms/aws4_request, \
                 SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target, \
                 Signature=7dd31e201f2a3c1d26e0871f7fd3ae0cc2942e6a5ff390af8a4a0ae702f965b9",
            ),
            (
                "amz-sdk-invocation-id",
                "2ce5b17b-ce3a-4c7d-b04a-49956ee23ff3",
            ),
            ("amz-sdk-request", "attempt=1; max=3"),
            ("content-length", "185"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec(),
        body: concat!(
            r#"{"KeyId": "1234abcd-12ab-34cd-56ef-1234567890ab", "ImportToken": "dG9rZW4=", "#,
            r#""EncryptedKeyMaterial": "bWF0ZXJpYWw=", "#,
            r#""ExpirationModel": "KEY_MATERIAL_EXPIRES", "ValidTo": 1795456800.25}"#,
        )
        .into(),
    };
    let credentials = Credentials {
        access_key_id: "AKIDEXAMPLE".to_owned(),
        secret_access_key: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".to_owned(),
        session_token: Some("session-token-of-the-example".to_owned()),
    };
    let signer = Signer::new(credentials, "us-east-1");
    let now = "2026-11-22T19:03:28Z".parse().unwrap();
    assert_eq!(AwsJson.authenticate(&message, &signer, now), Ok(()));
    let valid_to: Timestamp = "2026-11-23T18:00:00.250Z".parse().unwrap();
    assert_eq!(
        AwsJson.decode_request(&message, NEWEST),
        Ok(Request::new(Operation::Import)
            .with(Field::KeyId, "1234abcd-12ab-34cd-56ef-1234567890ab")
            .with(Field::ImportToken, b"token".to_vec())
            .with(Field::EncryptedMaterial, b"material".to_vec())
            .with(Field::ExpirationModel, "expires")
            .with(Field::ValidTo, valid_to))
    );
}

#[test]
fn our_own_words_are_not_names_of_the_service() {
    check(
        r#"{"KeyId": "k", "ImportToken": "AQ==", "EncryptedKeyMaterial": "Ag==", "ExpirationModel": "never"}"#,
        Err(Fault::Constraint),
    );
}

#[test]
fn what_is_not_a_known_call_is_an_unknown_operation() {
    let good = AwsJson.encode_request(&Request::new(Operation::ListKeys));
    assert!(AwsJson.decode_request(&good, NEWEST).is_ok());
    let get = HttpRequest {
        method: Method::Get,
        ..good.clone()
    };
    let elsewhere = HttpRequest {
        target: "/keys".to_owned(),
        ..good.clone()
    };
    let unnamed = HttpRequest {
        headers: vec![],
        ..good.clone()
    };
    let foreign = HttpRequest {
        headers: vec![("x-amz-target".to_owned(), "ListKeys".to_owned())],
        ..good
    };
    for message in [get, elsewhere, unnamed, foreign, AwsJson.invented_request()] {
        let found = AwsJson.decode_request(&message, NEWEST).unwrap_err();
        assert_eq!(found.fault, Fault::OperationUnknown, "{message:?}");
    }
}

#[test]
fn a_message_is_recognised_by_either_header_of_the_protocol() {
    let message = AwsJson.encode_request(&Request::new(Operation::ListKeys));
    let signed_only = HttpRequest {
        headers: vec![("x-amz-date".to_owned(), "20261122T180000Z".to_owned())],
        ..message.clone()
    };
    let neither = HttpRequest {
        headers: Vec::new(),
        ..message.clone()
    };
    assert!(AwsJson.recognises(&message) && AwsJson.recognises(&signed_only));
    assert!(!AwsJson.recognises(&neither));
}

#[test]
fn a_shell_is_told_all_that_a_client_needs() {
    let credentials = Credentials {
        access_key_id: "AKIDEXAMPLE".to_owned(),
        secret_access_key: "secret".to_owned(),
        session_token: None,
    };
    let signer = Signer::new(credentials, "us-east-1");
    let lines = AwsJson.client_setup("http://127.0.0.1:1", &signer);
    assert_eq!(
        lines,
        "export AWS_ENDPOINT_URL_KMS=http://127.0.0.1:1\n\
         export AWS_ACCESS_KEY_ID=AKIDEXAMPLE\n\
         export AWS_SECRET_ACCESS_KEY=secret\n\
         export AWS_REGION=us-east-1\n\
         aws kms create-key --origin EXTERNAL\n"
    );
}
