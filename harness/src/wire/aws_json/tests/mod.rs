//! What goes out comes back, and nothing that comes in makes us fall.

mod answers;
mod eras;
mod requests;
mod signing;
mod snapshots;
mod strategy;

use proptest::prelude::*;
use proptest::sample::select;
use strum::VariantArray;

use super::AwsJson;
use crate::spec::{Fault, Operation, Reply, Request};
use crate::wire::{Dialect, Envelope, Format, HttpReply, HttpRequest, NEWEST};

fn envelope() -> Envelope {
    Envelope {
        request_id: "b9efd3c0-6a09-4a6e-9a0f-0d6f5f2d8c11".to_owned(),
        at: "2026-11-22T18:00:00Z".parse().unwrap(),
        format: Format::Json,
        era: NEWEST,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn a_request_survives_the_wire(request in strategy::request()) {
        let message = AwsJson.encode_request(&request);
        prop_assert_eq!(AwsJson.decode_request(&message, NEWEST), Ok(request));
    }

    #[test]
    fn an_answer_survives_the_wire((operation, fields) in strategy::reply()) {
        let message = AwsJson.encode_accepted(operation, &fields, &envelope());
        prop_assert_eq!(AwsJson.decode_reply(operation, &message), Reply::Accepted(fields));
    }

    #[test]
    fn a_refusal_survives_the_wire(fault in select(Fault::VARIANTS)) {
        let form = AwsJson.refusal(Operation::Import, fault).unwrap();
        let message = AwsJson.encode_refused(Some(Operation::Import), &fault.into(), &envelope());
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
        if let Err(found) = AwsJson.decode_request(&message, NEWEST) {
            prop_assert!(matches!(found.fault, Fault::Serialization | Fault::Constraint));
        }
    }
}
