//! The moment by the service's own clock, learned from the `Date` of its answers.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::fmt::rfc2822::DateTimeParser;
use jiff::{SignedDuration, Timestamp};

/// What gives the harness the time.
pub type WallClock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// The clock of a service, as far as its answers tell.
pub struct ServiceClock {
    wall: WallClock,
    /// How far the service is ahead of the wall clock, in seconds.
    ahead: AtomicI64,
}

/// `Date` has whole seconds, and an answer travels: less than this is no difference.
const TOLERANCE: SignedDuration = SignedDuration::from_secs(2);

impl ServiceClock {
    /// A clock that agrees with the wall clock until an answer says otherwise.
    #[must_use]
    pub fn new(wall: WallClock) -> Self {
        Self {
            wall,
            ahead: AtomicI64::new(0),
        }
    }

    /// The moment for the service.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let wall = self.wall();
        wall.checked_add(self.ahead()).unwrap_or(wall)
    }

    /// The moment for the harness.
    #[must_use]
    pub fn wall(&self) -> Timestamp {
        (self.wall)()
    }

    /// Learns from the `Date` of an answer to a request that was sent at `sent` by the wall clock.
    ///
    /// A service may look at its clock at any moment between request and answer, and `Date` has whole seconds: what
    /// agrees with the present belief changes nothing, so that the clock does not tremble. What is no date teaches
    /// nothing.
    pub fn learn(&self, date: &str, sent: Timestamp) {
        let Ok(date) = DateTimeParser::new().parse_timestamp(date) else {
            return;
        };
        let earliest = date.duration_since(self.wall()).saturating_sub(TOLERANCE);
        let latest = date.duration_since(sent).saturating_add(TOLERANCE);
        let agrees = |belief: &SignedDuration| (earliest..=latest).contains(belief);
        let belief = [self.ahead(), SignedDuration::ZERO]
            .into_iter()
            .find(agrees);
        self.believe(belief.unwrap_or_else(|| date.duration_since(self.wall())));
    }

    /// How far the service is ahead of the wall clock.
    #[must_use]
    pub fn ahead(&self) -> SignedDuration {
        SignedDuration::from_secs(self.ahead.load(Ordering::Relaxed))
    }

    /// Believes that the service is this far ahead, until an answer says otherwise; whole seconds.
    pub fn believe(&self, ahead: SignedDuration) {
        self.ahead.store(ahead.as_secs(), Ordering::Relaxed);
    }
}

impl fmt::Debug for ServiceClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceClock")
            .field("ahead", &self.ahead)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENT: &str = "2026-11-22T10:00:00Z";
    const RECEIVED: &str = "2026-11-22T10:00:05Z";

    #[track_caller]
    fn check(date: &str, expected_ahead: i64) {
        let received: Timestamp = RECEIVED.parse().unwrap();
        let clock = ServiceClock::new(Arc::new(move || received));
        clock.learn(date, SENT.parse().unwrap());
        assert_eq!(
            clock.now().duration_since(received).as_secs(),
            expected_ahead,
            "{date}"
        );
    }

    #[test]
    fn a_date_between_request_and_answer_tells_no_difference() {
        check("Sun, 22 Nov 2026 09:59:58 GMT", 0);
        check("Sun, 22 Nov 2026 10:00:03 GMT", 0);
        check("Sun, 22 Nov 2026 10:00:07 GMT", 0);
    }

    #[test]
    fn the_clock_follows_a_service_that_lives_in_another_moment() {
        check("Tue, 24 Nov 2026 10:00:05 GMT", 2 * 86_400);
        check("Sun, 22 Nov 2026 09:00:05 GMT", -3_600);
    }

    #[test]
    fn what_is_no_date_teaches_nothing() {
        for text in [
            "",
            "soon",
            "Tue, 22 Nov 2026 10:00:05 GMT",
            "99999999999999999999",
            "Fri, 31 Dec 9999 23:59:59 GMT",
            "\u{0}",
        ] {
            check(text, 0);
        }
    }

    #[test]
    fn a_date_that_agrees_with_the_belief_does_not_make_the_clock_tremble() {
        let wall: Timestamp = SENT.parse().unwrap();
        let clock = ServiceClock::new(Arc::new(move || wall));
        clock.believe(SignedDuration::from_hours(24));
        for date in [
            "Mon, 23 Nov 2026 09:59:59 GMT",
            "Mon, 23 Nov 2026 10:00:01 GMT",
        ] {
            clock.learn(date, wall);
            assert_eq!(
                clock.now().duration_since(wall),
                SignedDuration::from_hours(24)
            );
        }
        clock.learn("Mon, 23 Nov 2026 10:00:03 GMT", wall);
        assert_eq!(clock.ahead().as_secs(), 86_403);
    }

    #[test]
    fn a_belief_holds_until_an_answer_says_otherwise() {
        let wall: Timestamp = SENT.parse().unwrap();
        let clock = ServiceClock::new(Arc::new(move || wall));
        clock.believe(SignedDuration::from_hours(25));
        assert_eq!(
            clock.now().duration_since(wall),
            SignedDuration::from_hours(25)
        );
        clock.learn("Sun, 22 Nov 2026 10:00:00 GMT", wall);
        assert_eq!(clock.now(), wall);
        clock.believe(SignedDuration::MAX);
        assert_eq!(
            clock.now(),
            wall,
            "a moment that does not exist is not believed"
        );
    }
}
