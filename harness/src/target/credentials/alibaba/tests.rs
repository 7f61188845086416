use std::sync::Mutex;

use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::target::{Answer, Passing};
use crate::wire::{HttpReply, Signer};

const CONFIGURATION: &str = r#"{
    "current": "work",
    "profiles": [
        {"name": "work", "mode": "AK", "access_key_id": "LTAIwork", "access_key_secret": "secret-of-work",
         "region_id": "cn-beijing", "output_format": "json"},
        {"name": "brief", "mode": "StsToken", "access_key_id": "STS.brief", "access_key_secret": "secret-of-brief",
         "sts_token": "token-of-brief", "region_id": ""},
        {"name": "instance", "mode": "EcsRamRole", "ram_role_name": "tester", "region_id": "eu-central-1"},
        {"name": "browser", "mode": "OAuth"}
    ]
}"#;

const KEYS: &[(&str, &str)] = &[
    ("HOME", "/home/me"),
    ("ALIBABA_CLOUD_ACCESS_KEY_ID", "LTAIshell"),
    ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "secret-of-the-shell"),
    ("ALIBABA_CLOUD_REGION_ID", "cn-hangzhou"),
];

const HOME: &[(&str, &str)] = &[("HOME", "/home/me")];

fn find_in(
    settings: &KeySettings,
    variables: &[(&str, &str)],
    configuration: Option<&str>,
) -> Result<Found, KeysError> {
    let variable = |name: &str| {
        let mut variables = variables.iter();
        variables.find_map(|(known, value)| (*known == name).then(|| (*value).to_owned()))
    };
    let file = |path: &Path| match configuration {
        Some(text) if path == Path::new("/home/me/.aliyun/config.json") => Ok(text.to_owned()),
        _ => Err(io::ErrorKind::NotFound.into()),
    };
    let around = Surroundings {
        variable: &variable,
        file: &file,
    };
    find(settings, around)
}

fn profile(name: &str) -> KeySettings {
    KeySettings {
        profile: Some(name.to_owned()),
        ..KeySettings::default()
    }
}

#[track_caller]
fn check(
    settings: &KeySettings,
    variables: &[(&str, &str)],
    id: &str,
    token: Option<&str>,
    region: &str,
) {
    let found = find_in(settings, variables, Some(CONFIGURATION)).unwrap();
    let Keys::Known(keys) = found.keys else {
        panic!("{found:?}");
    };
    assert_eq!(keys.access_key_id, id);
    assert_eq!(keys.session_token.as_deref(), token);
    assert_eq!(found.region, region);
}

#[track_caller]
fn refused(settings: &KeySettings, configuration: Option<&str>, message: &str) {
    let error = find_in(settings, HOME, configuration).unwrap_err();
    assert_eq!(error.to_string(), message);
}

#[test]
fn the_environment_comes_before_the_current_profile() {
    let settings = KeySettings::default();
    check(&settings, KEYS, "LTAIshell", None, "cn-hangzhou");
    check(&settings, HOME, "LTAIwork", None, "cn-beijing");
    let mut with_token = KEYS.to_vec();
    with_token.push(("ALIBABA_CLOUD_SECURITY_TOKEN", "token"));
    check(
        &settings,
        &with_token,
        "LTAIshell",
        Some("token"),
        "cn-hangzhou",
    );
}

#[test]
fn a_named_profile_comes_before_the_environment() {
    let brief = profile("brief");
    check(
        &brief,
        KEYS,
        "STS.brief",
        Some("token-of-brief"),
        "cn-hangzhou",
    );
    let named = [("HOME", "/home/me"), ("ALIBABA_CLOUD_PROFILE", "work")];
    check(
        &KeySettings::default(),
        &named,
        "LTAIwork",
        None,
        "cn-beijing",
    );
}

#[test]
fn a_region_that_somebody_gives_is_taken() {
    let settings = KeySettings {
        region: Some("ap-southeast-1".to_owned()),
        ..KeySettings::default()
    };
    check(&settings, KEYS, "LTAIshell", None, "ap-southeast-1");
}

