//! Messages of both directions: what was read can be written and read again.

use arbitrary::{Result, Unstructured};
use jiff::Timestamp;
use strum::VariantArray;

use super::TODAY;
use crate::spec::{Fault, Field, FieldKind, Fields, Operation, Reply, Request, Value, Vendor};
use crate::wire::{Dialect, Envelope, Format, HttpReply, HttpRequest, Method, dialect};

/// The first byte chooses the operation, the rest is the body that a hostile client sends.
pub fn aws_request(data: &[u8]) {
    let Some((choice, body)) = data.split_first() else {
        return;
    };
    let dialect = dialect(Vendor::Aws);
    let written = dialect.encode_request(&Request::new(operation(*choice)));
    let request = HttpRequest {
        body: body.to_vec(),
        ..written
    };
    is_read_or_refused(dialect, &request);
}

/// The first byte chooses whether the rest is a query, or a form behind an empty one.
pub fn alibaba_request(data: &[u8]) {
    let Some((choice, text)) = data.split_first() else {
        return;
    };
    let is_form = choice % 2 == 1;
    let query = String::from_utf8_lossy(if is_form { &[] } else { text });
    let request = HttpRequest {
        method: Method::Post,
        target: format!("/?{query}"),
        headers: Vec::new(),
        body: text.to_vec(),
    };
    let kind = "application/x-www-form-urlencoded";
    let request = match is_form {
        true => request.with_header("content-type", kind),
        false => request,
    };
    is_read_or_refused(dialect(Vendor::Alibaba), &request);
}

/// An answer of a hostile service in the JSON of AWS.
pub fn aws_reply(data: &[u8]) {
    reply(dialect(Vendor::Aws), data);
}

/// An answer of a hostile service in the JSON or XML of Alibaba Cloud.
pub fn alibaba_reply(data: &[u8]) {
    reply(dialect(Vendor::Alibaba), data);
}

/// A request of any members to AWS, whether they fit the operation or not.
pub fn aws_members(data: &[u8]) {
    members(dialect(Vendor::Aws), data);
}

/// A request of any members to Alibaba Cloud, whether they fit the operation or not.
pub fn alibaba_members(data: &[u8]) {
    members(dialect(Vendor::Alibaba), data);
}

/// The first two bytes choose operation and status, the rest is the body.
fn reply(dialect: &dyn Dialect, data: &[u8]) {
    let [choice, status, body @ ..] = data else {
        return;
    };
    let operation = operation(*choice);
    let status = STATUSES[usize::from(*status) % STATUSES.len()];
    let reply = HttpReply {
        status,
        headers: Vec::new(),
        body: body.to_vec(),
    };
    match dialect.decode_reply(operation, &reply) {
        Reply::Accepted(fields) => {
            assert!(status < 300, "status {status} is no success");
            let accepted = Reply::Accepted(fields);
            // Not every text of JSON can stand in XML.
            let is_xml = body.trim_ascii_start().starts_with(b"<");
            let formats = [Some(Format::Json), is_xml.then_some(Format::Xml)];
            for format in formats.into_iter().flatten() {
                let again = answered(dialect, operation, &accepted, format);
                assert_eq!(again, accepted, "an answer survives the wire as {format:?}");
            }
        }
        Reply::Refused(refusal) => {
            assert!(
                (400..500).contains(&status),
                "status {status} is no refusal"
            );
            assert!(!refusal.code.is_empty(), "a refusal has a code");
            // Whoever asks gets an answer, whatever the refusal says.
            dialect.is_throttling(&refusal);
        }
        Reply::NotImplemented { because } | Reply::Unusable { because } => {
            assert_eq!(because.lines().count(), 1, "a reason is one line");
        }
    }
}

/// What a client reads when the service answers this.
fn answered(dialect: &dyn Dialect, operation: Operation, reply: &Reply, format: Format) -> Reply {
    let envelope = Envelope {
        request_id: "0".to_owned(),
        at: Timestamp::UNIX_EPOCH,
        format,
        era: TODAY,
    };
    let fields = reply.accepted().cloned().unwrap_or_default();
    let message = dialect.encode_accepted(operation, &fields, &envelope);
    dialect.decode_reply(operation, &message)
}

fn members(dialect: &dyn Dialect, data: &[u8]) {
    let mut input = Unstructured::new(data);
    if let Ok(request) = any_request(&mut input) {
        is_read_or_refused(dialect, &dialect.encode_request(&request));
    }
}

/// What was read keeps its bounds and survives the wire; what was not is refused for a reason of the wire.
fn is_read_or_refused(dialect: &dyn Dialect, request: &HttpRequest) {
    match dialect.decode_request(request, TODAY) {
        Ok(read) => {
            if dialect.vendor() == Vendor::Aws {
                keeps_the_bounds(&read.fields);
            }
            let again = dialect.decode_request(&dialect.encode_request(&read), TODAY);
            assert_eq!(again, Ok(read), "a request that was read survives the wire");
        }
        Err(refused) => {
            let reasons = [
                Fault::Serialization,
                Fault::Constraint,
                Fault::MemberMissing,
                Fault::OperationUnknown,
            ];
            let fault = refused.fault;
            assert!(reasons.contains(&fault), "{fault} is no reason of the wire");
            if let Some(text) = refused.variables.value("violations") {
                assert_eq!(fault, Fault::Constraint, "{text}");
                counts_right(text);
            }
        }
    }
}

