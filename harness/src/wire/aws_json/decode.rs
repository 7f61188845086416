//! HTTP messages as neutral calls and answers. Whatever the bytes are, there is an answer and never a panic.

use serde_json::{Map, Value as Json};

use super::json::Mistyped;
use super::schema::{self, ReplyShape, Schema};
use super::{TARGET_PREFIX, constraint, json, names};
use crate::spec::{Fault, Fields, Operation, Refusal, Reply, Request, Variables};
use crate::wire::{HttpReply, HttpRequest, Method, WireFault};

/// Reads a request as the service does: operation, JSON, types, and then the bounds of the model.
pub(super) fn request(request: &HttpRequest) -> Result<Request, WireFault> {
    let schema = called(request).ok_or_else(|| fault(Fault::OperationUnknown))?;
    let object = object(&request.body).ok_or_else(|| fault(Fault::Serialization))?;
    let mut fields =
        json::read(schema.request, &object).map_err(|_| fault(Fault::Serialization))?;
    if let Some(text) = constraint::violations(schema.request, &fields) {
        return Err(WireFault {
            fault: Fault::Constraint,
            variables: Variables::new().with("violations", text),
        });
    }
    names::neutralise(&mut fields);
    Ok(Request {
        operation: schema.operation,
        fields,
    })
}

fn called(request: &HttpRequest) -> Option<&'static Schema> {
    if request.method != Method::Post || request.target != "/" {
        return None;
    }
    schema::named(
        request
            .header("x-amz-target")?
            .strip_prefix(TARGET_PREFIX)?,
    )
}

fn fault(fault: Fault) -> WireFault {
    WireFault {
        fault,
        variables: Variables::new(),
    }
}

/// Reads what a service answered.
pub(super) fn reply(operation: Operation, reply: &HttpReply) -> Reply {
    match reply.status {
        200..=299 => success(operation, reply),
        400..=599 => failure(reply),
        _ => unusable(reply),
    }
}

fn success(operation: Operation, reply: &HttpReply) -> Reply {
    // Clients read an answer of nothing, and one of JSON's null, as an answer without members.
    if matches!(reply.body.trim_ascii(), b"" | b"null") {
        return Reply::Accepted(Fields::new());
    }
    let Some(object) = object(&reply.body) else {
        return unusable(reply);
    };
    match members(schema::of(operation).reply, &object) {
        Ok(fields) => Reply::Accepted(fields),
        Err(mistyped) => Reply::Unusable {
            because: format!("in the answer with status {}, {mistyped}", reply.status),
        },
    }
}

fn members(shape: ReplyShape, object: &Map<String, Json>) -> Result<Fields, Mistyped> {
    let mut fields = match shape {
        ReplyShape::Flat(members) => json::read(members, object)?,
        ReplyShape::Within(outer, members) => match object.get(outer) {
            None | Some(Json::Null) => Fields::new(),
            Some(Json::Object(inner)) => {
                json::read(members, inner).map_err(|error| error.within(outer))?
            }
            Some(_) => {
                return Err(Mistyped {
                    path: outer.to_owned(),
                    expected: "an object",
                });
            }
        },
    };
    names::neutralise(&mut fields);
    Ok(fields)
}

fn failure(reply: &HttpReply) -> Reply {
    let refusal = refusal(reply);
    match refusal {
        _ if reply.status == 501 => not_implemented(reply),
        Some(refusal) if says_not_implemented(&refusal) => not_implemented(reply),
        Some(refusal) if reply.status < 500 => Reply::Refused(refusal),
        _ => unusable(reply),
    }
}

/// The refusal that a reply carries, whatever it is about.
pub(super) fn refusal(reply: &HttpReply) -> Option<Refusal> {
    let object = object(&reply.body)?;
    let text = |name| object.get(name).and_then(Json::as_str);
    let code = text("__type").or_else(|| reply.header("x-amzn-errortype"))?;
    let message = text("message").or_else(|| text("Message"));
    Some(Refusal {
        code: bare_code(code)?.to_owned(),
        status: reply.status,
        message: message.filter(|it| !it.is_empty()).map(str::to_owned),
    })
}

/// The code without the namespace before it (`com.amazonaws.kms#`) and the address after it (`:http://…`).
fn bare_code(code: &str) -> Option<&str> {
    let (code, _) = code.split_once(':').unwrap_or((code, ""));
    let (_, code) = code.rsplit_once('#').unwrap_or(("", code));
    let code = code.trim();
    (!code.is_empty()).then_some(code)
}

fn says_not_implemented(refusal: &Refusal) -> bool {
    NOT_IMPLEMENTED_CODES.contains(&refusal.code.as_str())
        || refusal.message.as_deref().is_some_and(|message| {
            let message = message.to_ascii_lowercase();
            NOT_IMPLEMENTED_PHRASES
                .iter()
                .any(|phrase| message.contains(phrase))
        })
}

const NOT_IMPLEMENTED_CODES: &[&str] = &[
    "UnknownOperationException",
    "UnknownOperation",
    "NotImplementedException",
    "NotImplementedError",
    "NotImplemented",
    "InvalidAction",
];

const NOT_IMPLEMENTED_PHRASES: &[&str] = &[
    "not yet implemented",
    "has not been implemented",
    "is not implemented",
];

fn not_implemented(reply: &HttpReply) -> Reply {
    Reply::NotImplemented {
        because: in_one_line(reply),
    }
}

fn unusable(reply: &HttpReply) -> Reply {
    Reply::Unusable {
        because: in_one_line(reply),
    }
}

/// Status, content type and the beginning of the body, as far as it is printable.
fn in_one_line(reply: &HttpReply) -> String {
    let kind = reply.header("content-type").unwrap_or("no content type");
    let kind = printable(kind.as_bytes());
    let body = printable(&reply.body);
    let body = if body.is_empty() { "no content" } else { &body };
    format!("status {}, {kind}: {body}", reply.status)
}

fn printable(bytes: &[u8]) -> String {
    const SHOWN: usize = 80;
    // A body may have many megabytes; what is worth showing stands at its beginning.
    let beginning = &bytes[..bytes.len().min(4096)];
    let text = String::from_utf8_lossy(beginning);
    let words: Vec<&str> = text.split_whitespace().collect();
    without_blobs(&words.join(" "))
        .chars()
        .filter(|c| !c.is_control() && *c != char::REPLACEMENT_CHARACTER)
        .take(SHOWN)
        .collect()
}

/// Takes out whatever could be a token or key material in base64: a service in trouble may repeat its request.
fn without_blobs(text: &str) -> String {
    const SHORTEST_SECRET: usize = 32;
    let is_base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
    text.split_inclusive(|c| !is_base64(c))
        .map(|piece| {
            let rest = piece.trim_start_matches(is_base64);
            if piece.len() - rest.len() < SHORTEST_SECRET {
                piece.to_owned()
            } else {
                format!("…{rest}")
            }
        })
        .collect()
}

fn object(body: &[u8]) -> Option<Map<String, Json>> {
    serde_json::from_slice(body).ok()
}
