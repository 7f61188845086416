//! Names of enum values, both ways. A name without a row travels as it stands: the vendors agree on most of them.

use std::borrow::Cow;

use crate::spec::{Field, Fields, Value};

/// The table of a dialect: for each member, our names and the vendor's.
#[derive(Debug)]
pub(super) struct Names(pub(super) &'static [(Field, &'static [Row])]);

/// Our name and the vendor's.
pub(super) type Row = (&'static str, &'static str);

impl Names {
    /// The vendor's name for a neutral one.
    pub(super) fn to_vendor<'a>(&self, field: Field, neutral: &'a str) -> &'a str {
        self.row(field, |(ours, _)| *ours == neutral)
            .map_or(neutral, |(_, theirs)| theirs)
    }

    /// The neutral name for the vendor's.
    ///
    /// A service that says one of our own words has not said the vendor's: it comes back in quotation marks, so that
    /// nothing takes it for the right one.
    pub(super) fn to_neutral<'a>(&self, field: Field, vendor: &'a str) -> Cow<'a, str> {
        if let Some((ours, _)) = self.row(field, |(_, theirs)| *theirs == vendor) {
            return Cow::Borrowed(ours);
        }
        match self.row(field, |(ours, _)| *ours == vendor) {
            Some(_) => Cow::Owned(format!("{vendor:?}")),
            None => Cow::Borrowed(vendor),
        }
    }

    /// The same members with every name replaced by its neutral one, also in the records of lists.
    pub(super) fn neutral(&self, fields: &Fields) -> Fields {
        let neutral = |field, name: &String| self.to_neutral(field, name).into_owned();
        fields
            .iter()
            .map(|(field, value)| {
                let value = match value {
                    Value::Text(name) => Value::Text(neutral(field, name)),
                    Value::Names(names) => {
                        Value::Names(names.iter().map(|name| neutral(field, name)).collect())
                    }
                    Value::Records(records) => {
                        Value::Records(records.iter().map(|it| self.neutral(it)).collect())
                    }
                    other => other.clone(),
                };
                (field, value)
            })
            .collect()
    }

    fn row(&self, field: Field, is_meant: impl Fn(&Row) -> bool) -> Option<Row> {
        let (_, rows) = self.0.iter().find(|(known, _)| *known == field)?;
        rows.iter().copied().find(is_meant)
    }
}

#[cfg(test)]
mod tests {
    use strum::VariantArray;

    use super::Names;
    use crate::spec::{Field, Fields, KeyState, Vendor};
    use crate::wire::{alibaba_rpc, aws_json};

    fn tables() -> [(&'static Names, Vendor); 2] {
        [
            (&aws_json::NAMES, Vendor::Aws),
            (&alibaba_rpc::NAMES, Vendor::Alibaba),
        ]
    }

    #[test]
    fn every_row_is_read_both_ways() {
        for (names, _) in tables() {
            for (field, rows) in names.0 {
                for (ours, theirs) in *rows {
                    assert_eq!(names.to_vendor(*field, ours), *theirs);
                    assert_eq!(names.to_neutral(*field, theirs), *ours);
                }
            }
        }
    }

    #[test]
    fn every_state_has_a_name_at_each_vendor_that_knows_it() {
        let unknown = [(Vendor::Alibaba, KeyState::PendingReplicaDeletion)];
        for (names, vendor) in tables() {
            for state in KeyState::VARIANTS {
                let word = state.to_string();
                let has_no_name = names.to_vendor(Field::State, &word) == word;
                let is_unknown = unknown.contains(&(vendor, *state));
                assert_eq!(has_no_name, is_unknown, "{vendor}: {word}");
            }
        }
    }

    #[test]
    fn an_unlisted_name_travels_as_it_stands() {
        for (names, _) in tables() {
            assert_eq!(names.to_vendor(Field::Origin, "ELSEWHERE"), "ELSEWHERE");
            assert_eq!(names.to_neutral(Field::Origin, "ELSEWHERE"), "ELSEWHERE");
            assert_eq!(names.to_vendor(Field::Description, "external"), "external");
        }
    }

    #[test]
    fn our_own_word_on_the_wire_does_not_pass_for_the_vendors() {
        for (names, _) in tables() {
            let heard = Fields::new().with(Field::State, "pending-import");
            let neutral = names.neutral(&heard);
            assert_eq!(neutral.text(Field::State), Some("\"pending-import\""));
        }
    }
}
