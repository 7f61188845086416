//! What a step is, once read, and how it is read from its table.

use std::collections::BTreeMap;
use std::ops::Range;

use jiff::SignedDuration;
use strum::{Display, EnumString, VariantArray};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::reader::{Reader, duration, elements, kind, number, one_of, text, wrong};
use super::suite::ScenarioError;
use crate::spec::{
    Fault, Field, FieldKind, Fields, KeyState, Operation, Value, WrappingAlgorithm, WrappingKeySpec,
};
use crate::wrapping::{Damage, WrapVariant};

/// A text of the file with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// What stands there.
    pub text: String,
    /// Where.
    pub span: Range<usize>,
}

/// One call, or one passing of time, and what it must lead to.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Its number in the file, from 1.
    pub number: usize,
    /// What later steps call its result.
    pub name: Option<Name>,
    /// What is done.
    pub action: Action,
    /// Where `do` stands.
    pub span: Range<usize>,
    /// What it must lead to; a step without is set-up and only has to be accepted.
    pub then: Option<Expectation>,
    /// What proves that a refusal has the cause that we think.
    pub control: Control,
}

/// What a step does.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Asks the service for something.
    Call(Call),
    /// Lets time pass for the service.
    PassTime(SignedDuration),
}

/// A call with members that are known only when it is made.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// What is asked.
    pub operation: Operation,
    /// Of which key.
    pub key: Option<KeyReference>,
    /// With which members.
    pub fields: Vec<(Field, Argument)>,
    /// Members that the call would have and that are left out.
    pub omit: Vec<Field>,
    /// How the material of an import is made ready.
    pub wrapping: Option<Wrapping>,
}

/// Which key, and how it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyReference {
    /// The step that made it; `None` for keys that do not exist.
    pub name: Option<Name>,
    /// How it is written.
    pub form: KeyForm,
}

/// How a key is written in a call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Display, EnumString, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum KeyForm {
    /// The bare id.
    #[default]
    Id,
    /// The ARN.
    Arn,
    /// The ARN with another Region in it.
    ForeignArn,
    /// The alias that a step gave it.
    Alias,
    /// The ARN of that alias.
    AliasArn,
    /// A well-formed id of no key.
    UnknownId,
    /// A well-formed ARN of no key.
    UnknownArn,
}

/// The value of a member.
#[derive(Clone, Debug, PartialEq)]
pub enum Argument {
    /// Known from the file.
    Is(Value),
    /// A moment, counted from the target's now.
    FromNow(SignedDuration),
    /// So many bytes derived from the seed.
    RandomBytes(usize),
    /// The same member of an earlier reply, damaged if so wished.
    Of {
        /// The step that got the reply.
        name: Name,
        /// The one defect applied to it.
        damage: Option<Damage>,
    },
}

/// How the material of an import is made ready.
#[derive(Clone, Debug, PartialEq)]
pub struct Wrapping {
    /// Which material.
    pub material: Name,
    /// Where wrapping key and token come from.
    pub parameters: ParameterSource,
    /// Whose wrapping key is used instead of the one that belongs to the token.
    pub wrapped_for: Option<Name>,
    /// What is done differently from what the parameters ask for.
    pub wrap: Wrap,
    /// The one defect applied to the finished ciphertext.
    pub damage: Option<Damage>,
}

/// Where wrapping key and token come from.
#[derive(Clone, Debug, PartialEq)]
pub enum ParameterSource {
    /// An earlier step.
    Step(Name),
    /// A fresh set, fetched just before the import.
    Fresh {
        /// With this algorithm.
        algorithm: WrappingAlgorithm,
        /// With this kind of wrapping key.
        wrapping_key: WrappingKeySpec,
    },
}

/// How the material is wrapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrap {
    /// As the parameters ask for.
    AsAsked,
    /// With another algorithm.
    With(WrappingAlgorithm),
    /// With the right algorithm, one thing in it done wrong.
    Except(WrapVariant),
}

/// Key material, derived from the run's seed and its name; no bytes of it stand in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Material {
    /// So many random bytes.
    Bytes(usize),
    /// So many zero bytes.
    Zeros(usize),
}

