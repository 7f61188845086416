//! The bounds of the service model, and the sentences that the service says about a breach.

use std::fmt::Display;

use super::shape::{Member, Pattern, Shape, known};
use crate::spec::{Era, Fields, Value};

/// The text about everything in `fields` that breaks the model of a day; `None` when nothing does. Names of enum values are
/// expected as the vendor spells them.
pub(super) fn violations(members: &[Member], fields: &Fields, era: Era) -> Option<String> {
    let mut found = Vec::new();
    check_members(members, fields, era, "", &mut found);
    let label = match found.len() {
        0 => return None,
        1 => "error",
        _ => "errors",
    };
    Some(format!(
        "{} validation {label} detected: {}",
        found.len(),
        found.join("; ")
    ))
}

/// A text with the names of every set in the order of the alphabet: the order is the service's own business.
pub(super) fn sorted_sets(text: &str) -> String {
    let Some((before, rest)) = text.split_once("enum value set: [") else {
        return text.to_owned();
    };
    let Some((set, after)) = rest.split_once(']') else {
        return text.to_owned();
    };
    let mut names: Vec<&str> = set.split(',').map(str::trim).collect();
    names.sort_unstable();
    format!(
        "{before}enum value set: [{}]{}",
        names.join(", "),
        sorted_sets(after)
    )
}

fn check_members(
    members: &[Member],
    fields: &Fields,
    era: Era,
    prefix: &str,
    found: &mut Vec<String>,
) {
    for member in known(members, era) {
        let path = format!("{prefix}{}", lower_camel_case(member.wire));
        match fields.value(member.field) {
            Some(value) => check_value(member.shape, value, era, &path, found),
            None if member.required => found.push(sentence(
                &format!("Value null at '{path}'"),
                "Member must not be null",
            )),
            None => {}
        }
    }
}

fn check_value(shape: Shape, value: &Value, era: Era, path: &str, found: &mut Vec<String>) {
    match (shape, value) {
        (Shape::Text { min, max, pattern }, Value::Text(text)) => {
            check_text(text, (min, max), pattern, path, found);
        }
        (Shape::Enum(names), Value::Text(text)) if !names.known(era).any(|name| name == text) => {
            let set: Vec<&str> = names.known(era).collect();
            let set = set.join(", ");
            found.push(sentence(
                &shown(text, path),
                &format!("Member must satisfy enum value set: [{set}]"),
            ));
        }
        (Shape::Blob { min, max }, Value::Bytes(bytes)) => {
            let place = format!("Value at '{path}'");
            found.extend(
                bound_broken(bytes.len(), min, max, "length").map(|it| sentence(&place, &it)),
            );
        }
        (Shape::Number { min, max }, Value::Number(number)) => {
            let place = shown(number, path);
            found.extend(bound_broken(*number, min, max, "value").map(|it| sentence(&place, &it)));
        }
        (Shape::Names { min, max }, Value::Names(names)) => {
            for (name, path) in names.iter().zip(places(path)) {
                check_text(name, (min, max), None, &path, found);
            }
        }
        (Shape::Records(members), Value::Records(records)) => {
            for (record, path) in records.iter().zip(places(path)) {
                check_members(members, record, era, &format!("{path}."), found);
            }
        }
        _ => {}
    }
}

fn check_text(
    text: &str,
    (min, max): (usize, usize),
    pattern: Option<&Pattern>,
    path: &str,
    found: &mut Vec<String>,
) {
    let bound = bound_broken(text.chars().count(), min, max, "length");
    let pattern = pattern
        .filter(|pattern| !pattern.matches(text))
        .map(|pattern| {
            let pattern = pattern.text;
            format!("Member must satisfy regular expression pattern: {pattern}")
        });
    let place = shown(text, path);
    found.extend(
        bound
            .into_iter()
            .chain(pattern)
            .map(|it| sentence(&place, &it)),
    );
}

