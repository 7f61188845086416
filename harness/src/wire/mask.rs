//! Secrets in the bodies of messages, replaced by something that may be shown.

use serde_json::Value as Json;

/// Makes what is shown of a secret member's name and value.
pub type Mask<'a> = &'a mut dyn FnMut(&str, &str) -> String;

/// A JSON body without the values of secret members; of one that is no JSON, as far as they can still be told.
pub(super) fn json(body: &[u8], secret: &[&str], mask: Mask<'_>) -> Vec<u8> {
    match serde_json::from_slice(body) {
        Ok(mut json) => {
            walk(&mut json, secret, mask);
            json.to_string().into_bytes()
        }
        Err(_) => marked(body, secret, mask, |text, member| {
            let name = format!("\"{member}\":");
            let values = text.split(name.as_str()).skip(1);
            values
                .filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next())
                .map(str::to_owned)
                .collect()
        }),
    }
}

/// An XML body without the texts of secret elements.
pub(super) fn xml(body: &[u8], secret: &[&str], mask: Mask<'_>) -> Vec<u8> {
    marked(body, secret, mask, |text, member| {
        let tag = format!("<{member}>");
        let values = text.split(tag.as_str()).skip(1);
        values
            .filter_map(|rest| rest.split('<').next())
            .map(str::to_owned)
            .collect()
    })
}

fn walk(json: &mut Json, secret: &[&str], mask: Mask<'_>) {
    match json {
        Json::Object(object) => {
            for (name, value) in object.iter_mut() {
                match value {
                    Json::String(text) if secret.contains(&name.as_str()) => {
                        *text = mask(name, text);
                    }
                    other => walk(other, secret, mask),
                }
            }
        }
        Json::Array(array) => array.iter_mut().for_each(|it| walk(it, secret, mask)),
        _ => {}
    }
}

/// Replaces the values that `values` finds, wherever they stand in the body.
fn marked(
    body: &[u8],
    secret: &[&str],
    mask: Mask<'_>,
    values: impl Fn(&str, &str) -> Vec<String>,
) -> Vec<u8> {
    let text = String::from_utf8_lossy(body);
    let mut found: Vec<(&str, String)> = Vec::new();
    for member in secret {
        found.extend(
            values(&text, member)
                .into_iter()
                .map(|value| (*member, value)),
        );
    }
    found.retain(|(_, value)| !value.is_empty());
    if found.is_empty() {
        return body.to_vec();
    }
    let masked = found
        .iter()
        .fold(text.into_owned(), |text, (member, value)| {
            text.replace(value.as_str(), &mask(member, value))
        });
    masked.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::{json, xml};

    #[track_caller]
    fn check(
        masked: fn(&[u8], &[&str], super::Mask<'_>) -> Vec<u8>,
        body: &str,
        shown: &str,
        secrets: &[&str],
    ) {
        let mut found = Vec::new();
        let mut mask = |member: &str, value: &str| {
            found.push(value.to_owned());
            format!("<{member}>")
        };
        let body = masked(body.as_bytes(), &["ImportToken", "Plaintext"], &mut mask);
        assert_eq!(String::from_utf8_lossy(&body), shown);
        assert_eq!(found, secrets);
    }

    #[test]
    fn a_secret_member_loses_its_value_wherever_it_stands() {
        check(
            json,
            r#"{"A":[{"ImportToken":"token"}],"KeyId":"token"}"#,
            r#"{"A":[{"ImportToken":"<ImportToken>"}],"KeyId":"token"}"#,
            &["token"],
        );
        check(
            xml,
            "<K><Plaintext>cGxhaW4=</Plaintext><A>cGxhaW4=</A><Plaintext/></K>",
            "<K><Plaintext><Plaintext></Plaintext><A><Plaintext></A><Plaintext/></K>",
            &["cGxhaW4="],
        );
    }

    #[test]
    fn a_broken_body_keeps_its_secrets_too() {
        check(
            json,
            r#"{"KeyId":k,"ImportToken": "token"}"#,
            r#"{"KeyId":k,"ImportToken": "<ImportToken>"}"#,
            &["token"],
        );
        check(
            xml,
            "<K><ImportToken>token",
            "<K><ImportToken><ImportToken>",
            &["token"],
        );
    }

    #[test]
    fn what_holds_no_secret_stays_as_it_is() {
        check(json, "rubbish", "rubbish", &[]);
        check(xml, "<K/>", "<K/>", &[]);
    }
}
