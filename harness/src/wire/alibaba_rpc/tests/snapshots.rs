use super::{HOST, envelope, signer};
use crate::spec::{Fault, Field, Fields, Operation, Request};
use crate::wire::alibaba_rpc::{AlibabaRpc, about};
use crate::wire::{Dialect, Format, HttpReply, SignatureVersion};

#[track_caller]
fn check(name: &str, start: &str, headers: &[(String, String)], body: &[u8]) {
    let headers: String = headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}\n"))
        .collect();
    let body = String::from_utf8_lossy(body);
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../../../../snapshots/wire/alibaba_rpc");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    // One parameter or element a line: what is compared is read.
    let start = start.replace('&', "\n  &");
    let body = body.replace("><", ">\n<");
    settings.bind(|| {
        insta::assert_snapshot!(name, format!("{start}\n{headers}\n{body}"));
    });
}

#[track_caller]
fn check_reply(name: &str, reply: &HttpReply) {
    check(name, &reply.status.to_string(), &reply.headers, &reply.body);
}

#[test]
fn an_import_request_reads_as_the_service_expects_it() {
    let at = "2026-11-22T18:00:00Z".parse().unwrap();
    let valid_to: jiff::Timestamp = "2026-11-23T18:00:00Z".parse().unwrap();
    let request = Request::new(Operation::Import)
        .with(Field::KeyId, "1234abcd-12ab-34cd-56ef-1234567890ab")
        .with(Field::ImportToken, b"token".to_vec())
        .with(Field::EncryptedMaterial, vec![0xfb; 48])
        .with(Field::ValidTo, valid_to);
    for (name, version) in [
        ("import_request_v1", SignatureVersion::V1),
        ("import_request_v3", SignatureVersion::V3),
    ] {
        let message = AlibabaRpc.encode_request(&request);
        let message = AlibabaRpc.sign(message, HOST, &signer(version, Some("session")), at);
        let start = format!("{} {}", message.method, message.target);
        check(name, &start, &message.headers, &message.body);
    }
}

#[test]
fn a_refusal_carries_code_status_text_and_id() {
    let refused = about(Fault::MemberMissing, "ImportToken");
    for (name, format) in [("refusal_json", Format::Json), ("refusal_xml", Format::Xml)] {
        let reply = AlibabaRpc.encode_refused(Some(Operation::Import), &refused, &envelope(format));
        check_reply(name, &reply);
    }
}

#[test]
fn an_import_is_answered_as_the_vendors_page_shows_it() {
    for (name, format) in [("import_json", Format::Json), ("import_xml", Format::Xml)] {
        let reply =
            AlibabaRpc.encode_accepted(Operation::Import, &Fields::new(), &envelope(format));
        check_reply(name, &reply);
    }
}

#[test]
fn a_description_stands_within_the_metadata() {
    let created: jiff::Timestamp = "2026-11-22T18:00:00.044Z".parse().unwrap();
    let fields = Fields::new()
        .with(Field::AccountId, "111122223333")
        .with(Field::KeyId, "1234abcd-12ab-34cd-56ef-1234567890ab")
        .with(Field::CreationDate, created)
        .with(Field::State, "pending-import")
        .with(Field::Origin, "external")
        .with(Field::Spec, "symmetric")
        .with(Field::Usage, "encrypt-decrypt")
        .with(Field::RotationEnabled, false);
    for (name, format) in [
        ("describe_json", Format::Json),
        ("describe_xml", Format::Xml),
    ] {
        let reply = AlibabaRpc.encode_accepted(Operation::DescribeKey, &fields, &envelope(format));
        check_reply(name, &reply);
    }
}
