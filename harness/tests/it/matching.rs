//! Whether an answer is the recorded one: texts with placeholders, members with forms.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use byokcheck::spec::WrappingKeySpec::{Rsa2048, Rsa3072, Rsa4096};
use byokcheck::wrapping::is_wrapping_key;
use serde_json::Value;

/// What has been compared of one answer so far. A placeholder stands for the same text wherever it occurs.
#[derive(Default)]
pub(crate) struct Matching {
    pub(crate) differences: Vec<String>,
    meanings: BTreeMap<String, String>,
    /// How the request named its key: an id, or an ARN.
    key: Option<String>,
}

impl Matching {
    /// A comparison of the answer to this request.
    pub(crate) fn of(request: &Value) -> Self {
        let mut names = ["KeyId", "TargetKeyId", "DestinationKeyId"].iter();
        let key = names.find_map(|name| request[*name].as_str());
        Self {
            key: key.map(str::to_owned),
            ..Self::default()
        }
    }

    pub(crate) fn differ(&mut self, what: &str, expected: &impl Display, actual: &impl Display) {
        let difference = format!("{what}: recorded {expected}, answered {actual}");
        self.differences.push(difference);
    }

    pub(crate) fn text(&mut self, what: &str, expected: &str, actual: &str) {
        if !self.fits(expected, actual) {
            self.differ(what, &expected, &actual);
        }
    }

    /// The members of `expected`, and no others if `alone`.
    pub(crate) fn members(
        &mut self,
        at: &str,
        expected: &toml::Table,
        actual: &Value,
        alone: bool,
    ) {
        for (name, value) in expected {
            self.value(&format!("{at}{name}"), value, &actual[name], alone);
        }
        let names = actual
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, _)| name);
        let others: BTreeSet<&String> =
            names.filter(|name| !expected.contains_key(*name)).collect();
        if alone && !others.is_empty() {
            self.differ(at, &"no other member", &format!("{others:?}"));
        }
    }

    fn value(&mut self, what: &str, expected: &toml::Value, actual: &Value, alone: bool) {
        match (expected, actual) {
            (toml::Value::Table(expected), Value::Object(_)) => {
                self.members(&format!("{what}."), expected, actual, alone);
            }
            (toml::Value::Array(expected), Value::Array(found))
                if expected.len() == found.len() =>
            {
                for (expected, actual) in expected.iter().zip(found) {
                    self.value(what, expected, actual, alone);
                }
            }
            (toml::Value::String(expected), Value::String(actual)) => {
                self.text(what, expected, actual);
            }
            (toml::Value::String(form), Value::Number(actual)) => {
                self.text(what, form, &actual.to_string());
            }
            (toml::Value::Boolean(expected), Value::Bool(actual)) if expected == actual => {}
            (expected, actual) => self.differ(what, expected, actual),
        }
    }

    /// Whether `actual` is what the template says, with a meaning for each `{name}` in it.
    fn fits(&mut self, template: &str, actual: &str) -> bool {
        let Some((before, rest)) = template.split_once('{') else {
            return template == actual;
        };
        let (name, after) = rest.split_once('}').expect("a placeholder ends");
        let Some(actual) = actual.strip_prefix(before) else {
            return false;
        };
        let literal = after.split('{').next().unwrap_or_default();
        let end = match literal {
            "" => Some(actual.len()),
            literal => actual.find(literal),
        };
        let Some(end) = end else {
            return false;
        };
        self.means(name, &actual[..end]) && self.fits(after, &actual[end..])
    }

    fn means(&mut self, name: &str, text: &str) -> bool {
        let known = self
            .meanings
            .entry(name.to_owned())
            .or_insert_with(|| text.to_owned());
        known == text && self.has_form(name, text)
    }

    fn has_form(&self, name: &str, text: &str) -> bool {
        let id = self
            .key
            .as_deref()
            .map(|key| key.rsplit('/').next().unwrap_or(key));
        let blob = || STANDARD.decode(text).ok().filter(|blob| !blob.is_empty());
        match name {
            "key-arn" => text.starts_with("arn:aws:kms:") && id.is_none_or(|id| text.ends_with(id)),
            "key-id" => id.is_none_or(|id| text == id),
            "region" => self.key.as_deref().and_then(|key| key.split(':').nth(3)) == Some(text),
            "account" => text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()),
            "moment" => text.parse::<f64>().is_ok_and(|moment| moment > 1e9),
            "blob" | "token" | "public-key" => blob().is_some(),
            "wrapping-key" => blob().is_some_and(|der| is_rsa_key(&der)),
            "material-id" | "pending-material-id" => is_lower_hex(text, 64),
            "uuid" => text.split('-').map(str::len).eq([8, 4, 4, 4, 12]),
            "date" => text.ends_with(" GMT"),
            "code" => !text.is_empty(),
            "names" => !text.is_empty() && !text.contains(']'),
            _ => panic!("{{{name}}} stands for nothing"),
        }
    }
}

fn is_rsa_key(der: &[u8]) -> bool {
    let mut sizes = [Rsa2048, Rsa3072, Rsa4096].into_iter();
    sizes.any(|size| is_wrapping_key(size, der))
}

fn is_lower_hex(text: &str, length: usize) -> bool {
    text.len() == length
        && text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[test]
fn a_placeholder_has_a_form_and_one_meaning() {
    let fits = |template: &str, actual: &str| {
        let request = serde_json::json!({ "KeyId": "k" });
        Matching::of(&request).fits(template, actual)
    };
    assert!(fits(
        "{key-arn} is disabled.",
        "arn:aws:kms:r:1:key/k is disabled."
    ));
    assert!(!fits(
        "{key-arn} is disabled.",
        "arn:aws:kms:r:1:key/other is disabled."
    ));
    assert!(!fits("{key-arn} is disabled.", "k is disabled."));
    assert!(fits("{account}+{account}", "111122223333+111122223333"));
    assert!(!fits("{account}+{account}", "111122223333+444455556666"));
    assert!(!fits("plain", "plain and more"));
}
