//! Looks at a key through `DescribeKey`: before a call, after it, and until a change has arrived.
//!
//! Knows nothing of the call itself or of its answer.

use std::ops::RangeInclusive;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::check::{Difference, Subject, changes, check_members, check_state};
use super::run::{Run, must_change_nothing};
use super::session::{Exchange, Session};
use super::world::Key;
use crate::scenario::{Call, Expectation, Step};
use crate::spec::{Field, Fields, Operation, Reply, Request};

impl Run<'_> {
    /// What the key looks like before a call that must be refused, or whose coverage is counted.
    pub(super) async fn view_before(
        &self,
        step: &Step,
        call: &Call,
        control: bool,
    ) -> Option<Fields> {
        let is_refused = step.then.as_ref().is_some_and(must_change_nothing);
        let counts = control || step.then.is_some();
        if !(is_refused || counts && self.case.observer.is_some()) {
            return None;
        }
        let key = self.world.key(call.key.as_ref()?)?;
        let describe = key.call(Operation::DescribeKey);
        self.session
            .call(&describe)
            .await
            .decoded
            .accepted()
            .cloned()
    }

    pub(super) async fn check_unchanged(
        &self,
        call: &Call,
        then: &Expectation,
        before: &Fields,
        exchanges: &mut Vec<Exchange>,
    ) -> Option<Difference> {
        let key = self.world.key(call.key.as_ref()?)?;
        let exchange = self.session.call(&key.call(Operation::DescribeKey)).await;
        let actual = match &exchange.decoded {
            Reply::Accepted(after) => changes(before, after)?,
            _ => format!("describe-key: {}", exchange.summary()),
        };
        exchanges.push(exchange);
        let expected = "a refused call changes nothing";
        Some(Difference::outcome(expected, actual, &then.span))
    }

    /// State and metadata after the call.
    pub(super) async fn check_key(
        &self,
        step: &Step,
        call: &Call,
        then: &Expectation,
        request: &Request,
        during: RangeInclusive<Timestamp>,
        exchanges: &mut Vec<Exchange>,
    ) -> Result<Vec<Difference>, String> {
        if then.state.is_none() && then.metadata.is_empty() {
            return Ok(Vec::new());
        }
        let key = self
            .key_of(step, call)
            .ok_or("there is no key whose state could be asked")?;
        let variables = self.world.variables(call, request, self.session.dialect);
        let subject = Subject {
            world: &self.world,
            request,
            variables: &variables,
            during,
        };
        let patience = match self.changes_may_lag {
            true => self.case.patience,
            false => Duration::ZERO,
        };
        let mut differences = None;
        let exchange = look_until(self.session, key, patience, |exchange| {
            differences = match exchange.decoded.accepted() {
                Some(metadata) => Some(check_metadata(then, metadata, &subject)),
                None if self.session.knows_no_such_key(exchange) => {
                    Some(Vec::from_iter(check_presence(then, exchange)))
                }
                None => None,
            };
            differences.as_ref().is_none_or(Vec::is_empty)
        })
        .await;
        let summary = exchange.summary();
        exchanges.push(exchange);
        differences.ok_or_else(|| format!("describe-key did not show the key: {summary}"))
    }

    /// The key that the step made, or else the key that it is about.
    fn key_of(&self, step: &Step, call: &Call) -> Option<&Key> {
        let bound = step.name.as_ref().map(|name| self.world.result(name));
        let made = bound.and_then(|bound| bound.ok()?.key.as_ref());
        made.or_else(|| self.world.key(call.key.as_ref()?))
    }

    /// A replica takes a moment to be made, and until then it takes no call. How the key comes out of it is not the
    /// business of a step that only prepares.
    pub(super) async fn wait_until_made(&self, step: &Step, call: &Call) {
        if let Some(replica) = self.key_of(step, call) {
            look_until(self.session, replica, self.case.patience, is_made).await;
        }
    }
}

/// Asks what a key is like until it is so, or the patience ends; the last answer.
async fn look_until(
    session: &Session<'_>,
    key: &Key,
    patience: Duration,
    mut is_so: impl FnMut(&Exchange) -> bool,
) -> Exchange {
    let describe = key.call(Operation::DescribeKey);
    let deadline = Instant::now() + patience;
    loop {
        let exchange = session.call(&describe).await;
        if is_so(&exchange) || Instant::now() >= deadline {
            return exchange;
        }
        tokio::time::sleep(patience / 10).await;
    }
}

fn check_metadata(then: &Expectation, metadata: &Fields, subject: &Subject<'_>) -> Vec<Difference> {
    let state = then.state.iter();
    let mut differences: Vec<Difference> = state
        .filter_map(|(state, span)| check_state(*state, span, metadata))
        .collect();
    differences.extend(check_members(&then.metadata, metadata, subject));
    differences
}

/// A key that must be in some state, or show some member, must be there.
fn check_presence(then: &Expectation, looked: &Exchange) -> Option<Difference> {
    let state = then.state.as_ref();
    let state = state.map(|(state, span)| (format!("state {state}"), span));
    let members = then.metadata.iter();
    let mut members = members.map(|(field, _, span)| (format!("a key that shows {field}"), span));
    let (expected, span) = state.or_else(|| members.next())?;
    let actual = format!("describe-key: {}", looked.summary());
    Some(Difference::outcome(expected, actual, span))
}

/// A new replica is shown at last, and no longer as one that is being created.
fn is_made(exchange: &Exchange) -> bool {
    let metadata = exchange.decoded.accepted();
    metadata.is_some_and(|metadata| metadata.text(Field::State) != Some("creating"))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::super::altered::Altered;
    use super::*;
    use crate::spec::Vendor;
    use crate::wire::dialect;

    /// Whether a key that is being created for some looks is made when the patience ends.
    async fn made_after(looks: usize, patience: Duration) -> bool {
        let looks = AtomicUsize::new(looks);
        let slow = Altered::by(move |operation, reply| {
            let less = |looks: usize| looks.checked_sub(1);
            let relaxed = Ordering::Relaxed;
            if operation == "DescribeKey" && looks.fetch_update(relaxed, relaxed, less).is_ok() {
                let body = String::from_utf8_lossy(&reply.body);
                reply.body = body.replace("\"Enabled\"", "\"Creating\"").into_bytes();
            }
        });
        let session = Session {
            target: &slow,
            dialect: dialect(Vendor::Aws),
            invented: None,
        };
        let create = Request::new(Operation::CreateKey);
        let reply = session.call(&create).await.decoded;
        let key = Key::made_by(&create, reply.accepted().unwrap()).unwrap();
        is_made(&look_until(&session, &key, patience, is_made).await)
    }

    #[tokio::test]
    async fn a_key_that_is_being_created_is_waited_for_as_long_as_the_patience_lasts() {
        let (none, some) = (Duration::ZERO, Duration::from_millis(50));
        assert!(made_after(0, none).await);
        assert!(!made_after(1, none).await);
        assert!(made_after(2, some).await);
        assert!(!made_after(1000, some).await);
    }
}
