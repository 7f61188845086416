//! The records of a list against the entries that are expected; their order is the service's own business.

use super::check::{Difference, Subject, check_members, show};
use crate::scenario::{Entries, Entry};
use crate::spec::{Fields, Value};

/// The list in a reply must have exactly these entries. A reply without a list has none.
pub(super) fn check_entries(
    expected: &Entries,
    reply: &Fields,
    subject: &Subject<'_>,
) -> Option<Difference> {
    let records = reply.iter().find_map(|(_, value)| match value {
        Value::Records(records) => Some(records.as_slice()),
        _ => None,
    });
    let records = records.unwrap_or_default();
    let fits =
        |entry: &Entry, record: &Fields| check_members(&entry.members, record, subject).is_empty();
    let mut left: Vec<&Fields> = records.iter().collect();
    if can_pair(&expected.entries, &mut left, &fits) {
        return None;
    }
    let actual = match records {
        [] => "no entry".to_owned(),
        _ => in_words(records),
    };
    let orphan = expected
        .entries
        .iter()
        .find(|entry| !records.iter().any(|record| fits(entry, record)));
    Some(match orphan {
        Some(entry) => {
            let expected = format!("an entry with {}", closest(entry, records, subject));
            Difference::outcome(expected, actual, &entry.span)
        }
        None => Difference::outcome(in_number(expected.entries.len()), actual, &expected.span),
    })
}

/// Whether every entry can have a record of its own, and no record is left over.
fn can_pair(
    entries: &[Entry],
    left: &mut Vec<&Fields>,
    fits: &impl Fn(&Entry, &Fields) -> bool,
) -> bool {
    let Some((entry, others)) = entries.split_first() else {
        return left.is_empty();
    };
    (0..left.len()).any(|place| {
        let record = left.swap_remove(place);
        let paired = fits(entry, record) && can_pair(others, left, fits);
        left.push(record);
        let last = left.len() - 1;
        left.swap(place, last);
        paired
    })
}

/// What the record that comes closest to the entry lacks.
fn closest(entry: &Entry, records: &[Fields], subject: &Subject<'_>) -> String {
    let nothing = Fields::new();
    let lacks = |record| check_members(&entry.members, record, subject);
    let fewest = records
        .iter()
        .map(lacks)
        .min_by_key(Vec::len)
        .unwrap_or_else(|| lacks(&nothing));
    let members: Vec<String> = fewest.into_iter().map(|lack| lack.expected).collect();
    members.join(", ")
}

fn in_number(entries: usize) -> String {
    match entries {
        0 => "no entry".to_owned(),
        1 => "one entry as written, and no other".to_owned(),
        _ => format!("{entries} entries as written, and no other"),
    }
}

fn in_words(records: &[Fields]) -> String {
    let records: Vec<String> = records
        .iter()
        .map(|record| {
            let members: Vec<String> = record
                .iter()
                .map(|(field, value)| format!("{field}: {}", show(field, value)))
                .collect();
            format!("[{}]", members.join(", "))
        })
        .collect();
    records.join(" ")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jiff::Timestamp;

    use super::super::regions::Regions;
    use super::super::world::World;
    use super::*;
    use crate::scenario::Matcher;
    use crate::spec::{Field, Operation, Request, Variables};

    fn entry(members: &[(Field, &str)]) -> Entry {
        let member = |&(field, text): &(Field, &str)| (field, Matcher::Is(text.into()), 0..0);
        Entry {
            members: members.iter().map(member).collect(),
            span: 0..0,
        }
    }

    fn paired(entries: &[Entry], records: &[Fields]) -> bool {
        let fits = |entry: &Entry, record: &Fields| {
            entry.members.iter().all(|(field, matcher, _)| {
                matches!(matcher, Matcher::Is(value) if record.value(*field) == Some(value))
            })
        };
        can_pair(entries, &mut records.iter().collect(), &fits)
    }

    /// What is expected and what is there instead, when a reply has these records.
    fn told(entries: &[Entry], records: &[Fields]) -> Option<(String, String)> {
        let expected = Entries {
            entries: entries.to_vec(),
            span: 0..0,
        };
        let reply = Fields::new().with(Field::Rotations, records.to_vec());
        let world = World::new(0, &BTreeMap::new(), Regions::called("here", None));
        let subject = Subject {
            world: &world,
            request: &Request::new(Operation::ListRotations),
            variables: &Variables::default(),
            during: Timestamp::UNIX_EPOCH..=Timestamp::UNIX_EPOCH,
        };
        let difference = check_entries(&expected, &reply, &subject)?;
        Some((difference.expected, difference.actual))
    }

    #[test]
    fn a_difference_names_the_entry_that_is_missing_or_the_number_of_those_that_belong() {
        let record = |state: &str, id: &str| {
            Fields::new()
                .with(Field::MaterialId, id)
                .with(Field::MaterialState, state)
        };
        let (a, b) = (record("current", "a"), record("current", "b"));
        let wanted = entry(&[(Field::MaterialId, "a"), (Field::MaterialState, "current")]);
        let check = |entries: &[Entry], records: &[Fields], expected: Option<(&str, &str)>| {
            let told = told(entries, records);
            let told = told
                .as_ref()
                .map(|(expected, actual)| (&**expected, &**actual));
            assert_eq!(told, expected);
        };
        let one = std::slice::from_ref(&wanted);
        check(one, std::slice::from_ref(&a), None);
        check(
            one,
            &[b.clone(), record("non-current", "c")],
            Some((
                "an entry with material-id: a",
                "[material-id: b, material-state: current] [material-id: c, material-state: non-current]",
            )),
        );
        check(
            one,
            &[],
            Some((
                "an entry with material-id: a, material-state: current",
                "no entry",
            )),
        );
        let both =
            "[material-id: a, material-state: current] [material-id: b, material-state: current]";
        let records = [a.clone(), b];
        check(&[], &records, Some(("no entry", both)));
        check(
            one,
            &records,
            Some(("one entry as written, and no other", both)),
        );
        check(
            &[wanted.clone(), wanted.clone()],
            std::slice::from_ref(&a),
            Some((
                "2 entries as written, and no other",
                "[material-id: a, material-state: current]",
            )),
        );
    }

    #[test]
    fn every_entry_has_a_record_of_its_own_and_none_is_left_over() {
        let first = Fields::new().with(Field::MaterialId, "a");
        let second = Fields::new().with(Field::MaterialId, "b");
        let records = [first.clone(), second];
        let (a, b) = (
            entry(&[(Field::MaterialId, "a")]),
            entry(&[(Field::MaterialId, "b")]),
        );
        let any = entry(&[]);
        assert!(paired(&[b.clone(), a.clone()], &records));
        assert!(paired(&[any.clone(), a.clone()], &records));
        assert!(paired(&[], &[]));
        assert!(!paired(&[a.clone(), a.clone()], &records));
        assert!(!paired(std::slice::from_ref(&a), &records));
        assert!(!paired(&[a, any, b], &[first]));
    }
}
