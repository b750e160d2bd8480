//! The HTTP exchange with a registry: one request, one response or one error. Requests are repeated where that may help,
//! at another address if there is one. Credentials are never shown.

mod answer;
mod retry;
mod tls;

use std::error::Error as _;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use reqwest::header::{ACCEPT, CONTENT_TYPE, LOCATION};
use reqwest::{Method, Response, Url};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::address::{self, Address};
use super::authorization::Authorization;
use crate::RegistryError;
use answer::Answer;
pub(super) use tls::Tls;

/// The media type of the REST interface.
const MEDIA_TYPE: &str = "application/vnd.schemaregistry.v1+json";
/// The largest response that is read, in bytes.
const MAX_RESPONSE: usize = 32 * 1024 * 1024;
/// How many redirects of one request are followed.
const MAX_REDIRECTS: usize = 10;

/// The settings of a transport.
#[derive(Clone)]
pub(super) struct Settings {
    /// Overrides the credentials of the addresses.
    pub(super) authorization: Option<Authorization>,
    /// The longest duration of one request.
    pub(super) timeout: Duration,
    /// How often a request is repeated.
    pub(super) retries: u32,
    pub(super) tls: Tls,
}

/// The transport to one registry.
pub(super) struct Http {
    client: reqwest::Client,
    /// At least one.
    nodes: Vec<Node>,
    /// The address that responded last.
    preferred: AtomicUsize,
    /// All addresses, as they are shown.
    shown: String,
    settings: Settings,
}

/// One address of a registry.
struct Node {
    /// Without credentials and without a trailing slash.
    url: String,
    /// The credentials that were part of it.
    authorization: Option<Authorization>,
}

/// One attempt without a usable response.
enum Attempt {
    /// Another attempt may have one, after the pause that the registry asks for.
    Repeat(RegistryError, Option<Duration>),
    /// Another address may have one. Repeating takes too long.
    TimedOut(RegistryError),
    Failed(RegistryError),
}

/// The parts of a request.
#[derive(Clone, Copy)]
struct Request<'a> {
    method: &'a Method,
    segments: &'a [&'a str],
    query: &'a [(&'a str, &'a str)],
    body: Option<&'a Value>,
}

impl Http {
    pub(super) fn new(list: &str, settings: Settings) -> Result<Self, RegistryError> {
        let nodes = address::registries(list)?.into_iter();
        let nodes: Vec<Node> = nodes.map(|(url, authorization)| Node { url, authorization }).collect();
        let shown = nodes.iter().map(|node| node.url.as_str()).collect::<Vec<_>>().join(",");
        let client = client(&settings, shown.contains("https://"))
            .map_err(|reason| RegistryError::Setup { url: shown.clone(), reason })?;
        Ok(Self { client, nodes, preferred: AtomicUsize::new(0), shown, settings })
    }

    pub(super) fn url(&self) -> &str {
        &self.shown
    }

