//! The client for programs without an asynchronous runtime: commands, scripts, build steps.

use std::fmt;
use std::sync::Arc;
use std::thread;

use tokio::runtime::{Builder, Handle, Runtime};

use crate::registration::{AppliedChange, ApplyError, Plan, PlanOptions};
use crate::{
    Compatibility, CompatibilityOutcome, NewSchema, ReferencedSchema, RegisteredSchema,
    RegistryClientBuilder, RegistryError, Schema, SchemaGuid, SchemaId, Subject, SubjectVersion,
    VersionNumber,
};

/// A blocking client of one Schema Registry. Cheap to clone; clones share connections and cached schemas. Every request
/// blocks for at most the timeout.
///
/// Asynchronous code uses [`RegistryClient`](crate::RegistryClient): a call of this one blocks the thread of its task.
///
/// ```no_run
/// use eventgen_registry::blocking::RegistryClient;
///
/// let registry = RegistryClient::new(RegistryClient::builder("http://localhost:8081"))?;
/// for subject in registry.subjects()? {
///     println!("{subject}: versions {:?}", registry.versions(&subject)?);
/// }
/// # Ok::<(), eventgen_registry::RegistryError>(())
/// ```
#[derive(Clone)]
pub struct RegistryClient {
    client: crate::RegistryClient,
    runtime: Arc<Executor>,
}

impl fmt::Debug for RegistryClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.client.fmt(f)
    }
}

impl RegistryClient {
    /// A client of the registry at `url`, such as `https://host:8081/path`.
    pub fn builder(url: &str) -> RegistryClientBuilder {
        crate::RegistryClient::builder(url)
    }

    /// Makes the client. It connects with the first request.
    ///
    /// # Errors
    /// [`RegistryError::InvalidUrl`], [`RegistryError::Setup`].
    pub fn new(builder: RegistryClientBuilder) -> Result<Self, RegistryError> {
        let client = builder.build()?;
        // The worker notices between two calls that the registry has closed a pooled connection.
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.map_err(|error| RegistryError::Setup {
            url: client.url().to_owned(),
            reason: error.to_string(),
        })?;
        Ok(Self { client, runtime: Arc::new(Executor(Some(runtime))) })
    }

    /// The address of the registry, without credentials.
    pub fn url(&self) -> &str {
        self.client.url()
    }

    /// As [`register`](crate::RegistryClient::register).
    ///
    /// # Errors
    /// As there.
    pub fn register(&self, subject: &str, schema: &NewSchema<'_>) -> Result<SchemaId, RegistryError> {
        self.runtime.wait(self.client.register(subject, schema))
    }

    /// As [`look_up`](crate::RegistryClient::look_up).
    ///
    /// # Errors
    /// As there.
    pub fn look_up(
        &self,
        subject: &str,
        schema: &NewSchema<'_>,
    ) -> Result<Option<SubjectVersion>, RegistryError> {
        self.runtime.wait(self.client.look_up(subject, schema))
    }

    /// As [`look_up_schema`](crate::RegistryClient::look_up_schema).
    ///
    /// # Errors
    /// As there.
    pub fn look_up_schema(
        &self,
        subject: &str,
        schema: Schema,
    ) -> Result<Option<SubjectVersion>, RegistryError> {
        self.runtime.wait(self.client.look_up_schema(subject, schema))
    }

    /// As [`schema_by_id`](crate::RegistryClient::schema_by_id).
    ///
    /// # Errors
    /// As there.
    pub fn schema_by_id(&self, id: SchemaId) -> Result<Option<Arc<RegisteredSchema>>, RegistryError> {
        self.runtime.wait(self.client.schema_by_id(id))
    }

    /// As [`schema_by_id_of`](crate::RegistryClient::schema_by_id_of).
    ///
    /// # Errors
    /// As there.
    pub fn schema_by_id_of(
        &self,
        subject: &str,
        id: SchemaId,
    ) -> Result<Option<Arc<RegisteredSchema>>, RegistryError> {
        self.runtime.wait(self.client.schema_by_id_of(subject, id))
    }

    /// As [`schema_by_guid`](crate::RegistryClient::schema_by_guid).
    ///
    /// # Errors
    /// As there.
    pub fn schema_by_guid(&self, guid: SchemaGuid) -> Result<Option<RegisteredSchema>, RegistryError> {
        self.runtime.wait(self.client.schema_by_guid(guid))
    }