fn bound_broken<T: PartialOrd + Display>(actual: T, min: T, max: T, what: &str) -> Option<String> {
    if actual < min {
        Some(format!(
            "Member must have {what} greater than or equal to {min}"
        ))
    } else if actual > max {
        Some(format!(
            "Member must have {what} less than or equal to {max}"
        ))
    } else {
        None
    }
}

fn sentence(place: &str, constraint: &str) -> String {
    format!("{place} failed to satisfy constraint: {constraint}")
}

fn shown(value: impl Display, path: &str) -> String {
    format!("Value '{value}' at '{path}'")
}

/// Where the items of a list stand: `tags.1.member`, `tags.2.member`, and so on.
fn places(path: &str) -> impl Iterator<Item = String> {
    (1..).map(move |number| format!("{path}.{number}.member"))
}

fn lower_camel_case(wire: &str) -> String {
    let mut name = wire.to_owned();
    if let Some(first) = name.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    name
}

#[cfg(test)]
mod tests {
    use super::{sorted_sets, violations};
    use crate::spec::{Field, Fields, Operation, Request};
    use crate::wire::NEWEST;
    use crate::wire::aws_json::schema;

    #[track_caller]
    fn check(request: Request, expected: Option<&str>) {
        let members = schema::of(request.operation).request;
        assert_eq!(
            violations(members, &request.fields, NEWEST).as_deref(),
            expected
        );
    }

    #[track_caller]
    fn breaks(request: Request, expected: &str) {
        check(
            request,
            Some(&format!("1 validation error detected: {expected}")),
        );
    }

    fn describe(id: &str) -> Request {
        Request::new(Operation::DescribeKey).with(Field::KeyId, id)
    }

    fn import() -> Request {
        Request::new(Operation::Import)
            .with(Field::KeyId, "k")
            .with(Field::ImportToken, vec![1; 6144])
            .with(Field::EncryptedMaterial, vec![2; 6144])
    }

    fn parameters(algorithm: &str) -> Request {
        Request::new(Operation::GetParameters)
            .with(Field::KeyId, "k")
            .with(Field::WrappingAlgorithm, algorithm)
            .with(Field::WrappingKeySpec, "RSA_2048")
    }

    #[test]
    fn the_order_of_a_set_does_not_matter() {
        let text =
            |set| format!("Member must satisfy enum value set: [{set}]; Member must not be null");
        assert_eq!(sorted_sets(&text("B, C, A")), text("A, B, C"));
        assert_eq!(
            sorted_sets("enum value set: [B, A"),
            "enum value set: [B, A"
        );
    }

    #[test]
    fn what_keeps_the_bounds_is_not_mentioned() {
        check(describe(&"k".repeat(2048)), None);
        check(import(), None);
        check(parameters("RSAES_PKCS1_V1_5"), None);
        check(parameters("SM2PKE"), None);
        check(import().with(Field::MaterialId, "0a".repeat(32)), None);
        check(
            import().with(Field::MaterialDescription, "made: 2026/11_22.\t-"),
            None,
        );
    }

    #[test]
    fn a_text_is_shown_with_its_bound() {
        breaks(
            describe(""),
            "Value '' at 'keyId' failed to satisfy constraint: \
             Member must have length greater than or equal to 1",
        );
        let long = "k".repeat(2049);
        breaks(
            describe(&long),
            &format!(
                "Value '{long}' at 'keyId' failed to satisfy constraint: \
                 Member must have length less than or equal to 2048"
            ),
        );
    }

    #[test]
    fn a_blob_is_not_shown() {
        breaks(
            import().with(Field::ImportToken, Vec::<u8>::new()),
            "Value at 'importToken' failed to satisfy constraint: \
             Member must have length greater than or equal to 1",
        );
        breaks(
            import().with(Field::EncryptedMaterial, vec![0; 6145]),
            "Value at 'encryptedKeyMaterial' failed to satisfy constraint: \
             Member must have length less than or equal to 6144",
        );
        breaks(
            Request::new(Operation::Encrypt)
                .with(Field::KeyId, "k")
                .with(Field::Plaintext, vec![0; 4097]),
            "Value at 'plaintext' failed to satisfy constraint: \
             Member must have length less than or equal to 4096",
        );
    }

