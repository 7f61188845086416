use std::sync::Arc;

use super::*;
use crate::wire::{Credentials, Method};

async fn start(script: &str, output: &Path) -> Result<Launched, LaunchError> {
    let launch =
        format!("command = ['sh', '-c', \"\"\"{script}\"\"\", '${{port}}']\nready-seconds = 1");
    start_launch(&toml::from_str(&launch).unwrap(), output).await
}

async fn start_launch(launch: &Launch, output: &Path) -> Result<Launched, LaunchError> {
    let credentials = Credentials {
        access_key_id: "test".to_owned(),
        secret_access_key: "test".to_owned(),
        session_token: None,
    };
    let signer = Signer::new(credentials, "us-east-1");
    Launched::start(LaunchSettings {
        launch,
        clock: &ClockKind::Fixed {
            longest_wait_seconds: 0,
        },
        endpoint: EndpointSettings::new("", signer, Arc::new(Timestamp::now)),
        bin_dirs: &[],
        output,
        probe: &|_| HttpRequest {
            method: Method::Get,
            target: "/".to_owned(),
            headers: Vec::new(),
            body: Vec::new(),
        },
    })
    .await
}

#[tokio::test]
async fn a_service_that_ends_early_shows_its_last_words() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("logs/service.log");
    let script = "seq 1 99; echo no such module >&2; exit 3";
    let failure = start(script, &output).await.unwrap_err();
    let LaunchError::Ended { status, tail, .. } = &failure else {
        panic!("{failure}");
    };
    assert_eq!(status.code(), Some(3));
    assert!(tail.ends_with("    99\n    no such module\n"), "{tail}");
    assert_eq!(tail.lines().count(), 12);
    assert!(
        failure.to_string().contains("logs/service.log"),
        "{failure}"
    );
}

#[tokio::test]
async fn a_service_that_ends_early_leaves_no_children() {
    let folder = tempfile::tempdir().unwrap();
    let beat = folder.path().join("beat");
    let script = format!(
        "(while :; do echo >> {}; sleep 0.02; done) & sleep 0.1",
        beat.display()
    );
    let failure = start(&script, &folder.path().join("log"))
        .await
        .unwrap_err();
    assert!(matches!(failure, LaunchError::Ended { .. }), "{failure}");
    check_that_nobody_writes(&beat).await;
}

async fn check_that_nobody_writes(beat: &Path) {
    let length = || fs::metadata(beat).unwrap().len();
    tokio::time::sleep(Duration::from_millis(100)).await;
    let after = length();
    assert!(after > 0);
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(length(), after, "a child still writes");
}

#[tokio::test]
async fn a_service_that_never_answers_is_given_up_and_killed_with_its_children() {
    let folder = tempfile::tempdir().unwrap();
    let beat = folder.path().join("beat");
    let script = format!(
        "(while :; do echo >> {}; sleep 0.02; done) & wait",
        beat.display()
    );
    let failure = start(&script, &folder.path().join("log"))
        .await
        .unwrap_err();
    assert!(matches!(failure, LaunchError::NotReady { .. }), "{failure}");
    assert!(
        failure
            .to_string()
            .contains("(cannot connect: nobody listens at"),
        "{failure}"
    );
    check_that_nobody_writes(&beat).await;
}

#[tokio::test]
async fn a_program_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let launch: Launch = toml::from_str("command = ['no-such-kms', '${port}']").unwrap();
    let failure = start_launch(&launch, &folder.path().join("log"))
        .await
        .unwrap_err();
    assert_eq!(
        failure.to_string(),
        "program \"no-such-kms\" is not found; install it, or name its folder with --bin-dir"
    );
}

#[test]
fn a_bare_name_is_looked_up_in_the_given_folders_first() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("kms");
    fs::write(&program, "").unwrap();
    let dirs = [folder.path().join("none"), folder.path().to_owned()];
    assert_eq!(find("kms", &dirs).unwrap(), program);
    assert_eq!(find("other", &dirs).unwrap(), Path::new("other"));
    assert!(find("bin/kms", &dirs).unwrap().is_absolute());
}
