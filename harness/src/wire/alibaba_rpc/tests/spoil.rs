use jiff::SignedDuration;

use super::{HOST, now, signer};
use crate::spec::{
    Fault, Field, MessageDefect, Operation, OperationDefect, Request, SignatureDefect, Spoil,
};
use crate::wire::alibaba_rpc::AlibabaRpc;
use crate::wire::{Dialect, HttpRequest, NEWEST, SignatureVersion};

fn sent(spoil: &Spoil, version: SignatureVersion) -> HttpRequest {
    let call = Request::new(Operation::DescribeKey).with(Field::KeyId, "k");
    let message = AlibabaRpc.encode_request(&call);
    let signer = signer(version, None);
    match spoil {
        Spoil::Message(defect) => {
            let message = AlibabaRpc.spoil(message, call.operation, defect);
            AlibabaRpc.sign(message, HOST, &signer, now())
        }
        Spoil::Signature(defect) => AlibabaRpc.sign_wrongly(message, HOST, &signer, now(), *defect),
    }
}

/// What a service says to the message.
#[track_caller]
fn check(spoil: &Spoil, expected: Option<Fault>) {
    for version in [SignatureVersion::V1, SignatureVersion::V3] {
        let message = sent(spoil, version);
        let found = AlibabaRpc
            .authenticate(&message, &signer(version, None), now())
            .and_then(|()| AlibabaRpc.decode_request(&message, NEWEST).map(drop))
            .err()
            .map(|found| found.fault);
        // A cut signature of the first version is a wrong one: nothing tells that there was more.
        let cut = *spoil == Spoil::Signature(SignatureDefect::Cut);
        let expected = match version {
            SignatureVersion::V1 if cut => Some(Fault::SignatureMismatch),
            _ => expected,
        };
        assert_eq!(found, expected, "{spoil:?}, {message:?}");
    }
}

#[test]
fn each_defect_of_a_message_is_its_only_one() {
    let body = |bytes: &[u8]| MessageDefect::Body(bytes.to_vec());
    let member = |text: &str| MessageDefect::Member(Field::KeyId, text.to_owned());
    for (defect, expected) in [
        (body(b""), Some(Fault::MemberMissing)),
        (body(b"{"), Some(Fault::MemberMissing)),
        (body(b"KeyId=\xff"), None),
        (member(""), Some(Fault::MemberMissing)),
        (member("other"), None),
        (MessageDefect::InventedMember("[{}]".to_owned()), None),
        (
            MessageDefect::Operation(OperationDefect::Missing),
            Some(Fault::MemberMissing),
        ),
        (
            MessageDefect::Operation(OperationDefect::Invented),
            Some(Fault::OperationUnknown),
        ),
    ] {
        check(&Spoil::Message(defect), expected);
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
        (made_at(-30), Some(Fault::SignatureSkewed)),
        (made_at(30), Some(Fault::SignatureSkewed)),
        (made_at(-10), None),
        (made_at(10), None),
    ] {
        check(&Spoil::Signature(defect), expected);
    }
}
