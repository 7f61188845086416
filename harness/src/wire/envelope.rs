use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;

use crate::spec::Format;

use crate::spec::Era;

/// What every reply carries, whatever it says. A dialect knows where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// The reply's own id, a UUID.
    pub request_id: String,
    /// When it was made.
    pub at: Timestamp,
    /// In which format it is wanted.
    pub format: Format,
    /// The day whose form it has: members that came later are left out.
    pub era: Era,
}

impl Envelope {
    /// The moment as HTTP writes it.
    #[must_use]
    pub fn date(&self) -> String {
        let date = DateTimePrinter::new().timestamp_to_rfc9110_string(&self.at);
        date.unwrap_or_default()
    }
}
