//! The client: the cluster, the registry and the settings that producers and consumers share.

pub(crate) mod retry_topics;
mod start_up;
mod topic_names;
mod topics;

use std::env;
use std::fmt;
use std::sync::Arc;

use eventgen_admin::{Admin, connection_settings};

use crate::kafka::Settings;
use crate::registry::registration::{PlanOptions, SubjectChange};
use crate::registry::{RegistryClient, RegistryClientBuilder, RegistryError, SchemaId, Subject};
use crate::{Compatibility, Error, EventKind, TopicEvents};
pub(crate) use start_up::StartUp;
use topic_names::TopicNames;

/// A cluster and its Schema Registry. A clone is cheap. Creating a client does not connect to anything.
#[derive(Debug, Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    bootstrap_servers: String,
    settings: Settings,
    registry: RegistryClient,
    admin: Admin,
    topic_names: TopicNames,
    schema_id_in_header: bool,
    auto_register: bool,
    use_latest_version: bool,
}

impl Client {
    /// Configures a client of a cluster and a Schema Registry.
    ///
    /// `bootstrap_servers` are the addresses of some brokers, `host:port`, separated by commas. `schema_registry` is the URL
    /// of the registry, including its path, such as `https://registry.example.com/apis/ccompat/v7`.
    ///
    /// ```
    /// use eventgen::Client;
    ///
    /// let client = Client::builder("localhost:9092", "http://localhost:8081").topic_prefix("test-1.").build()?;
    /// assert_eq!(client.bootstrap_servers(), "localhost:9092");
    /// # Ok::<(), eventgen::Error>(())
    /// ```
    pub fn builder(
        bootstrap_servers: impl Into<String>,
        schema_registry: impl Into<String>,
    ) -> ClientBuilder {
        ClientBuilder::new().bootstrap_servers(bootstrap_servers).schema_registry(schema_registry)
    }

    /// A client that is configured by the environment. `KAFKA_BOOTSTRAP_SERVERS` and `SCHEMA_REGISTRY_URL` are required.
    /// `KAFKA_SECURITY_PROTOCOL`, `KAFKA_SASL_MECHANISM`, `KAFKA_SASL_USERNAME`, `KAFKA_SASL_PASSWORD` and the variables of
    /// the other [`CONNECTION_PROPERTIES`](eventgen_admin::CONNECTION_PROPERTIES) are optional, and so are those of the registry
    /// ([`RegistryClientBuilder::environment`]).
    ///
    /// # Errors
    /// [`Error::MissingSetting`] if the address of the cluster or of the registry is not set, [`Error::Registry`] if the
    /// address of the registry is not a URL.
    pub fn from_env() -> Result<Self, Error> {
        ClientBuilder::from_env().build()
    }

    /// The addresses of the cluster as they were configured.
    pub fn bootstrap_servers(&self) -> &str {
        &self.inner.bootstrap_servers
    }

    /// The Schema Registry.
    pub fn registry(&self) -> &RegistryClient {
        &self.inner.registry
    }

    /// Whether producers write the schema to a header.
    pub(crate) fn schema_id_in_header(&self) -> bool {
        self.inner.schema_id_in_header
    }

    /// Whether producers register schemas.
    pub(crate) fn auto_register(&self) -> bool {
        self.inner.auto_register
    }

    /// Whether producers write in the latest versions of subjects.
    pub(crate) fn use_latest_version(&self) -> bool {
        self.inner.use_latest_version
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.inner.settings
    }

    /// Registers the schemas of all events on a topic and of typed keys, each after the schemas that it refers to, and sets the compatibility
    /// level where the contract states one; else the level of the registry stays. Schemas that are registered already are not
    /// changed. If the registry finds one of them incompatible, nothing is registered. In production, run `eventgen register`
    /// in CI instead.
    ///
    /// # Errors
    /// [`Error::Registry`] if the registry cannot be reached or refuses a schema as incompatible.
    pub async fn register<T: TopicEvents>(&self) -> Result<Vec<SchemaId>, Error> {
        self.register_events(T::TOPIC.compatibility, T::EVENTS).await
    }

