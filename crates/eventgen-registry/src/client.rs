//! The calls of the REST interface.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};
use ureq::http::Method;

use super::cache::Cache;
use super::http::{Authorization, Http};
use super::{
    CompatibilityVerdict, NewSchema, RegisteredSchema, RegistryError, SchemaId, SchemaReference,
    SubjectVersion, VersionNumber,
};

/// A client of one Schema Registry. Cheap to clone; clones share connections and what has been looked up. Every call
/// blocks for at most the timeout.
#[derive(Debug, Clone)]
pub struct RegistryClient {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    http: Http,
    cache: Cache,
}

/// Sets up a [`RegistryClient`].
#[must_use = "`build` makes the client"]
pub struct RegistryClientBuilder {
    url: String,
    authorization: Option<Authorization>,
    timeout: Duration,
}

impl RegistryClientBuilder {
    /// HTTP basic authentication, in the place of `user:password@` in the address.
    pub fn basic_auth(mut self, user: impl Into<String>, password: impl Into<String>) -> Self {
        self.authorization = Some(Authorization::Basic { user: user.into(), password: password.into() });
        self
    }

    /// A bearer token (RFC 6750).
    pub fn bearer(mut self, token: impl Into<String>) -> Self {
        self.authorization = Some(Authorization::Bearer(token.into()));
        self
    }

    /// How long a call may take; 5 seconds without this.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The client. Nothing is connected to yet.
    ///
    /// # Errors
    /// [`RegistryError::InvalidUrl`].
    pub fn build(self) -> Result<RegistryClient, RegistryError> {
        let http = Http::new(&self.url, self.authorization, self.timeout)?;
        Ok(RegistryClient { inner: Arc::new(Inner { http, cache: Cache::default() }) })
    }
}

impl fmt::Debug for RegistryClientBuilder {
    /// Without the address and the credentials, which may be secret both.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RegistryClientBuilder").field("timeout", &self.timeout).finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
struct Registered {
    id: SchemaId,
}

/// Registries answer one name, take the other, and some give both.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Level {
    compatibility_level: Option<String>,
    compatibility: Option<String>,
}

#[derive(Deserialize)]
struct Verdict {
    is_compatible: bool,
    #[serde(default)]
    messages: Vec<String>,
    reason: Option<String>,
}

impl RegistryClient {
    /// A client of the registry at `url`, with its path if it has one.
    pub fn builder(url: &str) -> RegistryClientBuilder {
        RegistryClientBuilder { url: url.to_owned(), authorization: None, timeout: Duration::from_secs(5) }
    }

    /// The registry's address, without credentials.
    pub fn url(&self) -> &str {
        self.inner.http.url()
    }

    /// Registers a schema under a subject. A schema that is there already keeps its id.
    ///
    /// # Errors
    /// [`RegistryError::Incompatible`], [`RegistryError::InvalidSchema`], and what says that the registry does not
    /// answer as it should.
    pub fn register(&self, subject: &str, schema: &NewSchema<'_>) -> Result<SchemaId, RegistryError> {
        let path = ["subjects", subject, "versions"];
        let answer = self.inner.http.ask(&Method::POST, &path, "", Some(&body(schema)));
        let registered: Registered = answer.map_err(|error| refused(subject, error))?;
        Ok(registered.id)
    }

    /// The version under which a subject has this schema; `None` if it has not.
    ///
    /// # Errors
    /// What says that the registry does not answer as it should.
    pub fn look_up(
        &self,
        subject: &str,
        schema: &NewSchema<'_>,
    ) -> Result<Option<SubjectVersion>, RegistryError> {
        let answer = self.inner.http.ask(&Method::POST, &["subjects", subject], "", Some(&body(schema)));
        found(answer.map_err(|error| refused(subject, error)))
    }

    /// The schema of an id; `None` if the registry has none. Asked once and kept.
    ///
    /// # Errors
    /// What says that the registry does not answer as it should.
    pub fn schema_by_id(&self, id: SchemaId) -> Result<Option<Arc<RegisteredSchema>>, RegistryError> {
        if let Some(schema) = self.inner.cache.schema(id) {
            return Ok(Some(schema));
        }
        let answer = self.get::<RegisteredSchema>(&["schemas", "ids", &id.to_string()]);
        let schema = found(answer)?.map(Arc::new);
        if let Some(schema) = &schema {
            self.inner.cache.keep_schema(id, schema);
        }
        Ok(schema)
    }

    /// The schema languages that the registry takes, such as `AVRO`. The cheapest question that shows whether it answers
    /// and takes the credentials.
    ///
    /// # Errors
    /// What says that the registry does not answer as it should.
    pub fn schema_languages(&self) -> Result<Vec<String>, RegistryError> {
        self.inner.http.list(&["schemas", "types"])
    }

    /// The names of all subjects.
    ///
    /// # Errors
    /// What says that the registry does not answer as it should.
    pub fn subjects(&self) -> Result<Vec<String>, RegistryError> {
        self.inner.http.list(&["subjects"])
    }

