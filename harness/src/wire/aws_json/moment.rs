//! Moments as AWS JSON writes them: epoch seconds as a JSON number, exact to the millisecond.

use jiff::Timestamp;
use serde_json::{Number, Value as Json};

/// Writes whole seconds as an integer and everything else with up to three decimals.
pub(super) fn to_json(moment: Timestamp) -> Json {
    let milliseconds = moment.as_millisecond();
    if milliseconds % 1000 == 0 {
        return Json::from(milliseconds / 1000);
    }
    Json::from(milliseconds as f64 / 1000.0)
}

/// Reads integers, decimals and exponent forms; `None` where no calendar has such a moment.
pub(super) fn from_json(number: &Number) -> Option<Timestamp> {
    if let Some(seconds) = number.as_i64() {
        return Timestamp::from_second(seconds).ok();
    }
    // For every year that a timestamp can have, the steps of a double are far finer than a millisecond, so rounding
    // finds the digits that were meant.
    let milliseconds = (number.as_f64()? * 1000.0).round();
    let in_range = milliseconds.abs() < i64::MAX as f64;
    in_range
        .then(|| Timestamp::from_millisecond(milliseconds as i64).ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use proptest::prelude::*;
    use serde_json::Value as Json;

    use super::{from_json, to_json};

    #[track_caller]
    fn check(text: &str, milliseconds: Option<i64>) {
        let json: Json = serde_json::from_str(text).expect("the case is JSON");
        let moment = json.as_number().and_then(from_json);
        assert_eq!(
            moment.map(Timestamp::as_millisecond),
            milliseconds,
            "{text}"
        );
    }

    #[test]
    fn integers_decimals_and_exponents_are_read_to_the_millisecond() {
        check("1480632737", Some(1_480_632_737_000));
        check("1480632737.0", Some(1_480_632_737_000));
        check("1.480632737044E9", Some(1_480_632_737_044));
        check("1.480632737044e+9", Some(1_480_632_737_044));
        check("1615929453.686", Some(1_615_929_453_686));
        check("148063273704.4E-2", Some(1_480_632_737_044));
        check("0.001", Some(1));
        check("-0.5", Some(-500));
        check("-1", Some(-1000));
    }

    #[test]
    fn numbers_beyond_every_calendar_are_refused() {
        for text in [
            "1e300",
            "-1e300",
            "1e18",
            "9223372036854775807",
            "-9223372036854775808",
            "18446744073709551615",
            "99999999999999999999999999",
        ] {
            check(text, None);
        }
    }

    #[test]
    fn whole_seconds_are_written_as_integers() {
        let at = |milliseconds| to_json(Timestamp::from_millisecond(milliseconds).unwrap());
        assert_eq!(at(1_480_632_737_000).to_string(), "1480632737");
        assert_eq!(at(1_480_632_737_044).to_string(), "1480632737.044");
    }

    proptest! {
        #[test]
        fn a_moment_survives_the_wire(milliseconds in -377_705_023_201_000_i64..=253_402_207_200_999) {
            let moment = Timestamp::from_millisecond(milliseconds).unwrap();
            let text = to_json(moment).to_string();
            let json: Json = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(from_json(json.as_number().unwrap()), Some(moment));
        }
    }
}
