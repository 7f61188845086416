//! Members of a request as the texts that parameters are, both ways.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::{Map, Value as Json};

use super::shape::{Member, Shape};
use super::{NAMES, moment};
use crate::spec::{Fields, Value};

/// Writes a member; `None` when the vendor has no way to say this. What is written follows the value rather than the
/// shape, so that hostile tests can send a text where a blob belongs.
pub(super) fn write(member: &Member, value: &Value) -> Option<String> {
    Some(match (member.shape, value) {
        (Shape::Zero(name), value) => {
            let is_zero = matches!(value, Value::Text(text) if text == name);
            return is_zero.then(|| "0".to_owned());
        }
        (Shape::EpochSeconds, Value::Time(time)) => time.as_second().to_string(),
        (_, Value::Time(time)) => moment::write(*time),
        (_, Value::Text(text)) => NAMES.to_vendor(member.field, text).to_owned(),
        (_, Value::Bytes(bytes)) => STANDARD.encode(bytes),
        (_, Value::Number(number)) => number.to_string(),
        (_, Value::Flag(flag)) => flag.to_string(),
        (_, Value::Names(names)) => Json::from(names.as_slice()).to_string(),
        (_, Value::Map(map)) => map
            .iter()
            .map(|(name, value)| (name.clone(), Json::from(value.as_str())))
            .collect::<Json>()
            .to_string(),
        (_, Value::Records(records)) => records
            .iter()
            .map(|record| Json::Object(write_record(member.shape, record)))
            .collect::<Json>()
            .to_string(),
    })
}

fn write_record(shape: Shape, record: &Fields) -> Map<String, Json> {
    let Shape::Records(_, members) = shape else {
        return Map::new();
    };
    members
        .iter()
        .filter_map(|member| {
            let text = write(member, record.value(member.field)?)?;
            Some((member.wire.to_owned(), Json::from(text)))
        })
        .collect()
}

/// Reads a member.
///
/// # Errors
/// The text does not have the form of the shape.
pub(super) fn read(shape: Shape, text: &str) -> Result<Option<Value>, Malformed> {
    let value = match shape {
        Shape::Text => Some(Value::from(text)),
        Shape::Enum(names) => names.contains(&text).then(|| Value::from(text)),
        // A parameter without a value is as good as none, except where a text may be empty.
        _ if text.is_empty() => return Ok(None),
        Shape::Zero(name) => return Ok((text == "0").then(|| Value::from(name))),
        Shape::EpochSeconds if text == "0" => return Ok(None),
        Shape::EpochSeconds => text
            .parse()
            .ok()
            .and_then(|seconds| Timestamp::from_second(seconds).ok())
            .map(Value::Time),
        Shape::Blob => STANDARD.decode(text).ok().map(Value::Bytes),
        Shape::BlobUpTo(longest) => {
            let bytes = STANDARD.decode(text).ok();
            bytes
                .filter(|bytes| bytes.len() <= longest)
                .map(Value::Bytes)
        }
        Shape::Time | Shape::TimeOrEmpty => moment::read(text).map(Value::Time),
        Shape::Number => text.parse().ok().map(Value::Number),
        Shape::Flag => text.parse().ok().map(Value::Flag),
        Shape::OnOff => flag(text).map(Value::Flag),
        Shape::Names => serde_json::from_str(text).ok().map(Value::Names),
        Shape::Map => {
            let map: Option<BTreeMap<String, String>> = serde_json::from_str(text).ok();
            map.map(Value::Map)
        }
        Shape::Records(_, members) => read_records(members, text).map(Value::Records),
    };
    value.map(Some).ok_or(Malformed)
}

/// A text that does not have the form of its shape.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Malformed;

/// How a flag is called where it is not `true` or `false`.
pub(super) fn on_off(flag: bool) -> &'static str {
    if flag { "Enabled" } else { "Disabled" }
}

fn flag(text: &str) -> Option<bool> {
    [true, false].into_iter().find(|flag| on_off(*flag) == text)
}

fn read_records(members: &[Member], text: &str) -> Option<Vec<Fields>> {
    let records: Vec<BTreeMap<String, String>> = serde_json::from_str(text).ok()?;
    let read_record = |record: &BTreeMap<String, String>| {
        let mut fields = Fields::new();
        for member in members {
            if let Some(text) = record.get(member.wire)
                && let Some(value) = read(member.shape, text).ok()?
            {
                fields.set(member.field, value);
            }
        }
        Some(fields)
    };
    records.iter().map(read_record).collect()
}
