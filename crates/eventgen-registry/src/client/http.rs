//! The HTTP exchange with a registry: one request, one response or one error. Credentials are never shown.

use std::error::Error as _;
use std::fmt;
use std::time::Duration;

use reqwest::header::{ACCEPT, CONTENT_TYPE};
use reqwest::{Method, Response};
use serde::Deserialize;
use serde::de::{DeserializeOwned, Error as _};
use serde_json::{Map, Value};

use super::address::{self, Address};
use crate::RegistryError;

/// The media type of the REST interface.
const MEDIA_TYPE: &str = "application/vnd.schemaregistry.v1+json";
/// The largest response that is read, in bytes.
const MAX_RESPONSE: usize = 32 * 1024 * 1024;
/// The length of a response that an error quotes, in characters.
const QUOTED: usize = 300;

/// The transport to one registry.
pub(super) struct Http {
    client: reqwest::Client,
    /// Without credentials and without a trailing slash.
    url: String,
    authorization: Option<Authorization>,
    timeout: Duration,
}

/// How a registry represents an error.
#[derive(Deserialize)]
struct ErrorBody {
    error_code: Option<u32>,
    message: Option<String>,
}

impl Http {
    pub(super) fn new(
        url: &str,
        authorization: Option<Authorization>,
        timeout: Duration,
    ) -> Result<Self, RegistryError> {
        let (url, in_url) = address::registry(url)?;
        let client = client(timeout, url.starts_with("https"))
            .map_err(|reason| RegistryError::Setup { url: url.clone(), reason })?;
        Ok(Self { client, url, authorization: authorization.or(in_url), timeout })
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Makes one request whose response is an object. `segments` are path segments, not encoded.
    pub(super) async fn object<T: DeserializeOwned>(
        &self,
        method: Method,
        segments: &[&str],
        query: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Result<T, RegistryError> {
        let address = self.address(segments, query);
        let text = self.success(&method, &address, body).await?;
        // serde also reads a structure from a list of its fields, which no registry writes.
        let object: Result<Map<String, Value>, _> = serde_json::from_str(&text);
        let read = object.and_then(|object| match object.get("schema").map(Value::as_str) {
            Some(None | Some("")) => Err(serde_json::Error::custom("the schema has no text")),
            _ => serde_json::from_value(Value::Object(object)),
        });
        read.map_err(|error| unexpected(&method, address, &error))
    }

    /// Makes one GET request whose response is a list.
    pub(super) async fn list<T: DeserializeOwned>(
        &self,
        segments: &[&str],
        query: &[(&str, &str)],
    ) -> Result<Vec<T>, RegistryError> {
        let address = self.address(segments, query);
        let text = self.success(&Method::GET, &address, None).await?;
        serde_json::from_str(&text).map_err(|error| unexpected(&Method::GET, address, &error))
    }

    pub(super) fn address(&self, segments: &[&str], query: &[(&str, &str)]) -> Address {
        Address::new(&self.url, segments, query)
    }

    /// The text of a response with a status of success.
    async fn success(
        &self,
        method: &Method,
        address: &Address,
        body: Option<&Value>,
    ) -> Result<String, RegistryError> {
        let (status, text) = self.exchange(method, &address.url, body).await?;
        if (200..300).contains(&status) {
            Ok(text)
        } else {
            Err(self.rejected(method, &address.shown, status, &text))
        }
    }

    async fn exchange(
        &self,
        method: &Method,
        url: &str,
        body: Option<&Value>,
    ) -> Result<(u16, String), RegistryError> {
        let mut request = self.client.request(method.clone(), url).header(ACCEPT, MEDIA_TYPE);
        request = match &self.authorization {
            Some(Authorization::Basic { user, password }) => request.basic_auth(user, Some(password)),
            Some(Authorization::Bearer(token)) => request.bearer_auth(token),
            None => request,
        };
        if let Some(body) = body {
            request = request.header(CONTENT_TYPE, MEDIA_TYPE).body(body.to_string());
        }
        let response = request.send().await.map_err(|error| self.unreachable(&error))?;
        let status = response.status().as_u16();
        Ok((status, self.text(response).await?))
    }

    async fn text(&self, mut response: Response) -> Result<String, RegistryError> {
        let too_long = || RegistryError::Unreachable {
            url: self.url.clone(),
            reason: format!("the response is larger than {MAX_RESPONSE} bytes"),
        };
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.unreachable(&error))? {
            if bytes.len() + chunk.len() > MAX_RESPONSE {
                return Err(too_long());
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    fn unreachable(&self, error: &reqwest::Error) -> RegistryError {
        let reason = if error.is_timeout() {
            format!("no response within {:?}", self.timeout)
        } else {
            innermost(error)
        };
        RegistryError::Unreachable { url: self.url.clone(), reason }
    }

    fn rejected(&self, method: &Method, url: &str, status: u16, text: &str) -> RegistryError {
        if status == 401 || status == 403 {
            return RegistryError::Unauthorized { url: self.url.clone(), status };
        }
        let body: Option<ErrorBody> = serde_json::from_str(text).ok();
        let (error_code, message) = body.map_or((None, None), |body| (body.error_code, body.message));
        let mut message = message.unwrap_or_else(|| text.trim().chars().take(QUOTED).collect());
        if message.is_empty() {
            "the response has no text".clone_into(&mut message);
        }
        // A registry that does not have something says so by a code of its own, such as 40401.
        if status == 404 && error_code.is_none_or(|code| code == 404) {
            message.push_str("; is this a Schema Registry? Check the path of the address");
        }
        RegistryError::Rejected {
            method: method.to_string(),
            url: url.to_owned(),
            status,
            error_code: error_code.unwrap_or_else(|| u32::from(status)),
            message,
        }
    }
}

/// The connections to one registry. Redirects are followed ten times at most; the credentials stay with the host.
fn client(timeout: Duration, secure: bool) -> Result<reqwest::Client, String> {
    let builder = reqwest::Client::builder()
        .timeout(timeout)
        .user_agent(concat!("eventgen/", env!("CARGO_PKG_VERSION")));
    with_tls(builder, secure)?.build().map_err(|error| innermost(&error))
}

#[cfg(feature = "tls")]
fn with_tls(builder: reqwest::ClientBuilder, secure: bool) -> Result<reqwest::ClientBuilder, String> {
    use std::sync::Arc;

    use rustls::{ClientConfig, RootCertStore};
    use rustls_platform_verifier::BuilderVerifierExt as _;

    let config = || {
        ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())
    };
    let config = match config()?.with_platform_verifier() {
        Ok(config) => config,
        Err(error) if secure => return Err(error.to_string()),
        // A system without certificates still reaches a registry without TLS.
        Err(_) => config()?.with_root_certificates(RootCertStore::empty()),
    };
    Ok(builder.tls_backend_preconfigured(config.with_no_client_auth()))
}

#[cfg(not(feature = "tls"))]
#[expect(clippy::unnecessary_wraps, reason = "with TLS it can fail")]
fn with_tls(builder: reqwest::ClientBuilder, _secure: bool) -> Result<reqwest::ClientBuilder, String> {
    Ok(builder)
}

/// The cause of an error. What wraps it names layers of the HTTP client, which help nobody.
fn innermost(error: &reqwest::Error) -> String {
    let Some(mut cause) = error.source() else { return error.to_string() };
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

fn unexpected(method: &Method, address: Address, error: &serde_json::Error) -> RegistryError {
    let (method, url) = (method.to_string(), address.shown);
    RegistryError::UnexpectedAnswer { method, url, reason: error.to_string() }
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Http").field("url", &self.url).finish_non_exhaustive()
    }
}

/// The credentials of a client.
#[derive(Clone)]
pub(super) enum Authorization {
    Basic { user: String, password: String },
    Bearer(String),
}
