//! Expectation against answer: every difference, with the facet that it is about.

use std::borrow::Cow;
use std::ops::{Range, RangeInclusive};

use jiff::{SignedDuration, Timestamp};

use super::session::{Exchange, summary};
use super::world::{SOME_MATERIAL_ID, World};
use crate::scenario::{Expectation, Form, Matcher};
use crate::spec::{
    Facet, Field, Fields, KeyState, Operation, Refusal, Reply, Request, Value, Variables, WireForm,
    WrappingKeySpec,
};
use crate::wire::{Dialect, RefusalForm};
use crate::wrapping::is_wrapping_key;

/// One difference, before anybody asked whether it is scored.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Difference {
    pub(super) facet: Facet,
    pub(super) expected: String,
    pub(super) actual: String,
    pub(super) span: Range<usize>,
}

impl Difference {
    pub(super) fn outcome(
        expected: impl Into<String>,
        actual: impl Into<String>,
        span: &Range<usize>,
    ) -> Self {
        Self {
            facet: Facet::Outcome,
            expected: expected.into(),
            actual: actual.into(),
            span: span.clone(),
        }
    }
}

/// The reply to a step that had to be accepted or refused. `Err` holds the difference after which the rest of the
/// scenario would stand on sand.
pub(super) fn check_answer(
    then: &Expectation,
    reply: &Reply,
    variables: &Variables,
    dialect: &dyn Dialect,
    operation: Operation,
) -> Result<Vec<Difference>, Difference> {
    match (&then.refused, reply) {
        (None, Reply::Accepted(_)) => Ok(Vec::new()),
        (Some((fault, span)), Reply::Refused(refusal)) => {
            match dialect.refusal(operation, *fault) {
                Some(form) => Ok(check_refusal(then, form, span, refusal, variables, dialect)),
                None => Err(Difference::outcome(
                    format!("no refusal: the vendor knows no {fault}"),
                    summary(reply),
                    span,
                )),
            }
        }
        (None, other) => Err(Difference::outcome("accepted", summary(other), &then.span)),
        (Some((fault, span)), other) => Err(Difference::outcome(
            format!("refused: {fault}"),
            summary(other),
            span,
        )),
    }
}

fn check_refusal(
    then: &Expectation,
    form: &RefusalForm,
    span: &Range<usize>,
    refusal: &Refusal,
    variables: &Variables,
    dialect: &dyn Dialect,
) -> Vec<Difference> {
    let mut differences = Vec::new();
    let mut differ = |facet, expected: String, actual: String, span: &Range<usize>| {
        differences.push(Difference {
            facet,
            expected,
            actual,
            span: span.clone(),
        });
    };
    if !form.codes.contains(&refusal.code.as_str()) {
        differ(
            Facet::Code,
            form.codes.join(" or "),
            refusal.code.clone(),
            span,
        );
    }
    if !form.statuses.contains(&refusal.status) {
        let statuses: Vec<String> = form.statuses.iter().map(ToString::to_string).collect();
        differ(
            Facet::Status,
            statuses.join(" or "),
            refusal.status.to_string(),
            span,
        );
    }
    let actual = refusal.message.clone().unwrap_or_default();
    match &then.text {
        Some(text) => {
            let expected = variables
                .fill(&text.text)
                .unwrap_or_else(|| text.text.clone());
            if !same_text(&expected, &actual, dialect) {
                differ(Facet::Text, expected, actual, &text.span);
            }
        }
        None => {
            let texts: Vec<String> = form
                .texts
                .iter()
                .filter_map(|text| variables.fill(text))
                .collect();
            if !texts.is_empty() && !texts.iter().any(|text| same_text(text, &actual, dialect)) {
                differ(
                    Facet::Text,
                    quoted_or_none(&texts[0]),
                    quoted_or_none(&actual),
                    span,
                );
            }
        }
    }
    differences
}

/// The HTTP message of a reply; one that never came has been judged already.
pub(super) fn check_forms(
    forms: &[(WireForm, Range<usize>)],
    exchange: &Exchange,
    dialect: &dyn Dialect,
) -> Vec<Difference> {
    let Ok(reply) = &exchange.reply else {
        return Vec::new();
    };
    forms
        .iter()
        .filter_map(|(form, span)| {
            let lack = dialect.lacks_form(reply, *form)?;
            Some(Difference::outcome(lack.expected, lack.actual, span))
        })
        .collect()
}

fn quoted_or_none(text: &str) -> String {
    if text.is_empty() {
        "no text".to_owned()
    } else {
        text.to_owned()
    }
}

/// Whether two texts say the same, whichever material the service speaks of.
fn same_text(expected: &str, actual: &str, dialect: &dyn Dialect) -> bool {
    dialect.means_the_same(expected, actual)
        || (expected.contains(SOME_MATERIAL_ID) && expected == without_material_ids(actual))
}

