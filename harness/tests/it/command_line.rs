//! The program as scripts see it: exit codes, streams, files.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should say where"
)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener};
use std::process::{Child, Command, Output, Stdio};

use byokcheck::cli::ExitCode;
use byokcheck::runner::outcome::SuiteOutcome;

fn byokcheck(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_byokcheck"));
    command.args(arguments).env_remove("NO_COLOR");
    command
}

#[track_caller]
fn check(arguments: &[&str], expected: ExitCode) -> Output {
    let output = byokcheck(arguments).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(
        output.status.code(),
        Some(expected as i32),
        "{arguments:?}: {stderr}"
    );
    output
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

#[test]
fn a_real_cloud_is_not_touched_unless_somebody_says_so() {
    for host in [
        "kms.us-east-1.amazonaws.com",
        "kms.cn-hangzhou.aliyuncs.com",
    ] {
        let output = check(
            &["run", "--target", &format!("https://{host}")],
            ExitCode::Stopped,
        );
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(stderr.contains("--real"), "{stderr}");
    }
}

#[test]
fn arguments_that_make_no_sense_are_usage_errors() {
    for arguments in [
        &["run", "--no-such-option"][..],
        &["run", "--as-of", "yesterday"],
        &["run", "--jobs", "0"],
        &["run", "no/such/case"],
        &["run", "aws/["],
        &["run", "--target", "no-such-target"],
        &["run", "--missing", "teleportation"],
        &["run", "--target", "ftp://127.0.0.1"],
        &["explain", "aws/no/such/rule"],
    ] {
        let output = check(arguments, ExitCode::Usage);
        assert!(!output.stderr.is_empty(), "{arguments:?} is silent");
    }
}

#[test]
fn a_wrong_file_is_shown_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("wrong.toml"),
        "title = \"x\"\nbogus = 1\n",
    )
    .unwrap();
    let output = check(
        &["lint", &folder.path().to_string_lossy()],
        ExitCode::WrongFile,
    );
    let stderr = text(output.stderr);
    assert!(stderr.contains("wrong.toml:"), "{stderr}");
    assert!(stderr.contains('^'), "{stderr}");
}

#[test]
fn a_target_that_is_not_there_is_unreachable() {
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let url = format!("http://127.0.0.1:{port}");
    let output = check(&["run", "--target", &url], ExitCode::Unreachable);
    assert!(text(output.stderr).contains(&url));
}

#[test]
fn a_server_that_is_no_key_management_service_is_told_from_one() {
    let pages = [
        "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: text/html\r\ncontent-length: 6\r\n\r\n<html>",
        "HTTP/1.1 500 Oops\r\nconnection: close\r\ncontent-type: text/plain\r\ncontent-length: 4\r\n\r\noops",
    ];
    for page in pages {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            for connection in listener.incoming() {
                let mut connection = connection.unwrap();
                let mut request = [0; 4096];
                let _ = connection.read(&mut request).unwrap();
                connection.write_all(page.as_bytes()).unwrap();
                // A connection that is closed over unread bytes is reset, and the page may be lost with it.
                connection.shutdown(Shutdown::Write).unwrap();
                let _ = std::io::copy(&mut connection, &mut std::io::sink());
            }
        });
        let output = check(&["run", "--target", &url], ExitCode::Unreachable);
        let stderr = text(output.stderr);
        assert!(stderr.contains("no key management service"), "{stderr}");
    }
}

#[test]
fn a_suite_without_a_case_for_the_day_is_an_error() {
    let output = check(&["run", "--as-of", "2010-01-01"], ExitCode::WrongFile);
    assert!(text(output.stderr).contains("no case is left"));
}

#[test]
fn defects_are_listed_by_the_cases_that_have_to_catch_them() {
    let names = |arguments: &[&str]| -> Vec<String> {
        let arguments = [&["list", "--quirks"][..], arguments].concat();
        let listed = text(check(&arguments, ExitCode::Success).stdout);
        let names = listed.lines().filter(|line| !line.starts_with(' '));
        names.map(str::to_owned).collect()
    };
    let wire = names(&["aws/wire"]);
    assert!(wire.contains(&"moments-as-text".to_owned()), "{wire:?}");
    assert!(!wire.contains(&"origin-ignored".to_owned()), "{wire:?}");
    let days = [&["--as-of", "2016-09"][..], &["--as-of", "2026-11"]].map(names);
    assert_ne!(days[0], days[1]);
}

#[test]
fn results_can_be_read_back_from_standard_output_and_from_files() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let (json, junit) = (file("results.json"), file("results.xml"));
    let arguments = [
        "run", "--seed", "7", "--format", "json", "--json", &json, "--junit", &junit,
    ];
    let output = byokcheck(&arguments).output().unwrap();
    let outcome: SuiteOutcome = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(outcome.run.seed, 7);
    assert_eq!(std::fs::read(json).unwrap(), output.stdout);
    assert!(std::fs::read_to_string(junit).unwrap().starts_with("<?xml"));
    assert_eq!(output.status.code(), Some(ExitCode::of(&outcome) as i32));
}

#[test]
fn colours_are_for_terminals_and_for_those_who_ask() {
    let stdout = |color: &str| {
        let command = byokcheck(&["rules", "--color", color]).output();
        text(command.unwrap().stdout)
    };
    assert!(!stdout("auto").contains('\x1b'));
    assert!(stdout("always").contains('\x1b'));
    assert!(!stdout("never").contains('\x1b'));
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    for arguments in [
        &["rules"][..],
        &["schema", "results"],
        &["completions", "bash"],
        &["--help"],
    ] {
        let mut child = byokcheck(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        assert!(output.stderr.is_empty(), "{}", text(output.stderr));
    }
}

#[test]
fn a_served_reference_passes_like_the_one_in_process() {
    let (server, url) = serve();
    let output = byokcheck(&["run", "--target", &url, "--format", "json"])
        .output()
        .unwrap();
    drop(server);
    let outcome: SuiteOutcome = serde_json::from_slice(&output.stdout).unwrap();
    let failed: Vec<_> = outcome
        .scenarios
        .iter()
        .filter(|case| case.verdict == byokcheck::runner::outcome::Verdict::Fail)
        .collect();
    assert!(failed.is_empty(), "{failed:#?}");
}

/// A child that does not outlive its test.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn serve() -> (Server, String) {
    let mut child = byokcheck(&["serve", "--seed", "7"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut url = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut url)
        .unwrap();
    (Server(child), url.trim().to_owned())
}

#[test]
fn results_of_runs_are_compared_and_other_files_are_no_results() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let results = file("results.json");
    let run = [
        "run",
        "aws/import/wrong-token",
        "--quiet",
        "--json",
        &results,
    ];
    check(&run, ExitCode::Success);
    let document = text(check(&["report", &results, &results], ExitCode::Success).stdout);
    assert!(
        document.contains("| aws/import/wrong-token | "),
        "{document}"
    );
    assert!(document.contains(" | holds | holds |"), "{document}");

    std::fs::write(file("other.json"), "{\"format\": 1}\n").unwrap();
    std::fs::write(file("bytes.json"), [0xff, 0xfe]).unwrap();
    for wrong in ["other.json", "bytes.json", "none.json"] {
        let output = check(&["report", &results, &file(wrong)], ExitCode::WrongFile);
        let stderr = text(output.stderr);
        assert!(stderr.contains(wrong), "{stderr}");
        assert_eq!(stderr.lines().count(), 1, "{stderr}");
        assert!(output.stdout.is_empty(), "half a report for {wrong}");
    }
}
