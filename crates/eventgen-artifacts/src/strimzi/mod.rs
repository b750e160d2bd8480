//! Resources for Strimzi's operators: a `KafkaTopic` for each topic, and a `KafkaUser` with its rights for each service that
//! writes and each group that reads.

mod name;

use std::collections::BTreeMap;

use askama::Template;
use eventgen_schema::Contract;

use crate::cluster::{self, Resource};
use crate::error::Error;
use crate::file::File;
use crate::quote;

/// The path of the topics.
pub const TOPICS: &str = "kafka-topics.yaml";
/// The path of the users.
pub const USERS: &str = "kafka-users.yaml";

/// How a `KafkaUser` proves who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Authentication {
    /// With a password.
    #[default]
    ScramSha512,
    /// With a certificate of Strimzi.
    Tls,
    /// With a certificate of somebody else.
    TlsExternal,
}

impl Authentication {
    /// The name in `spec.authentication.type`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ScramSha512 => "scram-sha-512",
            Self::Tls => "tls",
            Self::TlsExternal => "tls-external",
        }
    }
}

/// Where the resources belong.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "settings do nothing on their own"]
pub struct Settings {
    cluster: String,
    namespace: Option<String>,
    authentication: Authentication,
}

impl Settings {
    /// Settings for the `Kafka` resource of this name.
    pub fn new(cluster: impl Into<String>) -> Self {
        Self { cluster: cluster.into(), namespace: None, authentication: Authentication::default() }
    }

    /// Sets the namespace of the resources; without one, `kubectl` decides.
    pub fn namespace(mut self, namespace: impl Into<Option<String>>) -> Self {
        self.namespace = namespace.into();
        self
    }

    /// Sets how users prove who they are.
    pub fn authentication(mut self, authentication: Authentication) -> Self {
        self.authentication = authentication;
        self
    }

    /// Whether a text can be the name of a `Kafka` resource or of a namespace.
    pub fn is_name(text: &str) -> bool {
        name::is_subdomain(text)
    }
}

/// The resources of a contract. Without producers and groups there is no file of users.
///
/// # Errors
/// A template cannot be filled in.
pub fn resources(contract: &Contract, settings: &Settings) -> Result<Vec<File>, Error> {
    let mut files = vec![File::render(TOPICS.to_owned(), &Topics::new(contract, settings))?];
    let users = Users::new(contract, settings);
    if !users.users.is_empty() {
        files.push(File::render(USERS.to_owned(), &users)?);
    }
    Ok(files)
}

/// `metadata` of a resource, as YAML literals.
#[derive(Debug)]
struct Metadata {
    name: String,
    namespace: Option<String>,
    cluster: String,
    annotations: BTreeMap<&'static str, String>,
}

impl Metadata {
    fn new(name: &str, settings: &Settings) -> Self {
        Self {
            name: quote::string(name),
            namespace: settings.namespace.as_deref().map(quote::string),
            cluster: quote::string(&settings.cluster),
            annotations: BTreeMap::new(),
        }
    }

    fn annotate(&mut self, annotation: &'static str, text: &str) {
        self.annotations.insert(annotation, quote::string(text));
    }
}

#[derive(Debug, Template)]
#[template(path = "strimzi/topics.yaml", escape = "none")]
struct Topics {
    topics: Vec<Topic>,
}

#[derive(Debug)]
struct Topic {
    metadata: Metadata,
    /// The name in Kafka, if it cannot be that of the resource.
    kafka_name: Option<String>,
    partitions: Option<u32>,
    replicas: Option<u16>,
    config: Vec<(String, String)>,
}

impl Topic {
    fn is_empty(&self) -> bool {
        self.kafka_name.is_none()
            && self.partitions.is_none()
            && self.replicas.is_none()
            && self.config.is_empty()
    }
}

impl Topics {
    fn new(contract: &Contract, settings: &Settings) -> Self {
        let topics = cluster::topics(contract).into_iter().map(|topic| {
            let resource = name::resource(&topic.name, name::MAX_TOPIC);
            let mut metadata = Metadata::new(&resource, settings);
            metadata.annotate("description", &topic.content);
            if let Some(owner) = &topic.owner {
                metadata.annotate("owner", owner);
            }
            let config = topic.config.iter().map(|(name, value)| (quote::string(name), quote::string(value)));
            Topic {
                metadata,
                kafka_name: (resource != topic.name).then(|| quote::string(&topic.name)),
                partitions: topic.partitions,
                replicas: topic.replication_factor,
                config: config.collect(),
            }
        });
        Self { topics: topics.collect() }
    }
}

#[derive(Debug, Template)]
#[template(path = "strimzi/users.yaml", escape = "none")]
struct Users {
    authentication: &'static str,
    users: Vec<User>,
}

#[derive(Debug)]
struct User {
    metadata: Metadata,
    rights: Vec<Right>,
}

#[derive(Debug)]
struct Right {
    kind: &'static str,
    name: String,
    operations: String,
}

impl Users {
    fn new(contract: &Contract, settings: &Settings) -> Self {
        let users = cluster::users(contract).into_iter().map(|user| {
            let resource = name::resource(user.name, name::MAX_USER);
            let mut metadata = Metadata::new(&resource, settings);
            if resource != user.name {
                metadata.annotate("name", user.name);
            }
            let rights = user.rights.into_iter().map(|(resource, operations)| {
                let (kind, name) = match resource {
                    Resource::Topic(topic) => ("topic", topic),
                    Resource::Group(group) => ("group", group.into()),
                };
                let operations: Vec<_> = operations.into_iter().map(cluster::Operation::as_str).collect();
                Right { kind, name: quote::string(&name), operations: operations.join(", ") }
            });
            User { metadata, rights: rights.collect() }
        });
        Self { authentication: settings.authentication.as_str(), users: users.collect() }
    }
}
