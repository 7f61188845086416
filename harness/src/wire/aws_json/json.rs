//! Members as JSON, both ways. Names of enum values stay as the vendor spells them when reading.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value as Json};

use super::shape::{Member, Shape, known};
use super::{NAMES, moment};
use crate::spec::{Era, Fields, Value};
use crate::wire::mistyped::Mistyped;

/// Writes the members that the schema knows on a day. What is written follows the value rather than the shape, so that
/// hostile tests can send a text where a blob belongs.
pub(super) fn write(members: &[Member], fields: &Fields, era: Era) -> Map<String, Json> {
    known(members, era)
        .filter_map(|member| Some((member.wire.to_owned(), write_member(member, fields, era)?)))
        .collect()
}

fn write_member(member: &Member, fields: &Fields, era: Era) -> Option<Json> {
    match member.shape {
        Shape::Structure(inner) => {
            let object = write(inner, fields, era);
            (!object.is_empty()).then_some(Json::Object(object))
        }
        _ => Some(write_value(member, fields.value(member.field)?, era)),
    }
}

fn write_value(member: &Member, value: &Value, era: Era) -> Json {
    let name = |name: &String| Json::from(NAMES.to_vendor(member.field, name));
    match value {
        Value::Text(text) => name(text),
        Value::Bytes(bytes) => Json::from(STANDARD.encode(bytes)),
        Value::Time(time) => moment::to_json(*time),
        Value::Number(number) => Json::from(*number),
        Value::Flag(flag) => Json::from(*flag),
        Value::Names(names) => names.iter().map(name).collect(),
        Value::Map(map) => map
            .iter()
            .map(|(name, value)| (name.clone(), Json::from(value.as_str())))
            .collect(),
        Value::Records(records) => records
            .iter()
            .map(|record| Json::Object(write(members_of(member), record, era)))
            .collect(),
    }
}

fn members_of(member: &Member) -> &'static [Member] {
    match member.shape {
        Shape::Records(members) => members,
        _ => &[],
    }
}

/// Reads the members that the schema knows on a day and ignores the rest; `null` is the same as absent.
///
/// # Errors
/// Names the first member whose JSON has the wrong type.
pub(super) fn read(
    members: &[Member],
    object: &Map<String, Json>,
    era: Era,
) -> Result<Fields, Mistyped> {
    let mut fields = Fields::new();
    for member in known(members, era) {
        match (member.shape, object.get(member.wire)) {
            (_, None | Some(Json::Null)) => {}
            (Shape::Structure(inner), Some(json)) => {
                fields.extend(read_structure(member.wire, inner, json, era)?);
            }
            (_, Some(json)) => fields.set(member.field, read_value(member, json, era)?),
        }
    }
    Ok(fields)
}

fn read_value(member: &Member, json: &Json, era: Era) -> Result<Value, Mistyped> {
    let value = match member.shape {
        Shape::Text { .. } | Shape::Enum(_) => json.as_str().map(Value::from),
        Shape::Blob { .. } => json
            .as_str()
            .and_then(|text| STANDARD.decode(text).ok())
            .map(Value::Bytes),
        Shape::Time => json
            .as_number()
            .and_then(moment::from_json)
            .map(Value::Time),
        Shape::Number { .. } => json.as_i64().map(Value::Number),
        Shape::Flag => json.as_bool().map(Value::Flag),
        Shape::Names { .. } => texts(json).map(Value::Names),
        Shape::Map => text_map(json).map(Value::Map),
        Shape::Records(members) => return read_records(member.wire, members, json, era),
        // What is taken apart has no value of its own.
        Shape::Structure(_) => None,
    };
    value.ok_or_else(|| Mistyped::new(member.wire, expectation(member.shape)))
}

fn read_records(wire: &str, members: &[Member], json: &Json, era: Era) -> Result<Value, Mistyped> {
    let mistyped = |expected| Mistyped::new(wire, expected);
    json.as_array()
        .ok_or_else(|| mistyped("a list of objects"))?
        .iter()
        .map(|record| {
            let object = record
                .as_object()
                .ok_or_else(|| mistyped("a list of objects"))?;
            read(members, object, era).map_err(|error| error.within(wire))
        })
        .collect::<Result<_, _>>()
        .map(Value::Records)
}

fn read_structure(
    wire: &str,
    members: &[Member],
    json: &Json,
    era: Era,
) -> Result<Fields, Mistyped> {
    let object = json.as_object();
    let object = object.ok_or_else(|| Mistyped::new(wire, "an object"))?;
    read(members, object, era).map_err(|error| error.within(wire))
}

fn texts(json: &Json) -> Option<Vec<String>> {
    json.as_array()?
        .iter()
        .map(|item| item.as_str().map(str::to_owned))
        .collect()
}

fn text_map(json: &Json) -> Option<BTreeMap<String, String>> {
    json.as_object()?
        .iter()
        .map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
        .collect()
}

fn expectation(shape: Shape) -> &'static str {
    match shape {
        Shape::Text { .. } | Shape::Enum(_) => "a string",
        Shape::Blob { .. } => "a base64 string",
        Shape::Time => "a number of seconds since 1970 that a calendar has",
        Shape::Number { .. } => "a whole number",
        Shape::Flag => "true or false",
        Shape::Names { .. } => "a list of strings",
        Shape::Map => "an object of strings",
        Shape::Records(_) => "a list of objects",
        Shape::Structure(_) => "an object",
    }
}
