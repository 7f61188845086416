use std::path::PathBuf;
use std::time::Duration;

use crate::target::clock::WallClock;
use crate::target::other_region;
use crate::target::shift::Shift;
use crate::wire::Signer;

/// Where a service is, and how to speak to it.
pub struct EndpointSettings {
    /// Scheme, host and port, such as `http://127.0.0.1:4566`; a path is put before every request's own.
    pub url: String,
    /// Who signs.
    pub signer: Signer,
    /// Where replicas of keys are.
    pub elsewhere: Elsewhere,
    /// What gives the time.
    pub wall: WallClock,
    /// What makes time pass.
    pub time: TimeMachine,
    /// How long a connection may take.
    pub connect_timeout: Duration,
    /// How long a whole answer may take.
    pub timeout: Duration,
    /// Certificates in PEM that are trusted besides the machine's own.
    pub ca_bundle: Option<PathBuf>,
}

/// Another Region of a service.
#[derive(Clone, Debug)]
pub struct Elsewhere {
    /// Its name, in signatures.
    pub region: String,
    /// Where the service is there; `None` if only the signature differs.
    pub url: Option<String>,
}

/// What makes time pass for a service.
#[derive(Debug)]
pub enum TimeMachine {
    /// Nothing but waiting.
    Fixed {
        /// The longest time that is really waited for.
        longest_wait: Duration,
        /// Why nothing better is there, as the end of "its clock cannot be moved: …".
        reason: String,
    },
    /// A path that takes `{"advance-seconds": N}`.
    Hook {
        /// The path.
        path: String,
    },
    /// libfaketime.
    Shift(Shift),
}

/// These settings lead to no endpoint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConnectError {
    /// Not a URL, or one that HTTP cannot use.
    #[error("{url:?} is not the address of a service: {reason}; write it as http://127.0.0.1:4566")]
    Address {
        /// What was given.
        url: String,
        /// Why it is none.
        reason: String,
    },
    /// The file with certificates cannot be used.
    #[error("cannot use the certificates in {}: {reason}", path.display())]
    CaBundle {
        /// The file.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
    /// No client can be made, mostly because the machine trusts no certificates at all.
    #[error(
        "cannot prepare HTTPS: {0}; install the package ca-certificates or name a file with certificates"
    )]
    Trust(String),
}

impl EndpointSettings {
    /// Settings with the usual time-outs, for a service whose clock nobody moves.
    #[must_use]
    pub fn new(url: impl Into<String>, signer: Signer, wall: WallClock) -> Self {
        Self {
            url: url.into(),
            elsewhere: Elsewhere {
                region: other_region(&signer.region).to_owned(),
                url: None,
            },
            signer,
            wall,
            time: TimeMachine::Fixed {
                longest_wait: Duration::from_secs(5),
                reason: "the service offers no way".to_owned(),
            },
            connect_timeout: Duration::from_secs(5),
            timeout: Duration::from_secs(30),
            ca_bundle: None,
        }
    }
}
