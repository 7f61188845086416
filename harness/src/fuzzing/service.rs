//! The reference as a whole, fed HTTP messages as text.
//!
//! Messages are separated by the byte `1e`. A message has a request line, headers, an empty line and a body; without
//! an `authorization` header it is signed first, and a request line of one word is an operation of AWS.
//! In target and body, `$Name` stands for the text of the member `Name` in the latest reply that had one, and
//! `$EncryptedKeyMaterial` for material wrapped under the latest `PublicKey`.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use rand_chacha::ChaCha12Rng;
use rand_core::SeedableRng;

use crate::model::Answer;
use crate::spec::{Fault, Request, Vendor, WrappingAlgorithm};
use crate::target::HttpService;
use crate::target::reference::{Decision, Reference, Settings};
use crate::wire::{HttpReply, HttpRequest, Method, dialect};
use crate::wrapping::wrap;

/// Up to eight messages to the reference of AWS, one minute after the other.
pub fn aws_reference(data: &[u8]) {
    reference(Vendor::Aws, data);
}

/// Up to eight messages to the reference of Alibaba Cloud, one minute after the other.
pub fn alibaba_reference(data: &[u8]) {
    reference(Vendor::Alibaba, data);
}

fn reference(vendor: Vendor, data: &[u8]) {
    let mut client = Client {
        vendor,
        service: Reference::new(Settings::of(vendor, 1, START)),
        now: START,
        told: BTreeMap::new(),
    };
    for message in data.split(|byte| *byte == SEPARATOR).take(8) {
        client.send(message);
    }
}

const SEPARATOR: u8 = 0x1e;
const START: Timestamp = Timestamp::constant(1_800_000_000, 0);

/// Who sends the messages.
struct Client {
    vendor: Vendor,
    service: Reference,
    now: Timestamp,
    /// Members of replies, the latest of each name.
    told: BTreeMap<String, String>,
}

impl Client {
    fn send(&mut self, message: &[u8]) {
        self.now += SignedDuration::from_mins(1);
        let Some(request) = self.read(message) else {
            let reply = self.service.refuse(Fault::Serialization, self.now);
            return self.receive(&reply);
        };
        let request = match request.header("authorization") {
            Some(_) => request,
            None => {
                let dialect = dialect(self.vendor);
                dialect.sign(request, "kms.test", self.service.signer(), self.now)
            }
        };
        let envelope = self.service.envelope(&request, self.now);
        let reply = match self.service.read(&request, self.service.era(), self.now) {
            Err(refused) => self.service.write_refused(None, &refused, &envelope),
            Ok(call) => {
                let decision = self.decide(&call);
                self.service.write(call.operation, &decision, &envelope)
            }
        };
        self.receive(&reply);
    }

    /// What the service decides about a call; panics when the rules do not permit that.
    fn decide(&self, call: &Request) -> Decision {
        let era = self.service.era();
        let permitted = self.service.permitted(call, era, self.now);
        let before = self.service.account();
        let decision = self.service.decide(call, era, self.now);
        let given = |answer: &Answer| match (answer, &decision) {
            (Answer::Accept, Ok(_)) => true,
            (Answer::Refuse { fault, .. }, Err(refused)) => *fault == refused.fault,
            _ => false,
        };
        // A sentence about members that do not fit together is always permitted.
        let is_sentence = matches!(&decision, Err(refused) if refused.fault == Fault::Constraint);
        assert!(
            is_sentence || permitted.iter().any(given),
            "{}: {decision:?} is not among {permitted:?}",
            call.operation
        );
        let has_changed = before != self.service.account();
        assert!(
            decision.is_ok() || !has_changed,
            "a refusal has changed something"
        );
        decision
    }

    fn receive(&mut self, reply: &HttpReply) {
        assert!(
            matches!(reply.status, 200 | 400..500),
            "status {}",
            reply.status
        );
        if let Ok(body) = serde_json::from_slice(&reply.body) {
            remember(&body, &mut self.told);
        }
    }

    fn read(&self, message: &[u8]) -> Option<HttpRequest> {
        let (head, body) = split_at_empty_line(message);
        let mut lines = str::from_utf8(head).ok()?.lines();
        let mut words = lines.next()?.split(' ');
        let (method, target) = (words.next()?, words.next());
        let mut headers: Vec<(String, String)> = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        let (method, target) = match target {
            Some(target) => (method.parse().ok()?, target),
            None => {
                headers.push(("x-amz-target".to_owned(), format!("TrentService.{method}")));
                (Method::Post, "/")
            }
        };
        Some(HttpRequest {
            method,
            target: self.fill(target),
            headers,
            body: str::from_utf8(body)
                .map_or_else(|_| body.to_vec(), |text| self.fill(text).into_bytes()),
        })
    }

    /// The text with what `$Name` stands for.
    fn fill(&self, text: &str) -> String {
        let mut pieces = text.split('$');
        let mut filled = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            let end = piece.find(|c: char| !c.is_ascii_alphanumeric());
            let (name, rest) = piece.split_at(end.unwrap_or(piece.len()));
            match self.stands_for(name) {
                Some(value) => filled.push_str(&value),
                None => filled.extend(["$", name]),
            }
            filled.push_str(rest);
        }
        filled
    }

    fn stands_for(&self, name: &str) -> Option<String> {
        let value = match name {
            "EncryptedKeyMaterial" => self.wrapped()?,
            name => self.told.get(name)?.clone(),
        };
        Some(match self.vendor {
            // A bare plus in a parameter is a space.
            Vendor::Alibaba => value.replace('+', "%2B"),
            Vendor::Aws => value,
        })
    }

    /// Material under the latest wrapping key.
    fn wrapped(&self) -> Option<String> {
        let public_key = STANDARD.decode(self.told.get("PublicKey")?).ok()?;
        let mut rng = ChaCha12Rng::seed_from_u64(1);
        let algorithm = WrappingAlgorithm::RsaesOaepSha256;
        let wrapped = wrap(algorithm, &public_key, &[7; 32], &mut rng).ok()?;
        Some(STANDARD.encode(wrapped))
    }
}

/// Every text in a reply by the name of its member, however deep it stands.
fn remember(json: &serde_json::Value, told: &mut BTreeMap<String, String>) {
    match json {
        serde_json::Value::Object(members) => {
            for (name, value) in members {
                if let Some(text) = value.as_str() {
                    told.insert(name.clone(), text.to_owned());
                }
                remember(value, told);
            }
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| remember(item, told)),
        _ => {}
    }
}

fn split_at_empty_line(message: &[u8]) -> (&[u8], &[u8]) {
    let find = |end: &[u8]| {
        let at = message.windows(end.len()).position(|bytes| bytes == end)?;
        Some((&message[..at], &message[at + end.len()..]))
    };
    find(b"\r\n\r\n")
        .or_else(|| find(b"\n\n"))
        .unwrap_or((message, &[]))
}
