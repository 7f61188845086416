//! The dialect of AWS KMS: AWS JSON 1.1 with Signature Version 4.
//!
//! Tables first: `days` (when the model grew), `schema` (operations and members), `structure` (what messages share),
//! `shape` (bounds and sets), `names` (enum values) and `faults` (codes and texts). Knows no clock, no socket and no key.

mod command;
mod constraint;
mod days;
mod decode;
mod encode;
mod faults;
mod form;
mod json;
mod moment;
mod names;
mod schema;
mod setup;
mod shape;
mod signing;
mod spoil;
mod structure;
#[cfg(test)]
mod tests;

use jiff::Timestamp;

pub(super) use self::names::NAMES;

use super::shell::variable;
use super::{
    Dialect, Envelope, FormLack, Format, HttpReply, HttpRequest, Mask, RefusalForm, Signer,
    WireFault, mask,
};
use crate::spec::{
    Era, Fault, Field, Fields, MessageDefect, Operation, Refusal, Reply, Request, SignatureDefect,
    Vendor, WireForm,
};

/// How AWS KMS speaks.
#[derive(Clone, Copy, Debug)]
pub(super) struct AwsJson;

const CONTENT_TYPE: &str = "application/x-amz-json-1.1";
const TARGET_PREFIX: &str = "TrentService.";
/// What AWS services answer when calls come too fast; KMS itself says the first.
const THROTTLING_CODES: &[&str] = &[
    "ThrottlingException",
    "Throttling",
    "ThrottledException",
    "RequestThrottledException",
    "TooManyRequestsException",
    "RequestLimitExceeded",
];

/// How services say that they do not know who calls.
const UNKNOWN_CALLER_CODES: &[&str] = &[
    "ExpiredTokenException",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "MissingAuthenticationTokenException",
    "UnrecognizedClientException",
];
/// What no report may show.
const SECRET_MEMBERS: &[&str] = &["EncryptedKeyMaterial", "ImportToken", "Plaintext"];

impl Dialect for AwsJson {
    fn vendor(&self) -> Vendor {
        Vendor::Aws
    }

    fn operation_name(&self, operation: Operation) -> Option<&'static str> {
        Some(schema::of(operation).name)
    }

    fn spell(&self, field: Field, name: &str) -> String {
        NAMES.to_vendor(field, name).to_owned()
    }

    fn encode_request(&self, request: &Request) -> HttpRequest {
        encode::request(request)
    }

    fn invented_request(&self) -> HttpRequest {
        encode::invented()
    }

    fn sign(
        &self,
        request: HttpRequest,
        host: &str,
        signer: &Signer,
        at: Timestamp,
    ) -> HttpRequest {
        signing::sign(request, host, signer, at)
    }

    fn spoil(
        &self,
        request: HttpRequest,
        operation: Operation,
        defect: &MessageDefect,
    ) -> HttpRequest {
        spoil::message(request, operation, defect)
    }

    fn sign_wrongly(
        &self,
        request: HttpRequest,
        host: &str,
        signer: &Signer,
        at: Timestamp,
        defect: SignatureDefect,
    ) -> HttpRequest {
        spoil::sign(request, host, signer, at, defect)
    }

    fn decode_refusal(&self, reply: &HttpReply) -> Option<Refusal> {
        decode::refusal(reply)
    }

    fn lacks_form(&self, reply: &HttpReply, form: WireForm) -> Option<FormLack> {
        form::lack(reply, form)
    }

    fn decode_reply(&self, operation: Operation, reply: &HttpReply) -> Reply {
        decode::reply(operation, reply)
    }

    fn is_throttling(&self, refusal: &Refusal) -> bool {
        refusal.status == 429 || THROTTLING_CODES.contains(&refusal.code.as_str())
    }

    fn is_unknown_caller(&self, refusal: &Refusal) -> bool {
        UNKNOWN_CALLER_CODES.contains(&refusal.code.as_str())
    }

    fn means_the_same(&self, expected: &str, actual: &str) -> bool {
        constraint::sorted_sets(expected) == constraint::sorted_sets(actual)
    }

    fn telling_headers(&self) -> &'static [&'static str] {
        &["content-type", "x-amz-target", form::REQUEST_ID, "date"]
    }

    fn mask_request(&self, request: &HttpRequest, mask: Mask<'_>) -> HttpRequest {
        HttpRequest {
            body: mask::json(&request.body, SECRET_MEMBERS, mask),
            ..request.clone()
        }
    }

    fn mask_reply(&self, reply: &HttpReply, mask: Mask<'_>) -> HttpReply {
        HttpReply {
            body: mask::json(&reply.body, SECRET_MEMBERS, mask),
            ..reply.clone()
        }
    }

    fn command(&self, request: &HttpRequest, url: &str, region: &str) -> String {
        command::curl(
            self.mask_request(request, &mut |it, _| variable(it)),
            url,
            region,
        )
    }

    fn client_setup(&self, url: &str, signer: &Signer) -> String {
        setup::lines(url, signer)
    }

    fn recognises(&self, request: &HttpRequest) -> bool {
        request.header("x-amz-target").is_some() || request.header("x-amz-date").is_some()
    }

    fn refusal(&self, _: Operation, fault: Fault) -> Option<&'static RefusalForm> {
        Some(faults::form(fault))
    }

    fn wanted_format(&self, _: &HttpRequest) -> Format {
        Format::Json
    }

    fn authenticate(
        &self,
        request: &HttpRequest,
        signer: &Signer,
        now: Timestamp,
    ) -> Result<(), WireFault> {
        signing::authenticate(request, signer, now)
    }

    fn region<'r>(&self, request: &'r HttpRequest) -> Option<&'r str> {
        signing::region(request)
    }

    fn decode_request(&self, request: &HttpRequest, era: Era) -> Result<Request, WireFault> {
        decode::request(request, era)
    }

    fn encode_accepted(
        &self,
        operation: Operation,
        fields: &Fields,
        envelope: &Envelope,
    ) -> HttpReply {
        encode::accepted(operation, fields, envelope)
    }

    fn encode_refused(
        &self,
        _: Option<Operation>,
        refused: &WireFault,
        envelope: &Envelope,
    ) -> HttpReply {
        encode::refused(refused, envelope)
    }
}
