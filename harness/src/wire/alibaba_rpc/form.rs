//! What the HTTP message of a reply looks like, apart from its members.

use serde_json::Value as Json;

use super::decode::{is_xml, object};
use super::moment;
use crate::spec::WireForm;
use crate::wire::form::{date, header_like};
use crate::wire::{FormLack, HttpReply};

/// What a reply has instead of a form that it lacks; `None` where it has the form, or the vendor promises none.
pub(super) fn lack(reply: &HttpReply, form: WireForm) -> Option<FormLack> {
    match form {
        WireForm::ContentType => content_type(reply),
        WireForm::RequestId => members(reply, &["RequestId"]),
        WireForm::Date => date(reply),
        WireForm::ErrorBody => members(reply, &["Code", "RequestId"]),
        WireForm::Moments => moments(reply, MOMENTS, |text| {
            text.is_empty() || moment::read(text).is_some_and(|it| moment::write(it) == text)
        }),
        WireForm::EmptyMoments => moments(reply, MAYBE_UNSET, |text| {
            text.is_empty() || moment::read(text).is_some()
        }),
        WireForm::Uncached => None,
    }
}

const MOMENTS: &[&str] = &["CreationDate", "TokenExpireTime"];

/// Members that are there whether they are set or not.
const MAYBE_UNSET: &[&str] = &["DeleteDate", "MaterialExpireTime"];

/// The first of these members that is not as it should be, in the body itself or in its metadata. One that belongs to
/// another operation's reply is not missed as long as one of them is there.
fn moments(reply: &HttpReply, names: &[&str], is_so: impl Fn(&str) -> bool) -> Option<FormLack> {
    let body = object(&reply.body).unwrap_or_default();
    let body = body
        .get("KeyMetadata")
        .and_then(Json::as_object)
        .unwrap_or(&body);
    let members: Vec<_> = names
        .iter()
        .filter_map(|name| Some((name, body.get(*name)?)))
        .collect();
    let wrong = members
        .iter()
        .find(|(_, value)| !value.as_str().is_some_and(&is_so));
    let actual = match wrong {
        Some((name, value)) => format!("{name}: {value}"),
        None if members.is_empty() => "a body without any of them".to_owned(),
        None => return None,
    };
    Some(FormLack {
        expected: format!(
            "{} as 2018-01-25T00:01:02Z, or empty where not set",
            names.join(" and ")
        ),
        actual,
    })
}

fn content_type(reply: &HttpReply) -> Option<FormLack> {
    let kinds: [&str; 2] = if is_xml(&reply.body) {
        ["text/xml", "application/xml"]
    } else {
        ["application/json", "text/json"]
    };
    header_like(reply, "content-type", kinds[0], |kind| {
        kinds.iter().any(|known| kind.starts_with(known))
    })
}

fn members(reply: &HttpReply, names: &[&str]) -> Option<FormLack> {
    let lack = |actual: String| FormLack {
        expected: format!("a body with {}", names.join(" and ")),
        actual,
    };
    let Some(object) = object(&reply.body) else {
        return Some(lack("a body that is neither JSON nor XML".to_owned()));
    };
    let text = |name: &str| object.get(name).and_then(Json::as_str);
    names
        .iter()
        .find(|name| text(name).is_none_or(str::is_empty))
        .map(|name| lack(format!("a body without {name}")))
}

#[cfg(test)]
mod tests {
    use super::lack;
    use crate::spec::WireForm;
    use crate::wire::HttpReply;

    #[track_caller]
    fn check(form: WireForm, content_type: &str, body: &str, has_it: bool) {
        let reply = HttpReply {
            status: 400,
            headers: vec![("content-type".to_owned(), content_type.to_owned())],
            body: body.as_bytes().to_vec(),
        };
        assert_eq!(lack(&reply, form).is_none(), has_it, "{reply:?}");
    }

    #[test]
    fn the_content_type_is_that_of_the_body() {
        for (content_type, body, has_it) in [
            ("application/json", "{}", true),
            ("application/json;charset=utf-8", "{}", true),
            ("text/xml;charset=utf-8", "<KMS/>", true),
            ("text/xml", "{}", false),
            ("text/html", "<KMS/>", false),
        ] {
            check(WireForm::ContentType, content_type, body, has_it);
        }
    }

    #[test]
    fn moments_are_whole_seconds_or_empty() {
        for (body, whole, there) in [
            (r#"{"TokenExpireTime":"2018-01-25T00:01:02Z"}"#, true, false),
            (
                r#"{"TokenExpireTime":"2018-01-25T00:01:02.5Z"}"#,
                false,
                false,
            ),
            (r#"{"TokenExpireTime":1516838462}"#, false, false),
            (
                r#"{"KeyMetadata":{"CreationDate":"2018-01-25T00:01:02Z","DeleteDate":""}}"#,
                true,
                true,
            ),
            (r#"{"KeyMetadata":{"DeleteDate":null}}"#, false, false),
            ("{}", false, false),
        ] {
            check(WireForm::Moments, "", body, whole);
            check(WireForm::EmptyMoments, "", body, there);
        }
    }

    #[test]
    fn every_reply_has_an_id_and_a_refusal_a_code() {
        for (body, has_id, has_code) in [
            (r#"{"RequestId":"r","Code":"c"}"#, true, true),
            (
                "<Error><RequestId>r</RequestId><Code>c</Code></Error>",
                true,
                true,
            ),
            (r#"{"RequestId":"r"}"#, true, false),
            (r#"{"Code":"c"}"#, false, false),
            (r#"{"RequestId":"","Code":"c"}"#, false, false),
            ("[]", false, false),
        ] {
            check(WireForm::RequestId, "", body, has_id);
            check(WireForm::ErrorBody, "", body, has_code);
        }
    }
}
