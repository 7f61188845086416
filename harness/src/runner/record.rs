//! Exchanges as people read them, with every secret taken out.
//!
//! Two nets: members that the dialect calls secret lose their value, and every value seen there is removed wherever
//! else it turns up, since a service may repeat a token in the text of its refusal.

use serde_json::Value;

use super::outcome::ExchangeRecord;
use super::session::Exchange;
use crate::target::Target;
use crate::wire::{Dialect, HttpReply, HttpRequest};

/// How much of a body a report shows.
const BODY_CHARACTERS_MAX: usize = 2_000;

/// Shorter values are names rather than secrets; taking them out would garble the report.
const SECRET_CHARACTERS_MIN: usize = 12;

/// Headers that say something about the call; the others are noise, or secret.
const TELLING_HEADERS: &[&str] = &["content-type", "x-amz-target", "x-amzn-requestid", "date"];

pub(super) fn record(
    exchange: &Exchange,
    target: &dyn Target,
    dialect: &dyn Dialect,
) -> ExchangeRecord {
    let members = dialect.secret_members();
    let mut secrets = vec![target.signer().credentials.secret_access_key.clone()];
    secrets.extend(target.signer().credentials.session_token.clone());
    let request_body = body(&exchange.request.body, members, &mut secrets);
    let reply_body = exchange
        .reply
        .as_ref()
        .ok()
        .map(|reply| body(&reply.body, members, &mut secrets));
    let reply = match (&exchange.reply, reply_body) {
        (Ok(reply), Some(body)) => reply_text(reply, &body),
        (Err(silence), _) => silence.to_string(),
        (Ok(_), None) => String::new(),
    };
    let clean = |text: String| without(text, &secrets);
    ExchangeRecord {
        request: clean(request_text(&exchange.request, &request_body)),
        reply: clean(reply),
        curl: clean(curl(&exchange.request, target, dialect)),
    }
}

fn request_text(request: &HttpRequest, body: &str) -> String {
    let headers = telling(&request.headers);
    format!("{} {}\n{headers}\n{body}", request.method, request.target)
}

fn reply_text(reply: &HttpReply, body: &str) -> String {
    format!("HTTP {}\n{}\n{body}", reply.status, telling(&reply.headers))
}

fn telling(headers: &[(String, String)]) -> String {
    headers
        .iter()
        .filter(|(name, _)| TELLING_HEADERS.contains(&name.as_str()))
        .map(|(name, value)| format!("{name}: {value}\n"))
        .collect()
}

fn body(bytes: &[u8], members: &[&str], secrets: &mut Vec<String>) -> String {
    match serde_json::from_slice::<Value>(bytes) {
        Ok(mut json) => {
            redact(&mut json, members, secrets);
            shorten(&json.to_string())
        }
        Err(_) => {
            let text = String::from_utf8_lossy(bytes);
            secrets.extend(quoted_secrets(&text, members));
            shorten(&without(text.into_owned(), secrets))
        }
    }
}

/// The values of secret members in a body that was spoilt, as far as they can still be told.
fn quoted_secrets(text: &str, members: &[&str]) -> Vec<String> {
    let after = |member: &&str| {
        let name = format!("\"{member}\":");
        let pieces = text.split(name.as_str()).skip(1);
        pieces.map(str::to_owned).collect::<Vec<String>>()
    };
    members
        .iter()
        .flat_map(after)
        .filter_map(|rest| {
            let value = rest.trim_start().strip_prefix('"')?;
            value.split('"').next().map(str::to_owned)
        })
        .collect()
}

fn redact(json: &mut Value, members: &[&str], secrets: &mut Vec<String>) {
    match json {
        Value::Object(object) => {
            for (name, value) in object.iter_mut() {
                match value {
                    Value::String(secret) if members.contains(&name.as_str()) => {
                        let shown = format!("<redacted, {} characters>", secret.chars().count());
                        secrets.push(std::mem::replace(secret, shown));
                    }
                    other => redact(other, members, secrets),
                }
            }
        }
        Value::Array(array) => array
            .iter_mut()
            .for_each(|value| redact(value, members, secrets)),
        _ => {}
    }
}

fn shorten(text: &str) -> String {
    let shown: String = text
        .chars()
        .map(|c| {
            if c.is_control() && c != '\n' {
                '\u{fffd}'
            } else {
                c
            }
        })
        .take(BODY_CHARACTERS_MAX)
        .collect();
    let left = text.chars().count().saturating_sub(BODY_CHARACTERS_MAX);
    if left == 0 {
        shown
    } else {
        format!("{shown}… ({left} more characters)")
    }
}

