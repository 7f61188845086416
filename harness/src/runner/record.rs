//! Exchanges as people read them, with every secret taken out.
//!
//! Two nets: members that the dialect calls secret lose their value, and every value seen there is removed wherever
//! else it turns up, since a service may repeat a token in the text of its refusal.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::outcome::ExchangeRecord;
use super::session::Exchange;
use crate::target::Target;
use crate::wire::Dialect;

/// How much of an address, headers or a body a report shows.
const PART_CHARACTERS_MAX: usize = 2_000;

/// Nobody pastes a longer command.
const COMMAND_CHARACTERS_MAX: usize = 20_000;

/// Shorter values are names rather than secrets; taking them out would garble the report.
const SECRET_CHARACTERS_MIN: usize = 12;

pub(super) fn record(
    exchange: &Exchange,
    target: &dyn Target,
    dialect: &dyn Dialect,
) -> ExchangeRecord {
    let signer = target.signer();
    let mut secrets = vec![signer.credentials.secret_access_key.clone()];
    secrets.extend(signer.credentials.session_token.clone());
    let mut mask = |_: &str, secret: &str| {
        secrets.push(secret.to_owned());
        format!("<redacted, {} characters>", secret.chars().count())
    };
    let request = dialect.mask_request(&exchange.request, &mut mask);
    let reply = exchange.reply.as_ref();
    let reply = reply.map(|reply| dialect.mask_reply(reply, &mut mask));
    let telling = dialect.telling_headers();
    let lines = |headers: &[(String, String)]| -> String {
        headers
            .iter()
            .filter(|(name, _)| telling.contains(&name.as_str()))
            .map(|(name, value)| format!("{name}: {value}\n"))
            .collect()
    };
    let show = |text: &str| cut(&without(text, &secrets), PART_CHARACTERS_MAX);
    let body = |bytes: &[u8]| show(&String::from_utf8_lossy(bytes));
    let command = dialect.command(&exchange.request, target.url(), &signer.region);
    ExchangeRecord {
        request: format!(
            "{} {}\n{}\n{}",
            request.method,
            show(&request.target),
            show(&lines(&request.headers)),
            body(&request.body)
        ),
        reply: match reply {
            Err(silence) => show(&silence.to_string()),
            Ok(reply) => format!(
                "HTTP {}\n{}\n{}",
                reply.status,
                show(&lines(&reply.headers)),
                body(&reply.body)
            ),
        },
        curl: cut(&without(&command, &secrets), COMMAND_CHARACTERS_MAX),
    }
}

/// The beginning of a text, so that it does nothing to a terminal.
fn cut(text: &str, characters_max: usize) -> String {
    let is_dangerous = |c: char| c.is_control() && c != '\n';
    let printable = text.replace(is_dangerous, "\u{fffd}");
    let shown: String = printable.chars().take(characters_max).collect();
    let left = text.chars().count().saturating_sub(characters_max);
    if left == 0 {
        shown
    } else {
        format!("{shown}… ({left} more characters)")
    }
}

/// A text without secrets, also where somebody has written them into an address.
fn without(text: &str, secrets: &[String]) -> String {
    secrets
        .iter()
        .filter(|secret| secret.len() >= SECRET_CHARACTERS_MIN)
        .fold(text.to_owned(), |text, secret| {
            let encoded = utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string();
            text.replace(secret.as_str(), "<redacted>")
                .replace(&encoded, "<redacted>")
        })
}

#[cfg(test)]
mod tests {
    use super::{cut, without};

    #[test]
    fn a_secret_goes_wherever_it_turns_up() {
        let secrets = ["token+token/token".to_owned()];
        for text in ["bad: token+token/token", "bad: token%2Btoken%2Ftoken"] {
            assert_eq!(without(text, &secrets), "bad: <redacted>");
        }
    }

    #[test]
    fn a_long_body_is_cut_and_control_characters_do_not_reach_the_terminal() {
        let text = format!("\u{1b}[31m{}", "x".repeat(3_000));
        let shown = cut(&text, 2_000);
        assert!(shown.starts_with('\u{fffd}'));
        assert!(shown.ends_with("(1005 more characters)"));
    }
}
