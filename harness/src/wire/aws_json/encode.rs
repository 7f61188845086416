//! Neutral calls and answers as HTTP messages.

use serde_json::{Map, Value as Json, json};

use super::schema::{self, ReplyShape};
use super::{CONTENT_TYPE, TARGET_PREFIX, faults, form, json};
use crate::spec::{Fields, Operation, Request};
use crate::wire::spoil::INVENTED_OPERATION;
use crate::wire::{Envelope, HttpReply, HttpRequest, Method, NEWEST, WireFault};

pub(super) fn request(request: &Request) -> HttpRequest {
    let schema = schema::of(request.operation);
    call(
        schema.name,
        json::write(schema.request, &request.fields, NEWEST),
    )
}

pub(super) fn invented() -> HttpRequest {
    call(INVENTED_OPERATION, Map::new())
}

fn call(name: &str, members: Map<String, Json>) -> HttpRequest {
    HttpRequest {
        method: Method::Post,
        target: "/".to_owned(),
        headers: vec![
            ("content-type".to_owned(), CONTENT_TYPE.to_owned()),
            ("x-amz-target".to_owned(), format!("{TARGET_PREFIX}{name}")),
        ],
        body: Json::Object(members).to_string().into_bytes(),
    }
}

pub(super) fn accepted(operation: Operation, fields: &Fields, envelope: &Envelope) -> HttpReply {
    let era = envelope.era;
    let body = match schema::of(operation).reply {
        ReplyShape::Flat(members) => Json::Object(json::write(members, fields, era)),
        ReplyShape::Within(outer, members) => json!({ outer: json::write(members, fields, era) }),
    };
    // Operations without an answer of their own have an empty body. Before import gained an answer it had `{}`,
    // while deletion of material had nothing.
    let is_empty = body == json!({}) && operation != Operation::Import;
    let body = if is_empty {
        String::new()
    } else {
        body.to_string()
    };
    reply(200, body.into_bytes(), envelope)
}

pub(super) fn refused(refused: &WireFault, envelope: &Envelope) -> HttpReply {
    let form = faults::form(refused.fault);
    let mut body = json!({ "__type": form.codes[0] });
    let mut texts = form.texts.iter();
    let text = texts.find_map(|text| refused.variables.fill(text));
    if let Some(text) = text.filter(|text| !text.is_empty()) {
        body["message"] = Json::from(text);
    }
    reply(form.statuses[0], body.to_string().into_bytes(), envelope)
}

fn reply(status: u16, body: Vec<u8>, envelope: &Envelope) -> HttpReply {
    let own = [
        ("content-type", CONTENT_TYPE.to_owned()),
        (form::REQUEST_ID, envelope.request_id.clone()),
        ("date", envelope.date()),
    ];
    let uncached = form::UNCACHED.map(|(name, value)| (name, value.to_owned()));
    HttpReply {
        status,
        headers: own
            .into_iter()
            .chain(uncached)
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
        body,
    }
}
