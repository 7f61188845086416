//! One conversation with a target: neutral calls in, exchanges out.

use std::time::Duration;

use jiff::Timestamp;

use crate::spec::{Fault, MannerChange, Operation, Reply, Request, SignatureDefect, Spoil};
use crate::target::{Silence, Target};
use crate::wire::{Dialect, HttpReply, HttpRequest};

/// A call and all that came of it.
#[derive(Clone, Debug)]
pub(super) struct Exchange {
    pub(super) request: HttpRequest,
    pub(super) reply: Result<HttpReply, Silence>,
    /// What the dialect made of the reply.
    pub(super) decoded: Reply,
    /// The target's moment when the call was sent.
    pub(super) at: Timestamp,
    /// The target's moment when the answer was there: whatever the service did, it did in between.
    pub(super) answered: Timestamp,
    /// The Region that it was sent to.
    region: Option<String>,
}

/// What every call of a scenario needs.
#[derive(Clone, Copy)]
pub(super) struct Session<'a> {
    pub(super) target: &'a dyn Target,
    pub(super) dialect: &'static dyn Dialect,
    /// The answer to an operation that cannot exist; whatever looks like it means "not implemented".
    pub(super) invented: Option<&'a HttpReply>,
}

/// How often and how long a throttled call waits; throttling is never scored.
const THROTTLE_PAUSES: [Duration; 5] = [
    Duration::from_millis(250),
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
];

