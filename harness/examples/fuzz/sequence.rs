//! What scenarios send, as sequences for the target that drives the model.

use std::collections::BTreeSet;

use byokcheck::fuzzing::state_machine::{Blob, Given, Manner, Step, write};
use byokcheck::spec::{Field, Fields, ImportType, Operation, Reply, Request, Vendor};
use byokcheck::wire::dialect;

use crate::Seeds;
use crate::exchanges::{Exchange, Exchanges, today};

/// Sequences of operations that no other scenario has.
pub(crate) fn seeds(exchanges: &Exchanges) -> Seeds {
    let mut seeds = Seeds::default();
    let mut known = BTreeSet::new();
    for (case, exchanges) in exchanges {
        let steps = Memory::default().steps(exchanges);
        let operations: Vec<Operation> = steps.iter().map(|step| step.operation).collect();
        if steps.len() > 3 && known.insert(operations) {
            let name = case
                .trim_start_matches("aws/")
                .split('#')
                .next()
                .unwrap_or_default();
            seeds.add(name.replace(['/', '_'], "-"), write(&steps));
        }
    }
    seeds
}

/// What has been made and issued so far.
#[derive(Default)]
struct Memory {
    keys: Vec<String>,
    tokens: Vec<Vec<u8>>,
    materials: Vec<String>,
}

impl Memory {
    fn steps(mut self, exchanges: &[Exchange]) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut before = exchanges.first().map(|exchange| exchange.at);
        for exchange in exchanges {
            let dialect = dialect(Vendor::Aws);
            let Ok(request) = dialect.decode_request(&exchange.request, today()) else {
                continue;
            };
            let reply = dialect.decode_reply(request.operation, &exchange.reply);
            let minutes = before.map_or(0, |before| exchange.at.duration_since(before).as_mins());
            before = Some(exchange.at);
            steps.push(self.step(&request, &reply, minutes));
            self.remember(&request, &reply);
        }
        steps
    }

    fn step(&self, request: &Request, reply: &Reply, minutes: i64) -> Step {
        let fields = &request.fields;
        let is_new = fields.name(Field::ImportType) == Some(ImportType::New);
        Step {
            pause: nearest(&[0, 1, 60, 24 * 60, 8 * 24 * 60], minutes),
            operation: request.operation,
            key: back(&self.keys, |id| request.key() == Some(id.as_str())),
            other: match request.operation {
                Operation::CreateKey => kind(fields),
                _ => 0,
            },
            set: back(&self.tokens, |token| {
                fields.bytes(Field::ImportToken) == Some(token.as_slice())
            }),
            blob: self.blob(reply),
            validity: fields.has(Field::ValidTo).then_some(60),
            manner: Manner {
                particular: is_new || fields.has(Field::MaterialId),
                answer: Given::First,
            },
        }
    }

    /// Only an answer tells which material an import has brought.
    fn blob(&self, reply: &Reply) -> Blob {
        let Some(fields) = reply.accepted() else {
            return Blob::Material(1);
        };
        let id = fields.text(Field::MaterialId).unwrap_or_default();
        let number = self.materials.iter().position(|known| known == id);
        Blob::Material(number.unwrap_or(self.materials.len()).min(2) as u8)
    }

    fn remember(&mut self, request: &Request, reply: &Reply) {
        let Some(fields) = reply.accepted() else {
            return;
        };
        let text = |field| fields.text(field).unwrap_or_default().to_owned();
        match request.operation {
            Operation::CreateKey => self.keys.push(text(Field::KeyId)),
            Operation::GetParameters => {
                let token = fields.bytes(Field::ImportToken).unwrap_or_default();
                self.tokens.push(token.to_vec());
            }
            Operation::Import if !self.materials.contains(&text(Field::MaterialId)) => {
                self.materials.push(text(Field::MaterialId));
            }
            _ => {}
        }
    }
}

/// How far back the one that is meant stands; the last of seven when there is none.
fn back<T>(known: &[T], is_meant: impl FnMut(&T) -> bool) -> usize {
    let found = known.iter().rev().position(is_meant);
    found.unwrap_or(7).min(7)
}

fn kind(fields: &Fields) -> usize {
    let is_external = fields.text(Field::Origin) == Some("external");
    match fields.text(Field::Spec) {
        Some(spec) if spec.starts_with("HMAC") => 1,
        Some(spec) if spec.starts_with("ECC") => 3,
        _ if is_external => 0,
        _ => 2,
    }
}

fn nearest(choices: &[i64], minutes: i64) -> i64 {
    let nearest = choices
        .iter()
        .min_by_key(|choice| (**choice - minutes).abs());
    *nearest.expect("there are choices")
}
