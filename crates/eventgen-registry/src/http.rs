//! The way to a registry: one request, one answer or one error, credentials shown to nobody.

use std::fmt;
use std::time::Duration;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::Deserialize;
use serde::de::{DeserializeOwned, Error as _};
use serde_json::{Map, Value};
use ureq::Agent;
use ureq::http::{Method, Request, Uri};

use super::RegistryError;

/// The media type of the REST interface.
const MEDIA_TYPE: &str = "application/vnd.schemaregistry.v1+json";
/// The largest answer that is read, in bytes.
const LARGEST_ANSWER: u64 = 32 * 1024 * 1024;

/// The transport to one registry.
pub(super) struct Http {
    agent: Agent,
    /// Without credentials and without a slash at its end.
    url: String,
    authorization: Option<String>,
}

/// A registry's own form of an error.
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
        let invalid =
            |reason: &str| RegistryError::InvalidUrl { url: url.clone(), reason: reason.to_owned() };
        let parsed: Uri = url.parse().map_err(|_| invalid("it is no URL"))?;
        match parsed.scheme_str() {
            Some("http") => {}
            Some("https") if cfg!(feature = "tls") => {}
            Some("https") => {
                return Err(invalid("this build has no TLS: turn the feature `tls` of eventgen on"));
            }
            _ => return Err(invalid("it does not begin with http:// or https://")),
        }
        if parsed.host().is_none_or(str::is_empty) || parsed.query().is_some() {
            return Err(invalid("it has no host, or a query"));
        }
        let agent = Agent::new_with_config(
            Agent::config_builder().http_status_as_error(false).timeout_global(Some(timeout)).build(),
        );
        let authorization = authorization.or(in_url).map(|authorization| authorization.header());
        Ok(Self { agent, url: url.trim_end_matches('/').to_owned(), authorization })
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Makes one request that is answered with an object. `segments` are path segments; they are percent-encoded here.
    pub(super) fn ask<T: DeserializeOwned>(
        &self,
        method: &Method,
        segments: &[&str],
        query: &str,
        body: Option<&Value>,
    ) -> Result<T, RegistryError> {
        let url = self.address(segments, query);
        let answer = self.answer(method, &url, body)?;
        // serde reads a structure from a list of its fields too, which no registry writes.
        let object: Result<Map<String, Value>, _> = serde_json::from_str(&answer);
        let read = object.and_then(|object| match object.get("schema").map(Value::as_str) {
            Some(None | Some("")) => Err(serde_json::Error::custom("the schema has no text")),
            _ => serde_json::from_value(Value::Object(object)),
        });
        read.map_err(|error| unexpected(method, url, &error))
    }

    /// Asks for a list.
    pub(super) fn list<T: DeserializeOwned>(&self, segments: &[&str]) -> Result<Vec<T>, RegistryError> {
        let url = self.address(segments, "");
        let answer = self.answer(&Method::GET, &url, None)?;
        serde_json::from_str(&answer).map_err(|error| unexpected(&Method::GET, url, &error))
    }

    fn address(&self, segments: &[&str], query: &str) -> String {
        let mut url = self.url.clone();
        for segment in segments {
            url.push('/');
            url.extend(utf8_percent_encode(segment, NON_ALPHANUMERIC));
        }
        url.push_str(query);
        url
    }

    /// The text of an answer that says success.
    fn answer(&self, method: &Method, url: &str, body: Option<&Value>) -> Result<String, RegistryError> {
        let (status, answer) = self.exchange(method, url, body)?;
        if (200..300).contains(&status) {
            Ok(answer)
        } else {
            Err(self.rejected(method, url, status, &answer))
        }
    }

    fn exchange(
        &self,
        method: &Method,
        url: &str,
        body: Option<&Value>,
    ) -> Result<(u16, String), RegistryError> {
        let unreachable = |error: ureq::Error| RegistryError::Unreachable {
            url: self.url.clone(),
            reason: error.to_string(),
        };
        let mut request = Request::builder().method(method.clone()).uri(url).header("accept", MEDIA_TYPE);
        if let Some(authorization) = &self.authorization {
            request = request.header("authorization", authorization);
        }
        let built = match body {
            Some(body) => request
                .header("content-type", MEDIA_TYPE)
                .body(body.to_string())
                .map(|request| self.agent.run(request)),
            None => request.body(()).map(|request| self.agent.run(request)),
        };
        let mut response = built.map_err(|error| unreachable(error.into()))?.map_err(unreachable)?;
        let status = response.status().as_u16();
        let answer =
            response.body_mut().with_config().limit(LARGEST_ANSWER).read_to_string().map_err(unreachable)?;
        Ok((status, answer))
    }

    fn rejected(&self, method: &Method, url: &str, status: u16, answer: &str) -> RegistryError {
        if status == 401 || status == 403 {
            return RegistryError::Unauthorized { url: self.url.clone(), status };
        }
        let body: Option<ErrorBody> = serde_json::from_str(answer).ok();
        let (error_code, message) = body.map_or((None, None), |body| (body.error_code, body.message));
        RegistryError::Rejected {
            method: method.to_string(),
            url: url.to_owned(),
            status,
            error_code: error_code.unwrap_or_else(|| u32::from(status)),
            message: message.unwrap_or_else(|| answer.chars().take(300).collect()),
        }
    }
}

fn unexpected(method: &Method, url: String, error: &serde_json::Error) -> RegistryError {
    RegistryError::UnexpectedAnswer { method: method.to_string(), url, reason: error.to_string() }
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Http").field("url", &self.url).finish_non_exhaustive()
    }
}

/// How a client says who it is.
#[derive(Clone)]
pub(super) enum Authorization {
    Basic { user: String, password: String },
    Bearer(String),
}

impl Authorization {
    fn header(&self) -> String {
        match self {
            Self::Basic { user, password } => {
                format!("Basic {}", BASE64_STANDARD.encode(format!("{user}:{password}")))
            }
            Self::Bearer(token) => format!("Bearer {token}"),
        }
    }
}

/// Takes `user:password@` out of an address. A password may hold a slash that somebody forgot to encode: whatever is
/// before the last `@` is taken for credentials, so that no part of them is ever shown.
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
