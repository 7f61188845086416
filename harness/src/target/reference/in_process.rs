//! The reference service as a target without a socket, with a clock that stands still unless it is moved.

use std::fmt;
use std::future::ready;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::{Reference, Settings};
use crate::target::quirk::{Quirk, Quirky, Recorder};
use crate::target::{Answer, HttpService, Passing, Stuck, Target, other_region};
use crate::wire::{HttpRequest, Signer};

const HOST: &str = "kms.byokcheck.localhost";
const URL: &str = "http://kms.byokcheck.localhost";

/// The reference service, called directly. Everything that it answers follows from its settings and the requests.
pub struct InProcess {
    service: Arc<dyn HttpService>,
    signer: Signer,
    now: Arc<Mutex<Timestamp>>,
    elsewhere: Option<Box<Self>>,
}

impl InProcess {
    /// A service without keys, whose clock shows `settings.start`.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        let (signer, start) = (settings.signer.clone(), settings.start);
        Self::of(Arc::new(Reference::new(settings)), signer, start)
    }

    /// The same with one planted defect.
    #[must_use]
    pub fn with_quirk(settings: Settings, quirk: &'static Quirk) -> Self {
        let (signer, start) = (settings.signer.clone(), settings.start);
        let service = Quirky::new(Reference::new(settings), quirk);
        Self::of(Arc::new(service), signer, start)
    }

    /// The same without a defect, and what keeps all that it is asked and answers.
    #[must_use]
    pub fn recorded(settings: Settings) -> (Self, Arc<Recorder>) {
        let (signer, start) = (settings.signer.clone(), settings.start);
        let recorder = Arc::new(Recorder::new(settings));
        (Self::of(recorder.clone(), signer, start), recorder)
    }

    fn of(service: Arc<dyn HttpService>, signer: Signer, start: Timestamp) -> Self {
        let signer_elsewhere = Signer {
            region: other_region(&signer.region).to_owned(),
            ..signer.clone()
        };
        let elsewhere = Self {
            service,
            signer: signer_elsewhere,
            now: Arc::new(Mutex::new(start)),
            elsewhere: None,
        };
        Self {
            service: elsewhere.service.clone(),
            signer,
            now: elsewhere.now.clone(),
            elsewhere: Some(Box::new(elsewhere)),
        }
    }
}

impl fmt::Debug for InProcess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InProcess")
            .field("now", &self.now)
            .finish_non_exhaustive()
    }
}

impl Target for InProcess {
    fn send(&self, request: HttpRequest) -> Answer<'_> {
        Box::pin(ready(Ok(self.service.answer(&request, self.now()))))
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

    fn elsewhere(&self) -> Option<&dyn Target> {
        Some(self.elsewhere.as_deref()?)
    }
}
