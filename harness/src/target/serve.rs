//! The reference service on a socket: HTTP/1.1 to [`HttpRequest`] and back, and a clock that can be moved.
//!
//! Besides the service itself there is one page for tests, which no real service has:
//! `GET /byokcheck/clock` tells the moment that the service believes it is, and `POST /byokcheck/clock` with
//! `{"advance-seconds": 3600}` moves it forward; `{"reset": true}` returns to the wall clock.
//!
//! Knows no dialect and no rule. The wall clock, which the service's own clock runs ahead of, is an argument.

use std::future::Future;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use axum::routing::get;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use tokio::net::TcpListener;

use super::HttpService;
use super::clock::WallClock;
use crate::spec::Fault;
use crate::wire::{HttpReply, HttpRequest};

/// The page that shows and moves the clock.
pub const CLOCK_PATH: &str = "/byokcheck/clock";
/// Larger requests are refused unread.
const BODY_LIMIT: usize = 1 << 20;

/// Answers every connection to `listener` until `shutdown` is ready, then lets running requests end.
///
/// # Errors
/// The socket cannot be used any longer.
pub async fn serve(
    listener: TcpListener,
    reference: Arc<dyn HttpService>,
    wall_clock: WallClock,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let clock = Arc::new(Clock::new(wall_clock));
    let router = Router::new()
        .route(CLOCK_PATH, get(show_clock).post(move_clock))
        .fallback(answer)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .with_state(Service { reference, clock });
    axum::serve(listener, router)
        .with_graceful_shutdown(shutdown)
        .await
}

#[derive(Clone)]
struct Service {
    reference: Arc<dyn HttpService>,
    clock: Arc<Clock>,
}

async fn answer(
    State(service): State<Service>,
    parts: Parts,
    body: Result<Bytes, BytesRejection>,
) -> Response<Body> {
    let Service { reference, clock } = service;
    let now = clock.now();
    let Ok(method) = parts.method.as_str().parse() else {
        return to_axum(reference.refuse(Fault::OperationUnknown, now));
    };
    let body = match body {
        Ok(body) => body.to_vec(),
        Err(rejection) => {
            let mut reply = reference.refuse(Fault::Serialization, now);
            reply.status = rejection.status().as_u16();
            return to_axum(reply);
        }
    };
    let request = HttpRequest {
        method,
        target: parts
            .uri
            .path_and_query()
            .map_or_else(|| "/".to_owned(), ToString::to_string),
        headers: header_texts(&parts.headers),
        body,
    };
    // Cryptography takes milliseconds: too long for a thread that also reads sockets.
    tokio::task::spawn_blocking(move || reference.answer(&request, now))
        .await
        .map_or_else(|_| empty(StatusCode::INTERNAL_SERVER_ERROR), to_axum)
}

async fn show_clock(State(service): State<Service>) -> Response<Body> {
    shown(&service.clock)
}

async fn move_clock(State(service): State<Service>, body: Bytes) -> Response<Body> {
    let step: ClockStep = match serde_json::from_slice(&body) {
        Ok(step) => step,
        Err(error) => {
            let hint = "send {\"advance-seconds\": N} or {\"reset\": true}";
            let text = serde_json::json!({ "error": format!("{error}; {hint}") });
            return json(StatusCode::BAD_REQUEST, &text);
        }
    };
    service.clock.step(&step);
    shown(&service.clock)
}

/// How the clock is to be moved. The offset only ever grows unless it is set back to nothing.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct ClockStep {
    #[serde(default)]
    reset: bool,
    #[serde(default)]
    advance_seconds: u32,
}

struct Clock {
    wall: WallClock,
    offset: Mutex<SignedDuration>,
}

impl Clock {
    fn new(wall: WallClock) -> Self {
        Self {
            wall,
            offset: Mutex::new(SignedDuration::ZERO),
        }
    }

    fn offset(&self) -> SignedDuration {
        *self.offset.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> Timestamp {
        (self.wall)()
            .checked_add(self.offset())
            .unwrap_or(Timestamp::MAX)
    }

    fn step(&self, step: &ClockStep) {
        let mut offset = self.offset.lock().unwrap_or_else(PoisonError::into_inner);
        if step.reset {
            *offset = SignedDuration::ZERO;
        }
        *offset = offset.saturating_add(SignedDuration::from_secs(step.advance_seconds.into()));
    }
}

fn shown(clock: &Clock) -> Response<Body> {
    let shown = serde_json::json!({
        "now": clock.now().to_string(),
        "offset-seconds": clock.offset().as_secs(),
    });
    json(StatusCode::OK, &shown)
}

fn json(status: StatusCode, value: &serde_json::Value) -> Response<Body> {
    let mut response = Response::new(Body::from(value.to_string()));
    *response.status_mut() = status;
    let content_type = HeaderValue::from_static("application/json");
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, content_type);
    response
}

