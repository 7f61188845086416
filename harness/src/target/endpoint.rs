//! A service behind a URL. The only file that names reqwest.
//!
//! One request, one answer: no retries, no redirects, no decompression; time and memory are bounded, whatever the
//! other side does.

use std::fs;
use std::io;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Certificate, Client, ClientBuilder, Response, Url};

use super::cause::{causes, innermost};
use super::clock::ServiceClock;
use super::{Answer, Passing, Silence, Stuck, Target};
use crate::wire::{HttpReply, HttpRequest, Method, Signer};

pub use settings::{ConnectError, Elsewhere, EndpointSettings, TimeMachine};

/// A service behind a URL.
#[derive(Debug)]
pub struct Endpoint {
    client: Client,
    address: String,
    host: String,
    signer: Signer,
    timeout: Duration,
    clock: Arc<ServiceClock>,
    time: TimeMachine,
    elsewhere: Option<Box<Self>>,
}

/// The largest answer that is read, in bytes; honest ones stay far below.
pub const LARGEST_ANSWER: usize = 1 << 20;

impl Endpoint {
    /// Prepares to speak to a service. Sends nothing yet.
    ///
    /// # Errors
    /// A URL or the certificates cannot be used.
    pub fn connect(settings: EndpointSettings) -> Result<Self, ConnectError> {
        let Elsewhere { region, url } = &settings.elsewhere;
        let url = url.as_deref().unwrap_or(&settings.url);
        let clock = Arc::new(ServiceClock::new(settings.wall.clone()));
        let elsewhere = Self::in_region(region, url, &settings, clock.clone())?;
        let here = Self::in_region(&settings.signer.region, &settings.url, &settings, clock)?;
        Ok(Self {
            time: settings.time,
            elsewhere: Some(Box::new(elsewhere)),
            ..here
        })
    }

    fn in_region(
        region: &str,
        url: &str,
        settings: &EndpointSettings,
        clock: Arc<ServiceClock>,
    ) -> Result<Self, ConnectError> {
        let url = parse_address(url)?;
        Ok(Self {
            client: client(settings, &url)?,
            address: url.as_str().trim_end_matches('/').to_owned(),
            host: host(&url),
            signer: Signer {
                region: region.to_owned(),
                ..settings.signer.clone()
            },
            timeout: settings.timeout,
            clock,
            time: TimeMachine::Fixed {
                longest_wait: Duration::ZERO,
                reason: "time passes in all Regions at once".to_owned(),
            },
            elsewhere: None,
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

    fn elsewhere(&self) -> Option<&dyn Target> {
        Some(self.elsewhere.as_deref()?)
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
        Method::Put => reqwest::Method::PUT,
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

mod settings;
#[cfg(test)]
mod tests;
