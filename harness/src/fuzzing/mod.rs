//! Bodies of the fuzz targets: plain functions of bytes that panic when a promise is broken.
//!
//! Knows no fuzzer: `fuzz/` hands bytes over, and tests replay what fuzzers found. Private-key operations are left out
//! of the inner loops, since one of them costs as much as a thousand parsings.

mod edit;
mod files;
mod keys;
mod messages;
mod service;
mod signature;
pub mod state_machine;
mod token;
mod wrapped;

#[cfg(test)]
mod tests;

pub use files::{rules, scenario, target_file};
pub use keys::{private_key, public_key};
pub use messages::{
    alibaba_members, alibaba_reply, alibaba_request, aws_members, aws_reply, aws_request,
};
pub use service::{alibaba_reference, aws_reference};
pub use signature::{alibaba_signature, aws_signature};
pub use state_machine::{alibaba_state_machine, aws_state_machine};
pub use token::token;
pub use wrapped::{aes_key_wrap, unwrap, unwrap_sm2};

use std::fmt;

use jiff::civil::Date;

use crate::spec::Era;

/// Promises, and a function that panics when some bytes break one of them.
#[derive(Clone, Copy)]
pub struct FuzzTarget {
    /// The name of its binary, its corpus and its dictionary in `fuzz/`.
    pub name: &'static str,
    /// What it promises, in one sentence.
    pub promise: &'static str,
    /// Checks the promise for some bytes; panics when it is broken.
    pub check: fn(&[u8]),
}

/// Every target, by name.
pub const TARGETS: &[FuzzTarget] = &[
    FuzzTarget {
        name: "aes_key_wrap",
        promise: "AES key wrap brings back what it wrapped, and nothing that was changed on the way",
        check: aes_key_wrap,
    },
    FuzzTarget {
        name: "alibaba_members",
        promise: "whatever members a request has, Alibaba's dialect reads or refuses it",
        check: alibaba_members,
    },
    FuzzTarget {
        name: "alibaba_reference",
        promise: "the reference answers every message, with what the rules permit, and a refusal changes nothing",
        check: alibaba_reference,
    },
    FuzzTarget {
        name: "alibaba_reply",
        promise: "an answer of a hostile service means something or nothing, and survives JSON and XML",
        check: alibaba_reply,
    },
    FuzzTarget {
        name: "alibaba_request",
        promise: "query and form of a hostile client are read or refused, and survive another round trip",
        check: alibaba_request,
    },
    FuzzTarget {
        name: "alibaba_signature",
        promise: "a signed request that was changed means what was signed, or is refused",
        check: alibaba_signature,
    },
    FuzzTarget {
        name: "alibaba_state_machine",
        promise: "the invariants of the model hold after every call of every sequence",
        check: alibaba_state_machine,
    },
    FuzzTarget {
        name: "aws_members",
        promise: "whatever members a request has, it breaks the bounds of the service model or keeps them",
        check: aws_members,
    },
    FuzzTarget {
        name: "aws_reference",
        promise: "the reference answers every message, with what the rules permit, and a refusal changes nothing",
        check: aws_reference,
    },
    FuzzTarget {
        name: "aws_reply",
        promise: "an answer of a hostile service means something or nothing, and survives another round trip",
        check: aws_reply,
    },
    FuzzTarget {
        name: "aws_request",
        promise: "the body of a hostile client is read or refused, and survives another round trip",
        check: aws_request,
    },
    FuzzTarget {
        name: "aws_signature",
        promise: "a signed request that was changed means what was signed, or is refused",
        check: aws_signature,
    },
    FuzzTarget {
        name: "aws_state_machine",
        promise: "the invariants of the model hold after every call of every sequence",
        check: aws_state_machine,
    },
    FuzzTarget {
        name: "private_key",
        promise: "a private key that is taken is taken in every legal form as the same key, and in no other form",
        check: private_key,
    },
    FuzzTarget {
        name: "public_key",
        promise: "a public key that is read can be wrapped under, and verifies no rubbish",
        check: public_key,
    },
    FuzzTarget {
        name: "rules",
        promise: "a file of rules is read, or its first mistake has a place in it",
        check: rules,
    },
    FuzzTarget {
        name: "scenario",
        promise: "a scenario is read, or its first mistake has a place in it",
        check: scenario,
    },
    FuzzTarget {
        name: "target_file",
        promise: "a target file is read, or its first mistake has a place in it",
        check: target_file,
    },
    FuzzTarget {
        name: "token",
        promise: "a token that was changed in any way stands for nothing",
        check: token,
    },
    FuzzTarget {
        name: "unwrap",
        promise: "what was wrapped comes out whole, and what was changed on the way does not come out",
        check: unwrap,
    },
    FuzzTarget {
        name: "unwrap_sm2",
        promise: "what was wrapped under a key of SM2 comes out whole, and what was changed does not come out",
        check: unwrap_sm2,
    },
];

/// The day of the services that read: they know all that we know.
const TODAY: Era = Era(Date::MAX);

/// The target of this name.
#[must_use]
pub fn target(name: &str) -> Option<&'static FuzzTarget> {
    TARGETS.iter().find(|target| target.name == name)
}

impl fmt::Debug for FuzzTarget {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name)
    }
}
