//! The asynchronous client: the calls of the REST interface.

mod address;
mod authorization;
mod builder;
mod cache;
mod context;
mod deleted;
mod http;
mod references;

use std::borrow::Cow;
use std::sync::Arc;

use reqwest::Method;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

pub use builder::RegistryClientBuilder;
pub use references::ReferencedSchema;
pub(crate) use references::Versions;

use crate::{
    Compatibility, CompatibilityOutcome, NewSchema, RegisteredSchema, RegistryError, SchemaGuid, SchemaId,
    SubjectVersion, UnknownCompatibility, VersionNumber,
};
use cache::Cache;
use context::Context;
use http::Http;

/// An asynchronous client of one Schema Registry. Cheap to clone; clones share connections and cached schemas. Every
/// request takes at most the timeout.
///
/// Without an asynchronous runtime use [`blocking::RegistryClient`](crate::blocking::RegistryClient).
///
/// ```no_run
/// use eventgen_registry::{RegistryClient, VersionNumber};
///
/// # async fn latest() -> Result<(), eventgen_registry::RegistryError> {
/// let registry = RegistryClient::builder("http://localhost:8081").basic_auth("orders", "secret").build()?;
/// if let Some(latest) = registry.version("orders.placed.v1-value", VersionNumber::Latest).await? {
///     println!("version {} has id {}", latest.version, latest.id);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct RegistryClient {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    http: Http,
    context: Context,
    cache: Cache,
}

#[derive(Deserialize)]
struct Registered {
    id: SchemaId,
    /// Since version 8.5 of Confluent's registry.
    version: Option<u32>,
}

/// Registries write the one name, read the other, and some write both.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Level {
    compatibility_level: Option<String>,
    compatibility: Option<String>,
}

#[derive(Deserialize)]
struct Outcome {
    is_compatible: bool,
    #[serde(default)]
    messages: Vec<String>,
    reason: Option<String>,
}

impl RegistryClient {
    /// The registry's addresses, without credentials.
    pub fn url(&self) -> &str {
        self.inner.http.url()
    }

    /// Registers a schema under a subject. A schema that the subject has already keeps its id.
    ///
    /// # Errors
    /// [`RegistryError::Incompatible`], [`RegistryError::InvalidSchema`], or the registry is unreachable or responds with
    /// an error.
    pub async fn register(&self, subject: &str, schema: &NewSchema<'_>) -> Result<SchemaId, RegistryError> {
        self.register_with_version(subject, schema).await.map(|(id, _)| id)
    }

    /// Registers a schema; with its version in the subject where the registry responds with it.
    pub(crate) async fn register_with_version(
        &self,
        subject: &str,
        schema: &NewSchema<'_>,
    ) -> Result<(SchemaId, Option<u32>), RegistryError> {
        let path = ["subjects", &self.qualified(subject), "versions"];
        let answer = self.inner.http.object(Method::POST, &path, &[], Some(&body(schema))).await;
        let Registered { id, version } = answer.map_err(|error| refused(subject, error))?;
        Ok((id, version))
    }

    /// The version under which a subject has this schema; `None` if it lacks it. A subject of another context is not the one
    /// that is asked for.
    ///
    /// # Errors
    /// The registry is unreachable or responds with an error.
    pub async fn look_up(
        &self,
        subject: &str,
        schema: &NewSchema<'_>,
    ) -> Result<Option<SubjectVersion>, RegistryError> {
        let path = ["subjects", &self.qualified(subject)];
        let answer = self.inner.http.object(Method::POST, &path, &[], Some(&body(schema))).await;
        Ok(self.in_context(subject, found(answer.map_err(|error| refused(subject, error)))?))
    }

    /// The schema of an id in the context of the client; `None` if the registry has none. Requested once and cached.
    ///
    /// # Errors
    /// The registry is unreachable or responds with an error.
    pub async fn schema_by_id(&self, id: SchemaId) -> Result<Option<Arc<RegisteredSchema>>, RegistryError> {
        self.schema_in(id, self.inner.context.of_ids().unwrap_or_default()).await
    }

    /// The schema of an id that records of a subject have. The same id may mean another schema in another context: a
    /// registry searches the context of the subject first, and then those in which the subject has the id.
    ///
    /// # Errors
    /// As [`schema_by_id`](Self::schema_by_id).
    pub async fn schema_by_id_of(
        &self,
        subject: &str,
        id: SchemaId,
    ) -> Result<Option<Arc<RegisteredSchema>>, RegistryError> {
        self.schema_in(id, self.qualified(subject).into_owned()).await
    }

