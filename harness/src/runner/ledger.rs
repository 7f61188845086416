//! Every key that a scenario made, so that none is left behind and no other is ever touched.

use super::outcome::Leftover;
use super::session::Session;
use super::world::Key;
use crate::spec::{Fault, Field, KeyState, Operation, Reply};

/// The shortest waiting period that every vendor accepts.
const WAITING_DAYS: i64 = 7;

/// The keys that one scenario made.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    keys: Vec<Key>,
}

impl Ledger {
    pub(super) fn enter(&mut self, key: Key) {
        self.keys.push(key);
    }

    /// Schedules every key for deletion that is not scheduled yet, and tells which ones are left. The youngest keys
    /// go first: a primary's waiting period does not begin before its replicas are gone.
    pub(super) async fn clean_up(self, scenario: &str, session: &Session<'_>) -> Vec<Leftover> {
        let mut leftovers = Vec::new();
        for key in self.keys.into_iter().rev() {
            if let Err(because) = schedule(&key, session).await {
                leftovers.push(Leftover {
                    key: key.arn.unwrap_or(key.id),
                    scenario: scenario.to_owned(),
                    because,
                });
            }
        }
        leftovers
    }
}

/// Schedules a key for deletion in its own Region, or says why it is left.
async fn schedule(key: &Key, session: &Session<'_>) -> Result<(), String> {
    let schedule = key
        .call(Operation::ScheduleDeletion)
        .with(Field::PendingWindowDays, WAITING_DAYS);
    if !session.reaches(schedule.region.as_deref()) {
        return Err("it is in a Region that the target does not name".to_owned());
    }
    let exchange = session.call(&schedule).await;
    if exchange.decoded.accepted().is_some() || is_on_its_way(key, session).await {
        return Ok(());
    }
    Err(exchange.summary())
}

/// Whether the key is scheduled for deletion already, or gone.
async fn is_on_its_way(key: &Key, session: &Session<'_>) -> bool {
    let describe = key.call(Operation::DescribeKey);
    match session.call(&describe).await.decoded {
        Reply::Accepted(metadata) => matches!(
            metadata.name(Field::State),
            Some(KeyState::PendingDeletion | KeyState::PendingReplicaDeletion)
        ),
        Reply::Refused(refusal) => session
            .dialect
            .refusal(describe.operation, Fault::KeyUnknown)
            .is_some_and(|form| form.codes.contains(&refusal.code.as_str())),
        Reply::NotImplemented { .. } | Reply::Unusable { .. } => false,
    }
}
