//! The HTTP exchange with a registry: one request, one response or one error. Credentials are never shown.

use std::error::Error as _;
use std::fmt;
use std::time::Duration;

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use reqwest::{Method, Response, Url};
use serde::Deserialize;
use serde::de::{DeserializeOwned, Error as _};
use serde_json::{Map, Value};

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
        let (url, in_url) = take_credentials(url);
        check_url(&url).map_err(|reason| RegistryError::InvalidUrl { url: url.clone(), reason })?;
        let client = client(timeout, url.starts_with("https"))
            .map_err(|reason| RegistryError::Setup { url: url.clone(), reason })?;
        let url = url.trim_end_matches('/').to_owned();
        Ok(Self { client, url, authorization: authorization.or(in_url), timeout })
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Makes one request whose response is an object. `segments` are path segments; they are percent-encoded here.
    pub(super) async fn object<T: DeserializeOwned>(
        &self,
        method: Method,
        segments: &[&str],
        query: &str,
        body: Option<&Value>,
    ) -> Result<T, RegistryError> {
        let url = self.address(segments, query);
        let text = self.success(&method, &url, body).await?;
        // serde also reads a structure from a list of its fields, which no registry writes.
        let object: Result<Map<String, Value>, _> = serde_json::from_str(&text);
        let read = object.and_then(|object| match object.get("schema").map(Value::as_str) {
            Some(None | Some("")) => Err(serde_json::Error::custom("the schema has no text")),
            _ => serde_json::from_value(Value::Object(object)),
        });
        read.map_err(|error| unexpected(&method, url, &error))
    }

    /// Makes one GET request whose response is a list.
    pub(super) async fn list<T: DeserializeOwned>(&self, segments: &[&str]) -> Result<Vec<T>, RegistryError> {
        let url = self.address(segments, "");
        let text = self.success(&Method::GET, &url, None).await?;
        serde_json::from_str(&text).map_err(|error| unexpected(&Method::GET, url, &error))
    }

    pub(super) fn address(&self, segments: &[&str], query: &str) -> String {
        let mut url = self.url.clone();
        for segment in segments {
            url.push('/');
            url.extend(utf8_percent_encode(segment, NON_ALPHANUMERIC));
        }
        url.push_str(query);
        url
    }

    /// The text of a response with a status of success.
    async fn success(
        &self,
        method: &Method,
        url: &str,
        body: Option<&Value>,
    ) -> Result<String, RegistryError> {
        let (status, text) = self.exchange(method, url, body).await?;
        if (200..300).contains(&status) { Ok(text) } else { Err(self.rejected(method, url, status, &text)) }
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

/// Says what is wrong with an address that has no credentials.
fn check_url(url: &str) -> Result<(), String> {
    let parsed = Url::parse(url).map_err(|error| format!("it is not a URL ({error})"))?;
    match parsed.scheme() {
        "http" => {}
        "https" if cfg!(feature = "tls") => {}
        "https" => {
            return Err(
                "this build has no TLS: enable the feature `tls` of eventgen, or of eventgen-cli".to_owned()
            );
        }
        _ => return Err("it does not begin with http:// or https://".to_owned()),
    }
    if parsed.query().is_some() {
        return Err("it has a query".to_owned());
    }
    Ok(())
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

fn unexpected(method: &Method, url: String, error: &serde_json::Error) -> RegistryError {
    RegistryError::UnexpectedAnswer { method: method.to_string(), url, reason: error.to_string() }
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

/// Takes `user:password@` out of an address. A password may hold a slash that was not encoded: everything before the
/// last `@` counts as credentials, so that no part of them is ever shown.
fn take_credentials(url: &str) -> (String, Option<Authorization>) {
    let (scheme, rest) =
        url.split_once("://").map_or(("", url), |(_, rest)| url.split_at(url.len() - rest.len()));
    let Some((user_info, host)) = rest.rsplit_once('@') else { return (url.to_owned(), None) };
    let (user, password) = user_info.split_once(':').unwrap_or((user_info, ""));
    let decoded = |text| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let bare = format!("{scheme}{host}");
    (bare, Some(Authorization::Basic { user: decoded(user), password: decoded(password) }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_part_of_a_password_stays_in_an_address() {
        for (url, bare) in [
            ("http://host:8081/path", "http://host:8081/path"),
            ("http://user:secret@host:8081/path", "http://host:8081/path"),
            ("https://KEY:SE/CRET@host", "https://host"),
            ("http://user:12/secret@host:8081", "http://host:8081"),
            ("http://user:se@cret@host", "http://host"),
            ("KEY:SECRET@host", "host"),
        ] {
            let (shown, authorization) = take_credentials(url);
            assert_eq!(shown, bare);
            assert_eq!(authorization.is_some(), url.contains('@'));
        }
    }
}
