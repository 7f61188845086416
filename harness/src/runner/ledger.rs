//! Every key that a scenario made, so that none is left behind and no other is ever touched.

use super::outcome::Leftover;
use super::session::Session;
use crate::spec::{Fault, Field, KeyState, Operation, Reply, Request};

/// The shortest waiting period that every vendor accepts.
const WAITING_DAYS: i64 = 7;

/// The keys that one scenario made.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    keys: Vec<String>,
}

impl Ledger {
    pub(super) fn enter(&mut self, key: &str) {
        self.keys.push(key.to_owned());
    }

    /// Schedules every key for deletion that is not scheduled yet, and tells which ones are left.
    pub(super) async fn clean_up(self, scenario: &str, session: &Session<'_>) -> Vec<Leftover> {
        let mut leftovers = Vec::new();
        for key in self.keys {
            let schedule = Request::new(Operation::ScheduleDeletion)
                .with(Field::KeyId, key.as_str())
                .with(Field::PendingWindowDays, WAITING_DAYS);
            let exchange = session.call(&schedule).await;
            if exchange.decoded.accepted().is_none() && !is_on_its_way(&key, session).await {
                let because = exchange.summary();
                leftovers.push(Leftover {
                    key,
                    scenario: scenario.to_owned(),
                    because,
                });
            }
        }
        leftovers
    }
}

/// Whether the key is scheduled for deletion already, or gone.
async fn is_on_its_way(key: &str, session: &Session<'_>) -> bool {
    let describe = Request::new(Operation::DescribeKey).with(Field::KeyId, key);
    match session.call(&describe).await.decoded {
        Reply::Accepted(metadata) => metadata.name(Field::State) == Some(KeyState::PendingDeletion),
        Reply::Refused(refusal) => session
            .dialect
            .refusal(describe.operation, Fault::KeyUnknown)
            .is_some_and(|form| form.codes.contains(&refusal.code.as_str())),
        Reply::NotImplemented { .. } | Reply::Unusable { .. } => false,
    }
}
