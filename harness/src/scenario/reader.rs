//! Reads a TOML table member by member, so that every mistake has its place and what was left over is an error.

use std::fmt::Display;
use std::ops::Range;
use std::str::FromStr;

use jiff::SignedDuration;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::step::Name;
use super::suite::ScenarioError;

/// A table whose members are taken one after the other.
pub(super) struct Reader<'i> {
    /// What the table is, for messages: "a scenario", "a step".
    what: &'static str,
    span: Range<usize>,
    table: DeTable<'i>,
    known: Vec<&'static str>,
}

impl<'i> Reader<'i> {
    pub(super) fn new(what: &'static str, span: Range<usize>, table: DeTable<'i>) -> Self {
        Self {
            what,
            span,
            table,
            known: Vec::new(),
        }
    }

    /// A value that has to be a table.
    pub(super) fn of(
        what: &'static str,
        value: Spanned<DeValue<'i>>,
    ) -> Result<Self, ScenarioError> {
        let span = value.span();
        match value.into_inner() {
            DeValue::Table(table) => Ok(Self::new(what, span, table)),
            other => Err(wrong(
                &span,
                format!("{what} is a table, not {}", kind(&other)),
            )),
        }
    }

    pub(super) fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    pub(super) fn take(&mut self, key: &'static str) -> Option<Spanned<DeValue<'i>>> {
        self.known.push(key);
        self.table.remove(key)
    }

    pub(super) fn text(&mut self, key: &'static str) -> Result<Option<Name>, ScenarioError> {
        self.take(key).map(|value| text(key, value)).transpose()
    }

    pub(super) fn required_text(&mut self, key: &'static str) -> Result<Name, ScenarioError> {
        let missing = wrong(&self.span, format!("{} needs `{key}`", self.what));
        self.text(key)?.ok_or(missing)
    }

    pub(super) fn flag(&mut self, key: &'static str) -> Result<Option<bool>, ScenarioError> {
        let Some(value) = self.take(key) else {
            return Ok(None);
        };
        match value.get_ref() {
            DeValue::Boolean(flag) => Ok(Some(*flag)),
            other => Err(wrong(
                &value.span(),
                format!("`{key}` is true or false, not {}", kind(other)),
            )),
        }
    }

    /// A member that is one of a closed set of names.
    pub(super) fn name<T>(&mut self, key: &'static str) -> Result<Option<T>, ScenarioError>
    where
        T: FromStr + strum::VariantArray + Display,
    {
        self.text(key)?.map(|name| one_of(key, &name)).transpose()
    }

    pub(super) fn texts(&mut self, key: &'static str) -> Result<Vec<Name>, ScenarioError> {
        match self.take(key) {
            Some(value) => elements(key, value)?
                .map(|value| text(key, value))
                .collect(),
            None => Ok(Vec::new()),
        }
    }

    pub(super) fn table(
        &mut self,
        key: &'static str,
        what: &'static str,
    ) -> Result<Option<Self>, ScenarioError> {
        self.take(key)
            .map(|value| Self::of(what, value))
            .transpose()
    }

    /// What was not taken yet, in the order of the names.
    pub(super) fn rest(&mut self) -> Vec<(Name, Spanned<DeValue<'i>>)> {
        std::mem::take(&mut self.table)
            .into_iter()
            .map(|(key, value)| {
                (
                    Name {
                        span: key.span(),
                        text: key.into_inner().into_owned(),
                    },
                    value,
                )
            })
            .collect()
    }

    /// The error for a member that means nothing here; `others` are names that would have meant something.
    pub(super) fn unknown(&self, key: &Name, others: &[&'static str]) -> ScenarioError {
        let nearest = nearest(&key.text, self.known.iter().chain(others).copied());
        wrong(
            &key.span,
            format!(
                "{} has no `{}`; did you mean `{nearest}`?",
                self.what, key.text
            ),
        )
    }

    /// Ends the reading: whatever was not taken is an error.
    pub(super) fn finish(mut self) -> Result<(), ScenarioError> {
        match self.rest().first() {
            Some((key, _)) => Err(self.unknown(key, &[])),
            None => Ok(()),
        }
    }
}

pub(super) fn wrong(span: &Range<usize>, message: impl Into<String>) -> ScenarioError {
    ScenarioError {
        message: message.into(),
        span: span.clone(),
    }
}

pub(super) fn text(key: &str, value: Spanned<DeValue<'_>>) -> Result<Name, ScenarioError> {
    let span = value.span();
    match value.into_inner() {
        DeValue::String(text) => Ok(Name {
            text: text.into_owned(),
            span,
        }),
        other => Err(wrong(
            &span,
            format!("`{key}` is text, not {}", kind(&other)),
        )),
    }
}

pub(super) fn number(key: &str, value: &Spanned<DeValue<'_>>) -> Result<i64, ScenarioError> {
    value
        .get_ref()
        .as_integer()
        .and_then(|number| i64::from_str_radix(number.as_str(), number.radix()).ok())
        .ok_or_else(|| wrong(&value.span(), format!("`{key}` is a whole number")))
}

pub(super) fn one_of<T>(key: &str, name: &Name) -> Result<T, ScenarioError>
where
    T: FromStr + strum::VariantArray + Display,
{
    name.text.parse().map_err(|_| {
        let names: Vec<String> = T::VARIANTS.iter().map(ToString::to_string).collect();
        let nearest = nearest(&name.text, names.iter().map(String::as_str));
        wrong(
            &name.span,
            format!("`{}` is no {key}; did you mean `{nearest}`?", name.text),
        )
    })
}

/// A duration such as `24h`, `365d 1m` or `500ms`; nothing may be missing or left over.
pub(super) fn duration(name: &Name) -> Result<SignedDuration, ScenarioError> {
    let (sign, text) = match name.text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, name.text.strip_prefix('+').unwrap_or(&name.text)),
    };
    let mut total = SignedDuration::ZERO;
    for part in text.split_whitespace() {
        let part = one_duration(part).map_err(|because| wrong(&name.span, because))?;
        total = total
            .checked_add(part)
            .ok_or_else(|| wrong(&name.span, format!("{:?} is too long", name.text)))?;
    }
    if text.trim().is_empty() {
        return Err(wrong(
            &name.span,
            "a duration is a number and a unit, such as `24h`",
        ));
    }
    Ok(total * sign)
}

fn one_duration(part: &str) -> Result<SignedDuration, String> {
    let digits = part
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(part.len());
    let (number, unit) = part.split_at(digits);
    let number: i64 = number.parse().map_err(|_| {
        format!("`{part}` is no duration; write a number and a unit, such as `24h`")
    })?;
    let milliseconds_per_unit = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        "" => {
            return Err(format!(
                "`{part}` has no unit; use ms, s, m, h or d, as in `24h`"
            ));
        }
        _ => return Err(format!("`{unit}` is no unit of time; use ms, s, m, h or d")),
    };
    number
        .checked_mul(milliseconds_per_unit)
        .map(SignedDuration::from_millis)
        .ok_or_else(|| format!("`{part}` is too long"))
}

pub(super) fn elements<'i>(
    key: &str,
    value: Spanned<DeValue<'i>>,
) -> Result<impl Iterator<Item = Spanned<DeValue<'i>>> + use<'i>, ScenarioError> {
    let span = value.span();
    match value.into_inner() {
        DeValue::Array(array) => Ok(array.into_iter()),
        other => Err(wrong(
            &span,
            format!("`{key}` is a list, not {}", kind(&other)),
        )),
    }
}

pub(super) fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number with a fraction",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

fn nearest<'a>(text: &str, names: impl Iterator<Item = &'a str>) -> &'a str {
    names
        .max_by(|a, b| strsim::jaro(a, text).total_cmp(&strsim::jaro(b, text)))
        .unwrap_or("")
}