    /// As [`referenced_schemas`](crate::RegistryClient::referenced_schemas).
    ///
    /// # Errors
    /// As there.
    pub fn referenced_schemas(
        &self,
        schema: &RegisteredSchema,
    ) -> Result<Option<Vec<ReferencedSchema>>, RegistryError> {
        self.runtime.wait(self.client.referenced_schemas(schema))
    }

    /// As [`schema_languages`](crate::RegistryClient::schema_languages).
    ///
    /// # Errors
    /// As there.
    pub fn schema_languages(&self) -> Result<Vec<String>, RegistryError> {
        self.runtime.wait(self.client.schema_languages())
    }

    /// As [`subjects`](crate::RegistryClient::subjects).
    ///
    /// # Errors
    /// As there.
    pub fn subjects(&self) -> Result<Vec<String>, RegistryError> {
        self.runtime.wait(self.client.subjects())
    }

    /// As [`versions`](crate::RegistryClient::versions).
    ///
    /// # Errors
    /// As there.
    pub fn versions(&self, subject: &str) -> Result<Vec<u32>, RegistryError> {
        self.runtime.wait(self.client.versions(subject))
    }

    /// As [`version`](crate::RegistryClient::version).
    ///
    /// # Errors
    /// As there.
    pub fn version(
        &self,
        subject: &str,
        version: VersionNumber,
    ) -> Result<Option<SubjectVersion>, RegistryError> {
        self.runtime.wait(self.client.version(subject, version))
    }

    /// As [`newest_with_deleted`](crate::RegistryClient::newest_with_deleted).
    ///
    /// # Errors
    /// As there.
    pub fn newest_with_deleted(&self, subject: &str) -> Result<Option<SubjectVersion>, RegistryError> {
        self.runtime.wait(self.client.newest_with_deleted(subject))
    }

    /// As [`compatibility_level`](crate::RegistryClient::compatibility_level).
    ///
    /// # Errors
    /// As there.
    pub fn compatibility_level(&self, subject: &str) -> Result<Option<Compatibility>, RegistryError> {
        self.runtime.wait(self.client.compatibility_level(subject))
    }

    /// As [`global_level`](crate::RegistryClient::global_level).
    ///
    /// # Errors
    /// As there.
    pub fn global_level(&self) -> Result<Compatibility, RegistryError> {
        self.runtime.wait(self.client.global_level())
    }

    /// As [`set_compatibility_level`](crate::RegistryClient::set_compatibility_level).
    ///
    /// # Errors
    /// As there.
    pub fn set_compatibility_level(&self, subject: &str, level: Compatibility) -> Result<(), RegistryError> {
        self.runtime.wait(self.client.set_compatibility_level(subject, level))
    }

    /// As [`check_compatibility`](crate::RegistryClient::check_compatibility).
    ///
    /// # Errors
    /// As there.
    pub fn check_compatibility(
        &self,
        subject: &str,
        schema: &NewSchema<'_>,
    ) -> Result<CompatibilityOutcome, RegistryError> {
        self.runtime.wait(self.client.check_compatibility(subject, schema))
    }

    /// As [`plan`](crate::RegistryClient::plan).
    ///
    /// # Errors
    /// As there.
    pub fn plan(&self, subjects: &[Subject], options: PlanOptions<'_>) -> Result<Plan, RegistryError> {
        self.runtime.wait(self.client.plan(subjects, options))
    }

    /// As [`apply`](crate::RegistryClient::apply).
    ///
    /// # Errors
    /// As there.
    pub fn apply(
        &self,
        plan: &Plan,
        done: impl FnMut(&AppliedChange) + Send,
    ) -> Result<Vec<AppliedChange>, ApplyError> {
        self.runtime.wait(self.client.apply(plan, done))
    }
}

/// Runs a future on the thread that waits for it, and the connections on a thread of its own. `None` only while it is
/// dropped.
struct Executor(Option<Runtime>);

impl Executor {
    fn wait<T: Send>(&self, future: impl Future<Output = T> + Send) -> T {
        let Some(runtime) = &self.0 else { unreachable!("an executor in use is not dropped") };
        if Handle::try_current().is_err() {
            return runtime.block_on(future);
        }
        // A runtime does not start on a thread of another one.
        let waited = thread::scope(|scope| scope.spawn(|| runtime.block_on(future)).join());
        waited.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

impl Drop for Executor {
    /// Does not wait for a name resolution in progress, and so may be dropped in a task.
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
