//! Neutral calls and answers as HTTP messages.

use serde_json::{Map, Value as Json};

use super::parameters::Parameters;
use super::schema::{self, ReplyShape};
use super::{VERSION, faults, members, text, xml};
use crate::spec::{Fields, Operation, Request};
use crate::wire::spoil::INVENTED_OPERATION;
use crate::wire::{Envelope, Format, HttpReply, HttpRequest, Method, WireFault};

/// All parameters stand in the query, as the vendor's clients put them.
pub(super) fn request(request: &Request) -> HttpRequest {
    let Some(schema) = schema::of(request.operation) else {
        return invented();
    };
    let mut parameters = called(schema.name);
    if let Some((name, value)) = schema.fixed {
        parameters.set(name, value);
    }
    for member in schema.request {
        let value = request.fields.value(member.field);
        let text = value.and_then(|value| text::write(member, value));
        if let Some(text) = text.filter(|_| !parameters.has(member.wire)) {
            parameters.set(member.wire, text);
        }
    }
    message(&parameters)
}

pub(super) fn invented() -> HttpRequest {
    message(&called(INVENTED_OPERATION))
}

fn called(action: &str) -> Parameters {
    let mut parameters = Parameters::default();
    parameters.set("Action", action);
    parameters.set("Version", VERSION);
    parameters
}

fn message(parameters: &Parameters) -> HttpRequest {
    HttpRequest {
        method: Method::Post,
        target: parameters.to_target(),
        headers: Vec::new(),
        body: Vec::new(),
    }
}

pub(super) fn accepted(operation: Operation, fields: &Fields, envelope: &Envelope) -> HttpReply {
    let mut body = Map::new();
    body.insert("RequestId".to_owned(), id(envelope));
    match schema::of(operation).map(|schema| schema.reply) {
        None => {}
        Some(ReplyShape::Flat(members)) => body.extend(members::write(members, fields)),
        Some(ReplyShape::Within(outer, members)) => {
            let inner = members::write(members, fields);
            body.insert(outer.to_owned(), Json::Object(inner));
        }
    }
    reply(200, &body, envelope)
}

pub(super) fn refused(
    operation: Option<Operation>,
    refused: &WireFault,
    envelope: &Envelope,
) -> HttpReply {
    let form = faults::form(operation, refused.fault).unwrap_or(&faults::INTERNAL);
    let mut texts = form.texts.iter();
    let text = texts.find_map(|text| refused.variables.fill(text));
    let status = form.statuses[0];
    let body = [
        ("HttpStatus", Json::from(status)),
        ("Code", Json::from(form.codes[0])),
        ("Message", Json::from(text.unwrap_or_default())),
        ("RequestId", id(envelope)),
    ];
    let body = body.map(|(name, value)| (name.to_owned(), value));
    reply(status, &body.into_iter().collect(), envelope)
}

fn id(envelope: &Envelope) -> Json {
    Json::from(envelope.request_id.as_str())
}

fn reply(status: u16, members: &Map<String, Json>, envelope: &Envelope) -> HttpReply {
    let (content_type, body) = match envelope.format {
        Format::Json => (
            "application/json;charset=utf-8",
            serde_json::to_vec(members).unwrap_or_default(),
        ),
        Format::Xml => ("text/xml;charset=utf-8", xml::write(ROOT, members)),
    };
    let headers = [
        ("content-type", content_type.to_owned()),
        ("date", envelope.date()),
    ];
    HttpReply {
        status,
        headers: headers.map(|(name, value)| (name.to_owned(), value)).into(),
        body,
    }
}

/// The root of the documents of 2018 to 2021; newer ones have a name for each operation.
const ROOT: &str = "KMS";
