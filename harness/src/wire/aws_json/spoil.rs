//! One defect in the message or the signature of an otherwise correct call.

use jiff::Timestamp;
use serde_json::{Map, Value as Json};

use super::signing::AUTHORIZATION;
use super::{TARGET_PREFIX, schema, signing};
use crate::spec::{MessageDefect, Operation, OperationDefect, SignatureDefect};
use crate::wire::spoil::{INVENTED_MEMBER, INVENTED_OPERATION, first_half, signer as wrong_signer};
use crate::wire::{HttpRequest, Signer};

pub(super) fn message(
    mut request: HttpRequest,
    operation: Operation,
    defect: &MessageDefect,
) -> HttpRequest {
    match defect {
        MessageDefect::Body(bytes) => request.body.clone_from(bytes),
        MessageDefect::Member(field, json) => {
            let members = schema::of(operation).request;
            let member = members.iter().find(|member| member.field == *field);
            let name = member.map_or_else(|| field.to_string(), |it| it.wire.to_owned());
            request.body = with_member(&request.body, &name, json);
        }
        MessageDefect::InventedMember(json) => {
            request.body = with_member(&request.body, INVENTED_MEMBER, json);
        }
        MessageDefect::Operation(OperationDefect::Missing) => {
            request.headers.retain(|(name, _)| name != "x-amz-target");
        }
        MessageDefect::Operation(OperationDefect::Invented) => {
            let invented = format!("{TARGET_PREFIX}{INVENTED_OPERATION}");
            replace_header(&mut request, "x-amz-target", |_| invented);
        }
    }
    request
}

pub(super) fn sign(
    request: HttpRequest,
    host: &str,
    signer: &Signer,
    at: Timestamp,
    defect: SignatureDefect,
) -> HttpRequest {
    let (signer, at) = wrong_signer(signer, at, UNKNOWN_ACCESS_KEY, defect);
    let mut request = signing::sign(request, host, &signer, at);
    match defect {
        SignatureDefect::Missing => request.headers.retain(|(name, _)| name != AUTHORIZATION),
        SignatureDefect::Cut => replace_header(&mut request, AUTHORIZATION, first_half),
        _ => {}
    }
    request
}

const UNKNOWN_ACCESS_KEY: &str = "AKIABYOKCHECKUNKNOWN";

/// Puts a member first, with a value that need not be JSON at all.
fn with_member(body: &[u8], name: &str, json: &str) -> Vec<u8> {
    let mut others: Map<String, Json> = serde_json::from_slice(body).unwrap_or_default();
    others.remove(name);
    let others: String = others
        .iter()
        .map(|(name, value)| format!(",{}:{value}", Json::from(name.as_str())))
        .collect();
    format!("{{{}:{json}{others}}}", Json::from(name)).into_bytes()
}

fn replace_header(request: &mut HttpRequest, name: &str, value: impl FnOnce(&str) -> String) {
    let header = request.headers.iter_mut().find(|(known, _)| known == name);
    if let Some((_, old)) = header {
        *old = value(old);
    }
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use crate::spec::{
        Fault, Field, MessageDefect, Operation, OperationDefect, Request, SignatureDefect, Spoil,
    };
    use crate::wire::aws_json::AwsJson;
    use crate::wire::{Credentials, Dialect, HttpRequest, NEWEST, Signer};

    const NOW: Timestamp = Timestamp::constant(1_700_000_000, 0);

    fn sent(spoil: &Spoil) -> HttpRequest {
        let call = Request::new(Operation::DescribeKey).with(Field::KeyId, "k");
        let message = AwsJson.encode_request(&call);
        let host = "kms.example";
        match spoil {
            Spoil::Message(defect) => {
                let message = AwsJson.spoil(message, call.operation, defect);
                AwsJson.sign(message, host, &signer(), NOW)
            }
            Spoil::Signature(defect) => {
                AwsJson.sign_wrongly(message, host, &signer(), NOW, *defect)
            }
        }
    }

    fn signer() -> Signer {
        let credentials = Credentials {
            access_key_id: "AKIDEXAMPLE".to_owned(),
            secret_access_key: "secret".to_owned(),
            session_token: None,
        };
        Signer::new(credentials, "us-east-1")
    }

    /// What a service says to the message.
    fn fault(spoil: &Spoil) -> Option<Fault> {
        let message = sent(spoil);
        AwsJson
            .authenticate(&message, &signer(), NOW)
            .and_then(|()| AwsJson.decode_request(&message, NEWEST).map(drop))
            .err()
            .map(|found| found.fault)
    }

    fn body(bytes: &[u8]) -> MessageDefect {
        MessageDefect::Body(bytes.to_vec())
    }

    fn member(json: &str) -> MessageDefect {
        MessageDefect::Member(Field::KeyId, json.to_owned())
    }

    #[test]
    fn each_defect_of_a_message_is_its_only_one() {
        for (defect, expected) in [
            (body(b""), Some(Fault::Serialization)),
            (body(b"{"), Some(Fault::Serialization)),
            (body(b"[]"), Some(Fault::Serialization)),
            (body(b"{\"KeyId\":\"\xff\"}"), Some(Fault::Serialization)),
            (body(b"{}"), Some(Fault::Constraint)),
            (member("1"), Some(Fault::Serialization)),
            (member("nonsense"), Some(Fault::Serialization)),
            (member("null"), Some(Fault::Constraint)),
            (member("\"other\""), None),
            (MessageDefect::InventedMember("[{}]".to_owned()), None),
            (
                MessageDefect::Operation(OperationDefect::Missing),
                Some(Fault::OperationUnknown),
            ),
            (
                MessageDefect::Operation(OperationDefect::Invented),
                Some(Fault::OperationUnknown),
            ),
        ] {
            assert_eq!(
                fault(&Spoil::Message(defect.clone())),
                expected,
                "{defect:?}"
            );
        }
    }

    #[test]
    fn each_defect_of_a_signature_is_its_only_one() {
        let made_at = |minutes| SignatureDefect::MadeAt(SignedDuration::from_mins(minutes));
        for (defect, expected) in [
            (SignatureDefect::Missing, Some(Fault::SignatureMissing)),
            (SignatureDefect::Cut, Some(Fault::SignatureIncomplete)),
            (SignatureDefect::WrongSecret, Some(Fault::SignatureMismatch)),
            (SignatureDefect::UnknownKey, Some(Fault::AccessKeyUnknown)),
            (made_at(-10), Some(Fault::SignatureSkewed)),
            (made_at(10), Some(Fault::SignatureSkewed)),
            (made_at(-4), None),
            (made_at(4), None),
        ] {
            assert_eq!(fault(&Spoil::Signature(defect)), expected, "{defect:?}");
        }
    }

    #[test]
    fn the_other_members_stay_when_one_is_spoilt() {
        let call = Request::new(Operation::GetParameters)
            .with(Field::KeyId, "k")
            .with(Field::WrappingAlgorithm, "RSAES_OAEP_SHA_256");
        let message = AwsJson.encode_request(&call);
        let spoilt = AwsJson.spoil(message, call.operation, &member("1"));
        let expected = r#"{"KeyId":1,"WrappingAlgorithm":"RSAES_OAEP_SHA_256"}"#;
        assert_eq!(String::from_utf8_lossy(&spoilt.body), expected);
    }
}
