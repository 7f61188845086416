//! A service behind a URL. The only file that names reqwest.
//!
//! One request, one answer: no retries, no redirects, no decompression; time and memory are bounded, whatever the
//! other side does.

use std::error::Error;
use std::fs;
use std::io;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Certificate, Client, ClientBuilder, Response, Url};

use super::clock::{ServiceClock, WallClock};
use super::shift::Shift;
use super::{Answer, Passing, Silence, Stuck, Target};
use crate::wire::{HttpReply, HttpRequest, Method, Signer};

/// A service behind a URL.
#[derive(Debug)]
pub struct Endpoint {
    client: Client,
    address: String,
    host: String,
    signer: Signer,
    timeout: Duration,
    clock: ServiceClock,
    time: TimeMachine,
}

/// Where a service is, and how to speak to it.
pub struct EndpointSettings {
    /// Scheme, host and port, such as `http://127.0.0.1:4566`; a path is put before every request's own.
    pub url: String,
    /// Who signs.
    pub signer: Signer,
    /// What gives the time.
    pub wall: WallClock,
    /// What makes time pass.
    pub time: TimeMachine,
    /// How long a connection may take.
    pub connect_timeout: Duration,
    /// How long a whole answer may take.
    pub timeout: Duration,
    /// Certificates in PEM that are trusted besides the machine's own.
    pub ca_bundle: Option<PathBuf>,
}

/// What makes time pass for a service.
#[derive(Debug)]
pub enum TimeMachine {
    /// Nothing but waiting.
    Fixed {
        /// The longest time that is really waited for.
        longest_wait: Duration,
        /// Why nothing better is there, as the end of "its clock cannot be moved: …".
        reason: String,
    },
    /// A path that takes `{"advance-seconds": N}`.
    Hook {
        /// The path.
        path: String,
    },
    /// libfaketime.
    Shift(Shift),
}

/// These settings lead to no endpoint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConnectError {
    /// Not a URL, or one that HTTP cannot use.
    #[error("{url:?} is not the address of a service: {reason}; write it as http://127.0.0.1:4566")]
    Address {
        /// What was given.
        url: String,
        /// Why it is none.
        reason: String,
    },
    /// The file with certificates cannot be used.
    #[error("cannot use the certificates in {}: {reason}", path.display())]
    CaBundle {
        /// The file.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
    /// No client can be made, mostly because the machine trusts no certificates at all.
    #[error(
        "cannot prepare HTTPS: {0}; install the package ca-certificates or name a file with certificates"
    )]
    Trust(String),
}

/// The largest answer that is read, in bytes; honest ones stay far below.
pub const LARGEST_ANSWER: usize = 1 << 20;

impl EndpointSettings {
    /// Settings with the usual time-outs, for a service whose clock nobody moves.
    #[must_use]
    pub fn new(url: impl Into<String>, signer: Signer, wall: WallClock) -> Self {
        Self {
            url: url.into(),
            signer,
            wall,
            time: TimeMachine::Fixed {
                longest_wait: Duration::from_secs(5),
                reason: "the service offers no way".to_owned(),
            },
            connect_timeout: Duration::from_secs(5),
            timeout: Duration::from_secs(30),
            ca_bundle: None,
        }
    }
}

impl Endpoint {
    /// Prepares to speak to a service. Sends nothing yet.
    ///
    /// # Errors
    /// The URL or the certificates cannot be used.
    pub fn connect(settings: EndpointSettings) -> Result<Self, ConnectError> {
        let url = parse_address(&settings.url)?;
        let client = client(&settings, &url)?;
        Ok(Self {
            client,
            address: url.as_str().trim_end_matches('/').to_owned(),
            host: host(&url),
            signer: settings.signer,
            timeout: settings.timeout,
            clock: ServiceClock::new(settings.wall),
            time: settings.time,
        })
    }

    async fn exchange(&self, request: HttpRequest) -> Result<HttpReply, Silence> {
        let sent = self.clock.wall();
        let reply = tokio::time::timeout(self.timeout, self.exchange_in_any_time(request));
        let reply = reply.await.map_err(|_| Silence::TimedOut(self.timeout))??;
        if let Some(date) = reply.header("date") {
            self.clock.learn(date, sent);
        }
        Ok(reply)
    }

    async fn exchange_in_any_time(&self, request: HttpRequest) -> Result<HttpReply, Silence> {
        let request = self.prepare(request).map_err(Silence::Broken)?;
        let mut response = self
            .client
            .execute(request)
            .await
            .map_err(|error| self.silence(&error))?;
        Ok(HttpReply {
            status: response.status().as_u16(),
            headers: headers(&response),
            body: self.read_body(&mut response).await?,
        })
    }

