//! The cluster of a command, and the settings of its clients.

use std::env;

use eventgen_admin::{connection_settings, without_credentials};
use eventgen_schema::Manifest;

use crate::arguments::Cluster;
use crate::failure::Failure;

const BOOTSTRAP_SERVERS: &str = "bootstrap.servers";

/// The settings of a client, by librdkafka's names.
pub(crate) struct Settings(Vec<(String, String)>);

impl Settings {
    /// Selects the cluster of the command line, else of the environment in `eventgen.toml`, else of the process's environment
    /// variables. How to connect is in these variables, in the environment, which overrides them, and in `--property`, which
    /// overrides both. Properties of an environment are for its own cluster.
    pub(crate) fn new(
        cluster: &Cluster,
        environment: Option<&str>,
        manifest: Option<&Manifest>,
    ) -> Result<Self, Failure> {
        let (servers, properties) = match (&cluster.bootstrap_servers, environment, manifest) {
            (None, Some(name), Some(manifest)) => {
                let brokers = manifest.brokers_of(name)?;
                let missing = || Failure::NoClusterInEnvironment { environment: name.to_owned() };
                (brokers.bootstrap_servers.ok_or_else(missing)?, brokers.kafka)
            }
            (servers, ..) => {
                let servers = servers.clone().or_else(|| variable("KAFKA_BOOTSTRAP_SERVERS"));
                (servers.ok_or(Failure::NoCluster)?, Vec::new())
            }
        };
        if cluster.property.iter().any(|(name, _)| name.is_empty()) {
            return Err(Failure::Property);
        }
        let mut settings = vec![(BOOTSTRAP_SERVERS.to_owned(), servers)];
        settings.extend(connection_settings().map(|(property, value)| (property.to_owned(), value)));
        settings.extend(properties);
        settings.extend(cluster.property.iter().cloned());
        Ok(Self(settings))
    }

    /// The addresses of the brokers, for messages: without credentials.
    pub(crate) fn bootstrap_servers(&self) -> String {
        let last = self.0.iter().rev().find(|(name, _)| name == BOOTSTRAP_SERVERS);
        last.map(|(_, servers)| without_credentials(servers)).unwrap_or_default()
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
