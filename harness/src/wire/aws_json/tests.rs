use jiff::Timestamp;
use proptest::prelude::*;
use proptest::sample::select;
use strum::VariantArray;

use super::schema::ReplyShape;
use super::shape::{Member, Shape};
use super::{AwsJson, names, schema};
use crate::spec::{
    Fault, Field, Fields, Operation, Origin, Refusal, Reply, Request, Value, Variables,
};
use crate::wire::{Credentials, Dialect, HttpReply, HttpRequest, Method, Signer};

mod strategy {
    use super::*;

    pub(super) fn request() -> impl Strategy<Value = Request> {
        select(Operation::VARIANTS).prop_flat_map(|operation| {
            members(schema::of(operation).request)
                .prop_map(move |fields| Request { operation, fields })
        })
    }

    pub(super) fn reply() -> impl Strategy<Value = (Operation, Fields)> {
        select(Operation::VARIANTS).prop_flat_map(|operation| {
            let (ReplyShape::Flat(shape) | ReplyShape::Within(_, shape)) =
                schema::of(operation).reply;
            (Just(operation), members(shape))
        })
    }

    fn members(members: &'static [Member]) -> BoxedStrategy<Fields> {
        let each: Vec<_> = members
            .iter()
            .map(|member| {
                let likelihood = if member.required { 1.0 } else { 0.5 };
                let value = value(member.shape, member.field);
                prop::option::weighted(likelihood, value)
                    .prop_map(|value| Some((member.field, value?)))
            })
            .collect();
        each.prop_map(|all| all.into_iter().flatten().collect())
            .boxed()
    }

    fn value(shape: Shape, field: Field) -> BoxedStrategy<Value> {
        match shape {
            Shape::Text { min, max, pattern } => text(min, max, pattern.is_some())
                .prop_map(Value::Text)
                .boxed(),
            Shape::Enum(all) => select(all)
                .prop_map(move |name| Value::Text(names::to_neutral(field, name).into_owned()))
                .boxed(),
            Shape::Blob { min, .. } => prop::collection::vec(any::<u8>(), min..=min + 40)
                .prop_map(Value::Bytes)
                .boxed(),
            Shape::Time => (-62_135_596_800_000_i64..=253_402_207_200_000)
                .prop_map(|milliseconds| {
                    Value::Time(Timestamp::from_millisecond(milliseconds).unwrap())
                })
                .boxed(),
            Shape::Number { min, max } => (min..=max).prop_map(Value::Number).boxed(),
            Shape::Flag => any::<bool>().prop_map(Value::Flag).boxed(),
            Shape::Names { min, max } => prop::collection::vec(text(min, max, true), 0..4)
                .prop_map(Value::Names)
                .boxed(),
            Shape::Map => prop::collection::btree_map(text(0, 9, false), text(0, 9, false), 0..4)
                .prop_map(Value::Map)
                .boxed(),
            Shape::Records(inner) => prop::collection::vec(members(inner), 0..4)
                .prop_map(Value::Records)
                .boxed(),
        }
    }

    fn text(min: usize, max: usize, plain: bool) -> impl Strategy<Value = String> {
        let letters = if plain {
            "abcdef0123456789"
        } else {
            "aZ0 \"\\/'{}\n\u{0}é\u{1f511}"
        };
        let letters: Vec<char> = letters.chars().collect();
        prop::collection::vec(select(letters), min..=max.min(min + 20))
            .prop_map(|letters| letters.into_iter().collect())
    }

    /// A message of ours with one byte changed, or cut off, or followed by rubbish; or rubbish alone.
    pub(super) fn hostile_body() -> impl Strategy<Value = Vec<u8>> {
        let ours = prop_oneof![
            request().prop_map(|request| AwsJson.encode_request(&request).body),
            reply()
                .prop_map(|(operation, fields)| AwsJson.encode_accepted(operation, &fields).body),
        ];
        let damaged = (ours, any::<prop::sample::Index>(), any::<u8>(), 0..3).prop_map(
            |(mut body, place, byte, damage)| {
                match damage {
                    _ if body.is_empty() => body.push(byte),
                    0 => {
                        let place = place.index(body.len());
                        body[place] = byte;
                    }
                    1 => body.truncate(place.index(body.len())),
                    _ => body.push(byte),
                }
                body
            },
        );
        prop_oneof![damaged, prop::collection::vec(any::<u8>(), 0..200)]
    }
}

