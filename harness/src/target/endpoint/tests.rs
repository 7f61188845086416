use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use super::*;
use crate::wire::Credentials;

/// A service that does with every connection what `behaviour` says, after the first bytes of a request.
fn service(behaviour: impl Fn(&mut dyn Write) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for connection in listener.incoming() {
            let mut connection = connection.unwrap();
            let _ = connection.read(&mut [0; 4096]);
            behaviour(&mut connection);
        }
    });
    url
}

fn answering(text: impl Into<Vec<u8>>) -> String {
    let text = text.into();
    service(move |connection| drop(connection.write_all(&text)))
}

fn settings(url: &str) -> EndpointSettings {
    let credentials = Credentials {
        access_key_id: "test".to_owned(),
        secret_access_key: "test".to_owned(),
        session_token: None,
    };
    let region = "us-east-1".to_owned();
    let wall = Arc::new(|| WALL.parse().unwrap());
    EndpointSettings {
        timeout: LIMIT,
        ..EndpointSettings::new(url, Signer::new(credentials, region), wall)
    }
}

const WALL: &str = "2026-11-22T10:00:00Z";
const LIMIT: Duration = Duration::from_secs(1);

fn request(target: &str) -> HttpRequest {
    HttpRequest {
        method: Method::Post,
        target: target.to_owned(),
        headers: vec![(
            "x-amz-target".to_owned(),
            "TrentService.ListKeys".to_owned(),
        )],
        body: b"{}".to_vec(),
    }
}

async fn ask(url: &str) -> Result<HttpReply, Silence> {
    let begun = Instant::now();
    let answer = Endpoint::connect(settings(url))
        .unwrap()
        .send(request("/"))
        .await;
    assert!(
        begun.elapsed() < Duration::from_secs(10),
        "{url} held us for {:?}",
        begun.elapsed()
    );
    answer
}

#[tokio::test]
async fn a_closed_port_is_unreachable() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = listener.local_addr().unwrap().to_string();
    drop(listener);
    let expected = Silence::Unreachable(format!("nobody listens at {host}"));
    assert_eq!(ask(&format!("http://{host}")).await, Err(expected));
}

#[tokio::test]
async fn tls_with_a_service_that_speaks_none_says_so() {
    let url = answering("HTTP/1.1 400 Bad Request\r\n\r\n").replace("http:", "https:");
    let Err(Silence::Unreachable(text)) = ask(&url).await else {
        panic!("plain HTTP was taken for TLS");
    };
    assert!(
        text.ends_with("does not speak TLS; is it http:// instead of https://?"),
        "{text}"
    );
}

#[tokio::test]
async fn silence_ends_with_the_time_limit() {
    let hang = service(|_| std::thread::sleep(Duration::from_secs(60)));
    assert_eq!(ask(&hang).await, Err(Silence::TimedOut(LIMIT)));
}

#[tokio::test]
async fn a_body_that_drips_ends_with_the_time_limit() {
    let drip = service(|connection| {
        let _ = connection.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n");
        while connection.write_all(b".").is_ok() {
            std::thread::sleep(Duration::from_millis(50));
        }
    });
    assert_eq!(ask(&drip).await, Err(Silence::TimedOut(LIMIT)));
}

#[tokio::test]
async fn broken_answers_are_told_from_replies() {
    let broken: [&[u8]; 6] = [
        b"",
        b"HTTP/1.1 200",
        b"SSH-2.0-OpenSSH_9.9\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nshort",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nnothex\r\n",
    ];
    for text in broken {
        let answer = ask(&answering(text)).await;
        let shown = String::from_utf8_lossy(text);
        assert!(
            matches!(answer, Err(Silence::Broken(_))),
            "{shown:?} led to {answer:?}"
        );
    }
}

#[tokio::test]
async fn a_huge_body_is_left_unread() {
    let written = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&written);
    let huge = service(move |connection| {
        let _ = connection.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 200000000\r\n\r\n");
        while connection.write_all(&[b'x'; 65_536]).is_ok() {
            counter.fetch_add(65_536, Ordering::Relaxed);
        }
    });
    assert_eq!(ask(&huge).await, Err(Silence::TooLarge(LARGEST_ANSWER)));
    let written = written.load(Ordering::Relaxed);
    assert!(
        written < 32 << 20,
        "{written} bytes were taken before we hung up"
    );
}

