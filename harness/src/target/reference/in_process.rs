//! The reference service as a target without a socket, with a clock that stands still unless it is moved.

use std::future::ready;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::{Reference, Settings};
use crate::target::{Answer, Passing, Stuck, Target};
use crate::wire::{HttpRequest, Signer};

const HOST: &str = "kms.byokcheck.localhost";
const URL: &str = "http://kms.byokcheck.localhost";

/// The reference service, called directly. Everything that it answers follows from its settings and the requests.
#[derive(Debug)]
pub struct InProcess {
    reference: Reference,
    signer: Signer,
    now: Mutex<Timestamp>,
}

impl InProcess {
    /// A service without keys, whose clock shows `settings.start`.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        let signer = settings.signer.clone();
        let now = Mutex::new(settings.start);
        Self {
            reference: Reference::new(settings),
            signer,
            now,
        }
    }
}

impl Target for InProcess {
    fn send(&self, request: HttpRequest) -> Answer<'_> {
        Box::pin(ready(Ok(self.reference.answer(&request, self.now()))))
    }

    fn host(&self) -> &str {
        HOST
    }

    fn url(&self) -> &str {
        URL
    }

    fn signer(&self) -> &Signer {
        &self.signer
    }

    fn now(&self) -> Timestamp {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn pass_time(&self, by: SignedDuration) -> Passing<'_> {
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        let moved = now.checked_add(by).map(|later| *now = later);
        Box::pin(ready(moved.map_err(|error| Stuck(error.to_string()))))
    }
}