fn without(text: String, secrets: &[String]) -> String {
    secrets
        .iter()
        .filter(|secret| secret.len() >= SECRET_CHARACTERS_MIN)
        .fold(text, |text, secret| {
            text.replace(secret.as_str(), "<redacted>")
        })
}

/// A command that repeats the request; what is secret stands as a shell variable named after its member.
fn curl(request: &HttpRequest, target: &dyn Target, dialect: &dyn Dialect) -> String {
    let mut line = format!("curl -sS {}", quoted(target.url()));
    for option in dialect.curl_signature(&target.signer().region) {
        line.push(' ');
        line.push_str(&option);
    }
    for (name, value) in &request.headers {
        if ["content-type", "x-amz-target"].contains(&name.as_str()) {
            line.push_str(&format!(" -H {}", quoted(&format!("{name}: {value}"))));
        }
    }
    format!(
        "{line} -d {}",
        curl_body(&request.body, dialect.secret_members())
    )
}

fn curl_body(bytes: &[u8], members: &[&str]) -> String {
    let Ok(mut json) = serde_json::from_slice::<Value>(bytes) else {
        let text = String::from_utf8_lossy(bytes);
        let secrets = quoted_secrets(&text, members);
        return quoted(&shorten(&without(text.into_owned(), &secrets)));
    };
    let mut variables = Vec::new();
    if let Value::Object(object) = &mut json {
        for (name, value) in object.iter_mut() {
            if members.contains(&name.as_str()) && value.is_string() {
                variables.push(name.clone());
                *value = Value::String(format!("\u{1}{name}\u{1}"));
            }
        }
    }
    let mut body = quoted(&json.to_string());
    for name in variables {
        let marker = format!("\\u0001{name}\\u0001");
        body = body.replace(&marker, &format!("'\"${}\"'", shell_variable(&name)));
    }
    body
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// `ImportToken` becomes `IMPORT_TOKEN`.
fn shell_variable(member: &str) -> String {
    let mut variable = String::new();
    for c in member.chars() {
        if c.is_ascii_uppercase() && !variable.is_empty() {
            variable.push('_');
        }
        variable.push(c.to_ascii_uppercase());
    }
    variable
}

#[cfg(test)]
mod tests {
    use super::{curl_body, redact, shell_variable, shorten, without};
    use serde_json::json;

    #[test]
    fn a_secret_member_loses_its_value_wherever_it_stands() {
        let mut json = json!({ "A": [{ "ImportToken": "tokentokentoken" }], "KeyId": "k" });
        let mut secrets = Vec::new();
        redact(&mut json, &["ImportToken"], &mut secrets);
        assert_eq!(json["A"][0]["ImportToken"], "<redacted, 15 characters>");
        assert_eq!(secrets, ["tokentokentoken"]);
        let text = "bad token: tokentokentoken".to_owned();
        assert_eq!(without(text, &secrets), "bad token: <redacted>");
    }

    #[test]
    fn a_spoilt_body_keeps_its_secrets_too() {
        let spoilt = br#"{"KeyId":k,"ImportToken":"tokentokentoken"}"#;
        let mut secrets = Vec::new();
        let shown = super::body(spoilt, &["ImportToken"], &mut secrets);
        assert_eq!(shown, r#"{"KeyId":k,"ImportToken":"<redacted>"}"#);
        assert!(!curl_body(spoilt, &["ImportToken"]).contains("token"));
    }

    #[test]
    fn a_curl_line_takes_secrets_from_the_shell() {
        let body = curl_body(br#"{"ImportToken":"abc","KeyId":"it's"}"#, &["ImportToken"]);
        assert_eq!(
            body,
            r#"'{"ImportToken":"'"$IMPORT_TOKEN"'","KeyId":"it'\''s"}'"#
        );
        assert_eq!(
            shell_variable("EncryptedKeyMaterial"),
            "ENCRYPTED_KEY_MATERIAL"
        );
    }

    #[test]
    fn a_long_body_is_cut_and_control_characters_do_not_reach_the_terminal() {
        let text = format!("\u{1b}[31m{}", "x".repeat(3_000));
        let shown = shorten(&text);
        assert!(shown.starts_with('\u{fffd}'));
        assert!(shown.ends_with("(1005 more characters)"));
    }
}
