//! The reference with altered answers, for tests of what the runner makes of other services.

use jiff::{SignedDuration, Timestamp};

use crate::target::reference::{InProcess, Settings};
use crate::target::{Answer, Passing, Target};
use crate::wire::{HttpReply, HttpRequest, Signer};

/// Changes the answer to a call, given the last word of the operation's name on the wire.
type Alter = dyn Fn(&str, &mut HttpReply) + Send + Sync;

/// The reference of AWS behind something that changes its answers.
pub(super) struct Altered {
    service: InProcess,
    alter: Box<Alter>,
}

impl Altered {
    pub(super) fn by(alter: impl Fn(&str, &mut HttpReply) + Send + Sync + 'static) -> Self {
        let noon = Timestamp::constant(1_795_348_800, 0);
        Self {
            service: InProcess::new(Settings::new(7, noon)),
            alter: Box::new(alter),
        }
    }
}

impl Target for Altered {
    fn send(&self, request: HttpRequest) -> Answer<'_> {
        let called = request.header("x-amz-target").unwrap_or_default();
        let operation = called.rsplit('.').next().unwrap_or_default().to_owned();
        Box::pin(async move {
            let mut reply = self.service.send(request).await?;
            (self.alter)(&operation, &mut reply);
            Ok(reply)
        })
    }

    fn host(&self) -> &str {
        self.service.host()
    }

    fn url(&self) -> &str {
        self.service.url()
    }

    fn signer(&self) -> &Signer {
        self.service.signer()
    }

    fn now(&self) -> Timestamp {
        self.service.now()
    }

    fn pass_time(&self, by: SignedDuration) -> Passing<'_> {
        self.service.pass_time(by)
    }
}