#[tokio::test]
async fn a_body_of_the_largest_size_is_read_and_one_byte_more_is_not() {
    let body = |length: usize| {
        let mut text = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
        text.resize(text.len() + length, b'x');
        answering(text)
    };
    let answer = ask(&body(LARGEST_ANSWER)).await.unwrap();
    assert_eq!(answer.body.len(), LARGEST_ANSWER);
    assert_eq!(
        ask(&body(LARGEST_ANSWER + 1)).await,
        Err(Silence::TooLarge(LARGEST_ANSWER))
    );
}

#[tokio::test]
async fn a_fault_of_the_service_in_html_is_a_reply() {
    let html = "HTTP/1.1 500 No\r\nContent-Type: text/html\r\ncontent-length: 6\r\n\r\n<html>";
    let reply = ask(&answering(html)).await.unwrap();
    assert_eq!((reply.status, &*reply.body), (500, &b"<html>"[..]));
    assert_eq!(reply.header("content-type"), Some("text/html"));
}

#[tokio::test]
async fn a_redirect_is_a_reply_and_is_not_followed() {
    let calls = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&calls);
    let elsewhere = service(move |connection| {
        counter.fetch_add(1, Ordering::Relaxed);
        let _ =
            connection.write_all(b"HTTP/1.1 307 Go\r\nlocation: /\r\ncontent-length: 0\r\n\r\n");
    });
    assert_eq!(ask(&elsewhere).await.unwrap().status, 307);
    assert_eq!(calls.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn requests_arrive_as_they_were_made() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/base/", listener.local_addr().unwrap());
    let seen = std::thread::spawn(move || {
        let (mut connection, _) = listener.accept().unwrap();
        let mut bytes = vec![0; 4096];
        let length = connection.read(&mut bytes).unwrap();
        connection
            .write_all(b"HTTP/1.1 204 No Content\r\n\r\n")
            .unwrap();
        String::from_utf8_lossy(&bytes[..length]).into_owned()
    });
    let endpoint = Endpoint::connect(settings(&url)).unwrap();
    endpoint
        .send(request("/?Action=ListKeys&b=%2B"))
        .await
        .unwrap();
    let seen = seen.join().unwrap();
    assert!(
        seen.starts_with("POST /base/?Action=ListKeys&b=%2B HTTP/1.1\r\n"),
        "{seen}"
    );
    assert!(
        seen.contains(&format!("\r\nhost: {}\r\n", endpoint.host())),
        "{seen}"
    );
    assert!(
        seen.contains("\r\nx-amz-target: TrentService.ListKeys\r\n"),
        "{seen}"
    );
    assert!(seen.ends_with("\r\n\r\n{}"), "{seen}");
}

#[tokio::test]
async fn what_http_cannot_carry_is_broken_and_not_a_panic() {
    let endpoint = Endpoint::connect(settings("http://127.0.0.1:9")).unwrap();
    for (name, value) in [("x", "a\r\nb: c"), ("", "a"), ("a b", "c"), ("x", "\0")] {
        let mut request = request("/");
        request.headers.push((name.to_owned(), value.to_owned()));
        let answer = endpoint.send(request).await;
        assert!(
            matches!(answer, Err(Silence::Broken(_))),
            "{name:?} {value:?}: {answer:?}"
        );
    }
}

/// Says that it hangs up, which it does: a client might send its next request into a connection that is being closed.
fn dated(date: &str) -> String {
    answering(format!(
        "HTTP/1.1 200 OK\r\n{date}connection: close\r\ncontent-length: 0\r\n\r\n"
    ))
}

fn with_hook(url: &str) -> Endpoint {
    let path = "/clock".to_owned();
    let time = TimeMachine::Hook { path };
    Endpoint::connect(EndpointSettings {
        time,
        ..settings(url)
    })
    .unwrap()
}

#[tokio::test]
async fn the_clock_follows_the_date_of_answers() {
    let url = dated("date: Tue, 24 Nov 2026 10:00:00 GMT\r\n");
    let endpoint = Endpoint::connect(settings(&url)).unwrap();
    assert_eq!(endpoint.now().to_string(), WALL);
    endpoint.send(request("/")).await.unwrap();
    assert_eq!(endpoint.now().to_string(), "2026-11-24T10:00:00Z");
}

