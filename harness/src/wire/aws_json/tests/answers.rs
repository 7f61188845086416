use crate::spec::{Fields, Operation, Refusal, Reply};
use crate::wire::aws_json::AwsJson;
use crate::wire::{Dialect, HttpReply};

fn read(status: u16, headers: &[(&str, &str)], body: &str) -> Reply {
    let reply = HttpReply {
        status,
        headers: headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        body: body.as_bytes().to_vec(),
    };
    AwsJson.decode_reply(Operation::DescribeKey, &reply)
}

fn refused(code: &str, message: Option<&str>) -> Reply {
    Reply::Refused(Refusal {
        code: code.to_owned(),
        status: 400,
        message: message.map(str::to_owned),
    })
}

#[test]
fn the_code_of_a_refusal_is_read_wherever_it_stands() {
    for (headers, body) in [
        (&[][..], r#"{"__type": "NotFoundException"}"#),
        (&[], r#"{"__type": "com.amazonaws.kms#NotFoundException"}"#),
        (
            &[],
            r#"{"__type": "a#b#NotFoundException:http://internal#x"}"#,
        ),
        (
            &[("x-amzn-errortype", "NotFoundException:http://internal/")],
            "{}",
        ),
    ] {
        assert_eq!(read(400, headers, body), refused("NotFoundException", None));
    }
}

#[test]
fn the_text_of_a_refusal_may_be_spelled_either_way_or_be_absent() {
    for (body, message) in [
        (r#"{"__type": "A", "message": "m"}"#, Some("m")),
        (r#"{"__type": "A", "Message": "m"}"#, Some("m")),
        (r#"{"__type": "A", "message": ""}"#, None),
        (r#"{"__type": "A", "message": null}"#, None),
        (r#"{"__type": "A"}"#, None),
    ] {
        assert_eq!(read(400, &[], body), refused("A", message));
    }
}

#[test]
fn what_has_not_been_written_yet_is_not_a_refusal() {
    for (status, body) in [
        (400, r#"{"__type": "UnknownOperationException"}"#),
        (
            404,
            r#"{"__type": "com.amazon.coral.service#UnknownOperationException"}"#,
        ),
        (
            400,
            r#"{"__type": "InvalidAction", "message": "who knows"}"#,
        ),
        (500, r#"{"__type": "NotImplementedException"}"#),
        (
            400,
            r#"{"__type": "X", "message": "The action Import has not been implemented"}"#,
        ),
        (
            500,
            r#"{"__type": "InternalFailure", "message": "API action 'X' not yet implemented"}"#,
        ),
        (501, "<html>whatever</html>"),
        (501, ""),
    ] {
        let reply = read(status, &[], body);
        assert!(
            matches!(reply, Reply::NotImplemented { .. }),
            "{body}: {reply:?}"
        );
    }
}

#[test]
fn what_is_neither_success_nor_refusal_is_unusable() {
    let html = &[("content-type", "text/html")][..];
    for (status, headers, body, because) in [
        (
            500,
            html,
            "<html>\n<h1>Internal  Server Error</h1>",
            "status 500, text/html: <html> <h1>Internal Server Error</h1>",
        ),
        (404, html, "<p>", "status 404, text/html: <p>"),
        (200, html, "<p>", "status 200, text/html: <p>"),
        (200, &[], "[1]", "status 200, no content type: [1]"),
        (302, &[], "", "status 302, no content type: no content"),
        (400, &[], "{}", "status 400, no content type: {}"),
        (
            400,
            &[],
            r#"{"__type":7}"#,
            r#"status 400, no content type: {"__type":7}"#,
        ),
        (
            400,
            &[],
            r##"{"__type":"#"}"##,
            r##"status 400, no content type: {"__type":"#"}"##,
        ),
        (
            500,
            &[],
            r#"{"__type":"KMSInternalException"}"#,
            r#"status 500, no content type: {"__type":"KMSInternalException"}"#,
        ),
        (
            200,
            &[],
            r#"{"KeyMetadata": {"Enabled": "yes"}}"#,
            "in the answer with status 200, KeyMetadata.Enabled is not true or false",
        ),
        (
            200,
            &[],
            r#"{"KeyMetadata": []}"#,
            "in the answer with status 200, KeyMetadata is not an object",
        ),
    ] {
        let because = because.to_owned();
        assert_eq!(read(status, headers, body), Reply::Unusable { because });
    }
}

#[test]
fn an_answer_without_members_is_accepted() {
    for body in ["", "{}", r#"{"KeyMetadata": null, "Other": 1}"#] {
        assert_eq!(read(200, &[], body), Reply::Accepted(Fields::new()));
    }
}

#[test]
fn a_long_page_is_shown_in_part() {
    let Reply::Unusable { because } = read(500, &[], &"é\u{7}".repeat(1_000_000)) else {
        panic!("a failure of the server is unusable");
    };
    let shown = "é".repeat(80);
    assert_eq!(because, format!("status 500, no content type: {shown}"));
}

#[test]
fn blobs_are_not_repeated_in_the_reason() {
    let canary = "c2VjcmV0IGtleSBtYXRlcmlhbCBvZiB0aGUgY3VzdG9tZXI=";
    let body = format!(r#"{{"error": "cannot read {canary}", "again": "{canary}"}}"#);
    let because =
        r#"status 500, no content type: {"error": "cannot read …", "again": "…"}"#.to_owned();
    assert_eq!(read(500, &[], &body), Reply::Unusable { because });
}

#[test]
fn a_blob_is_as_long_as_the_shortest_secret() {
    for (length, is_shown) in [(31, true), (32, false)] {
        let word = "A".repeat(length);
        let Reply::Unusable { because } = read(500, &[], &word) else {
            panic!("status 500 is no answer");
        };
        assert_eq!(because.contains(&word), is_shown, "{because}");
        let Reply::Unusable { because } = read(500, &[], &format!("{word},{word}.")) else {
            panic!("status 500 is no answer");
        };
        assert_eq!(because.contains(&word), is_shown, "{because}");
    }
}

#[test]
fn a_caller_who_is_not_known_is_told_apart() {
    let is_unknown = |code: &str| {
        AwsJson.is_unknown_caller(&Refusal {
            code: code.to_owned(),
            status: 400,
            message: None,
        })
    };
    assert!(is_unknown("UnrecognizedClientException"));
    assert!(is_unknown("InvalidSignatureException"));
    assert!(!is_unknown("AccessDeniedException"));
}

#[test]
fn being_asked_to_slow_down_is_told_apart() {
    let slow_down = |code: &str, status| {
        AwsJson.is_throttling(&Refusal {
            code: code.to_owned(),
            status,
            message: None,
        })
    };
    assert!(slow_down("ThrottlingException", 400));
    assert!(slow_down("Anything", 429));
    assert!(!slow_down("LimitExceededException", 400));
}
