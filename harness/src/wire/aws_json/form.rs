//! What the HTTP message of a reply looks like, apart from its members.

use serde_json::{Map, Value as Json};

use super::CONTENT_TYPE;
use crate::spec::WireForm;
use crate::wire::form::{date, header, header_like};
use crate::wire::{FormLack, HttpReply};

/// What a reply has instead of a form that it lacks; `None` where it has the form.
pub(super) fn lack(reply: &HttpReply, form: WireForm) -> Option<FormLack> {
    match form {
        WireForm::ContentType => header(reply, "content-type", CONTENT_TYPE),
        WireForm::RequestId => {
            let form = "a UUID";
            header_like(reply, REQUEST_ID, form, |id| {
                uuid::Uuid::try_parse(id).is_ok()
            })
        }
        WireForm::Date => date(reply),
        WireForm::Moments => moments(reply),
        WireForm::EmptyMoments => None,
        WireForm::Uncached => UNCACHED
            .iter()
            .find_map(|(name, value)| header(reply, name, value)),
        WireForm::ErrorBody => error_body(reply),
    }
}

pub(super) const REQUEST_ID: &str = "x-amzn-requestid";

pub(super) const UNCACHED: [(&str, &str); 3] = [
    (
        "cache-control",
        "no-cache, no-store, must-revalidate, private",
    ),
    ("expires", "0"),
    ("pragma", "no-cache"),
];

/// Every member whose name says that it is a moment is a number, in the reply itself or in its metadata. One that is
/// not there has no form.
fn moments(reply: &HttpReply) -> Option<FormLack> {
    let body: Map<String, Json> = serde_json::from_slice(&reply.body).unwrap_or_default();
    let members = match body.get("KeyMetadata") {
        Some(Json::Object(metadata)) => metadata,
        _ => &body,
    };
    let is_moment = |name: &str| name.ends_with("Date") || name.ends_with("ValidTo");
    let (name, value) = members
        .iter()
        .find(|(name, value)| is_moment(name) && !value.is_number())?;
    Some(FormLack {
        expected: format!("{name} as a number of seconds since 1970"),
        actual: format!("{name}: {value}"),
    })
}

/// The code stands in `__type`, and the text, if there is one, in `message` with a small letter.
fn error_body(reply: &HttpReply) -> Option<FormLack> {
    let because = |actual: &str| {
        Some(FormLack {
            expected: "an object with the code in `__type` and the text in `message`".to_owned(),
            actual: actual.to_owned(),
        })
    };
    let object: Option<Map<String, Json>> = serde_json::from_slice(&reply.body).ok();
    let Some(object) = object else {
        return because("a body that is no object");
    };
    let text = |name: &str| object.get(name).and_then(Json::as_str);
    if text("__type").is_none_or(str::is_empty) {
        return because("an object without `__type`");
    }
    if text("message").is_none() && text("Message").is_some_and(|it| !it.is_empty()) {
        return because("the text in `Message`");
    }
    None
}

#[cfg(test)]
mod tests {
    use super::lack;
    use crate::spec::WireForm;
    use crate::wire::HttpReply;

    #[track_caller]
    fn check(form: WireForm, headers: &[(&str, &str)], body: &str, has_it: bool) {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let reply = HttpReply {
            status: 400,
            headers: headers.iter().map(owned).collect(),
            body: body.as_bytes().to_vec(),
        };
        assert_eq!(lack(&reply, form).is_none(), has_it, "{reply:?}");
    }

    #[test]
    fn a_header_is_there_and_has_its_form() {
        for (form, name, good, bad) in [
            (
                WireForm::ContentType,
                "content-type",
                "application/x-amz-json-1.1",
                "application/json",
            ),
            (
                WireForm::RequestId,
                "x-amzn-requestid",
                "b9efd3c0-6a09-4a6e-9a0f-0d6f5f2d8c11",
                "17",
            ),
            (
                WireForm::Date,
                "date",
                "Sun, 22 Nov 2026 12:00:00 GMT",
                "today",
            ),
        ] {
            check(form, &[(name, good)], "", true);
            check(form, &[(name, bad)], "", false);
            check(form, &[], "", false);
        }
    }

    #[test]
    fn an_uncached_reply_says_so_three_times() {
        let all = [
            (
                "cache-control",
                "no-cache, no-store, must-revalidate, private",
            ),
            ("expires", "0"),
            ("pragma", "no-cache"),
        ];
        check(WireForm::Uncached, &all, "", true);
        for missing in 0..all.len() {
            let mut some = all.to_vec();
            some.remove(missing);
            check(WireForm::Uncached, &some, "", false);
        }
    }

    #[test]
    fn moments_are_numbers_of_any_size() {
        for (body, has_it) in [
            (r#"{"ParametersValidTo":1480632737.044}"#, true),
            (r#"{"KeyMetadata":{"CreationDate":1.480632737044E9}}"#, true),
            (r#"{"KeyMetadata":{"Enabled":true}}"#, true),
            (r#"{"ParametersValidTo":"1480632737.044"}"#, false),
            (
                r#"{"KeyMetadata":{"CreationDate":1480632737,"ValidTo":null}}"#,
                false,
            ),
            (r#"{"DeletionDate":"2016-12-01T22:52:17Z"}"#, false),
        ] {
            check(WireForm::Moments, &[], body, has_it);
        }
    }

    #[test]
    fn code_and_text_of_a_refusal_have_their_places() {
        for (body, has_it) in [
            (r#"{"__type":"A","message":"m"}"#, true),
            (r#"{"__type":"com.amazonaws.kms#A"}"#, true),
            (r#"{"__type":"A","Message":"m"}"#, false),
            (r#"{"message":"m"}"#, false),
            (r#"{"__type":""}"#, false),
            (r#"["__type"]"#, false),
            ("<html>", false),
        ] {
            check(WireForm::ErrorBody, &[], body, has_it);
        }
    }
}
