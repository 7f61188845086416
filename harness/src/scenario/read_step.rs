//! How a step is read from its table; each may speak of what earlier ones named.

use std::collections::BTreeMap;

use strum::VariantArray;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::material::Material;
use super::read_expectation::read_expectation;
use super::read_manner::read_manner;
use super::read_spoil::read_spoil;
use super::reader::{Reader, duration, elements, kind, number, one_of, text, wrong};
use super::step::{
    Action, Argument, Call, Control, KeyForm, KeyReference, Name, ParameterSource, Step, Wrap,
    Wrapping,
};
use super::suite::ScenarioError;
use crate::spec::{Field, FieldKind, Fields, Operation, Value, WrappingAlgorithm, WrappingKeySpec};

/// Reads the steps of a file in order; each may speak of what earlier ones named.
pub(super) fn read_steps(
    tables: Vec<Spanned<DeValue<'_>>>,
    materials: &BTreeMap<String, Material>,
) -> Result<Vec<Step>, ScenarioError> {
    let mut named = Named {
        materials,
        steps: BTreeMap::new(),
    };
    let mut steps: Vec<Step> = Vec::new();
    for (index, table) in tables.into_iter().enumerate() {
        let step = read_step(index + 1, table, &named)?;
        if let Some(name) = &step.name {
            let before = named.steps.insert(name.text.clone(), operation_of(&step));
            if before.is_some() {
                return Err(wrong(
                    &name.span,
                    format!("two steps are named `{}`", name.text),
                ));
            }
        }
        steps.push(step);
    }
    for step in &steps {
        if let Control::Elsewhere(name) = &step.control
            && !named.steps.contains_key(&name.text)
        {
            return Err(wrong(
                &name.span,
                format!("no step is named `{}`", name.text),
            ));
        }
    }
    Ok(steps)
}

/// The names that a step may use.
pub(super) struct Named<'a> {
    materials: &'a BTreeMap<String, Material>,
    steps: BTreeMap<String, Option<Operation>>,
}

impl Named<'_> {
    pub(super) fn step(&self, name: Name) -> Result<Name, ScenarioError> {
        if self.steps.contains_key(&name.text) {
            return Ok(name);
        }
        Err(wrong(
            &name.span,
            format!("no earlier step is named `{}`", name.text),
        ))
    }

    /// The name of a key: what a step has created or replicated.
    fn key(&self, name: Name) -> Result<Name, ScenarioError> {
        match self.steps.get(&name.text) {
            Some(Some(Operation::Replicate)) => Ok(name),
            _ => self.made_by(name, Operation::CreateKey),
        }
    }

    fn made_by(&self, name: Name, operation: Operation) -> Result<Name, ScenarioError> {
        let name = self.step(name)?;
        if self.steps[&name.text] == Some(operation) {
            return Ok(name);
        }
        Err(wrong(
            &name.span,
            format!("`{}` is not the name of a `{operation}` step", name.text),
        ))
    }

    pub(super) fn material(&self, name: Name) -> Result<Name, ScenarioError> {
        if self.materials.contains_key(&name.text) {
            return Ok(name);
        }
        Err(wrong(
            &name.span,
            format!("no material is named `{}`", name.text),
        ))
    }
}

fn operation_of(step: &Step) -> Option<Operation> {
    match &step.action {
        Action::Call(call) => Some(call.operation),
        Action::PassTime(_) => None,
    }
}

fn read_step(
    number: usize,
    value: Spanned<DeValue<'_>>,
    named: &Named<'_>,
) -> Result<Step, ScenarioError> {
    let original = value.clone();
    let mut reader = Reader::of("a step", value)?;
    let intent = reader.required_text("do")?;
    let name = reader.text("name")?;
    let then = reader
        .table("then", "`then`")?
        .map(|then| read_expectation(then, named));
    let control = read_control(number, &mut reader, original, named)?;
    let action = if intent.text == "pass-time" {
        let by = duration(&reader.required_text("by")?)?;
        reader.finish()?;
        Action::PassTime(by)
    } else {
        Action::Call(Box::new(read_call(&intent, reader, named)?))
    };
    Ok(Step {
        number,
        name,
        action,
        span: intent.span,
        then: then.transpose()?,
        control,
    })
}

fn read_control<'i>(
    number: usize,
    reader: &mut Reader<'i>,
    step: Spanned<DeValue<'i>>,
    named: &Named<'_>,
) -> Result<Control, ScenarioError> {
    if let Some(reason) = reader.text("no-control")? {
        return Ok(Control::Impossible(reason.text));
    }
    let Some(control) = reader.take("control") else {
        return Ok(Control::None);
    };
    if let DeValue::String(_) = control.get_ref() {
        return text("control", control).map(Control::Elsewhere);
    }
    let span = control.span();
    let mut changes = Reader::of("a control", control)?;
    let without = changes.texts("without")?;
    let mut table = step;
    if let DeValue::Table(members) = table.get_mut() {
        for key in ["then", "control", "name"] {
            members.remove(key);
        }
        remove_all(members, &without)?;
        for (key, value) in changes.rest() {
            members.insert(Spanned::new(key.span, key.text.into()), value);
        }
    }
    let mut control = read_step(number, table, named)?;
    control.span = span;
    Ok(Control::Step(Box::new(control)))
}

