//! What scenarios send, as text for the target that feeds the reference as a whole.

use std::collections::{BTreeMap, BTreeSet};

use byokcheck::spec::Operation;
use serde_json::Value;

use crate::exchanges::{Exchange, Exchanges, code, operation};
use crate::{Seeds, words};

/// Short conversations, each with an operation or a refusal that no earlier one has.
pub(crate) fn aws(exchanges: &Exchanges) -> Seeds {
    let mut seeds = Seeds::default();
    let mut known = BTreeSet::new();
    let mut texts = Vec::new();
    let mut conversations: Vec<(&String, &Vec<Exchange>)> = exchanges.iter().collect();
    conversations.sort_by_key(|(_, exchanges)| exchanges.len());
    for (case, exchanges) in conversations {
        let outcomes: BTreeSet<(Option<Operation>, Option<String>)> = exchanges
            .iter()
            .take(MOST)
            .map(|it| (operation(&it.request), code(&it.reply)))
            .collect();
        let text = spoken(exchanges);
        if text.len() <= LONGEST && !outcomes.is_subset(&known) {
            known.extend(outcomes);
            let name = case
                .trim_start_matches("aws/")
                .replace(['/', '_', '#', ' ', ','], "-");
            texts.push(text.clone());
            seeds.add(name, text);
        }
    }
    seeds.dictionary = words::dictionary(&texts);
    seeds
}

/// The life of a key, and of its alias.
pub(crate) fn alibaba() -> Seeds {
    let mut seeds = Seeds::default();
    for (name, calls) in ALIBABA {
        let calls = calls
            .iter()
            .map(|call| format!("POST /?Version=2016-01-20&Action={call}\n\n"));
        seeds.add(*name, calls.collect::<Vec<_>>().join("\u{1e}"));
    }
    seeds
}

const ALIBABA: &[(&str, &[&str])] = &[
    (
        "import",
        &[
            "CreateKey&Origin=EXTERNAL",
            "GetParametersForImport&KeyId=$KeyId&WrappingAlgorithm=RSAES_OAEP_SHA_256&WrappingKeySpec=RSA_2048",
            "ImportKeyMaterial&KeyId=$KeyId&ImportToken=$ImportToken&EncryptedKeyMaterial=$EncryptedKeyMaterial",
            "Encrypt&KeyId=$KeyId&Plaintext=dGV4dA%3D%3D",
            "Decrypt&CiphertextBlob=$CiphertextBlob",
            "DeleteKeyMaterial&KeyId=$KeyId",
            "DescribeKey&KeyId=$KeyId&Format=XML",
        ],
    ),
    (
        "alias",
        &[
            "CreateKey",
            "CreateAlias&KeyId=$KeyId&AliasName=alias%2Fa",
            "ListAliases",
            "DescribeKey&KeyId=alias%2Fa",
            "ScheduleKeyDeletion&KeyId=$KeyId&PendingWindowInDays=7",
            "CancelKeyDeletion&KeyId=$KeyId",
            "DeleteAlias&AliasName=alias%2Fa",
        ],
    ),
];

/// As many messages as the target sends.
const MOST: usize = 8;
const LONGEST: usize = 2048;

fn spoken(exchanges: &[Exchange]) -> String {
    let mut told = BTreeMap::new();
    let mut messages = Vec::new();
    for exchange in exchanges.iter().take(MOST) {
        let name = exchange.request.header("x-amz-target").unwrap_or_default();
        let name = name.rsplit('.').next().unwrap_or_default();
        let body = String::from_utf8_lossy(&exchange.request.body);
        let body = match serde_json::from_str(&body) {
            Ok(json) => replaced(json, &told).to_string(),
            Err(_) => body.into_owned(),
        };
        messages.push(format!("{name}\n\n{body}"));
        if let Ok(reply) = serde_json::from_slice(&exchange.reply.body) {
            remember(&reply, &mut told);
        }
    }
    messages.join("\u{1e}")
}

/// The same members, with what an earlier reply has told by its name.
fn replaced(json: Value, told: &BTreeMap<String, String>) -> Value {
    match json {
        Value::Object(members) => {
            let members = members
                .into_iter()
                .map(|(name, value)| match name.as_str() {
                    "EncryptedKeyMaterial" => (name, Value::from("$EncryptedKeyMaterial")),
                    _ => (name, replaced(value, told)),
                });
            Value::Object(members.collect())
        }
        Value::String(text) => {
            let name = told
                .iter()
                .find(|(_, value)| **value == text)
                .map(|(name, _)| name);
            Value::from(name.map_or(text, |name| format!("${name}")))
        }
        other => other,
    }
}

fn remember(json: &Value, told: &mut BTreeMap<String, String>) {
    for (name, value) in json.as_object().into_iter().flatten() {
        match value {
            Value::String(text) if text.len() >= 16 => {
                told.insert(name.clone(), text.clone());
            }
            value => remember(value, told),
        }
    }
}