    #[test]
    fn an_absent_member_is_null() {
        breaks(
            Request::new(Operation::DescribeKey),
            "Value null at 'keyId' failed to satisfy constraint: Member must not be null",
        );
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_set() {
        breaks(
            parameters("X"),
            "Value 'X' at 'wrappingAlgorithm' failed to satisfy constraint: \
             Member must satisfy enum value set: [RSAES_PKCS1_V1_5, RSAES_OAEP_SHA_1, RSAES_OAEP_SHA_256, \
             RSA_AES_KEY_WRAP_SHA_1, RSA_AES_KEY_WRAP_SHA_256, SM2PKE]",
        );
    }

    #[test]
    fn a_number_is_shown_with_its_bound() {
        let schedule = |days: i64| {
            Request::new(Operation::ScheduleDeletion)
                .with(Field::KeyId, "k")
                .with(Field::PendingWindowDays, days)
        };
        breaks(
            schedule(0),
            "Value '0' at 'pendingWindowInDays' failed to satisfy constraint: \
             Member must have value greater than or equal to 1",
        );
        breaks(
            schedule(366),
            "Value '366' at 'pendingWindowInDays' failed to satisfy constraint: \
             Member must have value less than or equal to 365",
        );
        check(schedule(31), None);
    }

    #[test]
    fn a_pattern_is_quoted() {
        breaks(
            import().with(Field::MaterialId, "0A".repeat(32)),
            &format!(
                "Value '{}' at 'keyMaterialId' failed to satisfy constraint: \
                 Member must satisfy regular expression pattern: ^[a-f0-9]+$",
                "0A".repeat(32)
            ),
        );
        breaks(
            import().with(Field::MaterialDescription, "#"),
            "Value '#' at 'keyMaterialDescription' failed to satisfy constraint: \
             Member must satisfy regular expression pattern: ^[a-zA-Z0-9:/_\\s.-]+$",
        );
    }

    #[test]
    fn the_place_in_a_list_is_named() {
        let tag = |key: &str| {
            Fields::new()
                .with(Field::TagKey, key)
                .with(Field::TagValue, "")
        };
        breaks(
            Request::new(Operation::TagKey)
                .with(Field::KeyId, "k")
                .with(Field::Tags, vec![tag("a"), tag("")]),
            "Value '' at 'tags.2.member.tagKey' failed to satisfy constraint: \
             Member must have length greater than or equal to 1",
        );
        breaks(
            Request::new(Operation::UntagKey)
                .with(Field::KeyId, "k")
                .with(Field::TagKeys, vec![String::new()]),
            "Value '' at 'tagKeys.1.member' failed to satisfy constraint: \
             Member must have length greater than or equal to 1",
        );
    }

    #[test]
    fn all_breaches_stand_in_one_text() {
        check(
            Request::new(Operation::Import)
                .with(Field::KeyId, "")
                .with(Field::ImportToken, vec![1])
                .with(Field::MaterialId, "G"),
            Some(
                "4 validation errors detected: \
                 Value '' at 'keyId' failed to satisfy constraint: \
                 Member must have length greater than or equal to 1; \
                 Value null at 'encryptedKeyMaterial' failed to satisfy constraint: Member must not be null; \
                 Value 'G' at 'keyMaterialId' failed to satisfy constraint: \
                 Member must have length greater than or equal to 64; \
                 Value 'G' at 'keyMaterialId' failed to satisfy constraint: \
                 Member must satisfy regular expression pattern: ^[a-f0-9]+$",
            ),
        );
    }
}
