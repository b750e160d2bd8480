//! The cluster of a command, and the settings of its clients.

use std::env;

use eventgen_schema::Manifest;

use crate::arguments::Cluster;
use crate::failure::Failure;

/// Environment variables, and the properties of librdkafka that they set: those of `Client::from_env`.
const VARIABLES: [(&str, &str); 5] = [
    ("KAFKA_SECURITY_PROTOCOL", "security.protocol"),
    ("KAFKA_SASL_MECHANISM", "sasl.mechanism"),
    ("KAFKA_SASL_USERNAME", "sasl.username"),
    ("KAFKA_SASL_PASSWORD", "sasl.password"),
    ("KAFKA_SSL_CA_LOCATION", "ssl.ca.location"),
];

const BOOTSTRAP_SERVERS: &str = "bootstrap.servers";

/// The settings of a client, by librdkafka's names.
pub(crate) struct Settings(Vec<(String, String)>);

impl Settings {
    /// Selects the cluster of the command line, else of the environment in `eventgen.toml`, else of the process's environment
    /// variables. How to connect is in the latter, and in `--property`.
    pub(crate) fn new(
        cluster: &Cluster,
        environment: Option<&str>,
        manifest: Option<&Manifest>,
    ) -> Result<Self, Failure> {
        let servers = match (&cluster.bootstrap_servers, environment, manifest) {
            (None, Some(name), Some(manifest)) => manifest
                .brokers_of(name)?
                .bootstrap_servers
                .ok_or_else(|| Failure::NoClusterInEnvironment { environment: name.to_owned() })?,
            (servers, ..) => {
                servers.clone().or_else(|| variable("KAFKA_BOOTSTRAP_SERVERS")).ok_or(Failure::NoCluster)?
            }
        };
        let mut settings = vec![(BOOTSTRAP_SERVERS.to_owned(), servers)];
        for (name, property) in VARIABLES {
            settings.extend(variable(name).map(|value| (property.to_owned(), value)));
        }
        settings.extend(cluster.property.iter().cloned());
        Ok(Self(settings))
    }

    /// The addresses of the brokers.
    pub(crate) fn bootstrap_servers(&self) -> &str {
        let last = self.0.iter().rev().find(|(name, _)| name == BOOTSTRAP_SERVERS);
        last.map_or("", |(_, servers)| servers.as_str())
    }

    pub(crate) fn settings(&self) -> &[(String, String)] {
        &self.0
    }

    pub(crate) fn into_inner(self) -> Vec<(String, String)> {
        self.0
    }
}

fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}