impl Session<'_> {
    pub(super) async fn call(&self, request: &Request) -> Exchange {
        self.call_as(request, MannerChange::default(), None).await
    }

    /// Makes a call in its own manner, whose message may have one defect.
    pub(super) async fn call_as(
        &self,
        request: &Request,
        manner: MannerChange,
        spoil: Option<&Spoil>,
    ) -> Exchange {
        let unsigned = self.dialect.encode_request(request);
        let (unsigned, signature) = match spoil {
            None => (unsigned, None),
            Some(Spoil::Message(defect)) => {
                let spoilt = self.dialect.spoil(unsigned, request.operation, defect);
                (spoilt, None)
            }
            Some(Spoil::Signature(defect)) => (unsigned, Some(*defect)),
        };
        let mut pauses = THROTTLE_PAUSES.iter();
        loop {
            let region = request.region.as_deref();
            let mut exchange = self
                .send_signed(unsigned.clone(), region, manner, signature)
                .await;
            exchange.decoded = self
                .read_as_refusal(spoil, &exchange)
                .unwrap_or_else(|| self.read(request, spoil, &exchange));
            match &exchange.decoded {
                Reply::Refused(refusal) if self.dialect.is_throttling(refusal) => {
                    let Some(pause) = pauses.next() else {
                        return exchange;
                    };
                    tokio::time::sleep(*pause).await;
                }
                _ => return exchange,
            }
        }
    }

    /// Sends what is already an HTTP request; the reply is not decoded.
    pub(super) async fn send(&self, unsigned: HttpRequest) -> Exchange {
        self.send_signed(unsigned, None, MannerChange::default(), None)
            .await
    }

    /// The target as it was called in an exchange.
    pub(super) fn called(&self, exchange: &Exchange) -> &dyn Target {
        self.target_in(exchange.region.as_deref())
    }

    /// Whether calls for this Region arrive there: the target names it, or all Regions share one address.
    pub(super) fn reaches(&self, region: Option<&str>) -> bool {
        let known = |target: &dyn Target| region == Some(&target.signer().region);
        let elsewhere = self.target.elsewhere();
        region.is_none()
            || known(self.target)
            || elsewhere.is_some_and(known)
            || self.has_one_address()
    }

    /// Whether DescribeKey answered that there is no such key.
    pub(super) fn knows_no_such_key(&self, looked: &Exchange) -> bool {
        let form = self
            .dialect
            .refusal(Operation::DescribeKey, Fault::KeyUnknown);
        match (&looked.decoded, form) {
            (Reply::Refused(refusal), Some(form)) => form.codes.contains(&refusal.code.as_str()),
            _ => false,
        }
    }

    /// Emulators serve every Region at one address; the signature says which one is meant.
    fn has_one_address(&self) -> bool {
        let elsewhere = self.target.elsewhere();
        elsewhere.is_some_and(|elsewhere| elsewhere.url() == self.target.url())
    }

    fn target_in(&self, region: Option<&str>) -> &dyn Target {
        let elsewhere = self.target.elsewhere();
        elsewhere
            .filter(|elsewhere| region == Some(&elsewhere.signer().region))
            .unwrap_or(self.target)
    }

    async fn send_signed(
        &self,
        unsigned: HttpRequest,
        region: Option<&str>,
        manner: MannerChange,
        defect: Option<SignatureDefect>,
    ) -> Exchange {
        let target = self.target_in(region);
        let at = target.now();
        let (host, mut signer) = (target.host(), target.signer().with(manner));
        if let (Some(region), true) = (region, self.has_one_address()) {
            region.clone_into(&mut signer.region);
        }
        let request = match defect {
            None => self.dialect.sign(unsigned, host, &signer, at),
            Some(defect) => self
                .dialect
                .sign_wrongly(unsigned, host, &signer, at, defect),
        };
        let reply = target.send(request.clone()).await;
        let because = match &reply {
            Ok(reply) => format!("HTTP {}", reply.status),
            Err(silence) => silence.to_string(),
        };
        Exchange {
            request,
            reply,
            decoded: Reply::Unusable { because },
            at,
            answered: target.now(),
            region: region.map(str::to_owned),
        }
    }

    /// Where the operation itself was spoilt, "no such operation" is a refusal like any other.
    fn read_as_refusal(&self, spoil: Option<&Spoil>, exchange: &Exchange) -> Option<Reply> {
        let Some(Spoil::Message(defect)) = spoil else {
            return None;
        };
        let reply = exchange.reply.as_ref().ok()?;
        if !defect.hides_operation() || reply.status < 400 {
            return None;
        }
        let refusal = self.dialect.decode_refusal(reply);
        Some(refusal.map_or_else(
            || Reply::Unusable {
                because: format!("status {} without a refusal", reply.status),
            },
            Reply::Refused,
        ))
    }

    fn read(&self, request: &Request, spoil: Option<&Spoil>, exchange: &Exchange) -> Reply {
        let reply = match &exchange.reply {
            Ok(reply) => reply,
            Err(silence) => {
                return Reply::Unusable {
                    because: silence.to_string(),
                };
            }
        };
        match self.dialect.decode_reply(request.operation, reply) {
            // A service may fall over a spoilt message in the same way as over an operation that it lacks.
            Reply::Unusable { because } if spoil.is_none() && self.looks_invented(reply) => {
                Reply::NotImplemented {
                    because: format!(
                        "the same answer as to an operation that cannot exist: {because}"
                    ),
                }
            }
            decoded => decoded,
        }
    }

    fn looks_invented(&self, reply: &HttpReply) -> bool {
        self.invented.is_some_and(|invented| {
            invented.status == reply.status
                && invented.header("content-type") == reply.header("content-type")
                && invented.body == reply.body
        })
    }
}

impl Exchange {
    /// The answer in a few words, for people.
    pub(super) fn summary(&self) -> String {
        summary(&self.decoded)
    }
}

/// An answer in a few words, for people.
pub(super) fn summary(reply: &Reply) -> String {
    match reply {
        Reply::Accepted(_) => "accepted".to_owned(),
        Reply::Refused(refusal) => match &refusal.message {
            Some(message) => format!("refused: {} ({}) {message:?}", refusal.code, refusal.status),
            None => format!(
                "refused: {} ({}) without text",
                refusal.code, refusal.status
            ),
        },
        Reply::NotImplemented { because } => format!("not implemented: {because}"),
        Reply::Unusable { because } => format!("no valid answer: {because}"),
    }
}
