//! Answers of the real service, as they were recorded below `snapshots/truth`.

use byokcheck::spec::Operation;
use serde_json::{Value, json};
use toml::Table;

use crate::exchanges::index;
use crate::files::texts;
use crate::{Seeds, words};

/// The seeds, and with them every recorded answer.
pub(crate) fn with_recorded(mut seeds: Seeds) -> Seeds {
    let mut bodies = Vec::new();
    for (name, text) in texts("snapshots/truth") {
        let recording: Table = text.parse().expect("a test reads the recordings");
        // One of the files says what could not be recorded.
        if !recording.contains_key("step") {
            continue;
        }
        let (operation, refused, body) =
            answer(&recording).expect("a recording ends in a call and its answer");
        let body = body.to_string();
        seeds.add(
            format!("recorded-{name}"),
            [&[index(operation), u8::from(refused)][..], body.as_bytes()].concat(),
        );
        bodies.push(body);
    }
    for word in words::dictionary(&bodies) {
        if !seeds.dictionary.contains(&word) {
            seeds.dictionary.push(word);
        }
    }
    seeds
}

/// What was called at last, whether it was refused, and the body of the answer.
fn answer(recording: &Table) -> Option<(Operation, bool, Value)> {
    let call = recording.get("step")?.as_array()?.last()?.get("do")?;
    let operation = call.as_str()?.parse().ok()?;
    let answer = recording.get("answer")?;
    let body = match answer.get("code") {
        Some(code) => json!({ "__type": code, "message": answer.get("text") }),
        None => match answer.get("members") {
            Some(members) => serde_json::to_value(members).ok()?,
            None => json!({}),
        },
    };
    Some((operation, answer.get("status")?.as_integer()? != 200, body))
}
