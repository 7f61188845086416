//! What scenarios send, as text for the target that feeds the reference as a whole.

use std::collections::{BTreeMap, BTreeSet};

use byokcheck::wire::HttpRequest;
use serde_json::Value;

use crate::exchanges::{Exchange, Exchanges, code};
use crate::{Seeds, words};

/// Short conversations with AWS, each with an operation or a refusal that no shorter one has.
pub(crate) fn aws(exchanges: &Exchanges) -> Seeds {
    seeds(exchanges, aws_message)
}

/// The same with Alibaba Cloud. Whoever reads them signs them.
pub(crate) fn alibaba(exchanges: &Exchanges) -> Seeds {
    seeds(exchanges, alibaba_message)
}

/// Writes a request as a message, with what earlier replies have told by its name.
type Write = fn(&HttpRequest, &Told) -> String;

/// Texts of earlier replies, by the names of their members.
type Told = BTreeMap<String, String>;

fn seeds(exchanges: &Exchanges, write: Write) -> Seeds {
    let mut seeds = Seeds::default();
    let mut known = BTreeSet::new();
    let mut texts = Vec::new();
    let mut conversations: Vec<(&String, &Vec<Exchange>)> = exchanges.iter().collect();
    conversations.sort_by_key(|(_, exchanges)| exchanges.len());
    for (case, exchanges) in conversations {
        let outcomes: BTreeSet<(Option<String>, Option<String>)> = exchanges
            .iter()
            .take(MOST)
            .map(|it| (called(&it.request), code(&it.reply)))
            .collect();
        let text = spoken(exchanges, write);
        if text.len() <= LONGEST && !outcomes.is_subset(&known) {
            known.extend(outcomes);
            let (_, name) = case.split_once('/').unwrap_or_default();
            texts.push(text.clone());
            seeds.add(name.replace(['/', '_', '#', ' ', ','], "-"), text);
        }
    }
    seeds.dictionary = words::dictionary(&texts);
    seeds
}

/// As many messages as the target sends.
const MOST: usize = 8;
const LONGEST: usize = 2048;

fn spoken(exchanges: &[Exchange], write: Write) -> String {
    let mut told = Told::new();
    let mut messages = Vec::new();
    for exchange in exchanges.iter().take(MOST) {
        messages.push(write(&exchange.request, &told));
        if let Ok(reply) = serde_json::from_slice(&exchange.reply.body) {
            remember(&reply, &mut told);
        }
    }
    messages.join("\u{1e}")
}

/// The name of the operation, as the vendor writes it.
fn called(request: &HttpRequest) -> Option<String> {
    match request.header("x-amz-target") {
        Some(target) => target.rsplit('.').next().map(str::to_owned),
        None => parameters(request).remove("Action"),
    }
}

fn aws_message(request: &HttpRequest, told: &Told) -> String {
    let body = String::from_utf8_lossy(&request.body);
    let body = match serde_json::from_str(&body) {
        Ok(json) => replaced("", json, told).to_string(),
        Err(_) => body.into_owned(),
    };
    format!("{}\n\n{body}", called(request).unwrap_or_default())
}

fn alibaba_message(request: &HttpRequest, told: &Told) -> String {
    let pairs = parameters(request).into_iter().map(|(name, value)| {
        let value = by_name(&name, &value, told)
            .unwrap_or_else(|| form_urlencoded::byte_serialize(value.as_bytes()).collect());
        format!("{name}={value}")
    });
    let query = pairs.collect::<Vec<_>>().join("&");
    format!("POST /?{query}\n\n")
}

/// What a request to Alibaba Cloud says in its query, its form or its headers, without its signature.
fn parameters(request: &HttpRequest) -> BTreeMap<String, String> {
    let (_, query) = request.target.split_once('?').unwrap_or_default();
    let written = [query.as_bytes(), &request.body];
    let pairs = written.into_iter().flat_map(form_urlencoded::parse);
    let said = pairs.filter(|(name, _)| !OF_SIGNATURES.contains(&name.as_ref()));
    let mut said: BTreeMap<String, String> = said
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    for (header, name) in [("x-acs-action", "Action"), ("x-acs-version", "Version")] {
        if let Some(value) = request.header(header) {
            said.insert(name.to_owned(), value.to_owned());
        }
    }
    said
}

const OF_SIGNATURES: &[&str] = &[
    "AccessKeyId",
    "SecurityToken",
    "Signature",
    "SignatureMethod",
    "SignatureNonce",
    "SignatureVersion",
    "Timestamp",
];

/// How a message speaks of this value, if it has been told before.
fn by_name(member: &str, value: &str, told: &Told) -> Option<String> {
    if member == "EncryptedKeyMaterial" {
        return Some(format!("${member}"));
    }
    let mut told = told.iter();
    let (name, _) = told.find(|(_, told)| *told == value)?;
    Some(format!("${name}"))
}

/// The same members, with what an earlier reply has told by its name.
fn replaced(member: &str, json: Value, told: &Told) -> Value {
    match json {
        Value::Object(members) => {
            let members = members.into_iter().map(|(name, value)| {
                let value = replaced(&name, value, told);
                (name, value)
            });
            Value::Object(members.collect())
        }
        Value::String(text) => Value::from(by_name(member, &text, told).unwrap_or(text)),
        other => other,
    }
}

fn remember(json: &Value, told: &mut Told) {
    for (name, value) in json.as_object().into_iter().flatten() {
        match value {
            Value::String(text) if text.len() >= 16 => {
                told.insert(name.clone(), text.clone());
            }
            value => remember(value, told),
        }
    }
}
