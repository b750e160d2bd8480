//! The settings of a client.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::cache::Cache;
use super::context::Context;
use super::http::{Authorization, Http};
use super::{Inner, RegistryClient};
use crate::RegistryError;

/// Builds a [`RegistryClient`].
#[must_use = "`build` makes the client"]
pub struct RegistryClientBuilder {
    url: String,
    authorization: Option<Authorization>,
    context: Option<String>,
    timeout: Duration,
}

impl RegistryClientBuilder {
    pub(super) fn new(url: &str) -> Self {
        let timeout = Duration::from_secs(5);
        Self { url: url.to_owned(), authorization: None, context: None, timeout }
    }

    /// HTTP basic authentication. Overrides `user:password@` in the address.
    pub fn basic_auth(mut self, user: impl Into<String>, password: impl Into<String>) -> Self {
        self.authorization = Some(Authorization::Basic { user: user.into(), password: password.into() });
        self
    }

    /// A bearer token (RFC 6750).
    pub fn bearer(mut self, token: impl Into<String>) -> Self {
        self.authorization = Some(Authorization::Bearer(token.into()));
        self
    }

    /// The context of the registry that subjects and ids are looked up in, such as `.staging` or `staging`. Default: that of
    /// the address (`…/contexts/.staging`), else the default context. A subject that is written with a context, such as
    /// `:.staging:orders`, keeps its own.
    pub fn context(mut self, context: impl Into<String>) -> Self {
        self.context = Some(context.into());
        self
    }

    /// The longest duration of a request, from the connection to the end of the response. Default: 5 seconds.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Makes the client. It connects with the first request.
    ///
    /// # Errors
    /// [`RegistryError::InvalidUrl`], [`RegistryError::Setup`].
    pub fn build(self) -> Result<RegistryClient, RegistryError> {
        let http = Http::new(&self.url, self.authorization, self.timeout)?;
        let context = Context::new(self.context.as_deref(), http.url());
        Ok(RegistryClient { inner: Arc::new(Inner { http, context, cache: Cache::default() }) })
    }
}

impl fmt::Debug for RegistryClientBuilder {
    /// Omits the address and the credentials, both of which may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RegistryClientBuilder").field("timeout", &self.timeout).finish_non_exhaustive()
    }
}
