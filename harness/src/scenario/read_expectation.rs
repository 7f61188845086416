//! How an expectation is read from its table.

use std::ops::Range;

use jiff::SignedDuration;
use toml::Spanned;
use toml::de::DeValue;

use super::read_step::{Named, field_names, read_value};
use super::reader::{Reader, duration, elements, number, one_of, text, wrong};
use super::step::{Entries, Entry, Expectation, Matcher};
use super::suite::ScenarioError;
use crate::spec::{Facet, Field, FieldKind};

pub(super) fn read_expectation(
    mut reader: Reader<'_>,
    named: &Named<'_>,
) -> Result<Expectation, ScenarioError> {
    let span = reader.span();
    let refused = reader.text("refused")?;
    let state = reader.text("state")?;
    let expectation = Expectation {
        refused: refused
            .map(|name| Ok((one_of("fault", &name)?, name.span)))
            .transpose()?,
        text: reader.text("text")?,
        state: state
            .map(|name| Ok((one_of("state", &name)?, name.span)))
            .transpose()?,
        reply: read_matchers(reader.table("reply", "`then.reply`")?, named)?,
        entries: reader
            .take("entries")
            .map(|list| read_entries(list, named))
            .transpose()?,
        metadata: read_matchers(reader.table("metadata", "`then.metadata`")?, named)?,
        wire: reader
            .texts("wire")?
            .into_iter()
            .map(|name| Ok((one_of("form of a reply", &name)?, name.span)))
            .collect::<Result<_, ScenarioError>>()?,
        open: read_open(reader.table("open", "`then.open`")?)?,
        may_change: reader.text("may-change")?.map(|name| name.text),
        span,
    };
    let accepted = reader.take("accepted");
    if let (Some(accepted), Some((_, _))) = (accepted, &expectation.refused) {
        return Err(wrong(
            &accepted.span(),
            "a step cannot be both accepted and refused",
        ));
    }
    reader.finish()?;
    Ok(expectation)
}

fn read_entries(list: Spanned<DeValue<'_>>, named: &Named<'_>) -> Result<Entries, ScenarioError> {
    let span = list.span();
    let entries = elements("entries", list)?
        .map(|entry| {
            let span = entry.span();
            let reader = Reader::of("an entry", entry)?;
            let members = read_matchers(Some(reader), named)?;
            Ok(Entry { members, span })
        })
        .collect::<Result<_, ScenarioError>>()?;
    Ok(Entries { entries, span })
}

fn read_open(reader: Option<Reader<'_>>) -> Result<Vec<(Facet, String)>, ScenarioError> {
    let Some(mut reader) = reader else {
        return Ok(Vec::new());
    };
    let facets = reader.rest().into_iter();
    facets
        .map(|(name, reason)| Ok((one_of("facet", &name)?, text("open", reason)?.text)))
        .collect()
}

fn read_matchers(
    reader: Option<Reader<'_>>,
    named: &Named<'_>,
) -> Result<Vec<(Field, Matcher, Range<usize>)>, ScenarioError> {
    let Some(mut reader) = reader else {
        return Ok(Vec::new());
    };
    let members = reader.rest();
    let mut matchers = Vec::with_capacity(members.len());
    for (name, value) in members {
        let field: Field = name
            .text
            .parse()
            .map_err(|_| reader.unknown(&name, &field_names()))?;
        let span = name.span.start..value.span().end;
        matchers.push((field, read_matcher(field, value, named)?, span));
    }
    Ok(matchers)
}

fn read_matcher(
    field: Field,
    value: Spanned<DeValue<'_>>,
    named: &Named<'_>,
) -> Result<Matcher, ScenarioError> {
    match value.get_ref() {
        DeValue::String(text) if text == "absent" => return Ok(Matcher::Absent),
        DeValue::String(text) if text == "present" => return Ok(Matcher::Present),
        DeValue::String(_) if field.kind() == FieldKind::Time => {
            let offset = duration(&text("time", value)?)?;
            return Ok(Matcher::Near {
                offset,
                within: SignedDuration::from_secs(2),
            });
        }
        DeValue::Table(_) if field.kind() != FieldKind::Map => {}
        _ => return Ok(Matcher::Is(read_value(field, value)?)),
    }
    let mut reader = Reader::of("a matcher", value)?;
    let span = reader.span();
    let other_field = reader.name::<Field>("member")?.unwrap_or(field);
    let matcher = if let Some(name) = reader.text("same-as")? {
        Matcher::SameAs(named.step(name)?, other_field)
    } else if let Some(name) = reader.text("differs-from")? {
        Matcher::DiffersFrom(named.step(name)?, other_field)
    } else if let Some(form) = reader.name("form")? {
        Matcher::Form(form)
    } else if let Some(name) = reader.text("mac-of")? {
        Matcher::MacOf(named.material(name)?)
    } else if let Some(name) = reader.text("public-key-of")? {
        Matcher::PublicKeyOf(named.material(name)?)
    } else if let Some(name) = reader.text("signed-by")? {
        Matcher::SignedBy(named.material(name)?)
    } else if let Some(offset) = reader.text("near")? {
        let within = duration(&reader.required_text("within")?)?;
        Matcher::Near {
            offset: duration(&offset)?,
            within,
        }
    } else if let Some(lengths) = reader.take("length") {
        let bounds: Vec<usize> = elements("length", lengths)?
            .map(|bound| Ok(usize::try_from(number("length", &bound)?).unwrap_or(0)))
            .collect::<Result<_, ScenarioError>>()?;
        match bounds[..] {
            [from, to] if from <= to => Matcher::Length(from, to),
            _ => {
                return Err(wrong(
                    &span,
                    "`length` is a list of two numbers, from and to",
                ));
            }
        }
    } else {
        return Err(wrong(
            &span,
            "a matcher is one of same-as, differs-from, form, mac-of, public-key-of, signed-by, near, length",
        ));
    };
    reader.finish()?;
    Ok(matcher)
}
