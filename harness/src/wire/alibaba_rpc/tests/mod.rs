//! What goes out comes back, and nothing that comes in makes us fall.

mod answers;
mod requests;
mod signing;
mod snapshots;
mod spoil;
mod strategy;

use proptest::prelude::*;
use proptest::sample::select;
use strum::VariantArray;

use super::{AlibabaRpc, schema};
use crate::spec::{Fault, Operation, Reply, Request};
use crate::wire::{
    Credentials, Dialect, Envelope, Format, HttpReply, HttpRequest, Manner, Method, NEWEST,
    ParameterPlace, SignatureVersion, Signer,
};
use jiff::Timestamp;

pub(super) const HOST: &str = "kms.cn-hangzhou.aliyuncs.com";

pub(super) fn now() -> Timestamp {
    "2026-11-22T18:00:00.25Z".parse().unwrap()
}

fn envelope(format: Format) -> Envelope {
    Envelope {
        request_id: "ec1017cf-ead4-f3ca-babc-c3b34f3dbecb".to_owned(),
        at: now(),
        format,
        era: NEWEST,
    }
}

pub(super) fn signer(signature: SignatureVersion, session_token: Option<&str>) -> Signer {
    let credentials = Credentials {
        access_key_id: "LTAIexample".to_owned(),
        secret_access_key: "secret-of-the-example".to_owned(),
        session_token: session_token.map(str::to_owned),
    };
    Signer {
        manner: Manner {
            signature,
            ..Manner::default()
        },
        ..Signer::new(credentials, "cn-hangzhou")
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn a_request_survives_the_wire(request in strategy::request()) {
        let message = AlibabaRpc.encode_request(&request);
        prop_assert_eq!(AlibabaRpc.decode_request(&message, NEWEST), Ok(request));
    }

    #[test]
    fn a_signed_request_is_authentic_and_survives_the_wire(
        request in strategy::request(),
        signature in select(SignatureVersion::VARIANTS),
        format in select(Format::VARIANTS),
        method in select(&[Method::Get, Method::Post]),
        parameters in select(ParameterPlace::VARIANTS),
        token in prop::option::of("[ -~]{1,20}"),
    ) {
        let mut signer = signer(signature, token.as_deref());
        signer.manner = Manner { format, method, parameters, ..signer.manner };
        let message = AlibabaRpc.encode_request(&request);
        let message = AlibabaRpc.sign(message, HOST, &signer, now());
        prop_assert_eq!(message.body.is_empty(), signer.manner.place() == ParameterPlace::Query || {
            signature == SignatureVersion::V3 && request.fields.is_empty() && format == Format::Json
        });
        let again = AlibabaRpc.sign(message.clone(), HOST, &signer, now());
        prop_assert_eq!(&again, &message);
        prop_assert_eq!(AlibabaRpc.authenticate(&message, &signer, now()), Ok(()));
        prop_assert_eq!(AlibabaRpc.wanted_format(&message), format);
        prop_assert_eq!(AlibabaRpc.decode_request(&message, NEWEST), Ok(request));
    }

    #[test]
    fn an_answer_survives_the_wire(
        (operation, fields) in strategy::reply(),
        format in select(Format::VARIANTS),
    ) {
        let message = AlibabaRpc.encode_accepted(operation, &fields, &envelope(format));
        prop_assert_eq!(AlibabaRpc.decode_reply(operation, &message), Reply::Accepted(fields));
    }

    #[test]
    fn a_refusal_survives_the_wire(
        fault in select(Fault::VARIANTS),
        operation in select(schema::SCHEMAS),
        format in select(Format::VARIANTS),
    ) {
        let operation = operation.operation;
        let refused = fault.into();
        let message = AlibabaRpc.encode_refused(Some(operation), &refused, &envelope(format));
        let reply = AlibabaRpc.decode_reply(operation, &message);
        match (AlibabaRpc.refusal(operation, fault), reply) {
            (None, Reply::Unusable { .. }) => {}
            (_, Reply::NotImplemented { .. }) => prop_assert_eq!(fault, Fault::OperationUnknown),
            (Some(form), Reply::Refused(refusal)) => {
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
        body in strategy::hostile_body(),
    ) {
        let reply = AlibabaRpc.decode_reply(operation, &HttpReply { status, headers: Vec::new(), body });
        if let Reply::Unusable { because } | Reply::NotImplemented { because } = reply {
            prop_assert!(!because.is_empty() && !because.contains(char::is_control));
        }
    }

    #[test]
    fn a_hostile_request_never_panics(
        operation in select(Operation::VARIANTS),
        more in "(?s)(&?(KeyId|Format|Tags|EncryptionContext|KeyMaterialExpireUnix)=.{0,20}){0,3}",
        form in strategy::hostile_body(),
    ) {
        let mut message = AlibabaRpc
            .encode_request(&Request::new(operation))
            .with_header("content-type", super::FORM_CONTENT);
        message.target = format!("{}&{more}", message.target);
        message.body = form;
        if let Err(found) = AlibabaRpc.decode_request(&message, NEWEST) {
            prop_assert!(matches!(
                found.fault,
                Fault::Constraint | Fault::MemberMissing | Fault::OperationUnknown
            ));
        }
    }

    #[test]
    fn hostile_signatures_never_panic(
        target in "/?\\??.{0,20}(&(Signature|SignatureMethod|Timestamp|AccessKeyId)=.{0,20}){0,5}",
        headers in prop::collection::vec(
            (
                select(vec!["host", "x-acs-date", "x-acs-action", "authorization", "x acs"]),
                prop_oneof![
                    "(?s).{0,60}",
                    "ACS3-HMAC-SHA256 Credential=LTAIexample,SignedHeaders=[a-z; -]{0,40},Signature=.?",
                    Just("2026-11-22T18:00:00Z".to_owned()),
                ],
            ),
            0..6,
        ),
    ) {
        let headers: Vec<_> = headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let request = HttpRequest { target, headers, ..AlibabaRpc.invented_request() };
        for signature in SignatureVersion::VARIANTS {
            let signer = signer(*signature, None);
            prop_assert!(AlibabaRpc.authenticate(&request, &signer, now()).is_err());
            AlibabaRpc.sign(request.clone(), HOST, &signer, now());
        }
    }
}
