//! The settings of a client.

use std::env;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::authorization::Authorization;
use super::cache::Cache;
use super::context::Context;
use super::http::{Http, Settings, Tls};
use super::{Inner, RegistryClient};
use crate::RegistryError;

/// Builds a [`RegistryClient`].
#[derive(Clone)]
#[must_use = "`build` makes the client"]
pub struct RegistryClientBuilder {
    url: String,
    settings: Settings,
    context: Option<String>,
    /// What is wrong with a variable of the environment.
    problem: Option<String>,
}

impl RegistryClient {
    /// A client of the registry at `url`, such as `https://host:8081/path`, or at several addresses, separated by commas.
    pub fn builder(url: &str) -> RegistryClientBuilder {
        RegistryClientBuilder::new(url)
    }
}

impl RegistryClientBuilder {
    fn new(url: &str) -> Self {
        let settings = Settings {
            authorization: None,
            timeout: Duration::from_secs(5),
            retries: 3,
            tls: Tls::default(),
        };
        Self { url: url.to_owned(), settings, context: None, problem: None }
    }

    /// Sets the address, or several addresses of one registry, separated by commas. While the one does not answer, requests
    /// go to the next.
    pub fn url(mut self, url: &str) -> Self {
        url.clone_into(&mut self.url);
        self
    }

    /// HTTP basic authentication. Overrides `user:password@` in the address.
    pub fn basic_auth(mut self, user: impl Into<String>, password: impl Into<String>) -> Self {
        let (user, password) = (user.into(), password.into());
        self.settings.authorization = Some(Authorization::Basic { user, password });
        self
    }

    /// A bearer token (RFC 6750).
    pub fn bearer(mut self, token: impl Into<String>) -> Self {
        let token = token.into();
        // It could not be in a header, and the error about that would be about the address.
        if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            let problem = "the bearer token (SCHEMA_REGISTRY_TOKEN, schema-registry-token) has a space, a line break or another \
                 character that no token has";
            self.problem = Some(problem.to_owned());
        }
        self.settings.authorization = Some(Authorization::Bearer(token));
        self
    }

    /// The context of the registry that subjects and ids are looked up in, such as `.staging` or `staging`. Default: that of
    /// the address (`…/contexts/.staging`), else the default context. A subject that is written with a context, such as
    /// `:.staging:orders`, keeps its own.
    pub fn context(mut self, context: impl Into<String>) -> Self {
        self.context = Some(context.into());
        self
    }

    /// The longest duration of a request at one address, from the connection to the end of the response. Default: 5
    /// seconds.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.settings.timeout = timeout;
        self
    }

    /// How often a request is repeated that was answered with HTTP 429, 500, 502, 503 or 504, or that found no connection.
    /// Pauses are 100 ms, 300 ms, 900 ms and so on, up to 30 seconds, or what the header `Retry-After` says in seconds. A
    /// request that took longer than the timeout is not repeated at the same address. Default: 3.
    pub fn retries(mut self, retries: u32) -> Self {
        self.settings.retries = retries;
        self
    }

    /// A file of PEM with the certificates that are trusted, instead of those of the system. Needs the feature `tls`.
    pub fn ca_location(mut self, path: impl Into<PathBuf>) -> Self {
        self.settings.tls.ca = Some(path.into());
        self
    }

    /// Files of PEM with the certificate that the client shows, followed by its chain, and with its private key. Needs the
    /// feature `tls`.
    pub fn client_certificate(mut self, certificate: impl Into<PathBuf>, key: impl Into<PathBuf>) -> Self {
        self.settings.tls.identity = Some((certificate.into(), key.into()));
        self
    }

    /// Takes settings from the environment, as far as these variables are set and not empty:
    /// `SCHEMA_REGISTRY_USERNAME` and `SCHEMA_REGISTRY_PASSWORD`, or `SCHEMA_REGISTRY_TOKEN`;
    /// `SCHEMA_REGISTRY_SSL_CA_LOCATION`; `SCHEMA_REGISTRY_SSL_CERTIFICATE_LOCATION` with
    /// `SCHEMA_REGISTRY_SSL_KEY_LOCATION`; `SCHEMA_REGISTRY_TIMEOUT`, in whole seconds. The address is not taken.
    pub fn environment(mut self) -> Self {
        let variable = |name| env::var(name).ok().filter(|value| !value.is_empty());
        if let Some(user) = variable("SCHEMA_REGISTRY_USERNAME") {
            self = self.basic_auth(user, variable("SCHEMA_REGISTRY_PASSWORD").unwrap_or_default());
        }
        if let Some(token) = variable("SCHEMA_REGISTRY_TOKEN") {
            self = self.bearer(token);
        }
        if let Some(path) = variable("SCHEMA_REGISTRY_SSL_CA_LOCATION") {
            self = self.ca_location(path);
        }
        let certificate = variable("SCHEMA_REGISTRY_SSL_CERTIFICATE_LOCATION");
        match (certificate, variable("SCHEMA_REGISTRY_SSL_KEY_LOCATION")) {
            (Some(certificate), Some(key)) => self = self.client_certificate(certificate, key),
            (None, None) => {}
            _ => {
                let both = "SCHEMA_REGISTRY_SSL_CERTIFICATE_LOCATION and SCHEMA_REGISTRY_SSL_KEY_LOCATION";
                self.problem = Some(format!("only one of {both} is set"));
            }
        }
        if let Some(text) = variable("SCHEMA_REGISTRY_TIMEOUT") {
            match text.parse().ok().filter(|&seconds: &u64| seconds > 0) {
                Some(seconds) => self = self.timeout(Duration::from_secs(seconds)),
                None => {
                    let problem =
                        format!("SCHEMA_REGISTRY_TIMEOUT is `{text}`: write whole seconds, such as 30");
                    self.problem = Some(problem);
                }
            }
        }
        self
    }

    /// Makes the client. It connects with the first request.
    ///
    /// # Errors
    /// [`RegistryError::InvalidUrl`], [`RegistryError::Setup`].
    pub fn build(self) -> Result<RegistryClient, RegistryError> {
        let problem = self.problem;
        let http = Http::new(&self.url, self.settings)?;
        if let Some(reason) = problem {
            return Err(RegistryError::Setup { url: http.url().to_owned(), reason });
        }
        let context = Context::new(self.context.as_deref(), http.url());
        Ok(RegistryClient { inner: Arc::new(Inner { http, context, cache: Cache::default() }) })
    }
}

impl fmt::Debug for RegistryClientBuilder {
    /// Omits the address and the credentials, both of which may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Settings { timeout, retries, tls, .. } = &self.settings;
        f.debug_struct("RegistryClientBuilder")
            .field("timeout", timeout)
            .field("retries", retries)
            .field("tls", tls)
            .finish_non_exhaustive()
    }
}
