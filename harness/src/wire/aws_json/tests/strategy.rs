//! Legal messages of every operation, and hostile bodies.

use jiff::Timestamp;
use proptest::prelude::*;
use proptest::sample::select;
use strum::VariantArray;

use super::envelope;
use crate::spec::{Field, Fields, Operation, Request, Value};
use crate::wire::aws_json::schema::ReplyShape;
use crate::wire::aws_json::shape::{Member, Shape};
use crate::wire::aws_json::{AwsJson, NAMES, schema};
use crate::wire::{Dialect, NEWEST};

pub(super) fn request() -> impl Strategy<Value = Request> {
    select(Operation::VARIANTS).prop_flat_map(|operation| {
        members(schema::of(operation).request).prop_map(move |fields| Request {
            fields,
            ..Request::new(operation)
        })
    })
}

pub(super) fn reply() -> impl Strategy<Value = (Operation, Fields)> {
    select(Operation::VARIANTS).prop_flat_map(|operation| {
        let (ReplyShape::Flat(shape) | ReplyShape::Within(_, shape)) = schema::of(operation).reply;
        (Just(operation), members(shape))
    })
}

fn members(members: &'static [Member]) -> BoxedStrategy<Fields> {
    let each: Vec<_> = members
        .iter()
        .map(|member| {
            let some = one(member);
            if member.required {
                some
            } else {
                prop_oneof![Just(Fields::new()), some].boxed()
            }
        })
        .collect();
    each.prop_map(|all| all.into_iter().flatten().collect())
        .boxed()
}

/// One member, or those of a structure that is taken apart.
fn one(member: &'static Member) -> BoxedStrategy<Fields> {
    let field = member.field;
    match member.shape {
        Shape::Structure(inner) => members(inner),
        shape => value(shape, field)
            .prop_map(move |value| Fields::new().with(field, value))
            .boxed(),
    }
}

fn value(shape: Shape, field: Field) -> BoxedStrategy<Value> {
    match shape {
        Shape::Text { min, max, pattern } => match pattern {
            Some(_) => text(min.max(1), max, true),
            None => text(min, max, false),
        }
        .prop_map(Value::Text)
        .boxed(),
        Shape::Enum(names) => select(names.known(NEWEST).collect::<Vec<_>>())
            .prop_map(move |name| Value::Text(NAMES.to_neutral(field, name).into_owned()))
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
        Shape::Structure(_) => unreachable!("it has no value of its own"),
    }
}

/// Plain texts please every pattern, the others hold what JSON must escape.
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
        reply().prop_map(|(operation, fields)| AwsJson
            .encode_accepted(operation, &fields, &envelope())
            .body),
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