const STATUSES: &[u16] = &[200, 400, 403, 500, 501, 302, 429, 204];

fn operation(choice: u8) -> Operation {
    Operation::VARIANTS[usize::from(choice) % Operation::VARIANTS.len()]
}

/// Bounds of the service model of AWS that are the same wherever the member stands, written down a second time.
fn keeps_the_bounds(fields: &Fields) {
    for (field, value) in fields.iter() {
        let kept = match (field, value) {
            (Field::KeyId, Value::Text(text)) => (1..=2048).contains(&text.chars().count()),
            (Field::ImportToken | Field::EncryptedMaterial, Value::Bytes(bytes)) => {
                (1..=6144).contains(&bytes.len())
            }
            (Field::Plaintext, Value::Bytes(bytes)) => (1..=4096).contains(&bytes.len()),
            (Field::PendingWindowDays, Value::Number(days)) => (1..=365).contains(days),
            (Field::Limit, Value::Number(limit)) => (1..=1000).contains(limit),
            (Field::NumberOfBytes, Value::Number(bytes)) => (1..=1024).contains(bytes),
            (Field::MaterialId, Value::Text(id)) => id.len() == 64,
            _ => true,
        };
        assert!(kept, "{field} was let through out of its bounds");
    }
}

/// The text about violations begins with their number. A value that it repeats may look like one more.
fn counts_right(text: &str) {
    let number = text.split(' ').next().and_then(|word| word.parse().ok());
    let sentences = text.matches("failed to satisfy constraint").count();
    let counted = number.is_some_and(|number: usize| (1..=sentences).contains(&number));
    assert!(counted, "there are not so many violations: {text}");
}

fn any_request(input: &mut Unstructured<'_>) -> Result<Request> {
    let mut request = Request::new(*input.choose(Operation::VARIANTS)?);
    for _ in 0..input.int_in_range(0..=8)? {
        let field = *input.choose(Field::VARIANTS)?;
        request.fields.set(field, any_value(field.kind(), input)?);
    }
    Ok(request)
}

fn any_value(kind: FieldKind, input: &mut Unstructured<'_>) -> Result<Value> {
    Ok(match kind {
        FieldKind::Text => Value::Text(any_text(input)?),
        FieldKind::Bytes => {
            let near = match is_short(input)? {
                true => 0,
                false => *input.choose(&[4000, 6000, 8000])?,
            };
            let length = near + usize::from(input.arbitrary::<u8>()?);
            Value::Bytes(vec![input.arbitrary()?; length])
        }
        FieldKind::Time => {
            let milliseconds = input.arbitrary::<i64>()? >> 18;
            Value::Time(Timestamp::from_millisecond(milliseconds).unwrap_or_default())
        }
        FieldKind::Number => Value::Number(match input.arbitrary()? {
            true => i64::from(input.arbitrary::<i16>()?),
            false => input.arbitrary()?,
        }),
        FieldKind::Flag => Value::Flag(input.arbitrary()?),
        FieldKind::Names => {
            let names = (0..input.int_in_range(0..=3)?).map(|_| any_text(input));
            Value::Names(names.collect::<Result<_>>()?)
        }
        FieldKind::Map => {
            let pairs =
                (0..input.int_in_range(0..=3)?).map(|_| Ok((any_text(input)?, any_text(input)?)));
            Value::Map(pairs.collect::<Result<_>>()?)
        }
        FieldKind::Records => {
            let tags = (0..input.int_in_range(0..=3)?).map(|_| {
                let tag = Fields::new().with(Field::TagKey, any_text(input)?);
                Ok(tag.with(Field::TagValue, any_text(input)?))
            });
            Value::Records(tags.collect::<Result<_>>()?)
        }
    })
}

/// Most values are short, since long ones take long; the others come near the bounds of the service model.
fn is_short(input: &mut Unstructured<'_>) -> Result<bool> {
    input.ratio(15_u8, 16)
}

fn any_text(input: &mut Unstructured<'_>) -> Result<String> {
    let known = *input.choose(TEXTS)?;
    let times = match is_short(input)? {
        true => 1,
        false => *input.choose(&[256, 512, 1024, 2048])?,
    };
    let ending: &str = input.arbitrary()?;
    Ok(known.repeat(times) + ending)
}

const TEXTS: &[&str] = &[
    "",
    "k",
    "0a",
    "alias/",
    "external",
    "EXTERNAL",
    "symmetric",
    "SYMMETRIC_DEFAULT",
    "RSA_2048",
    "RSAES_OAEP_SHA_256",
    "never",
    "KEY_MATERIAL_EXPIRES",
    "new",
    "\u{1F511}",
    "\"",
    "\\",
];
