use super::*;
use crate::spec::Operation;

const WHOLE: &str = r#"
name = "some-kms"
version = "1.2.3"
dialect = "aws"
about = "A service."
url = "http://127.0.0.1:4566"
region = "us-east-1"

[credentials]
access-key-id = "test"
secret-access-key = "test"

[launch]
command = ["some-kms", "--port=${port}"]
env = { DATA = "${dir}/data" }
ready-seconds = 20

[clock]
kind = "faketime"

[limits]
concurrency = 2

[[missing]]
feature = "get-parameters"
reason = "not written yet"

[[missing]]
feature = "time"
reason = "no clock"

[[allowance]]
scenarios = ["aws/import/expired_*"]
reason = "takes expired material"
"#;

#[test]
fn a_whole_file_is_understood() {
    let profile = Profile::parse(WHOLE).unwrap();
    assert_eq!(profile.name.as_str(), "some-kms");
    assert_eq!(profile.url("x").as_deref(), Some("http://127.0.0.1:4566"));
    assert_eq!(profile.launch().unwrap().ready(), Duration::from_secs(20));
    assert_eq!(*profile.clock(), ClockKind::Faketime);
    assert_eq!(profile.limits.concurrency.get(), 2);
    assert_eq!(profile.limits.timeout_seconds.get(), 30);
    let missing = |operation| profile.missing(Feature::Operation(operation));
    assert_eq!(missing(Operation::GetParameters), Some("not written yet"));
    assert_eq!(missing(Operation::Import), None);
    assert_eq!(profile.missing(Feature::Time), Some("no clock"));
}

#[test]
fn an_allowance_knows_its_cases_and_its_place() {
    let profile = Profile::parse(WHOLE).unwrap();
    let (allowance, span) = profile.allowances().next().unwrap();
    for (case, expected) in [
        ("aws/import/expired_material", true),
        ("aws/import/expired_material#aes", true),
        ("aws/import/expired_/deep", false),
        ("aws/import/wrong_token", false),
    ] {
        assert_eq!(allowance.scenarios[0].means(case), expected, "{case}");
    }
    assert!(WHOLE[span].starts_with("[[allowance]]"));
}

#[track_caller]
fn check(good: &str, bad: &str, place: &str, message: &str) {
    assert!(WHOLE.contains(good));
    let text = WHOLE.replacen(good, bad, 1);
    let error = Profile::parse(&text).unwrap_err();
    assert_eq!(error.message, message);
    assert_eq!(&text[error.span], place, "{message}");
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    check(
        "ready-seconds",
        "ready",
        "ready",
        "unknown field `ready`, expected one of `command`, `env`, `ready-seconds`",
    );
    check(
        "\"aws\"",
        "\"gcp\"",
        "\"gcp\"",
        "unknown variant `gcp`, expected `alibaba` or `aws`",
    );
    check(
        "\"${dir}/data\"",
        "\"${dri}\"",
        "\"${dri}\"",
        "unknown variable ${dri}; known are ${port}, ${dir}, ${region}",
    );
    check(
        "\"get-parameters\"",
        "\"get-params\"",
        "\"get-params\"",
        "unknown feature \"get-params\"; did you mean \"get-parameters\"?",
    );
    check(
        "\"aws/import/expired_*\"",
        "\"aws/[\"",
        "[\"aws/[\"]",
        "\"aws/[\" is not a pattern: unclosed character class; missing ']'",
    );
    check(
        "\"takes expired material\"",
        "\" \"",
        "\" \"",
        "this text may not be empty",
    );
    check(
        "reason = \"takes expired material\"",
        "",
        "[[allowance]]",
        "missing field `reason`",
    );
}

#[test]
fn parts_that_do_not_fit_together_are_refused() {
    check(
        "region = \"us-east-1\"",
        "",
        "",
        "`region` is missing; keys alone do not tell it",
    );
    check(
        "127.0.0.1:4566",
        "${port}",
        "\"http://${port}\"",
        "only ${region} is known in `url`",
    );
    check(
        "${port}",
        "80",
        "[launch]",
        "no ${port} in `command` or `env`: the service must learn where to listen",
    );
}

#[test]
fn a_file_without_keys_may_take_them_from_elsewhere() {
    let keys = "access-key-id = \"test\"\nsecret-access-key = \"test\"";
    assert!(WHOLE.contains(keys));
    let text = WHOLE
        .replace(keys, "source = \"aws\"")
        .replace("region =", "# region =");
    let profile = Profile::parse(&text).unwrap();
    assert!(matches!(
        profile.credentials,
        CredentialSource::Aws { profile: None }
    ));
    let role = WHOLE.replace(keys, "source = \"alibaba\"\necs-role = \"tester\"");
    let profile = Profile::parse(&role).unwrap();
    assert!(matches!(
        profile.credentials,
        CredentialSource::Alibaba { profile: None, ecs_role: Some(role) } if role == "tester"
    ));
    for (wrong, message) in [
        (
            "access-key-id = \"test\"",
            "give either `access-key-id` with `secret-access-key`, or `source` alone",
        ),
        (
            "source = \"aws\"\necs-role = \"tester\"",
            "`ecs-role` goes with the source \"alibaba\" only",
        ),
    ] {
        let error = Profile::parse(&WHOLE.replace(keys, wrong)).unwrap_err();
        assert_eq!(error.message, message);
    }
}

#[test]
fn a_target_chooses_signature_and_format() {
    assert_eq!(Profile::parse(WHOLE).unwrap().manner(), Manner::default());
    let text = WHOLE.replace("region =", "signature = \"v1\"\nformat = \"xml\"\nregion =");
    let manner = Profile::parse(&text).unwrap().manner();
    assert_eq!(manner.signature, SignatureVersion::V1);
    assert_eq!(manner.format, Format::Xml);
}

#[test]
fn every_target_file_of_ours_is_understood() {
    static TARGETS: include_dir::Dir<'_> =
        include_dir::include_dir!("$CARGO_MANIFEST_DIR/../targets");
    assert!(TARGETS.files().next().is_some());
    for file in TARGETS.files() {
        let path = file.path();
        let profile = Profile::parse(file.contents_utf8().unwrap())
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let stem = path.file_stem().and_then(|stem| stem.to_str());
        assert_eq!(Some(profile.name.as_str()), stem);
    }
}

#[test]
fn the_schema_for_editors_knows_every_part() {
    let schema = schemars::schema_for!(Profile).to_value();
    let table: toml::Table = WHOLE.parse().unwrap();
    for part in table.keys() {
        assert!(
            schema["properties"][part].is_object(),
            "{part} is not in {schema:#}"
        );
    }
}
