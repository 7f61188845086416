use crate::spec::{Field, Fields, Operation, Refusal, Reply};
use crate::wire::alibaba_rpc::AlibabaRpc;
use crate::wire::{Dialect, HttpReply};

fn read(operation: Operation, status: u16, body: &str) -> Reply {
    let reply = HttpReply {
        status,
        headers: Vec::new(),
        body: body.as_bytes().to_vec(),
    };
    AlibabaRpc.decode_reply(operation, &reply)
}

fn refused(code: &str, status: u16) -> Refusal {
    Refusal {
        code: code.to_owned(),
        status,
        message: None,
    }
}

/// Both examples of the vendor's own page.
#[test]
fn the_documented_answers_are_understood() {
    for body in [
        "{\n        \"RequestId\":\"ec1017cf-ead4-f3ca-babc-c3b34f3dbecb\"\n}",
        "<KMS>\n  <RequestId>ec1017cf-ead4-f3ca-babc-c3b34f3dbecb</RequestId>\n</KMS>",
    ] {
        assert_eq!(
            read(Operation::Import, 200, body),
            Reply::Accepted(Fields::new())
        );
    }
}

#[test]
fn a_time_that_is_not_set_is_an_empty_text() {
    let json = r#"{"KeyMetadata": {"KeyState": "PendingImport", "DeleteDate": "", "MaterialExpireTime": "",
        "CreationDate": "2026-11-22T18:00:00Z"}, "RequestId": "r"}"#;
    let xml = "<DescribeKeyResponse><KeyMetadata><KeyState>PendingImport</KeyState><DeleteDate/>\
        <MaterialExpireTime></MaterialExpireTime><CreationDate>2026-11-22T18:00:00Z</CreationDate>\
        </KeyMetadata></DescribeKeyResponse>";
    let created: jiff::Timestamp = "2026-11-22T18:00:00Z".parse().unwrap();
    let expected = Fields::new()
        .with(Field::State, "pending-import")
        .with(Field::CreationDate, created);
    for body in [json, xml] {
        assert_eq!(
            read(Operation::DescribeKey, 200, body),
            Reply::Accepted(expected.clone())
        );
    }
}