    /// The schema of a guid; `None` if the registry has none, or no guids (those before Confluent's version 8).
    ///
    /// # Errors
    /// The registry is unreachable or responds with an error.
    pub async fn schema_by_guid(&self, guid: SchemaGuid) -> Result<Option<RegisteredSchema>, RegistryError> {
        match found(self.get(&["schemas", "guids", &guid.to_string()]).await) {
            // A registry without guids says so as a proxy does that has no route to it.
            Err(RegistryError::Rejected { status: 404, .. }) => self.schema_languages().await.map(|_| None),
            answer => answer,
        }
    }

    async fn schema_in(
        &self,
        id: SchemaId,
        subject: String,
    ) -> Result<Option<Arc<RegisteredSchema>>, RegistryError> {
        if let Some(schema) = self.inner.cache.schema(id, &subject) {
            return Ok(Some(schema));
        }
        let query = [("subject", subject.as_str())];
        let query = if subject.is_empty() { &[][..] } else { &query };
        let path = ["schemas", "ids", &id.to_string()];
        let answer = self.inner.http.object::<RegisteredSchema>(Method::GET, &path, query, None).await;
        let schema = found(answer)?.map(Arc::new);
        if let Some(schema) = &schema {
            self.inner.cache.keep_schema(id, subject, schema);
        }
        Ok(schema)
    }

    /// The schema languages that the registry accepts, such as `AVRO`. This is the cheapest request that shows whether
    /// the registry responds and accepts the credentials.
    ///
    /// # Errors
    /// The registry is unreachable or responds with an error.
    pub async fn schema_languages(&self) -> Result<Vec<String>, RegistryError> {
        self.inner.http.list(&["schemas", "types"], &[]).await
    }

    /// The names of all subjects of the client's context. Those of the default context are listed with those of all others,
    /// which are written with theirs.
    ///
    /// # Errors
    /// The registry is unreachable or responds with an error.
    pub async fn subjects(&self) -> Result<Vec<String>, RegistryError> {
        let prefix = self.inner.context.of_ids();
        let query: Vec<(&str, &str)> =
            prefix.iter().map(|prefix| ("subjectPrefix", prefix.as_str())).collect();
        self.inner.http.list(&["subjects"], &query).await
    }

    /// The versions of a subject; empty if there is no such subject.
    ///
    /// # Errors
    /// The registry is unreachable or responds with an error.
    pub async fn versions(&self, subject: &str) -> Result<Vec<u32>, RegistryError> {
        let path = ["subjects", &self.qualified(subject), "versions"];
        Ok(found(self.inner.http.list(&path, &[]).await)?.unwrap_or_default())
    }

    /// A version of a subject; `None` if there is none.
    ///
    /// # Errors
    /// The registry is unreachable or responds with an error.
    pub async fn version(
        &self,
        subject: &str,
        version: VersionNumber,
    ) -> Result<Option<SubjectVersion>, RegistryError> {
        let path = ["subjects", &self.qualified(subject), "versions", &version.to_string()];
        Ok(self.in_context(subject, found(self.get(&path).await)?))
    }

    /// The compatibility level of a subject; `None` where the global level of the registry applies. (Apicurio responds
    /// with `NONE` there.)
    ///
    /// # Errors
    /// The registry is unreachable, responds with an error, or names a level that does not exist.
    pub async fn compatibility_level(&self, subject: &str) -> Result<Option<Compatibility>, RegistryError> {
        self.level(&["config", &self.qualified(subject)]).await
    }

