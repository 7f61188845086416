//! HTTP messages as neutral calls and answers. Whatever the bytes are, there is an answer and never a panic.

use serde_json::{Map, Value as Json};

use super::parameters::Parameters;
use super::schema::{self, ReplyShape};
use super::signing::{self, ACTION, API_VERSION};
use super::{NAMES, VERSION, about, members, text, xml};
use crate::spec::{Fault, Fields, Operation, Refusal, Reply, Request};
use crate::wire::failure::{self, unusable};
use crate::wire::mistyped::Mistyped;
use crate::wire::{Format, HttpReply, HttpRequest, Method, SignatureVersion, WireFault};

/// Reads a request as the service does: operation, version, and then the parameters. A signature of today moves the
/// first two into headers; one of version 1 covers no header, so that none may say what the call means.
pub(super) fn request(request: &HttpRequest) -> Result<Request, WireFault> {
    if request.path() != "/" || !matches!(request.method, Method::Get | Method::Post) {
        return Err(Fault::OperationUnknown.into());
    }
    let parameters = Parameters::of(request);
    let headers_count = signing::version(request) != Some(SignatureVersion::V1);
    let common = |header, name| {
        let header = request.header(header).filter(|_| headers_count);
        header
            .or_else(|| parameters.value(name))
            .filter(|value| !value.is_empty())
            .ok_or_else(|| about(Fault::MemberMissing, name))
    };
    let action = common(ACTION, "Action")?;
    if common(API_VERSION, "Version")? != VERSION {
        return Err(about(Fault::Constraint, "Version"));
    }
    wanted_format(request).ok_or_else(|| about(Fault::Constraint, "Format"))?;
    let schema = schema::called(action, &parameters).ok_or(Fault::OperationUnknown)?;
    let mut fields = Fields::new();
    for member in schema.request {
        let text = parameters.value(member.wire).unwrap_or_default();
        if text.is_empty() && member.required {
            return Err(about(Fault::MemberMissing, member.wire));
        }
        if parameters.has(member.wire) {
            let value = text::read(member.shape, text);
            let value = value.map_err(|_| about(Fault::Constraint, member.wire))?;
            if let Some(value) = value {
                fields.set(member.field, value);
            }
        }
    }
    Ok(Request {
        region: None,
        operation: schema.operation,
        fields: NAMES.neutral(&fields),
    })
}

/// The format that the caller asks for; `None` where there is no such format.
pub(super) fn wanted_format(request: &HttpRequest) -> Option<Format> {
    let parameters = Parameters::of(request);
    match parameters.value("Format") {
        None => Some(Format::default()),
        Some(name) if name.eq_ignore_ascii_case("JSON") => Some(Format::Json),
        Some(name) if name.eq_ignore_ascii_case("XML") => Some(Format::Xml),
        Some(_) => None,
    }
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
    let (Some(schema), Some(object)) = (schema::of(operation), object(&reply.body)) else {
        return unusable(reply);
    };
    match members_of(schema.reply, &object) {
        Ok(fields) => Reply::Accepted(NAMES.neutral(&fields)),
        Err(mistyped) => Reply::Unusable {
            because: format!("in the answer with status {}, {mistyped}", reply.status),
        },
    }
}

fn members_of(shape: ReplyShape, object: &Map<String, Json>) -> Result<Fields, Mistyped> {
    match shape {
        ReplyShape::Flat(members) => members::read(members, object),
        ReplyShape::Within(outer, members) => match object.get(outer) {
            None | Some(Json::Null) => Ok(Fields::new()),
            Some(Json::String(text)) if text.trim().is_empty() => Ok(Fields::new()),
            Some(Json::Object(inner)) => {
                members::read(members, inner).map_err(|error| error.within(outer))
            }
            Some(_) => Err(Mistyped::new(outer, "a structure")),
        },
    }
}

/// The refusal that a reply carries, whatever it is about.
pub(super) fn refusal(reply: &HttpReply) -> Option<Refusal> {
    let object = object(&reply.body)?;
    let text = |name| object.get(name).and_then(Json::as_str).map(str::trim);
    let present = |text: &&str| !text.is_empty();
    Some(Refusal {
        code: text("Code").filter(present)?.to_owned(),
        status: reply.status,
        message: text("Message").filter(present).map(str::to_owned),
    })
}

const NOT_IMPLEMENTED_CODES: &[&str] = &[
    "InvalidAction.NotFound",
    "InvalidAction",
    "NotImplemented",
    "UnsupportedOperation",
];

/// The members of a body, in whichever format it is: a service may ignore what was asked for.
pub(super) fn object(body: &[u8]) -> Option<Map<String, Json>> {
    if is_xml(body) {
        xml::read(body)
    } else {
        serde_json::from_slice(body).ok()
    }
}

/// Whether a body looks like XML.
pub(super) fn is_xml(body: &[u8]) -> bool {
    body.trim_ascii_start().starts_with(b"<")
}
