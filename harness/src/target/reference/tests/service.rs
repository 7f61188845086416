//! The service around the calls: replies, lists, time, and callers who mean no good.

use proptest::prelude::*;

use super::*;
use crate::target::Target;
use crate::wire::Method;

use Operation::{CreateAlias, ListAliases, ListKeys, ListTags, TagKey};

#[test]
fn lists_come_in_pages() {
    let caller = Caller::new();
    let key = caller.create(Origin::Service, KeySpec::Symmetric);
    caller.create(Origin::Service, KeySpec::Symmetric);
    for name in ["alias/a", "alias/b"] {
        let request = Request::new(CreateAlias)
            .with(Field::Alias, name)
            .with(Field::TargetKeyId, key.as_str());
        caller.accepted(&request);
        let tag = Fields::new()
            .with(Field::TagKey, name)
            .with(Field::TagValue, "x");
        caller.accepted(&about(TagKey, &key).with(Field::Tags, vec![tag]));
    }
    for (request, list) in [
        (Request::new(ListKeys), Field::Keys),
        (Request::new(ListAliases), Field::Aliases),
        (about(ListTags, &key), Field::Tags),
    ] {
        let first = caller.accepted(&request.clone().with(Field::Limit, 1));
        assert_eq!(first.flag(Field::Truncated), Some(true));
        let marker = first.text(Field::NextMarker).unwrap();
        let second = caller.accepted(&request.with(Field::Marker, marker));
        assert_eq!(second.flag(Field::Truncated), Some(false));
        assert_eq!(
            (first.records(list).len(), second.records(list).len()),
            (1, 1)
        );
        assert_ne!(first.records(list), second.records(list));
    }
}

#[test]
fn a_refusal_speaks_the_dialect() {
    let caller = Caller::new();
    let key = caller.create(Origin::Service, KeySpec::Symmetric);
    let request = about(GetParameters, &key)
        .with(Field::WrappingAlgorithm, RsaesOaepSha256)
        .with(Field::WrappingKeySpec, WrappingKeySpec::Rsa2048);
    let Reply::Refused(refusal) = caller.call(&request) else {
        panic!("a key of the service's own origin takes no import");
    };
    assert_eq!(
        refusal.message,
        Some(format!(
            "arn:aws:kms:us-east-1:111122223333:key/{key} origin is AWS_KMS which is not valid for this operation."
        ))
    );
}

#[test]
fn every_reply_carries_an_id_and_the_date_of_the_service() {
    let service = Reference::new(Settings::new(7, START));
    let one = service.refuse(Fault::Serialization, START);
    let other = service.refuse(Fault::Serialization, START);
    assert_eq!(one.header("date"), Some("Wed, 18 Nov 2026 11:06:40 GMT"));
    assert!(
        one.header("x-amzn-requestid")
            .is_some_and(|id| id.parse::<uuid::Uuid>().is_ok())
    );
    assert_ne!(
        one.header("x-amzn-requestid"),
        other.header("x-amzn-requestid")
    );
}

#[test]
fn the_same_seed_and_calls_give_the_same_bytes() {
    let replies = |seed| {
        let settings = Settings::new(seed, START);
        let signer = settings.signer.clone();
        let service = Reference::new(settings);
        let dialect = dialect(Vendor::Aws);
        let http = dialect.encode_request(&Request::new(CreateKey));
        service.answer(&dialect.sign(http, "kms.localhost", &signer, START), START)
    };
    assert_eq!(replies(1), replies(1));
    assert_ne!(replies(1), replies(2));
}

#[tokio::test]
async fn time_passes_in_process_only_when_it_is_told_to() {
    let target = InProcess::new(Settings::new(7, START));
    assert_eq!(target.now(), START);
    target
        .pass_time(SignedDuration::from_hours(24))
        .await
        .unwrap();
    assert_eq!(
        target.now(),
        START.checked_add(SignedDuration::from_hours(24)).unwrap()
    );
    assert!(target.pass_time(SignedDuration::MAX).await.is_err());
    let dialect = dialect(Vendor::Aws);
    let http = dialect.encode_request(&Request::new(ListKeys));
    let http = dialect.sign(http, target.host(), target.signer(), target.now());
    let reply = target.send(http).await.unwrap();
    assert!(dialect.decode_reply(ListKeys, &reply).accepted().is_some());
}

prop_compose! {
    fn hostile_request()(
        post in any::<bool>(),
        target in "(/|/[ -~]{0,8})",
        name in prop_oneof![Just("TrentService.Import".to_owned()), "TrentService\\.(ImportKeyMaterial|Decrypt|CreateKey|VerifyMac)", "[ -~]{0,20}"],
        headers in prop::collection::vec(("[a-z-]{1,20}", ".{0,40}"), 0..5),
        body in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..100),
            "\\{\"(KeyId|ImportToken|CiphertextBlob)\": ?(\"[A-Za-z0-9=]{0,9}\"|1|null|\\[\\])\\}".prop_map(String::into_bytes),
        ],
    ) -> HttpRequest {
        let mut headers = headers;
        headers.push(("x-amz-target".to_owned(), name));
        let method = if post { Method::Post } else { Method::Get };
        HttpRequest { method, target, headers, body }
    }
}

proptest! {
    #[test]
    fn hostile_requests_are_refused_and_never_panic(request in hostile_request(), sign in any::<bool>()) {
        let caller = Caller::new();
        let request = match sign && request.target == "/" {
            true => dialect(Vendor::Aws).sign(request, "kms.localhost", &caller.signer, START),
            false => request,
        };
        let is_creation = request.header("x-amz-target") == Some("TrentService.CreateKey");
        let reply = caller.service.answer(&request, START);
        prop_assert!((400..500).contains(&reply.status) || (is_creation && reply.status == 200), "{reply:?}");
    }
}