    /// The versions of a subject; none if there is no such subject.
    ///
    /// # Errors
    /// What says that the registry does not answer as it should.
    pub fn versions(&self, subject: &str) -> Result<Vec<u32>, RegistryError> {
        Ok(found(self.inner.http.list(&["subjects", subject, "versions"]))?.unwrap_or_default())
    }

    /// A version of a subject; `None` if there is none.
    ///
    /// # Errors
    /// What says that the registry does not answer as it should.
    pub fn version(
        &self,
        subject: &str,
        version: VersionNumber,
    ) -> Result<Option<SubjectVersion>, RegistryError> {
        found(self.get(&["subjects", subject, "versions", &version.to_string()]))
    }

    /// The version that a reference names, deleted ones included: what was registered with it stays readable.
    pub(crate) fn referenced_version(
        &self,
        reference: &SchemaReference,
    ) -> Result<Option<SubjectVersion>, RegistryError> {
        let path = ["subjects", &reference.subject, "versions", &reference.version.to_string()];
        found(self.inner.http.ask(&Method::GET, &path, "?deleted=true", None))
    }

    /// The compatibility level of a subject; `None` where the registry's global level holds. (Apicurio answers `NONE`
    /// there.)
    ///
    /// # Errors
    /// What says that the registry does not answer as it should.
    pub fn compatibility_level(&self, subject: &str) -> Result<Option<String>, RegistryError> {
        let level: Option<Level> = found(self.get(&["config", subject]))?;
        Ok(level.and_then(|level| level.compatibility_level.or(level.compatibility)))
    }

    /// Sets the compatibility level of a subject, such as `BACKWARD`. The subject need not exist yet.
    ///
    /// # Errors
    /// What says that the registry does not answer as it should.
    pub fn set_compatibility_level(&self, subject: &str, level: &str) -> Result<(), RegistryError> {
        let body = json!({ "compatibility": level });
        self.inner.http.ask::<Value>(&Method::PUT, &["config", subject], "", Some(&body)).map(|_| ())
    }

    /// Asks whether a schema would be accepted, and changes nothing. All versions that the subject's level names are
    /// checked; against a registry without that call (Karapace) the latest version only.
    ///
    /// # Errors
    /// [`RegistryError::InvalidSchema`], and what says that the registry does not answer as it should.
    pub fn check_compatibility(
        &self,
        subject: &str,
        schema: &NewSchema<'_>,
    ) -> Result<CompatibilityVerdict, RegistryError> {
        let all = ["compatibility", "subjects", subject, "versions"];
        let latest = ["compatibility", "subjects", subject, "versions", "latest"];
        let ask = |path: &[&str]| -> Result<Verdict, RegistryError> {
            self.inner.http.ask(&Method::POST, path, "?verbose=true", Some(&body(schema)))
        };
        let answer = match ask(&all) {
            Err(error) if matches!(error.codes(), Some((404 | 405, 404 | 405))) => ask(&latest),
            answer => answer,
        };
        match answer {
            Ok(verdict) => {
                let messages = verdict.messages.into_iter().chain(verdict.reason).collect();
                Ok(CompatibilityVerdict { is_compatible: verdict.is_compatible, messages })
            }
            // Nothing is there yet that the schema could break.
            Err(error) if is_absent(&error) => {
                Ok(CompatibilityVerdict { is_compatible: true, messages: vec![] })
            }
            Err(error) => Err(refused(subject, error)),
        }
    }

    fn get<T: serde::de::DeserializeOwned>(&self, path: &[&str]) -> Result<T, RegistryError> {
        self.inner.http.ask(&Method::GET, path, "", None)
    }
}

/// The body of a request about a schema.
fn body(schema: &NewSchema<'_>) -> Value {
    let mut body = json!({ "schema": schema.text, "schemaType": schema.format.as_str() });
    if !schema.references.is_empty() {
        body["references"] = json!(schema.references);
    }
    body
}

/// Turns "there is none" (40401 subject, 40402 version, 40403 schema, 40408 level) into `None`.
fn found<T>(answer: Result<T, RegistryError>) -> Result<Option<T>, RegistryError> {
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(error) if is_absent(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

fn is_absent(error: &RegistryError) -> bool {
    matches!(error.codes(), Some((404, 40_401..=40_403 | 40_408)))
}

/// Names the subject in what a registry says of a schema. The error code of a conflict differs by version of the
/// registry, its HTTP status does not.
fn refused(subject: &str, error: RegistryError) -> RegistryError {
    match error {
        RegistryError::Rejected { status: 409, message, .. } => {
            RegistryError::Incompatible { subject: subject.to_owned(), reason: message }
        }
        RegistryError::Rejected { error_code: 42_201, message, .. } => {
            RegistryError::InvalidSchema { subject: subject.to_owned(), reason: message }
        }
        error => error,
    }
}