    /// Registers the schemas of events, with this level for their subjects if there is one.
    pub(crate) async fn register_events(
        &self,
        level: Option<Compatibility>,
        events: &[EventKind],
    ) -> Result<Vec<SchemaId>, Error> {
        let mut subjects = Vec::new();
        for kind in events {
            let mut needed = kind.schema().subjects(kind.subject);
            let event = needed.pop().map(|event| match level {
                Some(level) => event.with_compatibility(level),
                None => event,
            });
            let event = event.map(|event| match kind.typed_key() {
                Some((key, _)) => event.registered_after(key),
                None => event,
            });
            subjects.extend(needed.into_iter().chain(event));
            // The keys of the events of a topic share a subject. Its level is left to the registry: the schema of a key does
            // not change, because the id is part of the key.
            let key = kind.typed_key().map(|(subject, schema)| schema.subjects(subject));
            for subject in key.unwrap_or_default() {
                if subjects.iter().all(|known: &Subject| known.name != subject.name) {
                    subjects.push(subject);
                }
            }
        }
        let plan = self.registry().plan(&subjects, PlanOptions::new()).await?;
        let applied = self.registry().apply(&plan, |_| ()).await.map_err(RegistryError::from)?;
        let is_of = |planned: &SubjectChange, kind: &EventKind| {
            planned.subject.name == kind.subject && planned.subject.text == kind.schema().text()
        };
        let mut ids = Vec::with_capacity(events.len());
        for kind in events {
            let mut changes = plan.changes().iter().zip(&applied);
            let change = changes.find(|(planned, _)| is_of(planned, kind));
            ids.extend(change.map(|(_, applied)| applied.id()));
        }
        Ok(ids)
    }
}

/// Configures a [`Client`].
#[derive(Clone)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct ClientBuilder {
    settings: Settings,
    topic_names: TopicNames,
    registry_url: Option<String>,
    registry: RegistryClientBuilder,
    schema_id_in_header: bool,
    auto_register: bool,
    use_latest_version: bool,
}

impl fmt::Debug for ClientBuilder {
    /// Omits the registry: not only its credentials but also its address may contain a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl ClientBuilder {
    fn new() -> Self {
        Self {
            settings: Settings::default(),
            topic_names: TopicNames::default(),
            registry_url: None,
            registry: RegistryClient::builder(""),
            schema_id_in_header: false,
            auto_register: false,
            use_latest_version: false,
        }
    }

    /// The builder that [`Client::from_env`] uses, for an application that overrides some of it.
    pub fn from_env() -> Self {
        let mut builder = Self::new();
        let variable = |name| env::var(name).ok().filter(|value| !value.is_empty());
        if let Some(servers) = variable("KAFKA_BOOTSTRAP_SERVERS") {
            builder = builder.bootstrap_servers(servers);
        }
        if let Some(url) = variable("SCHEMA_REGISTRY_URL") {
            builder = builder.schema_registry(url);
        }
        builder.registry = builder.registry.environment();
        connection_settings().fold(builder, |builder, (property, value)| builder.set(property, value))
    }

    /// Sets the addresses of some brokers of the cluster: `host:port`, separated by commas.
    pub fn bootstrap_servers(self, servers: impl Into<String>) -> Self {
        self.set("bootstrap.servers", servers)
    }

    /// Sets the address of the Schema Registry, including its path: `http://localhost:8081`, or
    /// `http://localhost:8080/apis/ccompat/v7` for Apicurio Registry. Several addresses of one registry are separated by
    /// commas.
    pub fn schema_registry(mut self, url: impl Into<String>) -> Self {
        self.registry_url = Some(url.into());
        self
    }

    /// Sets the user and the password for the Schema Registry (HTTP basic authentication).
    pub fn schema_registry_credentials(
        mut self,
        user: impl Into<String>,
        password: impl Into<String>,
    ) -> Self {
        self.registry = self.registry.basic_auth(user, password);
        self
    }

    /// Changes settings of the registry's client: a bearer token, certificates, the timeout, repetitions.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use eventgen::Client;
    ///
    /// let client = Client::builder("localhost:9092", "http://localhost:8081,http://localhost:8082")
    ///     .schema_registry_with(|registry| registry.bearer("token").timeout(Duration::from_secs(30)))
    ///     .build()?;
    /// # Ok::<(), eventgen::Error>(())
    /// ```
    pub fn schema_registry_with(
        mut self,
        configure: impl FnOnce(RegistryClientBuilder) -> RegistryClientBuilder,
    ) -> Self {
        self.registry = configure(self.registry);
        self
    }

    /// Has producers write the schema to the record header `__value_schema_id` instead of the first bytes of the value, as
    /// Confluent's clients since version 8 can: the guid of the schema, or its id if the registry has no guids. Default: off,
    /// because older consumers cannot read such records. Consumers of eventgen read both. Typed keys have the id in
    /// their first bytes all the same: it is part of what decides their partition.
    pub fn schema_id_in_header(mut self, is_in_header: bool) -> Self {
        self.schema_id_in_header = is_in_header;
        self
    }

    /// Has producers register the schemas of their events when they connect, if the registry lacks them, as
    /// [`Client::register`] does. For development. Default: off, because in production `eventgen register` in CI decides what is
    /// registered, and a producer that finds no schema fails with [`Error::NotRegistered`].
    pub fn auto_register(mut self, registers: bool) -> Self {
        self.auto_register = registers;
        self
    }