fn without_material_ids(text: &str) -> String {
    let parts = text.split_inclusive(|c: char| !c.is_ascii_alphanumeric());
    parts
        .map(|part| {
            let word = part.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
            if is_material_id(word) {
                part.replace(word, SOME_MATERIAL_ID)
            } else {
                part.to_owned()
            }
        })
        .collect()
}

fn is_material_id(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

/// The state that a key must be in.
pub(super) fn check_state(
    expected: KeyState,
    span: &Range<usize>,
    metadata: &Fields,
) -> Option<Difference> {
    let actual = metadata.text(Field::State).unwrap_or("no state at all");
    (actual != expected.to_string())
        .then(|| Difference::outcome(format!("state {expected}"), format!("state {actual}"), span))
}

/// What members are compared with.
pub(super) struct Subject<'a> {
    pub(super) world: &'a World,
    pub(super) request: &'a Request,
    pub(super) variables: &'a Variables,
    /// From when the call was sent until its answer was there, by the target's clock.
    pub(super) during: RangeInclusive<Timestamp>,
}

/// Members of a reply or of metadata.
pub(super) fn check_members(
    matchers: &[(Field, Matcher, Range<usize>)],
    fields: &Fields,
    subject: &Subject<'_>,
) -> Vec<Difference> {
    matchers
        .iter()
        .filter_map(|(field, matcher, span)| {
            let (expected, actual) = subject.compare(*field, matcher, fields.value(*field))?;
            let actual = format!("{field}: {actual}");
            Some(Difference::outcome(
                format!("{field}: {expected}"),
                actual,
                span,
            ))
        })
        .collect()
}

/// The member that an expectation compares with and that the earlier reply did not have: then nothing can be said about
/// this call, and what the earlier one lacked is judged where it was made.
pub(super) fn missing_comparison(then: &Expectation, world: &World) -> Option<String> {
    let entries = then.entries.iter().flat_map(|it| &it.entries);
    then.reply
        .iter()
        .chain(&then.metadata)
        .chain(entries.flat_map(|entry| &entry.members))
        .find_map(|(_, matcher, _)| match matcher {
            Matcher::SameAs(name, member) | Matcher::DiffersFrom(name, member) => {
                let earlier = world.result(name).ok()?;
                let is_missing = earlier.reply.value(*member).is_none();
                is_missing.then(|| {
                    format!(
                        "the reply of `{}` had no {member} to compare with",
                        name.text
                    )
                })
            }
            _ => None,
        })
}

impl Subject<'_> {
    /// What was expected and what came, if they differ.
    fn compare(
        &self,
        field: Field,
        matcher: &Matcher,
        actual: Option<&Value>,
    ) -> Option<(String, String)> {
        let call = &self.request.fields;
        let blob = match actual {
            Some(Value::Bytes(bytes)) => Some(bytes.as_slice()),
            _ => None,
        };
        let shown = || actual.map_or_else(|| "absent".to_owned(), |value| show(field, value));
        let unless = |holds: bool, expected: String| (!holds).then(|| (expected, shown()));
        match matcher {
            Matcher::Absent => unless(actual.is_none(), "absent".to_owned()),
            Matcher::Present => unless(actual.is_some(), "present".to_owned()),
            Matcher::Is(expected) => {
                let meant = self.world.regions.meant(field, expected);
                let expected = meant.unwrap_or(Cow::Borrowed(expected));
                unless(actual == Some(&*expected), show(field, &expected))
            }
            Matcher::Near { offset, within } => {
                let (near, expected) = self.near(*offset, *within, actual);
                unless(near, expected)
            }
            Matcher::SameAs(name, member) => {
                let earlier = self.earlier(name, *member)?;
                let expected = format!("the same as {member} of `{}`", name.text);
                unless(actual == Some(earlier), expected)
            }
            Matcher::DiffersFrom(name, member) => {
                let earlier = self.earlier(name, *member)?;
                let expected = format!("another than {member} of `{}`", name.text);
                unless(actual.is_some_and(|actual| actual != earlier), expected)
            }
            Matcher::Form(form) => unless(self.has_form(*form, actual), self.form_in_words(*form)),
            Matcher::Length(from, to) => {
                let fits = matches!(actual, Some(Value::Bytes(bytes)) if (*from..=*to).contains(&bytes.len()));
                unless(fits, format!("{from} to {to} bytes"))
            }
            Matcher::MacOf(name) => {
                let expected = format!("the MAC that the material `{}` gives", name.text);
                let proves = |mac| self.world.is_mac_of(&name.text, call, mac);
                unless(blob.and_then(proves) == Some(true), expected)
            }
            Matcher::PublicKeyOf(name) => {
                let expected = format!("the public key of the material `{}`", name.text);
                let proves = |key| self.world.is_public_key_of(&name.text, key);
                unless(blob.and_then(proves) == Some(true), expected)
            }
            Matcher::SignedBy(name) => {
                let expected = format!(
                    "a signature that the public key of the material `{}` verifies",
                    name.text
                );
                let proves = |signature| self.world.is_signed_by(&name.text, call, signature);
                unless(blob.and_then(proves) == Some(true), expected)
            }
        }
    }

    /// What there is to compare with; without it there is no difference, but no proof either.
    fn earlier(&self, name: &crate::scenario::Name, member: Field) -> Option<&Value> {
        self.world.result(name).ok()?.reply.value(member)
    }

    fn near(
        &self,
        offset: SignedDuration,
        within: SignedDuration,
        actual: Option<&Value>,
    ) -> (bool, String) {
        let Ok(expected) = self.during.start().checked_add(offset) else {
            return (false, "a moment".to_owned());
        };
        let bounds = bounds(&self.during, offset, within);
        let near = matches!((actual, bounds), (Some(Value::Time(time)), Some(bounds))
            if bounds.contains(time));
        (
            near,
            format!("{expected} give or take {} s", within.as_secs_f64()),
        )
    }

    fn has_form(&self, form: Form, actual: Option<&Value>) -> bool {
        match (form, actual) {
            (Form::KeyArn, Some(Value::Text(text))) => self
                .variables
                .fill("{key-arn}")
                .is_some_and(|arn| arn == *text),
            (Form::MaterialId, Some(Value::Text(text))) => is_material_id(text),
            (Form::WrappingKey, Some(Value::Bytes(der))) => {
                let asked: Option<WrappingKeySpec> =
                    self.request.fields.name(Field::WrappingKeySpec);
                asked.is_some_and(|asked| is_wrapping_key(asked, der))
            }
            _ => false,
        }
    }

    fn form_in_words(&self, form: Form) -> String {
        match form {
            Form::KeyArn => self
                .variables
                .fill("the key's ARN, {key-arn}")
                .unwrap_or_else(|| "the key's ARN".to_owned()),
            Form::MaterialId => "64 lower-case hexadecimal digits".to_owned(),
            Form::WrappingKey => format!(
                "a public key as SubjectPublicKeyInfo for {}, with exponent 65537 if it is one of RSA",
                self.request
                    .fields
                    .text(Field::WrappingKeySpec)
                    .unwrap_or("the wrapping key spec")
            ),
        }
    }
}