proptest! {
    #[test]
    fn a_request_survives_the_wire(request in strategy::request()) {
        let message = AwsJson.encode_request(&request);
        prop_assert_eq!(AwsJson.decode_request(&message), Ok(request));
    }

    #[test]
    fn an_answer_survives_the_wire((operation, fields) in strategy::reply()) {
        let message = AwsJson.encode_accepted(operation, &fields);
        prop_assert_eq!(AwsJson.decode_reply(operation, &message), Reply::Accepted(fields));
    }

    #[test]
    fn a_refusal_survives_the_wire(fault in select(Fault::VARIANTS)) {
        let form = AwsJson.refusal(fault);
        let message = AwsJson.encode_refused(fault, &Variables::new());
        let reply = AwsJson.decode_reply(Operation::Import, &message);
        match (fault, reply) {
            (Fault::OperationUnknown, Reply::NotImplemented { .. }) => {}
            (_, Reply::Refused(refusal)) => {
                prop_assert_eq!(refusal.code, form.codes[0]);
                prop_assert_eq!(refusal.status, form.statuses[0]);
            }
            (_, other) => prop_assert!(false, "{fault}: {other:?}"),
        }
    }

    #[test]
    fn a_hostile_answer_never_panics(
        operation in select(Operation::VARIANTS),
        status in prop_oneof![Just(200), Just(400), Just(500), any::<u16>()],
        headers in prop::collection::vec(
            (select(vec!["content-type", "x-amzn-errortype"]), "(?s).{0,40}"),
            0..3,
        ),
        body in strategy::hostile_body(),
    ) {
        let headers = headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let reply = AwsJson.decode_reply(operation, &HttpReply { status, headers, body });
        if let Reply::Unusable { because } | Reply::NotImplemented { because } = reply {
            prop_assert!(!because.is_empty() && !because.contains(char::is_control));
        }
    }

    #[test]
    fn a_hostile_request_never_panics(
        operation in select(Operation::VARIANTS),
        body in strategy::hostile_body(),
    ) {
        let message = HttpRequest { body, ..AwsJson.encode_request(&Request::new(operation)) };
        if let Err(found) = AwsJson.decode_request(&message) {
            prop_assert!(matches!(found.fault, Fault::Serialization | Fault::Constraint));
        }
    }
}

mod reading_requests {
    use super::*;

    #[track_caller]
    fn check(body: &str, expected: Result<Request, Fault>) {
        let message = HttpRequest {
            body: body.as_bytes().to_vec(),
            ..AwsJson.encode_request(&Request::new(Operation::Import))
        };
        let read = AwsJson.decode_request(&message);
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
        assert!(AwsJson.decode_request(&good).is_ok());
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
            let found = AwsJson.decode_request(&message).unwrap_err();
            assert_eq!(found.fault, Fault::OperationUnknown, "{message:?}");
        }
    }
}

mod reading_answers {
    use super::*;

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
}

mod snapshots {
    use super::*;

    #[track_caller]
    fn check(name: &str, start: &str, headers: &[(String, String)], body: &[u8]) {
        let headers: String = headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}\n"))
            .collect();
        let body: serde_json::Value = serde_json::from_slice(body).expect("the body is JSON");
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path("../../../../snapshots/wire/aws_json");
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!(name, format!("{start}\n{headers}\n{body:#}")));
    }

    #[track_caller]
    fn check_reply(name: &str, reply: &HttpReply) {
        let start = reply.status.to_string();
        check(name, &start, &reply.headers, &reply.body);
    }

    fn moment(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn an_import_request_reads_as_the_service_expects_it() {
        let request = Request::new(Operation::Import)
            .with(Field::KeyId, "1234abcd-12ab-34cd-56ef-1234567890ab")
            .with(Field::ImportToken, b"token".to_vec())
            .with(Field::EncryptedMaterial, vec![0xa5; 48])
            .with(Field::ExpirationModel, "expires")
            .with(Field::ValidTo, moment("2026-11-23T18:00:00.250Z"));
        let signer = Signer {
            credentials: Credentials {
                access_key_id: "AKIDEXAMPLE".to_owned(),
                secret_access_key: "secret".to_owned(),
                session_token: None,
            },
            region: "eu-central-1".to_owned(),
        };
        let message = AwsJson.encode_request(&request);
        let at = moment("2026-11-22T18:00:00Z");
        let message = AwsJson.sign(message, "kms.eu-central-1.amazonaws.com", &signer, at);
        let start = format!("{} {}", message.method, message.target);
        check("import_request", &start, &message.headers, &message.body);
    }

    #[test]
    fn a_refusal_carries_code_and_text() {
        let variables = Variables::new()
            .with(
                "key-arn",
                "arn:aws:kms:eu-central-1:111122223333:key/1234abcd",
            )
            .with(
                "origin",
                AwsJson.spell(Field::Origin, &Origin::Service.to_string()),
            );
        let reply = AwsJson.encode_refused(Fault::OriginUnsupported, &variables);
        check_reply("refusal", &reply);
    }

    #[test]
    fn a_refusal_without_a_text_carries_the_code_alone() {
        let reply = AwsJson.encode_refused(Fault::DataInvalid, &Variables::new());
        check_reply("refusal_without_text", &reply);
    }

    #[test]
    fn a_description_stands_within_the_metadata() {
        let fields = Fields::new()
            .with(Field::AccountId, "111122223333")
            .with(Field::KeyId, "1234abcd-12ab-34cd-56ef-1234567890ab")
            .with(
                Field::Arn,
                "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
            )
            .with(Field::CreationDate, moment("2026-11-22T18:00:00.044Z"))
            .with(Field::Enabled, false)
            .with(Field::State, "pending-import")
            .with(Field::Origin, "external")
            .with(Field::Spec, "symmetric")
            .with(Field::DeprecatedSpec, "symmetric")
            .with(Field::Usage, "encrypt-decrypt")
            .with(Field::EncryptionAlgorithms, vec!["symmetric".to_owned()])
            .with(Field::KeyManager, "customer")
            .with(Field::MultiRegion, false);
        let reply = AwsJson.encode_accepted(Operation::DescribeKey, &fields);
        check_reply("describe_reply", &reply);
    }
}
