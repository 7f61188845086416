//! Moments as Alibaba Cloud writes them: `YYYY-MM-DDThh:mm:ssZ` in UTC, without fractions.

use jiff::Timestamp;

/// Writes a moment; a fraction of a second is lost.
pub(super) fn write(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Reads a moment, also one with a fraction or another offset: what stands on the wire is judged elsewhere.
pub(super) fn read(text: &str) -> Option<Timestamp> {
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Timestamp, read, write};

    #[test]
    fn a_moment_is_written_to_the_second() {
        let moment: Timestamp = "2016-03-28T03:13:08.999Z".parse().unwrap();
        assert_eq!(write(moment), "2016-03-28T03:13:08Z");
    }

    #[test]
    fn what_is_no_moment_is_not_read() {
        for text in [
            "",
            "2016-03-28",
            "03:13:08Z",
            "1459134788",
            "2016-13-28T03:13:08Z",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_moment_survives_the_wire(seconds in -62_135_596_800_i64..=253_402_207_200) {
            let moment = Timestamp::from_second(seconds).unwrap();
            prop_assert_eq!(read(&write(moment)), Some(moment));
        }
    }
}
