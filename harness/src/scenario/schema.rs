use serde_json::{Map, Value, json};
use strum::VariantArray;

use super::read_spoil::SIGNATURES;
use super::step::{Form, KeyForm, RegionRole};
use crate::spec::{
    Facet, Fault, Field, FieldKind, Format, KeyFamily, KeySpec, KeyState, Method, Operation,
    OperationDefect, ParameterPlace, SignatureVersion, WireForm, WrappingAlgorithm,
    WrappingKeySpec,
};
use crate::wrapping::{Damage, MaterialForm, WrapVariant};

/// A JSON Schema of scenario files, for editors; made from the same names that the reader accepts.
#[must_use]
pub fn schema() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "byokcheck scenario",
        "type": "object",
        "required": ["title", "rules", "step"],
        "additionalProperties": false,
        "properties": {
            "title": { "type": "string", "description": "the sentence that it demonstrates" },
            "rules": { "type": "array", "items": { "type": "string" }, "minItems": 1 },
            "needs": { "type": "array", "items": { "type": "string" }, "description": "rules that its steps rely on besides" },
            "tags": { "type": "array", "items": { "type": "string" } },
            "rows": { "type": "array", "items": { "type": "object" }, "minItems": 1 },
            "materials": { "type": "object", "additionalProperties": { "$ref": "#/$defs/material" } },
            "step": { "type": "array", "items": { "$ref": "#/$defs/step" }, "minItems": 1 },
        },
        "$defs": {
            "material": material(),
            "step": step(),
            "then": then(),
        },
    })
}

fn material() -> Value {
    let length = || row_or(json!({ "type": "integer", "minimum": 0 }));
    let curves = KeySpec::VARIANTS
        .iter()
        .filter(|spec| spec.family() == KeyFamily::Ecc)
        .map(ToString::to_string);
    json!({
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "bytes": length(),
            "zeros": length(),
            "rsa": row_or(json!({ "enum": [2048, 3072, 4096] })),
            "ec": row_or(json!({ "enum": curves.collect::<Vec<String>>() })),
            "of": { "type": "string", "description": "the material whose key this is in another form" },
            "form": one_of::<MaterialForm>(),
        },
    })
}

fn step() -> Value {
    let mut intents: Vec<String> = names::<Operation>();
    intents.push("pass-time".to_owned());
    let mut properties = Map::new();
    for field in Field::VARIANTS {
        properties.insert(field.to_string(), argument(*field));
    }
    let text = || json!({ "type": "string" });
    let own = json!({
        "do": row_or(json!({ "enum": intents })),
        "name": text(),
        "key": text(),
        "by": row_or(json!({ "type": "string", "description": format!("how the key is written ({}), or how much time passes", names::<KeyForm>().join(", ")) })),
        "region": one_of::<RegionRole>(),
        "omit": { "type": "array", "items": row_or(json!({ "enum": names::<Field>() })) },
        "material": text(),
        "parameters": text(),
        "wrapped-for": text(),
        "algorithm": one_of::<WrappingAlgorithm>(),
        "wrapping-key": one_of::<WrappingKeySpec>(),
        "wrap-with": one_of::<WrappingAlgorithm>(),
        "wrap-except": one_of::<WrapVariant>(),
        "damage": one_of::<Damage>(),
        "manner": manner(),
        "spoil": spoil(),
        "then": { "$ref": "#/$defs/then" },
        "control": { "type": ["object", "string"] },
        "no-control": text(),
    });
    if let Value::Object(own) = own {
        properties.extend(own);
    }
    json!({
        "type": "object",
        "required": ["do"],
        "additionalProperties": false,
        "properties": properties,
    })
}

fn then() -> Value {
    let matchers: Map<String, Value> = Field::VARIANTS
        .iter()
        .map(|field| (field.to_string(), json!({})))
        .collect();
    let matchers = json!({ "type": "object", "additionalProperties": false, "properties": matchers,
        "description": format!("a value, \"absent\", \"present\", or a matcher; forms: {}", names::<Form>().join(", ")) });
    json!({
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "accepted": { "const": true },
            "refused": one_of::<Fault>(),
            "text": { "type": "string" },
            "state": one_of::<KeyState>(),
            "reply": matchers,
            "metadata": matchers,
            "wire": { "type": "array", "items": one_of::<WireForm>() },
            "entries": { "type": "array", "items": matchers, "description": "the list in the reply, in any order" },
            "open": {
                "type": "object",
                "propertyNames": { "enum": names::<Facet>() },
                "additionalProperties": { "type": "string" },
            },
            "may-change": { "type": "string" },
        },
    })
}

fn manner() -> Value {
    json!({
        "type": "object",
        "description": "what is different about how the call is signed, carried and answered",
        "additionalProperties": false,
        "properties": {
            "signature": one_of::<SignatureVersion>(),
            "format": one_of::<Format>(),
            "method": one_of::<Method>(),
            "parameters": one_of::<ParameterPlace>(),
            "nonce": row_or(json!({ "type": "boolean" })),
        },
    })
}

fn spoil() -> Value {
    let text = || json!({ "type": "string" });
    let signatures: Vec<&str> = SIGNATURES.iter().map(|(name, _)| *name).collect();
    json!({
        "type": "object",
        "description": "the one thing that is wrong with the message of the call",
        "additionalProperties": false,
        "properties": {
            "body": text(),
            "body-hex": text(),
            "member": one_of::<Field>(),
            "json": text(),
            "invented-member": text(),
            "operation": one_of::<OperationDefect>(),
            "signature": row_or(json!({ "enum": signatures })),
            "signed": text(),
        },
    })
}

fn argument(field: Field) -> Value {
    let own = match field.kind() {
        FieldKind::Text => json!({ "type": "string" }),
        FieldKind::Time => json!({ "type": "string", "description": "from now, such as +1h" }),
        FieldKind::Bytes => json!({ "type": ["string", "integer"] }),
        FieldKind::Number => json!({ "type": "integer" }),
        FieldKind::Flag => json!({ "type": "boolean" }),
        FieldKind::Names => json!({ "type": "array", "items": { "type": "string" } }),
        FieldKind::Map | FieldKind::Records => json!({ "type": "object" }),
    };
    let text = || json!({ "type": "string" });
    let table = |required: &[&str], properties: Value| json!({ "type": "object", "required": required, "properties": properties });
    let mut forms = vec![
        own,
        json!({ "type": "string", "pattern": "^\\$" }),
        table(
            &["of"],
            json!({ "of": text(), "damage": one_of::<Damage>() }),
        ),
    ];
    match field {
        Field::Ciphertext => forms.push(table(
            &["sealed-for", "plaintext"],
            json!({ "sealed-for": text(), "plaintext": text() }),
        )),
        Field::Signature => forms.push(table(&["signed-by"], json!({ "signed-by": text() }))),
        _ => {}
    }
    json!({ "anyOf": forms })
}

fn one_of<T: VariantArray + ToString>() -> Value {
    row_or(json!({ "enum": names::<T>() }))
}

/// The value itself, or the column of a row that stands for it.
fn row_or(own: Value) -> Value {
    json!({ "anyOf": [own, { "type": "string", "pattern": "^\\$" }] })
}

fn names<T: VariantArray + ToString>() -> Vec<String> {
    T::VARIANTS.iter().map(ToString::to_string).collect()
}
