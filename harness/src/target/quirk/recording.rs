//! What a service without a defect was asked and answered: enough to tell in which conversations a defect shows.
//!
//! Whoever talks to a service sees nothing but its answers. If a service with a defect gives every answer of a
//! conversation that was held without, nobody in that conversation can tell the two apart.

use std::mem;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

use super::defect::Defect;
use super::{Quirk, Quirky};
use crate::spec::{Fault, Request};
use crate::target::HttpService;
use crate::target::reference::{Decision, Reference, Settings};
use crate::wire::{HttpReply, HttpRequest};

/// The reference, which keeps what it is asked and what it answers.
#[derive(Debug)]
pub struct Recorder {
    settings: Settings,
    reference: Reference,
    calls: Mutex<Vec<Call>>,
}

/// A conversation with a service without a defect, from its first call on.
#[derive(Debug)]
pub struct Recording {
    settings: Settings,
    calls: Vec<Call>,
}

#[derive(Debug)]
struct Call {
    at: Timestamp,
    message: HttpRequest,
    /// `None` where the message could not be read.
    request: Option<Request>,
    decision: Decision,
    reply: HttpReply,
}

impl Recorder {
    /// A service without keys that has not been asked anything.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            reference: Reference::new(settings.clone()),
            settings,
            calls: Mutex::default(),
        }
    }

    /// What was said so far; the recorder is done with it.
    #[must_use]
    pub fn take(&self) -> Recording {
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        Recording {
            settings: self.settings.clone(),
            calls: mem::take(&mut calls),
        }
    }
}

impl HttpService for Recorder {
    fn answer(&self, message: &HttpRequest, now: Timestamp) -> HttpReply {
        let envelope = self.reference.envelope(message, now);
        let era = self.reference.era();
        let request = self.reference.read(message, era, now);
        let (decision, reply) = match &request {
            Ok(request) => {
                let decision = self.reference.decide(request, era, now);
                let reply = self
                    .reference
                    .write(request.operation, &decision, &envelope);
                (decision, reply)
            }
            Err(refused) => {
                let reply = self.reference.write_refused(None, refused, &envelope);
                (Err(refused.clone()), reply)
            }
        };
        let call = Call {
            at: now,
            message: message.clone(),
            request: request.ok(),
            decision,
            reply: reply.clone(),
        };
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        calls.push(call);
        reply
    }

    fn refuse(&self, fault: Fault, now: Timestamp) -> HttpReply {
        self.reference.refuse(fault, now)
    }
}

impl Quirk {
    /// Whether a service with this quirk, asked the same, gives another answer anywhere. In a conversation where it
    /// does not, it passes for one without.
    #[must_use]
    pub fn shows_in(&'static self, recording: &Recording) -> bool {
        let calls = &recording.calls;
        if calls.iter().any(|call| self.defect.shows_in_writing(call)) {
            return true;
        }
        let requests = || calls.iter().filter_map(|call| call.request.as_ref());
        if !requests().any(|request| self.defect.concerns(request.operation)) {
            return false;
        }
        let service = Quirky::new(Reference::new(recording.settings.clone()), self);
        calls.iter().any(|call| {
            let request = call.request.as_ref();
            request.is_some_and(|request| service.decide(request, call.at) != call.decision)
        })
    }
}

impl Defect {
    /// Whether the messages of a call are read or written otherwise.
    fn shows_in_writing(self, call: &Call) -> bool {
        // On another day other messages can be read, and the same answer is written otherwise.
        if let Self::Lives(operations, _) = self {
            let request = call.request.as_ref();
            return request.is_none_or(|request| operations.contains(&request.operation));
        }
        let fault = call.decision.as_ref().err().map(|refused| refused.fault);
        if call.request.is_none() && fault.is_some_and(|fault| self.trusts(fault)) {
            return true;
        }
        self.misread(&call.message).is_some() || self.rewrites(fault, &call.reply)
    }
}
