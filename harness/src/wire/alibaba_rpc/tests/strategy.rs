//! Legal messages of every operation, and hostile bodies.

use jiff::Timestamp;
use proptest::prelude::*;
use proptest::sample::select;

use super::envelope;
use crate::spec::{Field, Fields, Operation, Request, Value};
use crate::wire::alibaba_rpc::schema::{ReplyShape, SCHEMAS};
use crate::wire::alibaba_rpc::shape::{Member, Shape};
use crate::wire::alibaba_rpc::{AlibabaRpc, NAMES};
use crate::wire::{Dialect, Format};

pub(super) fn request() -> impl Strategy<Value = Request> {
    select(SCHEMAS).prop_flat_map(|schema| {
        let operation = schema.operation;
        members(schema.request).prop_map(move |fields| Request {
            fields,
            ..Request::new(operation)
        })
    })
}

pub(super) fn reply() -> impl Strategy<Value = (Operation, Fields)> {
    select(SCHEMAS).prop_flat_map(|schema| {
        let (ReplyShape::Flat(shape) | ReplyShape::Within(_, shape)) = schema.reply;
        (Just(schema.operation), members(shape))
    })
}

fn members(members: &'static [Member]) -> BoxedStrategy<Fields> {
    let each: Vec<_> = members
        .iter()
        .map(|member| {
            let field = member.field;
            let value = value(member).prop_map(move |value| (field, value));
            if member.required {
                value.prop_map(Some).boxed()
            } else {
                prop::option::of(value).boxed()
            }
        })
        .collect();
    each.prop_map(|all| {
        let mut fields: Fields = all.into_iter().flatten().collect();
        // The vendor cannot say both.
        if fields.has(Field::ValidTo) {
            fields.remove(Field::ExpirationModel);
        }
        fields
    })
    .boxed()
}

fn value(member: &'static Member) -> BoxedStrategy<Value> {
    let field = member.field;
    match member.shape {
        Shape::Text => text(usize::from(member.required))
            .prop_map(move |name| Value::Text(NAMES.to_neutral(field, &name).into_owned()))
            .boxed(),
        Shape::Enum(all) => select(all)
            .prop_map(move |name| Value::Text(NAMES.to_neutral(field, name).into_owned()))
            .boxed(),
        Shape::Zero(name) => Just(Value::from(name)).boxed(),
        Shape::Blob | Shape::BlobUpTo(_) => prop::collection::vec(any::<u8>(), 1..40)
            .prop_map(Value::Bytes)
            .boxed(),
        Shape::Time | Shape::TimeOrEmpty => seconds(-62_135_596_800),
        Shape::EpochSeconds => seconds(1),
        Shape::Number => any::<i64>().prop_map(Value::Number).boxed(),
        Shape::Flag | Shape::OnOff => any::<bool>().prop_map(Value::Flag).boxed(),
        Shape::Names => prop::collection::vec(text(0), 0..4)
            .prop_map(Value::Names)
            .boxed(),
        Shape::Map => prop::collection::btree_map(text(0), text(0), 0..4)
            .prop_map(Value::Map)
            .boxed(),
        Shape::Records(_, inner) => prop::collection::vec(members(inner), 0..4)
            .prop_map(Value::Records)
            .boxed(),
    }
}

fn seconds(from: i64) -> BoxedStrategy<Value> {
    (from..=253_402_207_200)
        .prop_map(|seconds| Value::Time(Timestamp::from_second(seconds).unwrap()))
        .boxed()
}

/// Texts with all that queries, JSON and XML must escape.
fn text(min: usize) -> impl Strategy<Value = String> {
    let letters: Vec<char> = "aZ0 \"\\/'{}[]<>&;+%*~=\t\n\ré\u{1f511}".chars().collect();
    prop::collection::vec(select(letters), min..12)
        .prop_map(|letters| letters.into_iter().collect())
}

/// A message of ours with one byte changed, or cut off, or followed by rubbish; or rubbish alone.
pub(super) fn hostile_body() -> impl Strategy<Value = Vec<u8>> {
    let ours = (reply(), any::<bool>()).prop_map(|((operation, fields), is_xml)| {
        let format = if is_xml { Format::Xml } else { Format::Json };
        AlibabaRpc
            .encode_accepted(operation, &fields, &envelope(format))
            .body
    });
    let damaged = (ours, any::<prop::sample::Index>(), any::<u8>(), 0..3).prop_map(
        |(mut body, place, byte, damage)| {
            match damage {
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
