//! Answers that are no success: refusals, and what cannot be one, in one line for people.

use super::HttpReply;
use crate::spec::{Refusal, Reply};

/// What an answer with a status from 400 on means, given the refusal that its dialect read in it. Services that lack an
/// operation say so with one of `codes`, or in words.
pub(super) fn read(reply: &HttpReply, refusal: Option<Refusal>, codes: &[&str]) -> Reply {
    match refusal {
        _ if reply.status == 501 => not_implemented(reply),
        Some(refusal) if says_not_implemented(&refusal, codes) => not_implemented(reply),
        Some(refusal) if reply.status < 500 => Reply::Refused(refusal),
        _ => unusable(reply),
    }
}

/// An answer that is neither a success nor a refusal.
pub(super) fn unusable(reply: &HttpReply) -> Reply {
    Reply::Unusable {
        because: in_one_line(reply),
    }
}

fn not_implemented(reply: &HttpReply) -> Reply {
    Reply::NotImplemented {
        because: in_one_line(reply),
    }
}

fn says_not_implemented(refusal: &Refusal, codes: &[&str]) -> bool {
    codes.contains(&refusal.code.as_str())
        || refusal.message.as_deref().is_some_and(|message| {
            let message = message.to_ascii_lowercase();
            NOT_IMPLEMENTED_PHRASES
                .iter()
                .any(|phrase| message.contains(phrase))
        })
}

const NOT_IMPLEMENTED_PHRASES: &[&str] = &[
    "not yet implemented",
    "has not been implemented",
    "is not implemented",
];

/// Status, content type and the beginning of the body, as far as it is printable.
fn in_one_line(reply: &HttpReply) -> String {
    let kind = reply.header("content-type").unwrap_or("no content type");
    let kind = printable(kind.as_bytes());
    let body = printable(&reply.body);
    let body = if body.is_empty() { "no content" } else { &body };
    format!("status {}, {kind}: {body}", reply.status)
}

fn printable(bytes: &[u8]) -> String {
    const SHOWN: usize = 80;
    // A body may have many megabytes; what is worth showing stands at its beginning.
    let beginning = &bytes[..bytes.len().min(4096)];
    let text = String::from_utf8_lossy(beginning);
    let words: Vec<&str> = text.split_whitespace().collect();
    without_blobs(&words.join(" "))
        .chars()
        .filter(|c| !c.is_control() && *c != char::REPLACEMENT_CHARACTER)
        .take(SHOWN)
        .collect()
}

/// Takes out whatever could be a token or key material in base64: a service in trouble may repeat its request.
fn without_blobs(text: &str) -> String {
    const SHORTEST_SECRET: usize = 32;
    let is_base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
    text.split_inclusive(|c| !is_base64(c))
        .map(|piece| {
            let rest = piece.trim_start_matches(is_base64);
            if piece.len() - rest.len() < SHORTEST_SECRET {
                piece.to_owned()
            } else {
                format!("…{rest}")
            }
        })
        .collect()
}
