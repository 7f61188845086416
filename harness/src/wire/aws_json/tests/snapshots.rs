use jiff::Timestamp;

use super::envelope;
use crate::spec::{Fault, Field, Fields, Operation, Origin, Request, Variables};
use crate::wire::aws_json::AwsJson;
use crate::wire::{Credentials, Dialect, HttpReply, Signer, WireFault};

#[track_caller]
fn check(name: &str, start: &str, headers: &[(String, String)], body: &[u8]) {
    let headers: String = headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}\n"))
        .collect();
    let body: serde_json::Value = serde_json::from_slice(body).expect("the body is JSON");
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../../../../snapshots/wire/aws_json");
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
    let credentials = Credentials {
        access_key_id: "AKIDEXAMPLE".to_owned(),
        secret_access_key: "secret".to_owned(),
        session_token: None,
    };
    let signer = Signer::new(credentials, "eu-central-1");
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
    let refused = WireFault {
        fault: Fault::OriginUnsupported,
        variables,
    };
    let reply = AwsJson.encode_refused(None, &refused, &envelope());
    check_reply("refusal", &reply);
}

#[test]
fn a_refusal_without_a_text_carries_the_code_alone() {
    let reply = AwsJson.encode_refused(None, &Fault::DataInvalid.into(), &envelope());
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
    let reply = AwsJson.encode_accepted(Operation::DescribeKey, &fields, &envelope());
    check_reply("describe_reply", &reply);
}