#[test]
fn a_list_may_have_one_item_or_none() {
    let keys = |records: Vec<Fields>| Reply::Accepted(Fields::new().with(Field::Keys, records));
    let key = Fields::new().with(Field::KeyId, "k");
    for (body, expected) in [
        (
            r#"{"Keys": {"Key": [{"KeyId": "k"}]}}"#,
            keys(vec![key.clone()]),
        ),
        (
            "<K><Keys><Key><KeyId>k</KeyId></Key></Keys></K>",
            keys(vec![key]),
        ),
        (r#"{"Keys": {"Key": []}}"#, keys(vec![])),
        (r#"{"Keys": {}}"#, keys(vec![])),
        ("<K><Keys/></K>", keys(vec![])),
    ] {
        assert_eq!(read(Operation::ListKeys, 200, body), expected, "{body}");
    }
}

#[test]
fn a_refusal_is_read_in_either_format_and_whatever_its_root_is() {
    let expected = Reply::Refused(Refusal {
        code: "Forbidden.KeyNotFound".to_owned(),
        status: 404,
        message: Some("no such key".to_owned()),
    });
    for body in [
        r#"{"HttpStatus":404,"Code":"Forbidden.KeyNotFound","Message":"no such key","RequestId":"r"}"#,
        r#"{"Recommend":"x","HostId":"h","Code":"Forbidden.KeyNotFound","Message":"no such key","RequestId":"r"}"#,
        "<KMS><HttpStatus>404</HttpStatus><Code>Forbidden.KeyNotFound</Code><Message>no such key</Message></KMS>",
        "<?xml version='1.0'?>\n<Error>\n <Code> Forbidden.KeyNotFound </Code><Message>no such key</Message>\n</Error>",
    ] {
        assert_eq!(read(Operation::Import, 404, body), expected, "{body}");
    }
}

#[test]
fn a_refusal_without_a_text_has_none() {
    let refused = read(
        Operation::Import,
        409,
        r#"{"Code":"Rejected.Disabled","Message":""}"#,
    );
    let expected = Refusal {
        code: "Rejected.Disabled".to_owned(),
        status: 409,
        message: None,
    };
    assert_eq!(refused, Reply::Refused(expected));
}

#[test]
fn what_has_not_been_written_yet_is_not_a_refusal() {
    for (status, body) in [
        (404, r#"{"Code":"InvalidAction.NotFound"}"#),
        (
            400,
            "<Error><Code>X</Code><Message>Decrypt is not implemented</Message></Error>",
        ),
        (501, ""),
    ] {
        let reply = read(Operation::Decrypt, status, body);
        assert!(matches!(reply, Reply::NotImplemented { .. }), "{reply:?}");
    }
}

#[test]
fn what_is_neither_success_nor_refusal_is_unusable() {
    for (status, body) in [
        (200, ""),
        (200, "[]"),
        (200, "<html><p>"),
        (200, r#"{"KeyMetadata": []}"#),
        (200, r#"{"KeyMetadata": {"DeleteDate": "soon"}}"#),
        (200, r#"{"KeyMetadata": {"AutomaticRotation": "true"}}"#),
        (302, ""),
        (404, "{}"),
        (404, r#"{"Code": 5}"#),
        (404, "<html>not found</html>"),
        (500, r#"{"Code":"InternalFailure"}"#),
        (503, r#"{"Code":"ServiceUnavailableTemporary"}"#),
    ] {
        let reply = read(Operation::DescribeKey, status, body);
        assert!(matches!(reply, Reply::Unusable { .. }), "{body}: {reply:?}");
    }
}

#[test]
fn a_member_of_another_form_is_named_with_the_form_that_it_should_have() {
    for (operation, body, complaint) in [
        (
            Operation::ListKeys,
            r#"{"Keys":"x"}"#,
            "Keys is not a list of structures",
        ),
        (
            Operation::ListKeys,
            r#"{"Keys":{"Key":["x"]}}"#,
            "Keys is not a list of structures",
        ),
        (
            Operation::ListKeys,
            r#"{"TotalCount":1.5}"#,
            "TotalCount is not a whole number",
        ),
        (
            Operation::DescribeKey,
            r#"{"KeyMetadata":"x"}"#,
            "KeyMetadata is not a structure",
        ),
        (
            Operation::DescribeKey,
            r#"{"KeyMetadata":{"Description":1}}"#,
            "KeyMetadata.Description is not a text",
        ),
        (
            Operation::DescribeKey,
            r#"{"KeyMetadata":{"CreationDate":"noon"}}"#,
            "KeyMetadata.CreationDate is not a moment",
        ),
    ] {
        let because = format!("in the answer with status 200, {complaint}");
        assert_eq!(read(operation, 200, body), Reply::Unusable { because });
    }
    let empty = read(Operation::DescribeKey, 200, r#"{"KeyMetadata":" "}"#);
    assert_eq!(empty, Reply::Accepted(Fields::new()));
}

#[test]
fn a_caller_who_is_not_known_is_told_apart() {
    let is_unknown = |code: &str| AlibabaRpc.is_unknown_caller(&refused(code, 400));
    for code in [
        "SignatureDoesNotMatch",
        "InvalidAccessKeyId.NotFound",
        "Forbidden.AccessKey",
    ] {
        assert!(is_unknown(code), "{code}");
    }
    assert!(!is_unknown("Forbidden.KeyNotFound"));
}

#[test]
fn an_answer_is_masked_in_either_format() {
    for body in [
        r#"{"ImportToken":"secret","KeyId":"shown"}"#,
        "<R><ImportToken>secret</ImportToken><KeyId>shown</KeyId></R>",
    ] {
        let reply = HttpReply {
            status: 200,
            headers: Vec::new(),
            body: body.as_bytes().to_vec(),
        };
        let masked = AlibabaRpc.mask_reply(&reply, &mut |_, _| "masked".to_owned());
        let masked = String::from_utf8(masked.body).unwrap();
        assert!(!masked.contains("secret"), "{masked}");
        assert!(
            masked.contains("masked") && masked.contains("shown"),
            "{masked}"
        );
    }
}

#[test]
fn being_asked_to_slow_down_is_told_apart() {
    let slow_down = |code: &str, status| AlibabaRpc.is_throttling(&refused(code, status));
    for code in ["Throttling", "Throttling.User", "Rejected.Throttling"] {
        assert!(slow_down(code, 400));
    }
    assert!(slow_down("Anything", 429));
    assert!(!slow_down("Rejected.LimitExceeded", 400));
}