    fn prepare(&self, request: HttpRequest) -> Result<reqwest::Request, String> {
        let unfit = |part: &str| format!("{part} cannot be sent over HTTP");
        let url = format!("{}{}", self.address, request.target);
        let url = Url::parse(&url).map_err(|_| unfit("the path"))?;
        let mut headers = HeaderMap::new();
        for (name, value) in &request.headers {
            let value =
                HeaderValue::from_str(value).map_err(|_| unfit(&format!("header {name}")))?;
            let name =
                HeaderName::from_bytes(name.as_bytes()).map_err(|_| unfit("a header name"))?;
            headers.append(name, value);
        }
        let mut prepared = reqwest::Request::new(method(request.method), url);
        *prepared.headers_mut() = headers;
        if !request.body.is_empty() {
            *prepared.body_mut() = Some(request.body.into());
        }
        Ok(prepared)
    }

    async fn read_body(&self, response: &mut Response) -> Result<Vec<u8>, Silence> {
        let mut body = Vec::new();
        while let Some(chunk) = response
            .chunk()
            .await
            .map_err(|error| self.silence(&error))?
        {
            if body.len() + chunk.len() > LARGEST_ANSWER {
                return Err(Silence::TooLarge(LARGEST_ANSWER));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    fn silence(&self, error: &reqwest::Error) -> Silence {
        if error.is_connect() {
            Silence::Unreachable(why_unreachable(error, &self.host))
        } else {
            Silence::Broken(innermost(error))
        }
    }

    async fn advance(&self, by: SignedDuration) -> Result<(), Stuck> {
        let ahead = self.clock.ahead().saturating_add(by);
        match &self.time {
            TimeMachine::Fixed {
                longest_wait,
                reason,
            } => {
                return wait(by, *longest_wait, reason).await;
            }
            TimeMachine::Hook { path } => self.post_advance(path, by).await?,
            TimeMachine::Shift(shift) => shift.advance(by).map_err(|error| {
                Stuck(format!(
                    "the file with the offset of its clock cannot be written: {error}"
                ))
            })?,
        }
        self.clock.believe(ahead);
        self.check_belief().await
    }

    async fn post_advance(&self, path: &str, by: SignedDuration) -> Result<(), Stuck> {
        let request = HttpRequest {
            method: Method::Post,
            target: path.to_owned(),
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body: format!("{{\"advance-seconds\":{}}}", by.as_secs()).into_bytes(),
        };
        match self.exchange(request).await {
            Ok(HttpReply {
                status: 200..300, ..
            }) => Ok(()),
            Ok(reply) => Err(Stuck(format!(
                "the clock hook {path} answered with status {}",
                reply.status
            ))),
            Err(silence) => Err(Stuck(format!(
                "the clock hook {path} gave no answer: {silence}"
            ))),
        }
    }

    /// Asks for any answer at all, and compares its date with the moment that a moved clock should show.
    async fn check_belief(&self) -> Result<(), Stuck> {
        const LEEWAY: SignedDuration = SignedDuration::from_secs(10);
        let expected = self.clock.now();
        let request = HttpRequest {
            method: Method::Get,
            target: "/".to_owned(),
            headers: Vec::new(),
            body: Vec::new(),
        };
        self.exchange(request)
            .await
            .map_err(|silence| Stuck(format!("no answer after its clock was moved: {silence}")))?;
        let now = self.clock.now();
        if now.duration_since(expected).abs() > LEEWAY {
            return Err(Stuck(format!(
                "its clock was to be moved to {expected} and shows {now}"
            )));
        }
        Ok(())
    }
}

impl Target for Endpoint {
    fn send(&self, request: HttpRequest) -> Answer<'_> {
        Box::pin(self.exchange(request))
    }

    fn host(&self) -> &str {
        &self.host
    }

    fn url(&self) -> &str {
        &self.address
    }

    fn signer(&self) -> &Signer {
        &self.signer
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn pass_time(&self, by: SignedDuration) -> Passing<'_> {
        Box::pin(self.advance(by))
    }
}

/// Whether a URL belongs to a cloud where keys cost money and other people's data lives.
#[must_use]
pub fn is_real_service(url: &str) -> bool {
    let Ok(url) = Url::parse(url) else {
        return false;
    };
    let host = url
        .host_str()
        .unwrap_or_default()
        .trim_end_matches('.')
        .to_ascii_lowercase();
    CLOUDS.iter().any(|cloud| {
        host.strip_suffix(cloud)
            .is_some_and(|front| front.is_empty() || front.ends_with('.'))
    })
}

const CLOUDS: [&str; 4] = [
    "amazonaws.com",
    "amazonaws.com.cn",
    "api.aws",
    "aliyuncs.com",
];

/// The text of the deepest cause, which is the only one that tells a person something.
pub(super) fn innermost(error: &(dyn Error + 'static)) -> String {
    causes(error).last().unwrap_or(error).to_string()
}

/// The error and what led to it. The error within an [`io::Error`] is not its source, and is what we look for.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error| {
        let within = error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref);
        match within {
            Some(within) => Some(within),
            None => (*error).source(),
        }
    })
}

