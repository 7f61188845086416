//! Members of a reply as JSON, both ways. XML is read as JSON whose values are all texts.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value as Json, json};

use super::shape::{Member, Shape};
use super::{NAMES, moment, text};
use crate::spec::{Fields, Value};
use crate::wire::mistyped::Mistyped;

/// Writes the members that the schema knows.
pub(super) fn write(members: &[Member], fields: &Fields) -> Map<String, Json> {
    members
        .iter()
        .filter_map(|member| {
            let json = match (member.shape, fields.value(member.field)) {
                (_, Some(value)) => write_value(member, value),
                (Shape::TimeOrEmpty, None) => Json::from(""),
                (_, None) => return None,
            };
            Some((member.wire.to_owned(), json))
        })
        .collect()
}

fn write_value(member: &Member, value: &Value) -> Json {
    match (member.shape, value) {
        (Shape::OnOff, Value::Flag(flag)) => Json::from(text::on_off(*flag)),
        (Shape::Records(item, members), Value::Records(records)) => {
            let records: Vec<_> = records.iter().map(|it| write(members, it)).collect();
            json!({ item: records })
        }
        (_, Value::Text(text)) => Json::from(NAMES.to_vendor(member.field, text)),
        (_, Value::Bytes(bytes)) => Json::from(STANDARD.encode(bytes)),
        (_, Value::Time(time)) => Json::from(moment::write(*time)),
        (_, Value::Number(number)) => Json::from(*number),
        (_, Value::Flag(flag)) => Json::from(*flag),
        (_, Value::Names(names)) => Json::from(names.as_slice()),
        // No reply has these.
        (_, Value::Map(_) | Value::Records(_)) => Json::Null,
    }
}

/// Reads the members that the schema knows and ignores the rest; `null` is the same as absent.
///
/// # Errors
/// Names the first member that does not have the form of its shape.
pub(super) fn read(members: &[Member], object: &Map<String, Json>) -> Result<Fields, Mistyped> {
    let mut fields = Fields::new();
    for member in members {
        let json = object.get(member.wire).unwrap_or(&Json::Null);
        if let Some(value) = read_value(member, json)? {
            fields.set(member.field, value);
        }
    }
    Ok(fields)
}

fn read_value(member: &Member, json: &Json) -> Result<Option<Value>, Mistyped> {
    let mistyped = || Mistyped::new(member.wire, expectation(member.shape));
    match (member.shape, json) {
        (_, Json::Null) => Ok(None),
        (Shape::Records(item, members), json) => read_records(member.wire, item, members, json),
        (Shape::Number, Json::Number(number)) => {
            let number = number.as_i64().ok_or_else(mistyped)?;
            Ok(Some(Value::Number(number)))
        }
        (Shape::Flag, Json::Bool(flag)) => Ok(Some(Value::Flag(*flag))),
        (shape, Json::String(text)) => text::read(shape, text).map_err(|_| mistyped()),
        _ => Err(mistyped()),
    }
}

/// A list stands within a structure, under the name of its items. In XML a list of one looks like its item, and an
/// empty one like a text without characters.
fn read_records(
    wire: &str,
    item: &'static str,
    members: &[Member],
    json: &Json,
) -> Result<Option<Value>, Mistyped> {
    let mistyped = || Mistyped::new(wire, "a list of structures");
    let items = match json {
        Json::String(text) if text.trim().is_empty() => &Json::Null,
        Json::Object(within) => within.get(item).unwrap_or(&Json::Null),
        _ => return Err(mistyped()),
    };
    let items = match items {
        Json::Null => &[],
        Json::Array(items) => items.as_slice(),
        one => std::slice::from_ref(one),
    };
    let records: Result<Vec<Fields>, Mistyped> = items
        .iter()
        .map(|item| match item {
            Json::String(text) if text.trim().is_empty() => Ok(Fields::new()),
            Json::Object(object) => read(members, object).map_err(|error| error.within(wire)),
            _ => Err(mistyped()),
        })
        .collect();
    records.map(|records| Some(Value::Records(records)))
}

fn expectation(shape: Shape) -> &'static str {
    match shape {
        Shape::Text | Shape::Enum(_) | Shape::Names | Shape::Map => "a text",
        Shape::Blob | Shape::BlobUpTo(_) => "a text in base64",
        Shape::Time | Shape::TimeOrEmpty => "a moment",
        Shape::Number | Shape::EpochSeconds | Shape::Zero(_) => "a whole number",
        Shape::Flag => "true or false",
        Shape::OnOff => "Enabled or Disabled",
        Shape::Records(..) => "a list of structures",
    }
}
