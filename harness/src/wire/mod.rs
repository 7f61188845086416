//! Dialects, both directions: neutral words to HTTP messages and back, signatures included.
//!
//! Knows no socket and no clock: a moment is an argument. What a vendor calls things stands here and nowhere else.

mod alibaba_rpc;
mod aws_json;
mod envelope;
mod failure;
mod form;
mod http;
mod mask;
mod mistyped;
mod names;
mod shell;
mod signer;
mod spoil;

pub use self::envelope::Envelope;
pub use self::http::{HttpReply, HttpRequest};
pub use self::mask::Mask;
pub use self::signer::{Credentials, Signer};
pub use crate::spec::{Format, Manner, Method, ParameterPlace, SignatureVersion};

use crate::spec::{
    Era, Fault, Field, Fields, MessageDefect, Operation, Refusal, Reply, Request, SignatureDefect,
    Variables, Vendor, WireForm,
};
use jiff::Timestamp;
use jiff::civil::Date;
use strum::VariantArray;

/// The day of a client: it knows every member that there has ever been.
const NEWEST: Era = Era(Date::MAX);

/// How one vendor spells requests, replies and faults.
pub trait Dialect: Send + Sync {
    /// Whose dialect this is.
    fn vendor(&self) -> Vendor;

    /// The vendor's name of an operation; `None` where the vendor has none.
    fn operation_name(&self, operation: Operation) -> Option<&'static str>;

    /// The vendor's spelling of the value that variables and reports show, such as `SYMMETRIC_DEFAULT`.
    fn spell(&self, field: Field, name: &str) -> String;

    /// Writes a call as an unsigned HTTP request; members that the vendor does not have are left out, and an operation
    /// that it does not have is an invented one.
    fn encode_request(&self, request: &Request) -> HttpRequest;

    /// A well-formed call of an operation that cannot exist, to learn how a service says "not implemented".
    fn invented_request(&self) -> HttpRequest;

    /// Signs a request for `host` at a moment.
    fn sign(&self, request: HttpRequest, host: &str, signer: &Signer, at: Timestamp)
    -> HttpRequest;

    /// Puts one defect into the unsigned message of a correct call.
    fn spoil(
        &self,
        request: HttpRequest,
        operation: Operation,
        defect: &MessageDefect,
    ) -> HttpRequest;

    /// Signs like [`sign`](Self::sign), with one defect.
    fn sign_wrongly(
        &self,
        request: HttpRequest,
        host: &str,
        signer: &Signer,
        at: Timestamp,
        defect: SignatureDefect,
    ) -> HttpRequest;

    /// The refusal that a reply carries, also one that says that the operation does not exist.
    fn decode_refusal(&self, reply: &HttpReply) -> Option<Refusal>;

    /// What a reply has instead, for people, where it lacks one of the dialect's forms.
    fn lacks_form(&self, reply: &HttpReply, form: WireForm) -> Option<FormLack>;

    /// Reads what a service answered to `operation`. Never panics, whatever the bytes are.
    fn decode_reply(&self, operation: Operation, reply: &HttpReply) -> Reply;

    /// Whether a refusal only asks to come again later; such answers are never scored.
    fn is_throttling(&self, refusal: &Refusal) -> bool;

    /// Whether a refusal says that the service does not know who calls, or does not believe it.
    fn is_unknown_caller(&self, refusal: &Refusal) -> bool;

    /// Whether two texts of a refusal say the same, whatever order the service gives to a set of names.
    fn means_the_same(&self, expected: &str, actual: &str) -> bool;

    /// The headers that say something about a call; the others are noise, or secret.
    fn telling_headers(&self) -> &'static [&'static str];

    /// A request as it may be shown: the value of every secret member is replaced by what `mask` makes of it.
    fn mask_request(&self, request: &HttpRequest, mask: Mask<'_>) -> HttpRequest;

    /// A reply as it may be shown, like [`mask_request`](Self::mask_request).
    fn mask_reply(&self, reply: &HttpReply, mask: Mask<'_>) -> HttpReply;

    /// A command line that makes the call again; what is secret stands as a shell variable named after its member.
    fn command(&self, request: &HttpRequest, url: &str, region: &str) -> String;

    /// The lines of a shell that make the vendor's own clients call the service at `url`.
    fn client_setup(&self, url: &str, signer: &Signer) -> String;

    /// Whether a request is in this dialect, as far as can be told before it is read.
    fn recognises(&self, request: &HttpRequest) -> bool;

    /// The refusal that a fault of an operation means: code, status, and the texts that are known for it; `None` where
    /// the vendor has nothing that could be refused for this reason.
    fn refusal(&self, operation: Operation, fault: Fault) -> Option<&'static RefusalForm>;

    /// The format that the caller wants its answer in.
    fn wanted_format(&self, request: &HttpRequest) -> Format;

    /// Checks the signature of a request as the service would.
    ///
    /// # Errors
    /// The fault that the service answers with.
    fn authenticate(
        &self,
        request: &HttpRequest,
        signer: &Signer,
        now: Timestamp,
    ) -> Result<(), WireFault>;

    /// The Region that a request is meant for, where its message tells.
    fn region<'r>(&self, _request: &'r HttpRequest) -> Option<&'r str> {
        None
    }

    /// Reads a request as the service of a day would, bounds of the service model included. What came later is
    /// unknown to it.
    ///
    /// # Errors
    /// The fault that the service answers with.
    fn decode_request(&self, request: &HttpRequest, era: Era) -> Result<Request, WireFault>;

    /// Writes an accepted call's answer.
    fn encode_accepted(
        &self,
        operation: Operation,
        fields: &Fields,
        envelope: &Envelope,
    ) -> HttpReply;

    /// Writes a refusal of `operation`, or of something that could not be read as an operation; the first text whose
    /// variables all have a meaning is used.
    fn encode_refused(
        &self,
        operation: Option<Operation>,
        refused: &WireFault,
        envelope: &Envelope,
    ) -> HttpReply;
}

/// What a fault looks like in a dialect. The first code is the documented one, the others are tolerated where
/// the sources leave a choice.
#[derive(Clone, Copy, Debug)]
pub struct RefusalForm {
    /// The fault that this row is about.
    pub fault: Fault,
    /// The codes that say it.
    pub codes: &'static [&'static str],
    /// The HTTP statuses that go with it.
    pub statuses: &'static [u16],
    /// Templates of the text (see [`Variables`]); empty when none is known. An empty string means: no text.
    pub texts: &'static [&'static str],
}

/// A form that a reply lacks, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormLack {
    /// What should be there.
    pub expected: String,
    /// What is there.
    pub actual: String,
}

/// A fault that the wire itself found, before anything was looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WireFault {
    /// Which one.
    pub fault: Fault,
    /// What its text needs.
    pub variables: Variables,
}

impl From<Fault> for WireFault {
    fn from(fault: Fault) -> Self {
        Self {
            fault,
            variables: Variables::new(),
        }
    }
}

/// The vendor whose dialect a request is in; AWS where it is in none.
#[must_use]
pub fn spoken_in(request: &HttpRequest) -> Vendor {
    let mut vendors = Vendor::VARIANTS.iter();
    let spoken = vendors.find(|vendor| dialect(**vendor).recognises(request));
    spoken.copied().unwrap_or(Vendor::Aws)
}

/// The dialect of a vendor.
#[must_use]
pub fn dialect(vendor: Vendor) -> &'static dyn Dialect {
    match vendor {
        Vendor::Alibaba => &alibaba_rpc::AlibabaRpc,
        Vendor::Aws => &aws_json::AwsJson,
    }
}
