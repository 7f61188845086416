//! Things that answer: the reference service in process or on a socket, an endpoint, a process that we start.
//!
//! Knows no scenario and no rule. A target gets one HTTP request and gives one HTTP reply; its clock tells what
//! moment the service believes it is, and may be movable.

pub mod profile;
pub mod quirk;
pub mod reference;
mod template;

#[cfg(feature = "endpoint")]
mod cause;
pub mod clock;
#[cfg(feature = "endpoint")]
pub mod credentials;
#[cfg(feature = "endpoint")]
pub mod endpoint;
#[cfg(feature = "endpoint")]
pub mod launched;
#[cfg(feature = "serve")]
pub mod serve;
#[cfg(feature = "endpoint")]
pub mod shift;

pub use template::{Template, Variable};

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::spec::Fault;
use crate::wire::{HttpReply, HttpRequest, Signer};

/// A service under test.
pub trait Target: Send + Sync {
    /// Sends one request and waits for its answer, in bounded time and memory.
    fn send(&self, request: HttpRequest) -> Answer<'_>;

    /// The host that requests are signed for, with its port unless it is the scheme's own.
    fn host(&self) -> &str;

    /// The address that a person would call, such as `http://127.0.0.1:4566`; for `curl` lines.
    fn url(&self) -> &str;

    /// Who signs.
    fn signer(&self) -> &Signer;

    /// The moment by the service's own clock, as well as we know it.
    fn now(&self) -> Timestamp;

    /// Lets time pass for the service, in all of its Regions: moves its clock, or waits.
    fn pass_time(&self, by: SignedDuration) -> Passing<'_>;

    /// The same service in another Region, which its signer names; `None` if it cannot be reached there.
    fn elsewhere(&self) -> Option<&dyn Target> {
        None
    }
}

/// Another Region than `region`, for replicas of its keys when nobody names one.
#[must_use]
pub fn other_region(region: &str) -> &'static str {
    match region {
        "us-west-2" => "us-east-1",
        _ => "us-west-2",
    }
}

/// A service that we are ourselves: no socket, and the moment of a request is an argument.
pub trait HttpService: Send + Sync {
    /// Answers a request that arrives at a moment. Any request gets an answer.
    fn answer(&self, request: &HttpRequest, now: Timestamp) -> HttpReply;

    /// Refuses a request that cannot even be read.
    fn refuse(&self, fault: Fault, now: Timestamp) -> HttpReply;
}

/// The answer to come.
pub type Answer<'a> = Pin<Box<dyn Future<Output = Result<HttpReply, Silence>> + Send + 'a>>;

/// The passing of time to come.
pub type Passing<'a> = Pin<Box<dyn Future<Output = Result<(), Stuck>> + Send + 'a>>;

/// No usable HTTP reply came.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Silence {
    /// Nobody listens, the name does not resolve, or the handshake failed.
    #[error("cannot connect: {0}")]
    Unreachable(String),
    /// No complete answer in time.
    #[error("no answer within {0:?}")]
    TimedOut(Duration),
    /// The connection ended in the middle.
    #[error("the connection broke off: {0}")]
    Broken(String),
    /// The answer is larger than any honest one.
    #[error("the answer is larger than {0} bytes")]
    TooLarge(usize),
}

/// Time cannot be made to pass here, with the reason.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Stuck(pub String);