#[test]
fn a_role_is_asked_only_where_somebody_says_so() {
    let found = find_in(&profile("instance"), HOME, Some(CONFIGURATION)).unwrap();
    assert_eq!(found.keys, Keys::OfRole("tester".to_owned()));
    assert_eq!(found.region, "eu-central-1");
    let settings = KeySettings {
        ecs_role: Some("other".to_owned()),
        ..KeySettings::default()
    };
    let found = find_in(&settings, KEYS, None).unwrap();
    assert_eq!(found.keys, Keys::OfRole("other".to_owned()));
}

#[test]
fn what_is_missing_is_said_with_its_remedy() {
    refused(
        &KeySettings::default(),
        None,
        "no Alibaba Cloud credentials found; set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, \
         or run `aliyun configure`",
    );
    refused(
        &profile("brief"),
        Some(CONFIGURATION),
        "no Alibaba Cloud Region found; set ALIBABA_CLOUD_REGION_ID, or `region` in the target file, or --region",
    );
    refused(
        &profile("gone"),
        Some(CONFIGURATION),
        "/home/me/.aliyun/config.json: there is no profile \"gone\"; run `aliyun configure`",
    );
    refused(
        &profile("browser"),
        Some(CONFIGURATION),
        "/home/me/.aliyun/config.json: the profile \"browser\" has the mode \"OAuth\", and only AK, StsToken and \
         EcsRamRole are understood; run `aliyun configure`",
    );
}

#[test]
fn a_broken_configuration_is_not_repeated() {
    refused(
        &KeySettings::default(),
        Some("{\n\"current\": 5, \"secret\"}"),
        "/home/me/.aliyun/config.json: line 2 is not as expected; run `aliyun configure`",
    );
}

/// A metadata service.
struct Metadata {
    keys: &'static str,
    signer: Signer,
    heard: Mutex<Vec<String>>,
}

impl Metadata {
    fn with(keys: &'static str) -> Self {
        let credentials = Credentials {
            access_key_id: String::new(),
            secret_access_key: String::new(),
            session_token: None,
        };
        Self {
            keys,
            signer: Signer::new(credentials, ""),
            heard: Mutex::default(),
        }
    }
}

impl Target for Metadata {
    fn send(&self, request: HttpRequest) -> Answer<'_> {
        let token = request.header("x-aliyun-ecs-metadata-token");
        let line = format!("{} {} {token:?}", request.method, request.target);
        self.heard.lock().unwrap().push(line);
        let (status, body) = match request.method {
            Method::Put => (200, "one-time"),
            _ if token == Some("one-time") && request.target.ends_with("/tester") => {
                (200, self.keys)
            }
            _ => (404, ""),
        };
        let reply = HttpReply {
            status,
            headers: Vec::new(),
            body: body.as_bytes().to_vec(),
        };
        Box::pin(std::future::ready(Ok(reply)))
    }

    fn host(&self) -> &str {
        ""
    }

    fn url(&self) -> &str {
        ""
    }

    fn signer(&self) -> &Signer {
        &self.signer
    }

    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
    }

    fn pass_time(&self, _: SignedDuration) -> Passing<'_> {
        Box::pin(std::future::ready(Ok(())))
    }
}

#[tokio::test]
async fn the_keys_of_a_role_come_for_a_token() {
    let metadata = Metadata::with(
        r#"{"AccessKeyId": "STS.role", "AccessKeySecret": "s", "SecurityToken": "t", "Code": "Success"}"#,
    );
    let keys = of_role(&metadata, "tester").await.unwrap();
    assert_eq!(keys.access_key_id, "STS.role");
    assert_eq!(keys.session_token.as_deref(), Some("t"));
    let heard = metadata.heard.lock().unwrap().join("\n");
    assert_eq!(
        heard,
        "PUT /latest/api/token None\n\
         GET /latest/meta-data/ram/security-credentials/tester Some(\"one-time\")"
    );
}

#[tokio::test]
async fn a_role_without_keys_is_explained() {
    let metadata = Metadata::with("{}");
    for (role, cause) in [("tester", "no keys in its answer"), ("other", "status 404")] {
        let error = of_role(&metadata, role).await.unwrap_err();
        assert!(error.to_string().contains(cause), "{error}");
    }
}
