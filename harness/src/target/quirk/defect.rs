//! The ways in which a service can be wrong, and what each does to a call.

use jiff::SignedDuration;

use super::scene::Scene;
use crate::spec::{Era, Fault, Fields, Operation, Request, Variables};
use crate::target::reference::Decision;
use crate::wire::{HttpReply, HttpRequest, WireFault};

/// The ways in which a service can be wrong. Functions get the scene of the call: the service behind the defect and
/// what happened before.
#[derive(Clone, Copy, Debug)]
pub(super) enum Defect {
    /// Refuses in the words of another fault.
    Says(Fault, Fault),
    /// Refuses with another HTTP status.
    Status(Fault, u16),
    /// Puts something else into the text of a refusal.
    Text(Fault, fn(&mut Variables)),
    /// Writes something else into the message of an answer, whatever that is about.
    Writes(fn(&mut HttpReply)),
    /// Sees something else in the message of a request, whatever that is about.
    Reads(fn(&mut HttpRequest)),
    /// Takes a request all the same that it should refuse for its signature.
    Trusts(&'static [Fault]),
    /// Understands something else than what was asked.
    Hears(&'static [Operation], fn(&mut Scene<'_>, &mut Request)),
    /// Answers something else than what is so.
    Tells(
        &'static [Operation],
        fn(&mut Scene<'_>, &Request, &mut Fields),
    ),
    /// Refuses what it should accept.
    Objects(
        &'static [Operation],
        Fault,
        fn(&mut Scene<'_>, &Request) -> bool,
    ),
    /// Does something after all where it should refuse; `None` leaves it at the refusal.
    Excuses(&'static [Operation], &'static [Fault], Excuse),
    /// Lives on another day.
    Lives(&'static [Operation], Era),
    /// Looks at a clock that is wrong by so much.
    Clock(&'static [Operation], SignedDuration),
    /// Does more than it was asked, after accepting.
    Also(
        &'static [Operation],
        fn(&mut Scene<'_>, &Request) -> Option<Request>,
    ),
    /// Changes something although it refuses.
    AlsoRefusing(
        &'static [Operation],
        &'static [Fault],
        fn(&mut Scene<'_>, &Request) -> Option<Request>,
    ),
    /// Accepts without doing anything, where the function says so and with what it says.
    Pretends(&'static [Operation], Excuse),
}

/// What a service does instead; `None` when it does what it should.
pub(super) type Excuse = fn(&mut Scene<'_>, &Request) -> Option<Decision>;

impl Defect {
    /// What a service with this defect decides.
    pub(super) fn decide(self, scene: &mut Scene<'_>, request: &Request) -> Decision {
        if !self.concerns(request.operation) {
            return scene.call(request);
        }
        match self {
            Self::Says(..)
            | Self::Status(..)
            | Self::Text(..)
            | Self::Writes(_)
            | Self::Reads(_)
            | Self::Trusts(_) => scene.call(request),
            Self::Hears(_, change) => {
                let mut heard = request.clone();
                change(scene, &mut heard);
                scene.call(&heard)
            }
            Self::Tells(_, change) => {
                let mut fields = scene.call(request)?;
                change(scene, request, &mut fields);
                Ok(fields)
            }
            Self::Objects(_, fault, when) if when(scene, request) => {
                Err(scene.objection(fault, request))
            }
            Self::Objects(..) => scene.call(request),
            Self::Excuses(_, faults, excuse) => match scene.call(request) {
                Err(refused) if faults.contains(&refused.fault) => {
                    excuse(scene, request).unwrap_or(Err(refused))
                }
                decision => decision,
            },
            Self::Lives(_, era) => scene.on(era).call(request),
            Self::Clock(_, wrong_by) => scene.at(wrong_by).call(request),
            Self::Also(_, more) => {
                let fields = scene.call(request)?;
                scene.call_too(more, request);
                Ok(fields)
            }
            Self::AlsoRefusing(_, faults, more) => {
                let decision = scene.call(request);
                if matches!(&decision, Err(refused) if faults.contains(&refused.fault)) {
                    scene.call_too(more, request);
                }
                decision
            }
            Self::Pretends(_, instead) => {
                instead(scene, request).unwrap_or_else(|| scene.call(request))
            }
        }
    }

    /// Whether a call of this operation can be decided otherwise.
    pub(super) fn concerns(self, operation: Operation) -> bool {
        match self {
            Self::Says(..)
            | Self::Status(..)
            | Self::Text(..)
            | Self::Writes(_)
            | Self::Reads(_)
            | Self::Trusts(_) => false,
            Self::Hears(operations, _)
            | Self::Tells(operations, _)
            | Self::Objects(operations, ..)
            | Self::Excuses(operations, ..)
            | Self::Lives(operations, _)
            | Self::Clock(operations, _)
            | Self::Also(operations, _)
            | Self::AlsoRefusing(operations, ..)
            | Self::Pretends(operations, _) => operations.contains(&operation),
        }
    }

    /// Whether a request is taken although its signature is refused for this.
    pub(super) fn trusts(self, fault: Fault) -> bool {
        matches!(self, Self::Trusts(faults) if faults.contains(&fault))
    }

    /// The day on which an operation lives, if that is another than the service's.
    pub(super) fn era(self, operation: Operation) -> Option<Era> {
        match self {
            Self::Lives(operations, era) if operations.contains(&operation) => Some(era),
            _ => None,
        }
    }

    /// What is seen instead of this message; `None` where it is seen as it is.
    pub(super) fn misread(self, request: &HttpRequest) -> Option<HttpRequest> {
        let Self::Reads(change) = self else {
            return None;
        };
        let mut seen = request.clone();
        change(&mut seen);
        (seen != *request).then_some(seen)
    }

    /// The refusal that is written instead of this one.
    pub(super) fn reword(self, mut refused: WireFault) -> WireFault {
        match self {
            Self::Says(fault, other) if refused.fault == fault => refused.fault = other,
            Self::Text(fault, change) if refused.fault == fault => change(&mut refused.variables),
            _ => {}
        }
        refused
    }

    /// Does something to a finished answer; `fault` is what was to be said.
    pub(super) fn rewrite(self, fault: Option<Fault>, reply: &mut HttpReply) {
        match self {
            Self::Status(concerned, status) if fault == Some(concerned) => reply.status = status,
            Self::Writes(change) => change(reply),
            _ => {}
        }
    }

    /// Whether a right answer is written otherwise.
    pub(super) fn rewrites(self, fault: Option<Fault>, reply: &HttpReply) -> bool {
        match self {
            Self::Says(concerned, _) | Self::Text(concerned, _) => fault == Some(concerned),
            _ => {
                let mut rewritten = reply.clone();
                self.rewrite(fault, &mut rewritten);
                rewritten != *reply
            }
        }
    }
}