    /// Has producers write in the latest version of each subject instead of looking up the schema of the build, as Confluent's
    /// clients do with `use.latest.version`: for a registry where others register the schemas. An Avro event is resolved to that
    /// version as a consumer would read it; a version that does not read it is [`Error::LatestVersion`]. The version is the one
    /// of the time when the producer connects. With [`auto_register`](Self::auto_register), only a subject without any version
    /// is registered. Typed keys are written with the schema of the build all the same. Default: off.
    pub fn use_latest_version(mut self, is_used: bool) -> Self {
        self.use_latest_version = is_used;
        self
    }

    /// Adds a prefix to the names of all topics, so that tests or environments can share a cluster. With `test-1.`, the
    /// topic `orders` of a contract is `test-1.orders` in the cluster.
    ///
    /// Producers, consumers, dead letters, lag and [`Client::create_topics`] use the prefixed names. Registry subjects are
    /// not prefixed: all environments that share a registry share its schemas.
    pub fn topic_prefix(self, prefix: impl Into<String>) -> Self {
        let prefix = prefix.into();
        self.topic_names(move |name| format!("{prefix}{name}"))
    }

    /// Sets a function from the contract's name of a topic to the cluster's. It applies where
    /// [`topic_prefix`](Self::topic_prefix) does, and replaces it.
    pub fn topic_names(mut self, name: impl Fn(&str) -> String + Send + Sync + 'static) -> Self {
        self.topic_names = TopicNames::by(name);
        self
    }

    /// Sets a librdkafka property of every producer and consumer, and of the admin client, by its name.
    pub fn set(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.settings.set(name, value);
        self
    }

    /// Creates the client. It does not connect to anything yet.
    ///
    /// # Errors
    /// [`Error::MissingSetting`] if the address of the cluster or of the registry is not set,
    /// [`Error::Registry`] if the address of the registry is not a URL.
    pub fn build(self) -> Result<Client, Error> {
        let bootstrap_servers = self.settings.get("bootstrap.servers").map(str::to_owned);
        let bootstrap_servers = bootstrap_servers.ok_or(Error::MissingSetting {
            setting: "bootstrap.servers",
            method: "bootstrap_servers",
            variable: "KAFKA_BOOTSTRAP_SERVERS",
        })?;
        let registry_url = self.registry_url.ok_or(Error::MissingSetting {
            setting: "schema.registry.url",
            method: "schema_registry",
            variable: "SCHEMA_REGISTRY_URL",
        })?;
        let registry = self.registry.url(&registry_url).build()?;
        let admin = Admin::new(self.settings.iter());
        let Self { settings, topic_names, schema_id_in_header, auto_register, use_latest_version, .. } = self;
        let inner = Inner {
            bootstrap_servers,
            settings,
            registry,
            admin,
            topic_names,
            schema_id_in_header,
            auto_register,
            use_latest_version,
        };
        Ok(Client { inner: Arc::new(inner) })
    }
}

/// Runs a call that blocks (librdkafka's metadata requests, parsing a large schema) on a thread for blocking work.
pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(value) => value,
        Err(failure) => std::panic::resume_unwind(failure.into_panic()),
    }
}

/// Runs a future that blocks a thread of its runtime on a thread of its own. When the caller stops waiting, or its runtime
/// ends, nothing waits for the rest of it.
pub(crate) async fn detached<T: Send + 'static>(
    work: impl Future<Output = T> + Send + 'static,
) -> std::io::Result<T> {
    let (sender, answer) = tokio::sync::oneshot::channel();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    std::thread::Builder::new().name("eventgen request".to_owned()).spawn(move || {
        // The caller may have stopped waiting.
        let _ = sender.send(runtime.block_on(work));
    })?;
    answer.await.map_err(|_| std::io::Error::other("the thread of a request panicked"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missing(builder: ClientBuilder) -> String {
        let error = builder.build().expect_err("an address is missing");
        assert!(matches!(error, Error::MissingSetting { .. }), "{error}");
        error.to_string()
    }

    #[test]
    fn missing_addresses_are_named_with_their_variables() {
        let cluster = missing(ClientBuilder::new().schema_registry("http://localhost:8081"));
        assert!(
            cluster.contains("bootstrap.servers") && cluster.contains("KAFKA_BOOTSTRAP_SERVERS"),
            "{cluster}"
        );
        let registry = missing(ClientBuilder::new().bootstrap_servers("localhost:9092"));
        assert!(
            registry.contains("schema.registry.url") && registry.contains("SCHEMA_REGISTRY_URL"),
            "{registry}"
        );
    }
}