/// What a step must lead to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Expectation {
    /// Why it must be refused; `None`: it must be accepted.
    pub refused: Option<(Fault, Range<usize>)>,
    /// The text of the refusal, where the fault alone does not say it.
    pub text: Option<Name>,
    /// The state of the step's key afterwards.
    pub state: Option<(KeyState, Range<usize>)>,
    /// Members of the reply.
    pub reply: Vec<(Field, Matcher, Range<usize>)>,
    /// Members of the key's metadata afterwards.
    pub metadata: Vec<(Field, Matcher, Range<usize>)>,
    /// Why a refusal may change something all the same.
    pub may_change: Option<String>,
    /// Where `then` stands.
    pub span: Range<usize>,
}

/// What a member must be.
#[derive(Clone, Debug, PartialEq)]
pub enum Matcher {
    /// Not there.
    Absent,
    /// There, whatever it is.
    Present,
    /// This value.
    Is(Value),
    /// This moment, counted from the call, give or take `within`.
    Near {
        /// From the call.
        offset: SignedDuration,
        /// How far it may be off.
        within: SignedDuration,
    },
    /// What this member was in an earlier reply.
    SameAs(Name, Field),
    /// Not what this member was in an earlier reply.
    DiffersFrom(Name, Field),
    /// Of this form.
    Form(Form),
    /// So many bytes, from and to.
    Length(usize, usize),
    /// The MAC of the step's message, computed here with this material.
    MacOf(Name),
}

/// Forms that a member can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Display, EnumString, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum Form {
    /// The ARN of the step's key.
    KeyArn,
    /// 64 lower-case hexadecimal digits.
    MaterialId,
    /// An RSA public key as DER SubjectPublicKeyInfo, as large as the call asked for, with exponent 65537.
    WrappingKey,
}

/// What proves that a refusal has the cause that we think.
#[derive(Clone, Debug, PartialEq)]
pub enum Control {
    /// Nothing; the lint asks for a reason when the step expects a refusal.
    None,
    /// This call, which is the step without its fault, must be accepted straight afterwards.
    Step(Box<Step>),
    /// Another step of the file.
    Elsewhere(Name),
    /// There can be none, for this reason.
    Impossible(String),
}

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
struct Named<'a> {
    materials: &'a BTreeMap<String, Material>,
    steps: BTreeMap<String, Option<Operation>>,
}

impl Named<'_> {
    fn step(&self, name: Name) -> Result<Name, ScenarioError> {
        if self.steps.contains_key(&name.text) {
            return Ok(name);
        }
        Err(wrong(
            &name.span,
            format!("no earlier step is named `{}`", name.text),
        ))
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

    fn material(&self, name: Name) -> Result<Name, ScenarioError> {
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
        Action::Call(read_call(&intent, reader, named)?)
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
    "omit",
    "material",
    "parameters",
    "wrapped-for",
    "wrap-with",
    "wrap-except",
    "damage",
    "algorithm",
    "wrapping-key",
];

fn read_call(
    intent: &Name,
    mut reader: Reader<'_>,
    named: &Named<'_>,
) -> Result<Call, ScenarioError> {
    let operation: Operation = one_of("step", intent)?;
    let key = read_key(&mut reader, named)?;
    let omit = reader
        .texts("omit")?
        .iter()
        .map(|name| one_of("member", name))
        .collect::<Result<_, _>>()?;
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
        fields,
        omit,
        wrapping,
    })
}

/// What a scenario means when it does not say how to wrap: the algorithm that every vendor has had from the start.
const DEFAULT_ALGORITHM: WrappingAlgorithm = WrappingAlgorithm::RsaesOaepSha256;
const DEFAULT_WRAPPING_KEY: WrappingKeySpec = WrappingKeySpec::Rsa2048;

fn field_names() -> Vec<&'static str> {
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
        .map(|name| named.made_by(name, Operation::CreateKey))
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
    {
        let mut reader = Reader::of("an argument", value)?;
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

/// A value that is known from the file alone.
fn read_value(field: Field, value: Spanned<DeValue<'_>>) -> Result<Value, ScenarioError> {
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

fn read_expectation(
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
        metadata: read_matchers(reader.table("metadata", "`then.metadata`")?, named)?,
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
            "a matcher is one of same-as, differs-from, form, mac-of, near, length",
        ));
    };
    reader.finish()?;
    Ok(matcher)
}