#[tokio::test]
async fn elsewhere_is_another_region_under_one_clock() {
    let url = dated("date: Tue, 24 Nov 2026 10:00:00 GMT\r\n");
    let unnamed = Endpoint::connect(settings(&url)).unwrap();
    let unnamed = unnamed.elsewhere().unwrap();
    assert_eq!(
        (unnamed.url(), &*unnamed.signer().region),
        (&*url, "us-west-2")
    );

    let endpoint = Endpoint::connect(EndpointSettings {
        elsewhere: Elsewhere {
            region: "eu-west-2".to_owned(),
            url: Some(url.clone()),
        },
        ..settings("http://127.0.0.1:1")
    });
    let endpoint = endpoint.unwrap();
    let elsewhere = endpoint.elsewhere().unwrap();
    assert_eq!(
        (elsewhere.url(), &*elsewhere.signer().region),
        (&*url, "eu-west-2")
    );
    elsewhere.send(request("/")).await.unwrap();
    assert_eq!(endpoint.now().to_string(), "2026-11-24T10:00:00Z");
}

#[tokio::test]
async fn a_clock_that_does_not_follow_its_hook_is_stuck() {
    let endpoint = with_hook(&dated("date: Sun, 22 Nov 2026 10:00:00 GMT\r\n"));
    let stuck = endpoint
        .pass_time(SignedDuration::from_hours(24))
        .await
        .unwrap_err();
    assert_eq!(
        stuck.to_string(),
        "its clock was to be moved to 2026-11-23T10:00:00Z and shows 2026-11-22T10:00:00Z"
    );
}

#[tokio::test]
async fn a_hook_that_tells_no_date_is_believed() {
    let endpoint = with_hook(&dated(""));
    endpoint
        .pass_time(SignedDuration::from_hours(24))
        .await
        .unwrap();
    assert_eq!(endpoint.now().to_string(), "2026-11-23T10:00:00Z");
}

#[tokio::test]
async fn a_clock_that_nobody_moves_waits_for_short_times_only() {
    let endpoint = Endpoint::connect(settings("http://127.0.0.1:9")).unwrap();
    let begun = Instant::now();
    endpoint
        .pass_time(SignedDuration::from_millis(20))
        .await
        .unwrap();
    assert!(begun.elapsed() >= Duration::from_millis(20));
    let stuck = endpoint
        .pass_time(SignedDuration::from_hours(24))
        .await
        .unwrap_err();
    assert_eq!(
        stuck.to_string(),
        "24h is too long to wait (at most 5 s), and its clock cannot be moved: the service offers no way"
    );
    endpoint
        .pass_time(SignedDuration::from_hours(-1))
        .await
        .unwrap_err();
}

#[test]
fn an_address_that_http_cannot_use_is_refused() {
    for url in [
        "",
        "127.0.0.1:4566",
        "ftp://a",
        "http://u:p@a",
        "http://a/?b",
        "http://",
    ] {
        let refusal = Endpoint::connect(settings(url)).unwrap_err();
        assert!(
            matches!(refusal, ConnectError::Address { .. }),
            "{url}: {refusal}"
        );
    }
    let https = Endpoint::connect(settings("https://kms.us-east-1.amazonaws.com/")).unwrap();
    assert_eq!(https.host(), "kms.us-east-1.amazonaws.com");
    assert_eq!(https.url(), "https://kms.us-east-1.amazonaws.com");
}

#[test]
fn a_file_without_certificates_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty.pem");
    fs::write(&empty, "no certificate").unwrap();
    for path in [empty, folder.path().join("none.pem")] {
        let ca_bundle = Some(path);
        let refusal = Endpoint::connect(EndpointSettings {
            ca_bundle,
            ..settings("https://127.0.0.1:1")
        });
        assert!(
            matches!(refusal, Err(ConnectError::CaBundle { .. })),
            "{refusal:?}"
        );
    }
}

#[test]
fn real_clouds_are_known_by_their_names() {
    for url in [
        "https://kms.us-east-1.amazonaws.com",
        "https://KMS.cn-north-1.AmazonAWS.com.cn.:443/x",
        "https://kms.eu-west-1.api.aws",
        "http://kms.cn-hangzhou.aliyuncs.com",
    ] {
        assert!(is_real_service(url), "{url}");
    }
    for url in [
        "http://127.0.0.1:4566",
        "https://notamazonaws.com",
        "https://amazonaws.com.example.org",
        "https://kms.localhost.localstack.cloud",
        "nonsense",
    ] {
        assert!(!is_real_service(url), "{url}");
    }
}