fn remove_all(members: &mut DeTable<'_>, without: &[Name]) -> Result<(), ScenarioError> {
    for key in without {
        members
            .remove(key.text.as_str())
            .ok_or_else(|| wrong(&key.span, format!("the step has no `{}`", key.text)))?;
    }
    Ok(())
}

const CALL_MEMBERS: &[&str] = &[
    "key",
    "by",
    "region",
    "omit",
    "material",
    "parameters",
    "wrapped-for",
    "wrap-with",
    "wrap-except",
    "damage",
    "algorithm",
    "wrapping-key",
    "manner",
    "spoil",
];

fn read_call(
    intent: &Name,
    mut reader: Reader<'_>,
    named: &Named<'_>,
) -> Result<Call, ScenarioError> {
    let operation: Operation = one_of("step", intent)?;
    let key = read_key(&mut reader, named)?;
    let region = reader.name("region")?;
    let omit = reader
        .texts("omit")?
        .iter()
        .map(|name| one_of("member", name))
        .collect::<Result<_, _>>()?;
    let manner = reader.take("manner").map(read_manner).transpose()?;
    let spoil = reader.take("spoil").map(read_spoil).transpose()?;
    let algorithm = reader.text("algorithm")?;
    let wrapping_key = reader.text("wrapping-key")?;
    let mut fields = Vec::new();
    let wrapping = if operation == Operation::Import {
        Some(read_wrapping(&mut reader, algorithm, wrapping_key, named)?)
    } else {
        if operation == Operation::GetParameters {
            let algorithm =
                algorithm.map_or_else(|| DEFAULT_ALGORITHM.to_string(), |name| name.text);
            let wrapping_key =
                wrapping_key.map_or_else(|| DEFAULT_WRAPPING_KEY.to_string(), |name| name.text);
            fields.push((Field::WrappingAlgorithm, Argument::Is(algorithm.into())));
            fields.push((Field::WrappingKeySpec, Argument::Is(wrapping_key.into())));
        } else if let Some(name) = algorithm.or(wrapping_key) {
            return Err(reader.unknown(
                &Name {
                    text: "algorithm".into(),
                    span: name.span,
                },
                &[],
            ));
        }
        None
    };
    for (key, value) in reader.rest() {
        let field: Field = key
            .text
            .parse()
            .map_err(|_| reader.unknown(&key, &[CALL_MEMBERS, &field_names()].concat()))?;
        fields.push((field, read_argument(field, value, named)?));
    }
    Ok(Call {
        operation,
        key,
        region,
        fields,
        omit,
        wrapping,
        manner: manner.unwrap_or_default(),
        spoil,
    })
}

/// What a scenario means when it does not say how to wrap: the algorithm that every vendor has had from the start.
const DEFAULT_ALGORITHM: WrappingAlgorithm = WrappingAlgorithm::RsaesOaepSha256;
const DEFAULT_WRAPPING_KEY: WrappingKeySpec = WrappingKeySpec::Rsa2048;

pub(super) fn field_names() -> Vec<&'static str> {
    Field::VARIANTS
        .iter()
        .map(|field| (*field).into())
        .collect()
}

fn read_key(
    reader: &mut Reader<'_>,
    named: &Named<'_>,
) -> Result<Option<KeyReference>, ScenarioError> {
    let name = reader
        .text("key")?
        .map(|name| named.key(name))
        .transpose()?;
    let form: Option<KeyForm> = reader.name("by")?;
    let stands_alone = matches!(form, Some(KeyForm::UnknownId | KeyForm::UnknownArn));
    match (&name, form) {
        (None, None) => Ok(None),
        (None, Some(form)) if !stands_alone => Err(wrong(
            &reader.span(),
            format!("`by = \"{form}\"` needs a `key`"),
        )),
        _ => Ok(Some(KeyReference {
            name,
            form: form.unwrap_or_default(),
        })),
    }
}