    /// The mode of a subject, or of the whole registry, such as `READONLY`. `None` if it has none, or may not be read.
    pub(crate) async fn mode(&self, subject: Option<&str>) -> Result<Option<String>, RegistryError> {
        #[derive(Deserialize)]
        struct Mode {
            mode: String,
        }
        let subject = subject.map(|subject| self.qualified(subject));
        let path: Vec<&str> = ["mode"].into_iter().chain(subject.as_deref()).collect();
        match self.get::<Mode>(&path).await {
            Ok(Mode { mode }) => Ok(Some(mode)),
            Err(
                RegistryError::Rejected { status: 404 | 405, .. }
                | RegistryError::Unauthorized { status: 403, .. }
                // Apicurio answers with no text for a subject.
                | RegistryError::UnexpectedAnswer { .. },
            ) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The level of subjects without one of their own: that of the context, else that of the registry.
    ///
    /// # Errors
    /// The registry is unreachable, or refuses the credentials.
    pub async fn global_level(&self) -> Result<Compatibility, RegistryError> {
        // A context may have a level for all its subjects.
        let of_context = match self.inner.context.of_ids() {
            Some(context) => self.level(&["config", &context]).await?,
            None => None,
        };
        match of_context {
            Some(level) => Ok(level),
            None => Ok(self.level(&["config"]).await?.unwrap_or_default()),
        }
    }

    async fn level(&self, path: &[&str]) -> Result<Option<Compatibility>, RegistryError> {
        let level: Option<Level> = found(self.get(path).await)?;
        let name = level.and_then(|level| level.compatibility_level.or(level.compatibility));
        name.map(|name| name.parse()).transpose().map_err(|error: UnknownCompatibility| {
            RegistryError::UnexpectedAnswer {
                method: "GET".to_owned(),
                url: self.inner.http.address(path, &[]).shown,
                reason: error.to_string(),
            }
        })
    }

    /// Sets the compatibility level of a subject. The subject need not exist yet.
    ///
    /// # Errors
    /// The registry is unreachable or responds with an error.
    pub async fn set_compatibility_level(
        &self,
        subject: &str,
        level: Compatibility,
    ) -> Result<(), RegistryError> {
        let body = json!({ "compatibility": level.as_str() });
        let path = ["config", &self.qualified(subject)];
        self.inner.http.done(Method::PUT, &path, Some(&body)).await
    }

    /// Removes the level of a subject, which then has the global one.
    pub(crate) async fn remove_compatibility_level(&self, subject: &str) -> Result<(), RegistryError> {
        self.inner.http.done(Method::DELETE, &["config", &self.qualified(subject)], None).await
    }

    /// Asks whether a schema would be accepted, and changes nothing. The registry checks all versions that the level of
    /// the subject names; a registry without that call (Karapace) checks the latest version only.
    ///
    /// # Errors
    /// [`RegistryError::InvalidSchema`], or the registry is unreachable or responds with an error.
    pub async fn check_compatibility(
        &self,
        subject: &str,
        schema: &NewSchema<'_>,
    ) -> Result<CompatibilityOutcome, RegistryError> {
        let (qualified, body) = (self.qualified(subject), body(schema));
        let all = ["compatibility", "subjects", &qualified, "versions"];
        let latest = ["compatibility", "subjects", &qualified, "versions", "latest"];
        let (http, verbose) = (&self.inner.http, [("verbose", "true")]);
        let mut answer = http.object(Method::POST, &all, &verbose, Some(&body)).await;
        let mut latest_only = false;
        if let Err(RegistryError::Rejected { status: 404 | 405, error_code: 404 | 405, .. }) = answer {
            latest_only = true;
            answer = http.object(Method::POST, &latest, &verbose, Some(&body)).await;
        }
        match answer {
            Ok(Outcome { is_compatible, messages, reason }) => {
                let messages = messages.into_iter().chain(reason).collect();
                Ok(CompatibilityOutcome { is_compatible, messages, latest_only })
            }
            // There is no version yet that the schema could break.
            Err(error) if is_absent(&error) => {
                Ok(CompatibilityOutcome { is_compatible: true, messages: vec![], latest_only })
            }
            Err(error) => Err(refused(subject, error)),
        }
    }

    async fn get<T: DeserializeOwned>(&self, path: &[&str]) -> Result<T, RegistryError> {
        self.inner.http.object(Method::GET, path, &[], None).await
    }

    fn qualified<'a>(&self, subject: &'a str) -> Cow<'a, str> {
        self.inner.context.subject(subject)
    }

    /// An answer about a subject, unless it is about one of another context.
    fn in_context(&self, asked: &str, answer: Option<SubjectVersion>) -> Option<SubjectVersion> {
        answer.filter(|found| self.inner.context.has(&self.qualified(asked), &found.subject))
    }
}

/// The body of a request about a schema.
fn body(schema: &NewSchema<'_>) -> Value {
    let mut body = json!({ "schema": schema.text, "schemaType": schema.schema_type });
    if !schema.references.is_empty() {
        body["references"] = json!(schema.references);
    }
    body
}

/// Turns "not found" (40401 subject, 40402 version, 40403 schema, 40408 level) into `None`.
fn found<T>(answer: Result<T, RegistryError>) -> Result<Option<T>, RegistryError> {
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(error) if is_absent(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

pub(crate) fn is_absent(error: &RegistryError) -> bool {
    matches!(error, RegistryError::Rejected { status: 404, error_code: 40_401..=40_403 | 40_408, .. })
}

/// Names the subject in what a registry says of a schema. The error code of a conflict differs between versions of the
/// registry; its HTTP status does not.
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