fn empty(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

/// Bytes that are not UTF-8 are replaced: a signature over them fails, as it should.
fn header_texts(headers: &HeaderMap) -> Vec<(String, String)> {
    headers
        .iter()
        .map(|(name, value)| {
            let text = String::from_utf8_lossy(value.as_bytes()).into_owned();
            (name.as_str().to_owned(), text)
        })
        .collect()
}

fn to_axum(reply: HttpReply) -> Response<Body> {
    let mut response = empty(StatusCode::from_u16(reply.status).unwrap_or_default());
    for (name, value) in reply.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().append(name, value);
        }
    }
    *response.body_mut() = Body::from(reply.body);
    response
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Read, Write};
    use std::net::{SocketAddr, TcpStream};
    use std::thread::{self, JoinHandle};

    use tokio::sync::oneshot;

    use super::super::reference::{Reference, Settings};
    use super::*;
    use crate::spec::{Field, Operation, Reply, Request, Vendor};
    use crate::wire::{Signer, dialect};

    const START: Timestamp = Timestamp::constant(1_795_000_000, 0);

    /// A service on a free port; it stops, and must stop well, when this is dropped.
    struct Server {
        address: SocketAddr,
        signer: Signer,
        stop: Option<oneshot::Sender<()>>,
        thread: Option<JoinHandle<io::Result<()>>>,
    }

    impl Server {
        fn start() -> Self {
            let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
            listener.set_nonblocking(true).unwrap();
            let address = listener.local_addr().unwrap();
            let settings = Settings::new(7, START);
            let signer = settings.signer.clone();
            let reference = Arc::new(Reference::new(settings));
            let (stop, stopped) = oneshot::channel();
            let thread = thread::spawn(move || {
                let mut runtime = tokio::runtime::Builder::new_current_thread();
                runtime.enable_all().build().unwrap().block_on(async {
                    let listener = TcpListener::from_std(listener).unwrap();
                    let shutdown = async { drop(stopped.await) };
                    serve(listener, reference, Arc::new(|| START), shutdown).await
                })
            });
            Self {
                address,
                signer,
                stop: Some(stop),
                thread: Some(thread),
            }
        }

        fn connect(&self) -> Connection<'_> {
            let stream = TcpStream::connect(self.address).unwrap();
            let stream = BufReader::new(stream);
            Connection {
                server: self,
                stream,
            }
        }
    }

    impl Drop for Server {
        fn drop(&mut self) {
            drop(self.stop.take());
            let ended = self.thread.take().map(JoinHandle::join);
            assert!(matches!(ended, Some(Ok(Ok(())))) || thread::panicking());
        }
    }

    struct Connection<'a> {
        server: &'a Server,
        stream: BufReader<TcpStream>,
    }

    impl Connection<'_> {
        fn call(&mut self, request: &Request, at: Timestamp) -> Reply {
            let dialect = dialect(Vendor::Aws);
            let host = self.server.address.to_string();
            let http = dialect.encode_request(request);
            let http = dialect.sign(http, &host, &self.server.signer, at);
            let mut headers = http.headers;
            headers.retain(|(name, _)| name != "host");
            let reply = self.exchange("POST", "/", &headers, &http.body);
            dialect.decode_reply(request.operation, &reply)
        }

        fn exchange(
            &mut self,
            method: &str,
            target: &str,
            headers: &[(String, String)],
            body: &[u8],
        ) -> HttpReply {
            let mut head = format!(
                "{method} {target} HTTP/1.1\r\nhost: {}\r\ncontent-length: {}\r\n",
                self.server.address,
                body.len()
            );
            for (name, value) in headers {
                head += &format!("{name}: {value}\r\n");
            }
            head += "\r\n";
            let stream = self.stream.get_mut();
            stream.write_all(&[head.as_bytes(), body].concat()).unwrap();
            self.read_reply()
        }

        fn read_reply(&mut self) -> HttpReply {
            let mut lines = Vec::new();
            loop {
                let mut line = String::new();
                assert_ne!(self.stream.read_line(&mut line).unwrap(), 0, "{lines:?}");
                match line.trim_end() {
                    "" => break,
                    line => lines.push(line.to_owned()),
                }
            }
            let status = lines[0].split(' ').nth(1).unwrap().parse().unwrap();
            let header = |line: &String| {
                let (name, value) = line.split_once(": ").unwrap();
                (name.to_owned(), value.to_owned())
            };
            let mut reply = HttpReply {
                status,
                headers: lines[1..].iter().map(header).collect(),
                body: Vec::new(),
            };
            let length = reply.header("content-length").unwrap().parse().unwrap();
            reply.body = vec![0; length];
            self.stream.read_exact(&mut reply.body).unwrap();
            reply
        }

        fn clock(&mut self, method: &str, body: &str) -> (u16, serde_json::Value) {
            let reply = self.exchange(method, CLOCK_PATH, &[], body.as_bytes());
            (reply.status, serde_json::from_slice(&reply.body).unwrap())
        }
    }

    #[test]
    fn fifty_connections_are_served_at_once_and_kept_open() {
        let server = Server::start();
        thread::scope(|scope| {
            for _ in 0..50 {
                scope.spawn(|| {
                    let mut connection = server.connect();
                    for _ in 0..5 {
                        let made = connection.call(&Request::new(Operation::CreateKey), START);
                        let key = made.accepted().unwrap().text(Field::KeyId).unwrap();
                        let describe = Request::new(Operation::DescribeKey).with(Field::KeyId, key);
                        let described = connection.call(&describe, START);
                        assert_eq!(described.accepted(), made.accepted());
                    }
                });
            }
        });
        let keys = server.connect().call(
            &Request::new(Operation::ListKeys).with(Field::Limit, 1000),
            START,
        );
        assert_eq!(keys.accepted().unwrap().records(Field::Keys).len(), 250);
    }

    #[test]
    fn the_clock_moves_forward_and_can_be_reset() {
        let server = Server::start();
        let mut connection = server.connect();
        let list = Request::new(Operation::ListKeys);
        let later = START.checked_add(SignedDuration::from_hours(24)).unwrap();
        let shown = |seconds: i64, now: &str| {
            (
                200,
                serde_json::json!({ "now": now, "offset-seconds": seconds }),
            )
        };
        assert_eq!(
            connection.clock("GET", ""),
            shown(0, "2026-11-18T11:06:40Z")
        );
        assert!(connection.call(&list, later).accepted().is_none());

        let moved = connection.clock("POST", r#"{"advance-seconds": 86400}"#);
        assert_eq!(moved, shown(86400, "2026-11-19T11:06:40Z"));
        assert!(connection.call(&list, later).accepted().is_some());
        assert!(connection.call(&list, START).accepted().is_none());

        assert_eq!(
            connection.clock("POST", r#"{"reset": true}"#),
            shown(0, "2026-11-18T11:06:40Z")
        );
    }

    #[test]
    fn the_clock_refuses_what_it_does_not_understand() {
        let server = Server::start();
        let mut connection = server.connect();
        for body in ["", "{", r#"{"advance-seconds": -1}"#, r#"{"advance": 1}"#] {
            let (status, answer) = connection.clock("POST", body);
            assert_eq!(status, 400, "{body}");
            assert!(
                answer["error"]
                    .as_str()
                    .unwrap()
                    .contains("advance-seconds")
            );
        }
        assert_eq!(connection.clock("GET", "").1["offset-seconds"], 0);
    }

    #[test]
    fn hostile_traffic_gets_a_client_error_in_the_dialect() {
        let server = Server::start();
        let large = vec![b'x'; BODY_LIMIT + 1];
        let unknown = [("x-amz-target".to_owned(), "Nope.\u{fe}".to_owned())];
        for (method, target, headers, body, status) in [
            ("GET", "/", &[][..], &[][..], 400),
            ("POST", "/any/path?query", &[], b"{", 400),
            ("POST", "/", &unknown, b"{}", 400),
            ("BREW", "/", &[], b"", 400),
            ("POST", "/", &[], &large, 413),
        ] {
            let reply = server.connect().exchange(method, target, headers, body);
            assert_eq!(reply.status, status, "{method} {target}");
            let answer: serde_json::Value = serde_json::from_slice(&reply.body).unwrap();
            assert!(answer["__type"].is_string(), "{method} {target}");
            assert!(reply.header("x-amzn-requestid").is_some());
        }
        let list = Request::new(Operation::ListKeys);
        assert!(server.connect().call(&list, START).accepted().is_some());
    }
}
