//! How the one defect of a message is read from its table.

use toml::Spanned;
use toml::de::DeValue;

use super::reader::{Reader, duration, one_of, wrong};
use super::step::Name;
use super::suite::ScenarioError;
use crate::spec::{MessageDefect, SignatureDefect, Spoil};

/// Reads `spoil = { … }`: one member, or `member` with the `json` that stands there.
pub(super) fn read_spoil(value: Spanned<DeValue<'_>>) -> Result<Spoil, ScenarioError> {
    let mut reader = Reader::of("a spoil", value)?;
    let mut found = Vec::new();
    if let Some(text) = reader.text("body")? {
        found.push(message(MessageDefect::Body(text.text.into_bytes())));
    }
    if let Some(digits) = reader.text("body-hex")? {
        let bytes = hex::decode(&digits.text)
            .map_err(|_| wrong(&digits.span, "`body-hex` is pairs of hexadecimal digits"))?;
        found.push(message(MessageDefect::Body(bytes)));
    }
    if let Some(member) = reader.text("member")? {
        let json = reader.required_text("json")?.text;
        let defect = MessageDefect::Member(one_of("member", &member)?, json);
        found.push(message(defect));
    }
    if let Some(json) = reader.text("invented-member")? {
        found.push(message(MessageDefect::InventedMember(json.text)));
    }
    if let Some(defect) = reader.name("operation")? {
        found.push(message(MessageDefect::Operation(defect)));
    }
    if let Some(name) = reader.text("signature")? {
        found.push(Spoil::Signature(signature(&name)?));
    }
    if let Some(offset) = reader.text("signed")? {
        let defect = SignatureDefect::MadeAt(duration(&offset)?);
        found.push(Spoil::Signature(defect));
    }
    let span = reader.span();
    reader.finish()?;
    match (found.pop(), found.is_empty()) {
        (Some(spoil), true) => Ok(spoil),
        _ => Err(wrong(
            &span,
            "a spoil is one of body, body-hex, member with json, invented-member, operation, signature, signed",
        )),
    }
}

/// What `signature` can be.
pub(super) const SIGNATURES: &[(&str, SignatureDefect)] = &[
    ("missing", SignatureDefect::Missing),
    ("cut", SignatureDefect::Cut),
    ("wrong-secret", SignatureDefect::WrongSecret),
    ("unknown-key", SignatureDefect::UnknownKey),
];

fn signature(name: &Name) -> Result<SignatureDefect, ScenarioError> {
    let row = SIGNATURES.iter().find(|(known, _)| *known == name.text);
    row.map(|(_, defect)| *defect).ok_or_else(|| {
        let names: Vec<&str> = SIGNATURES.iter().map(|(known, _)| *known).collect();
        let names = names.join(", ");
        wrong(
            &name.span,
            format!("`{}` is no defect of a signature; use {names}", name.text),
        )
    })
}

fn message(defect: MessageDefect) -> Spoil {
    Spoil::Message(defect)
}
