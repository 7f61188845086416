//! Every key that a scenario made, so that none is left behind and no other is ever touched.

use super::outcome::Leftover;
use super::session::Session;
use super::world::Key;
use crate::spec::{Field, KeyState, Operation};

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
    let exchange = session.call(&describe).await;
    match exchange.decoded.accepted() {
        Some(metadata) => matches!(
            metadata.name(Field::State),
            Some(KeyState::PendingDeletion | KeyState::PendingReplicaDeletion)
        ),
        None => session.knows_no_such_key(&exchange),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use jiff::{SignedDuration, Timestamp};

    use super::*;
    use crate::spec::{Request, Vendor};
    use crate::target::reference::{InProcess, Settings};
    use crate::target::{Answer, Passing, Target};
    use crate::wire::{HttpRequest, Signer, dialect};

    const TODAY: Timestamp = Timestamp::constant(1_795_348_800, 0);

    /// One Region of the reference, which takes note of the keys that are scheduled there.
    struct Watched<'a> {
        region: &'a dyn Target,
        scheduled: &'a Mutex<Vec<String>>,
        elsewhere: Option<&'a Self>,
    }

    impl Target for Watched<'_> {
        fn send(&self, request: HttpRequest) -> Answer<'_> {
            let called = request.header("x-amz-target").unwrap_or_default();
            if called.ends_with("ScheduleKeyDeletion") {
                let region = self.signer().region.clone();
                self.scheduled.lock().unwrap().push(region);
            }
            self.region.send(request)
        }

        fn host(&self) -> &str {
            self.region.host()
        }

        fn url(&self) -> &str {
            self.region.url()
        }

        fn signer(&self) -> &Signer {
            self.region.signer()
        }

        fn now(&self) -> Timestamp {
            self.region.now()
        }

        fn pass_time(&self, by: SignedDuration) -> Passing<'_> {
            self.region.pass_time(by)
        }

        fn elsewhere(&self) -> Option<&dyn Target> {
            Some(self.elsewhere?)
        }
    }

    #[tokio::test]
    async fn replicas_are_scheduled_in_their_region_and_before_their_primary() {
        let service = InProcess::new(Settings::new(7, TODAY));
        let scheduled = Mutex::default();
        let second = Watched {
            region: service.elsewhere().unwrap(),
            scheduled: &scheduled,
            elsewhere: None,
        };
        let first = Watched {
            region: &service,
            scheduled: &scheduled,
            elsewhere: Some(&second),
        };
        let session = Session {
            target: &first,
            dialect: dialect(Vendor::Aws),
            invented: None,
        };
        let create = Request::new(Operation::CreateKey).with(Field::MultiRegion, true);
        let primary = made(&session, &create).await;
        let replicate = primary
            .call(Operation::Replicate)
            .with(Field::ReplicaRegion, "us-west-2");
        let replica = made(&session, &replicate).await;
        let describe = [&primary, &replica].map(|key| key.call(Operation::DescribeKey));
        let mut ledger = Ledger::default();
        ledger.enter(primary);
        ledger.enter(replica);

        assert!(ledger.clean_up("a case", &session).await.is_empty());
        assert_eq!(*scheduled.lock().unwrap(), ["us-west-2", "us-east-1"]);
        for (describe, expected) in describe
            .iter()
            .zip([KeyState::PendingReplicaDeletion, KeyState::PendingDeletion])
        {
            let metadata = session.call(describe).await.decoded;
            let metadata = metadata.accepted().unwrap();
            assert_eq!(metadata.name(Field::State), Some(expected));
        }
    }

    #[tokio::test]
    async fn a_key_in_a_region_that_nobody_reaches_is_left_and_no_other_is_touched() {
        let service = InProcess::new(Settings::new(7, TODAY));
        // Seen from there, there is no way to any other Region.
        let elsewhere = service
            .elsewhere()
            .expect("the reference is in two Regions");
        let session = Session {
            target: elsewhere,
            dialect: dialect(Vendor::Aws),
            invented: None,
        };
        let create = Request::new(Operation::CreateKey).with(Field::MultiRegion, true);
        let primary = made(&session, &create).await;
        let replicate = primary
            .call(Operation::Replicate)
            .with(Field::ReplicaRegion, "eu-central-1");
        let mut ledger = Ledger::default();
        ledger.enter(made(&session, &replicate).await);

        let leftovers = ledger.clean_up("a case", &session).await;
        assert!(leftovers[0].key.contains(":eu-central-1:"), "{leftovers:?}");
        let describe = primary.call(Operation::DescribeKey);
        let metadata = session.call(&describe).await.decoded;
        let state = metadata.accepted().unwrap().name(Field::State);
        assert_eq!(state, Some(KeyState::Enabled));
    }

    async fn made(session: &Session<'_>, request: &Request) -> Key {
        let reply = session.call(request).await.decoded;
        Key::made_by(request, reply.accepted().unwrap()).unwrap()
    }
}
