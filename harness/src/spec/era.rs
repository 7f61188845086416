use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;

use super::Rule;

/// The day whose rules are run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Era(pub Date);

impl Era {
    /// The day of a moment, in UTC.
    #[must_use]
    pub fn at(moment: Timestamp) -> Self {
        Self(Offset::UTC.to_datetime(moment).date())
    }

    /// Whether the rule holds on this day.
    #[must_use]
    pub fn knows(self, rule: &Rule) -> bool {
        rule.since <= self.0 && rule.until.is_none_or(|until| self.0 < until)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Register;
    use super::Era;

    #[test]
    fn a_rule_holds_from_its_first_day_until_the_one_on_which_it_has_ended() {
        let text = "[[rule]]\nid = \"aws/a/b\"\nstatement = \"s\"\noperations = []\n\
                    sources = []\nevidence = {}\nsince = \"2016-08-10\"\nuntil = \"2023-10-10\"\n";
        let register = Register::parse(text).expect("this is a register");
        let rule = register.rules().next().expect("it has a rule");
        for (day, holds) in [
            ("2016-08-09", false),
            ("2016-08-10", true),
            ("2023-10-09", true),
            ("2023-10-10", false),
        ] {
            let era = Era(day.parse().expect("this is a day"));
            assert_eq!(era.knows(rule), holds, "{day}");
        }
    }
}
