//! The dialect of Alibaba Cloud KMS: RPC calls of API version 2016-01-20, answered in JSON or XML.
//!
//! Tables first: `schema` (operations and members), `shape` (forms and sets), `names` (enum values) and `faults` (codes
//! and texts). Knows no clock, no socket and no key.

mod command;
mod decode;
mod encode;
mod faults;
mod form;
mod members;
mod moment;
mod names;
mod parameters;
mod schema;
mod shape;
mod signing;
mod spoil;
#[cfg(test)]
mod tests;
mod text;
mod xml;

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

/// How Alibaba Cloud KMS speaks.
#[derive(Clone, Copy, Debug)]
pub(super) struct AlibabaRpc;

const VERSION: &str = "2016-01-20";
const FORM_CONTENT: &str = "application/x-www-form-urlencoded";

/// How the service says that it does not know who calls, up to the first dot.
const UNKNOWN_CALLER_CODES: &[&str] = &[
    "IncompleteSignature",
    "InvalidAccessKeyId",
    "InvalidSecurityToken",
    "SignatureDoesNotMatch",
];
/// What no report may show.
const SECRET_PARAMETERS: &[&str] = &[
    "EncryptedKeyMaterial",
    "ImportToken",
    "Plaintext",
    "SecurityToken",
    "Signature",
];

impl Dialect for AlibabaRpc {
    fn vendor(&self) -> Vendor {
        Vendor::Alibaba
    }

    fn operation_name(&self, operation: Operation) -> Option<&'static str> {
        schema::of(operation).map(|schema| schema.name)
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
        refusal.status == 429 || refusal.code.split('.').any(|part| part == "Throttling")
    }

    fn is_unknown_caller(&self, refusal: &Refusal) -> bool {
        let family = refusal.code.split('.').next().unwrap_or_default();
        UNKNOWN_CALLER_CODES.contains(&family) || refusal.code == "Forbidden.AccessKey"
    }

    fn means_the_same(&self, expected: &str, actual: &str) -> bool {
        expected == actual
    }

    fn telling_headers(&self) -> &'static [&'static str] {
        &[
            "content-type",
            signing::ACTION,
            signing::API_VERSION,
            "date",
        ]
    }

    fn mask_request(&self, request: &HttpRequest, mask: Mask<'_>) -> HttpRequest {
        parameters::masked(request, SECRET_PARAMETERS, mask)
    }

    fn mask_reply(&self, reply: &HttpReply, mask: Mask<'_>) -> HttpReply {
        let masked = if decode::is_xml(&reply.body) {
            mask::xml
        } else {
            mask::json
        };
        HttpReply {
            body: masked(&reply.body, SECRET_PARAMETERS, mask),
            ..reply.clone()
        }
    }

    fn command(&self, request: &HttpRequest, url: &str, region: &str) -> String {
        let masked = self.mask_request(request, &mut |it, _| variable(it));
        command::aliyun(&masked, url, region)
    }

    fn client_setup(&self, url: &str, signer: &Signer) -> String {
        command::setup(url, signer)
    }

    fn recognises(&self, request: &HttpRequest) -> bool {
        let is_ours = |(name, _): (&str, &str)| signing::is_common(name);
        let has_header = |name| request.header(name).is_some();
        [signing::ACTION, signing::API_VERSION, signing::DATE]
            .into_iter()
            .any(has_header)
            || parameters::Parameters::of(request).iter().any(is_ours)
    }

    fn refusal(&self, operation: Operation, fault: Fault) -> Option<&'static RefusalForm> {
        faults::form(Some(operation), fault)
    }

    fn wanted_format(&self, request: &HttpRequest) -> Format {
        decode::wanted_format(request).unwrap_or_default()
    }

    fn authenticate(
        &self,
        request: &HttpRequest,
        signer: &Signer,
        now: Timestamp,
    ) -> Result<(), WireFault> {
        signing::authenticate(request, signer, now)
    }

    fn decode_request(&self, request: &HttpRequest, _: Era) -> Result<Request, WireFault> {
        decode::request(request)
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
        operation: Option<Operation>,
        refused: &WireFault,
        envelope: &Envelope,
    ) -> HttpReply {
        encode::refused(operation, refused, envelope)
    }
}

/// The fault of a parameter.
fn about(fault: Fault, parameter: &str) -> WireFault {
    let mut found = WireFault::from(fault);
    found.variables.set("parameter", parameter);
    found
}