/// A value for people; blobs by their length, since some of them are secret.
pub(super) fn show(field: Field, value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Bytes(bytes) => format!("{} bytes", bytes.len()),
        Value::Time(time) => time.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Flag(flag) => flag.to_string(),
        Value::Names(names) => format!("[{}]", names.join(", ")),
        Value::Map(map) => format!("{} entries", map.len()),
        Value::Records(records) => format!("{} {field}", records.len()),
    }
}

/// What changed between two views of a key, for people; `None` if nothing did.
pub(super) fn changes(before: &Fields, after: &Fields) -> Option<String> {
    let mut changes = Vec::new();
    for (field, value) in before.iter() {
        match after.value(field) {
            None => changes.push(format!("{field} vanished")),
            Some(now) if now != value => {
                changes.push(format!("{field} became {}", show(field, now)));
            }
            Some(_) => {}
        }
    }
    for (field, value) in after.iter().filter(|(field, _)| !before.has(*field)) {
        changes.push(format!("{field} appeared as {}", show(field, value)));
    }
    (!changes.is_empty()).then(|| changes.join(", "))
}

/// The moments that lie `offset` after whatever the service did during a call, give or take `within`.
fn bounds(
    during: &RangeInclusive<Timestamp>,
    offset: SignedDuration,
    within: SignedDuration,
) -> Option<RangeInclusive<Timestamp>> {
    let earliest = during.start().checked_add(offset).ok()?;
    let latest = during.end().checked_add(offset).ok()?;
    Some(earliest.checked_sub(within).ok()?..=latest.checked_add(within).ok()?)
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};
    use strum::VariantArray;

    use super::{SOME_MATERIAL_ID, quoted_or_none, same_text};
    use crate::spec::Vendor;
    use crate::wire::dialect;

    #[test]
    fn a_text_may_name_any_material() {
        let expected = format!("material (id: {SOME_MATERIAL_ID}) waits");
        let id = "0123456789abcdef".repeat(4);
        for vendor in Vendor::VARIANTS {
            let same = |actual: &str| same_text(&expected, actual, dialect(*vendor));
            assert!(same(&format!("material (id: {id}) waits")));
            assert!(!same("material (id: 0123456789abcdef) waits"));
            assert!(!same(&format!("material (id: {id}) rests")));
        }
    }

    #[test]
    fn a_text_that_is_not_there_is_called_so() {
        assert_eq!(quoted_or_none(""), "no text");
        assert_eq!(quoted_or_none("a text"), "a text");
    }

    #[test]
    fn a_slow_answer_is_not_blamed_for_when_the_service_looked_at_its_clock() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let (day, two) = (SignedDuration::from_hours(24), SignedDuration::from_secs(2));
        let bounds = super::bounds(&(at(0)..=at(10)), day, two).unwrap();
        for (second, is_near) in [(-3, false), (-2, true), (9, true), (12, true), (13, false)] {
            assert_eq!(bounds.contains(&at(86_400 + second)), is_near, "{second}");
        }
    }
}