fn parse_address(text: &str) -> Result<Url, ConnectError> {
    let refused = |reason: &str| ConnectError::Address {
        url: text.to_owned(),
        reason: reason.to_owned(),
    };
    let url = Url::parse(text).map_err(|error| refused(&error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(refused("it begins with neither http:// nor https://"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refused("it holds a user name"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(refused("it holds a query or a fragment"));
    }
    Ok(url)
}

fn client(settings: &EndpointSettings, url: &Url) -> Result<Client, ConnectError> {
    // An embedder that has chosen another provider keeps it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut builder = ClientBuilder::new()
        .user_agent(concat!("byokcheck/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(settings.connect_timeout)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        // Shorter than the patience of any usual server, so that no request meets a closing connection.
        .pool_idle_timeout(Duration::from_secs(1));
    if is_loopback(url) {
        builder = builder.no_proxy();
    }
    if url.scheme() == "http" {
        // Without TLS the machine's certificates need not be read, nor be there.
        builder = builder.tls_certs_only([]);
    } else if let Some(path) = &settings.ca_bundle {
        builder = builder.tls_certs_merge(certificates(path)?);
    }
    builder
        .build()
        .map_err(|error| ConnectError::Trust(innermost(&error)))
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
    host == "localhost" || host.ends_with(".localhost") || address.is_ok_and(|ip| ip.is_loopback())
}

fn certificates(path: &Path) -> Result<Vec<Certificate>, ConnectError> {
    let refused = |reason: String| ConnectError::CaBundle {
        path: path.to_owned(),
        reason,
    };
    let pem = fs::read(path).map_err(|error| refused(error.to_string()))?;
    match Certificate::from_pem_bundle(&pem) {
        Ok(certificates) if certificates.is_empty() => {
            Err(refused("it holds none in PEM".to_owned()))
        }
        Ok(certificates) => Ok(certificates),
        Err(error) => Err(refused(innermost(&error))),
    }
}

fn host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port()
        .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

fn method(method: Method) -> reqwest::Method {
    match method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
    }
}

fn headers(response: &Response) -> Vec<(String, String)> {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    response
        .headers()
        .iter()
        .map(|(name, value)| (name.to_string(), text(value)))
        .collect()
}

fn why_unreachable(error: &reqwest::Error, host: &str) -> String {
    if error.is_dns() {
        return format!("the name of {host} does not resolve");
    }
    if error.is_timeout() {
        return format!("{host} does not take the connection in time");
    }
    let refused = |error: &io::Error| error.kind() == io::ErrorKind::ConnectionRefused;
    if causes(error)
        .filter_map(|cause| cause.downcast_ref())
        .any(refused)
    {
        return format!("nobody listens at {host}");
    }
    match causes(error).find_map(|cause| cause.downcast_ref::<rustls::Error>()) {
        Some(rustls::Error::InvalidCertificate(reason)) => {
            format!("the certificate of {host} is not trusted: {reason}")
        }
        Some(rustls::Error::InvalidMessage(_)) => {
            format!("{host} does not speak TLS; is it http:// instead of https://?")
        }
        _ => innermost(error),
    }
}

async fn wait(by: SignedDuration, longest: Duration, reason: &str) -> Result<(), Stuck> {
    match Duration::try_from(by) {
        Ok(wait) if wait <= longest => {
            tokio::time::sleep(wait).await;
            Ok(())
        }
        Ok(_) => Err(Stuck(format!(
            "{by:#} is too long to wait (at most {} s), and its clock cannot be moved: {reason}",
            longest.as_secs()
        ))),
        Err(_) => Err(Stuck("time does not pass backwards".to_owned())),
    }
}

#[cfg(test)]
mod tests {
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
            ..EndpointSettings::new(
                url,
                Signer {
                    credentials,
                    region,
                },
                wall,
            )
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
            let _ = connection
                .write_all(b"HTTP/1.1 307 Go\r\nlocation: /\r\ncontent-length: 0\r\n\r\n");
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

    fn dated(date: &str) -> String {
        answering(format!(
            "HTTP/1.1 200 OK\r\n{date}content-length: 0\r\n\r\n"
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
}
