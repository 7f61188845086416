//! Planned deletion.

use jiff::{SignedDuration, Timestamp};

use crate::spec::{Fault, Field, Fields};

use super::key::Key;
use super::kms::Call;
use super::objections::{About, Judged};

/// The shortest waiting period of a deletion, in days.
pub const SHORTEST_DELETION_WINDOW_DAYS: i64 = 7;

/// The longest waiting period of a deletion, in days; also what a caller gets who names none.
pub const LONGEST_DELETION_WINDOW_DAYS: i64 = 30;

impl<'a> Call<'a> {
    pub(super) fn schedule_deletion(self) -> Judged<'a> {
        let key = self.key()?;
        let mut objections = self.state(key);
        let bounds = SHORTEST_DELETION_WINDOW_DAYS..=LONGEST_DELETION_WINDOW_DAYS;
        if !bounds.contains(&window_days(&self.request.fields)) {
            objections.certain(Fault::WindowOutOfBounds, About::Key(key));
        }
        Ok(objections)
    }
}

impl Key {
    pub(super) fn plan_deletion(&mut self, asked: &Fields, now: Timestamp) {
        self.window_days = window_days(asked);
        let window = SignedDuration::from_hours(self.window_days.clamp(0, 366) * 24);
        self.deletion = Some(now.saturating_add(window).unwrap_or(Timestamp::MAX));
    }

    /// The key comes back disabled, whatever it was before. Without material it is in pending-import, since
    /// neither state is named anywhere and it could not be enabled by hand.
    pub(super) fn cancel_deletion(&mut self) {
        self.deletion = None;
        self.disabled = true;
    }
}

fn window_days(fields: &Fields) -> i64 {
    fields
        .number(Field::PendingWindowDays)
        .unwrap_or(LONGEST_DELETION_WINDOW_DAYS)
}