fn read_wrapping(
    reader: &mut Reader<'_>,
    algorithm: Option<Name>,
    wrapping_key: Option<Name>,
    named: &Named<'_>,
) -> Result<Wrapping, ScenarioError> {
    let parameters = match reader.text("parameters")? {
        Some(name) => {
            if let Some(extra) = algorithm.or(wrapping_key) {
                return Err(wrong(
                    &extra.span,
                    "the step that got the parameters says this already",
                ));
            }
            ParameterSource::Step(named.made_by(name, Operation::GetParameters)?)
        }
        None => ParameterSource::Fresh {
            algorithm: algorithm.map_or(Ok(DEFAULT_ALGORITHM), |name| {
                one_of("wrapping algorithm", &name)
            })?,
            wrapping_key: wrapping_key.map_or(Ok(DEFAULT_WRAPPING_KEY), |name| {
                one_of("wrapping key", &name)
            })?,
        },
    };
    let wrapped_for = reader
        .text("wrapped-for")?
        .map(|name| named.made_by(name, Operation::GetParameters))
        .transpose()?;
    let wrap = match (reader.name("wrap-with")?, reader.name("wrap-except")?) {
        (None, None) => Wrap::AsAsked,
        (Some(algorithm), None) => Wrap::With(algorithm),
        (None, Some(variant)) => Wrap::Except(variant),
        (Some(_), Some(_)) => {
            return Err(wrong(
                &reader.span(),
                "`wrap-with` and `wrap-except` exclude each other",
            ));
        }
    };
    Ok(Wrapping {
        material: named.material(reader.required_text("material")?)?,
        parameters,
        wrapped_for,
        wrap,
        damage: reader.name("damage")?,
    })
}

fn read_argument(
    field: Field,
    value: Spanned<DeValue<'_>>,
    named: &Named<'_>,
) -> Result<Argument, ScenarioError> {
    let span = value.span();
    let key: &'static str = field.into();
    if let DeValue::Table(_) = value.get_ref()
        && field.kind() != FieldKind::Map
        && field != Field::Tags
    {
        let mut reader = Reader::of("an argument", value)?;
        if let Some(argument) = read_local_proof(field, &mut reader, named)? {
            reader.finish()?;
            return Ok(argument);
        }
        let name = named.step(reader.required_text("of")?)?;
        let damage = reader.name("damage")?;
        reader.finish()?;
        return Ok(Argument::Of { name, damage });
    }
    Ok(match (field.kind(), value.get_ref()) {
        (FieldKind::Time, DeValue::String(_)) => Argument::FromNow(duration(&text(key, value)?)?),
        (FieldKind::Bytes, DeValue::Integer(_)) => {
            let length = usize::try_from(number(key, &value)?)
                .map_err(|_| wrong(&span, "a blob cannot have less than no bytes"))?;
            Argument::RandomBytes(length)
        }
        _ => Argument::Is(read_value(field, value)?),
    })
}

/// What is made here with a material instead of by the service.
fn read_local_proof(
    field: Field,
    reader: &mut Reader<'_>,
    named: &Named<'_>,
) -> Result<Option<Argument>, ScenarioError> {
    match field {
        Field::Ciphertext => {
            let Some(material) = reader.text("sealed-for")? else {
                return Ok(None);
            };
            let material = named.material(material)?;
            let plaintext = reader.required_text("plaintext")?.text.into_bytes();
            Ok(Some(Argument::SealedFor {
                material,
                plaintext,
            }))
        }
        Field::Signature => {
            let material = reader.text("signed-by")?;
            let signed = material.map(|name| Ok(Argument::SignedBy(named.material(name)?)));
            signed.transpose()
        }
        _ => Ok(None),
    }
}

/// A value that is known from the file alone.
pub(super) fn read_value(
    field: Field,
    value: Spanned<DeValue<'_>>,
) -> Result<Value, ScenarioError> {
    let span = value.span();
    let key: &'static str = field.into();
    Ok(match (field.kind(), value.get_ref()) {
        (FieldKind::Text, DeValue::String(_)) => text(key, value)?.text.into(),
        (FieldKind::Bytes, DeValue::String(_)) => text(key, value)?.text.into_bytes().into(),
        (FieldKind::Number, DeValue::Integer(_)) => number(key, &value)?.into(),
        (FieldKind::Flag, DeValue::Boolean(flag)) => (*flag).into(),
        (FieldKind::Names, DeValue::Array(_)) => {
            let names: Result<Vec<String>, _> = elements(key, value)?
                .map(|name| Ok(text(key, name)?.text))
                .collect();
            names?.into()
        }
        (FieldKind::Map, DeValue::Table(_)) => {
            let members = Reader::of("a map", value)?.rest();
            let map: Result<BTreeMap<String, String>, ScenarioError> = members
                .into_iter()
                .map(|(name, value)| Ok((name.text, text(key, value)?.text)))
                .collect();
            map?.into()
        }
        (FieldKind::Records, DeValue::Table(_)) if field == Field::Tags => {
            let tags = Reader::of("tags", value)?
                .rest()
                .into_iter()
                .map(|(name, value)| {
                    let tag = Fields::new().with(Field::TagKey, name.text);
                    Ok(tag.with(Field::TagValue, text("tag-value", value)?.text))
                });
            tags.collect::<Result<Vec<Fields>, ScenarioError>>()?.into()
        }
        (expected, other) => {
            return Err(wrong(
                &span,
                format!("`{key}` is {expected}, not {}", kind(other)),
            ));
        }
    })
}
