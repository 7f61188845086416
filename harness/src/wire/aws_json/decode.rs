//! HTTP messages as neutral calls and answers. Whatever the bytes are, there is an answer and never a panic.

use serde_json::{Map, Value as Json};

use super::schema::{self, ReplyShape, Schema};
use super::{NAMES, TARGET_PREFIX, constraint, json};
use crate::spec::{Era, Fault, Fields, Operation, Refusal, Reply, Request, Variables};
use crate::wire::failure::{self, unusable};
use crate::wire::mistyped::Mistyped;
use crate::wire::{HttpReply, HttpRequest, Method, NEWEST, WireFault};

/// Reads a request as the service of a day does: operation, JSON, types, and then the bounds of the model.
pub(super) fn request(request: &HttpRequest, era: Era) -> Result<Request, WireFault> {
    let schema = called(request, era).ok_or(Fault::OperationUnknown)?;
    let object = object(&request.body).ok_or(Fault::Serialization)?;
    let fields = json::read(schema.request, &object, era).map_err(|_| Fault::Serialization)?;
    if let Some(text) = constraint::violations(schema.request, &fields, era) {
        return Err(WireFault {
            fault: Fault::Constraint,
            variables: Variables::new().with("violations", text),
        });
    }
    Ok(Request {
        region: None,
        operation: schema.operation,
        fields: NAMES.neutral(&fields),
    })
}

fn called(request: &HttpRequest, era: Era) -> Option<&'static Schema> {
    if request.method != Method::Post || request.target != "/" {
        return None;
    }
    schema::named(
        request
            .header("x-amz-target")?
            .strip_prefix(TARGET_PREFIX)?,
        era,
    )
}

/// Reads what a service answered.
pub(super) fn reply(operation: Operation, reply: &HttpReply) -> Reply {
    match reply.status {
        200..=299 => success(operation, reply),
        400..=599 => failure::read(reply, refusal(reply), NOT_IMPLEMENTED_CODES),
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
    let fields = match shape {
        ReplyShape::Flat(members) => json::read(members, object, NEWEST)?,
        ReplyShape::Within(outer, members) => match object.get(outer) {
            None | Some(Json::Null) => Fields::new(),
            Some(Json::Object(inner)) => {
                json::read(members, inner, NEWEST).map_err(|error| error.within(outer))?
            }
            Some(_) => {
                return Err(Mistyped::new(outer, "an object"));
            }
        },
    };
    Ok(NAMES.neutral(&fields))
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

const NOT_IMPLEMENTED_CODES: &[&str] = &[
    "UnknownOperationException",
    "UnknownOperation",
    "NotImplementedException",
    "NotImplementedError",
    "NotImplemented",
    "InvalidAction",
];

fn object(body: &[u8]) -> Option<Map<String, Json>> {
    serde_json::from_slice(body).ok()
}