    /// Makes one request whose response is an object. `segments` are path segments; they are percent-encoded here.
    pub(super) async fn object<T: DeserializeOwned>(
        &self,
        method: Method,
        segments: &[&str],
        query: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Result<T, RegistryError> {
        self.success(Request { method: &method, segments, query, body }).await?.object()
    }

    /// Makes one request whose response says no more than that it is done.
    pub(super) async fn done(
        &self,
        method: Method,
        segments: &[&str],
        body: Option<&Value>,
    ) -> Result<(), RegistryError> {
        self.success(Request { method: &method, segments, query: &[], body }).await?.done()
    }

    /// Makes one GET request whose response is a list.
    pub(super) async fn list<T: DeserializeOwned>(
        &self,
        segments: &[&str],
        query: &[(&str, &str)],
    ) -> Result<Vec<T>, RegistryError> {
        self.success(Request { method: &Method::GET, segments, query, body: None }).await?.list()
    }

    /// The address of a request at the node that responds.
    pub(super) fn address(&self, segments: &[&str], query: &[(&str, &str)]) -> Address {
        self.address_at(self.preferred.load(Ordering::Relaxed), segments, query)
    }

    fn address_at(&self, index: usize, segments: &[&str], query: &[(&str, &str)]) -> Address {
        Address::new(&self.nodes[index].url, segments, query)
    }

    /// The response with a status of success. Every address is tried, beginning with the one that responded last; then all
    /// of them again after a pause.
    async fn success(&self, request: Request<'_>) -> Result<Answer, RegistryError> {
        let mut repetition = 0;
        loop {
            let (mut last, mut pause, mut is_slow) = (None, None, false);
            let first = self.preferred.load(Ordering::Relaxed);
            for offset in 0..self.nodes.len() {
                let index = (first + offset) % self.nodes.len();
                match self.attempt(index, request).await {
                    Ok(answer) => {
                        self.preferred.store(index, Ordering::Relaxed);
                        return Ok(answer);
                    }
                    Err(Attempt::Failed(error)) => {
                        self.preferred.store(index, Ordering::Relaxed);
                        return Err(error);
                    }
                    Err(Attempt::Repeat(error, asked)) => {
                        pause = pause.max(asked);
                        last = last.or(Some(error));
                    }
                    Err(Attempt::TimedOut(error)) => {
                        is_slow = true;
                        last = last.or(Some(error));
                    }
                }
            }
            let pause =
                retry::pause(repetition, pause).filter(|_| !is_slow && repetition < self.settings.retries);
            match (pause, last) {
                (Some(pause), _) => tokio::time::sleep(pause).await,
                (None, Some(error)) => return Err(error),
                (None, None) => unreachable!("there is an address, and its attempt has failed"),
            }
            repetition += 1;
        }
    }

    /// Makes a request at one address.
    async fn attempt(&self, index: usize, request: Request<'_>) -> Result<Answer, Attempt> {
        let address = self.address_at(index, request.segments, request.query);
        let response = self.followed(index, request, &address).await?;
        let (status, asked) = (response.status().as_u16(), retry::asked(response.headers()));
        let text = self.text(index, response).await?;
        let (method, url) = (request.method.clone(), address.shown);
        let registry = self.nodes[index].url.clone();
        let authorization = self.authorization(index).cloned();
        let answer = Answer { method, url, registry, status, text, authorization };
        match status {
            _ if answer.is_success() => Ok(answer),
            status if retry::is_passing(status) => Err(Attempt::Repeat(answer.rejected(), asked)),
            _ => Err(Attempt::Failed(answer.rejected())),
        }
    }

    /// Sends a request and follows redirects that keep its method. The credentials stay with the host.
    async fn followed(
        &self,
        index: usize,
        request: Request<'_>,
        address: &Address,
    ) -> Result<Response, Attempt> {
        let unexpected = |url: &Url, reason: String| {
            let (method, url) = (request.method.to_string(), url.to_string());
            Attempt::Failed(RegistryError::UnexpectedAnswer { method, url, reason })
        };
        let mut at = Url::parse(&address.url).map_err(|error| {
            let (url, reason) = (self.shown.clone(), error.to_string());
            Attempt::Failed(RegistryError::InvalidUrl { url, reason })
        })?;
        let home = at.origin();
        for _ in 0..=MAX_REDIRECTS {
            let sent = self.send(index, request, &at, at.origin() == home).await;
            let response = sent.map_err(|error| self.failed(index, request, &address.shown, &error))?;
            let status = response.status().as_u16();
            let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
            let Some(location) = location.filter(|_| matches!(status, 301..=303 | 307 | 308)) else {
                return Ok(response);
            };
            let mut to = at.join(location).map_err(|error| {
                unexpected(&at, format!("it redirects to something that is no address ({error})"))
            })?;
            // Neither is ever shown or sent.
            if to.set_username("").is_err() || to.set_password(None).is_err() || to.host().is_none() {
                return Err(unexpected(
                    &at,
                    "it redirects to an address that is not of HTTP or HTTPS".to_owned(),
                ));
            }
            if status < 307 && *request.method != Method::GET {
                let (method, url) = (request.method.to_string(), address.shown.clone());
                let to = to.to_string();
                return Err(Attempt::Failed(RegistryError::Redirected { method, url, status, to }));
            }
            at = to;
        }
        Err(unexpected(&at, "too many redirects".to_owned()))
    }

    async fn send(
        &self,
        index: usize,
        request: Request<'_>,
        url: &Url,
        with_credentials: bool,
    ) -> Result<Response, reqwest::Error> {
        let mut sent = self.client.request(request.method.clone(), url.clone()).header(ACCEPT, MEDIA_TYPE);
        sent = match self.authorization(index).filter(|_| with_credentials) {
            Some(Authorization::Basic { user, password }) => sent.basic_auth(user, Some(password)),
            Some(Authorization::Bearer(token)) => sent.bearer_auth(token),
            None => sent,
        };
        if let Some(body) = request.body {
            sent = sent.header(CONTENT_TYPE, MEDIA_TYPE).body(body.to_string());
        }
        sent.send().await
    }

    /// The credentials for an address.
    fn authorization(&self, index: usize) -> Option<&Authorization> {
        self.settings.authorization.as_ref().or(self.nodes[index].authorization.as_ref())
    }

    async fn text(&self, index: usize, mut response: Response) -> Result<String, Attempt> {
        let url = || self.nodes[index].url.clone();
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.unreachable(index, &error))? {
            if bytes.len() + chunk.len() > MAX_RESPONSE {
                let reason = format!("the response is larger than {MAX_RESPONSE} bytes");
                return Err(Attempt::Failed(RegistryError::Unreachable { url: url(), reason }));
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// The error of a request that has no response.
    fn failed(&self, index: usize, request: Request<'_>, url: &str, error: &reqwest::Error) -> Attempt {
        // What answers is not HTTP, such as a broker, or a port of TLS.
        if let Some(parse) = invalid_http(error) {
            let (method, url) = (request.method.to_string(), url.to_owned());
            let reason = format!("what answers does not speak HTTP ({parse})");
            return Attempt::Failed(RegistryError::UnexpectedAnswer { method, url, reason });
        }
        self.unreachable(index, error)
    }

    fn unreachable(&self, index: usize, error: &reqwest::Error) -> Attempt {
        let url = self.nodes[index].url.clone();
        if error.is_timeout() {
            let reason = format!("no response within {:?}", self.settings.timeout);
            return Attempt::TimedOut(RegistryError::Unreachable { url, reason });
        }
        Attempt::Repeat(RegistryError::Unreachable { url, reason: innermost(error) }, None)
    }
}

/// The connections to one registry. Redirects are followed by [`Http`], which keeps methods.
fn client(settings: &Settings, is_secure: bool) -> Result<reqwest::Client, String> {
    let builder = reqwest::Client::builder()
        .timeout(settings.timeout)
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(concat!("eventgen/", env!("CARGO_PKG_VERSION")));
    let builder = tls::configure(builder, &settings.tls, is_secure)?;
    builder.build().map_err(|error| innermost(&error))
}

/// The cause of an error. What wraps it names layers of the HTTP client, which help nobody.
fn innermost(error: &reqwest::Error) -> String {
    let Some(mut cause) = error.source() else { return error.to_string() };
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

/// What is wrong with a response that does not begin as HTTP.
fn invalid_http(error: &reqwest::Error) -> Option<String> {
    let mut cause = error.source();
    while let Some(inner) = cause {
        let text = inner.to_string();
        // The HTTP client has no type for it that others see.
        if text.starts_with("invalid HTTP") {
            return Some(text);
        }
        cause = inner.source();
    }
    None
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Http").field("url", &self.shown).finish_non_exhaustive()
    }
}
