//! Planned deletion.

use jiff::{SignedDuration, Timestamp};

use crate::spec::{Edition, Fault, Field, Fields};

use super::key::Key;
use super::kms::Call;
use super::objections::{About, Judged};

impl<'a> Call<'a> {
    pub(super) fn schedule_deletion(self) -> Judged<'a> {
        let key = self.key()?;
        let mut objections = self.state(key);
        let edition = &self.kms.edition;
        let bounds = edition.deletion_window.shortest..=edition.deletion_window.longest;
        if !bounds.contains(&window_days(edition, &self.request.fields)) {
            objections.certain(Fault::WindowOutOfBounds, About::Key(key));
        }
        Ok(objections)
    }
}

impl Key {
    pub(super) fn plan_deletion(&mut self, edition: &Edition, asked: &Fields, now: Timestamp) {
        self.window_days = window_days(edition, asked);
        let window = SignedDuration::from_hours(self.window_days.clamp(0, 366) * 24);
        self.deletion = Some(now.saturating_add(window).unwrap_or(Timestamp::MAX));
    }

    /// The key comes back disabled or enabled, whatever it was before. Without material it is in pending-import,
    /// since neither state is named anywhere and it could not be enabled by hand.
    pub(super) fn cancel_deletion(&mut self, edition: &Edition) {
        self.deletion = None;
        self.disabled = edition.comes_back_disabled;
    }
}

fn window_days(edition: &Edition, fields: &Fields) -> i64 {
    fields
        .number(Field::PendingWindowDays)
        .unwrap_or(edition.deletion_window.usual)
}
