//! The cluster of a command, and the settings of its clients.

use std::env;

use eventgen_admin::{connection_settings, without_credentials};
use eventgen_schema::Manifest;

use crate::arguments::Cluster;
use crate::failure::Failure;

const BOOTSTRAP_SERVERS: &str = "bootstrap.servers";
/// What librdkafka takes in front of an address.
const PROTOCOLS: [&str; 4] = ["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"];

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
        let given = cluster.bootstrap_servers.as_ref().filter(|servers| !is_empty(servers));
        let (servers, properties) = match (given, environment, manifest) {
            (None, Some(name), Some(manifest)) => {
                let brokers = manifest.brokers_of(name)?;
                let missing = || Failure::NoClusterInEnvironment { environment: name.to_owned() };
                let servers = brokers.bootstrap_servers.ok_or_else(missing)?;
                if is_empty(&servers) {
                    let written = manifest.written_addresses_of(name)?.bootstrap_servers.unwrap_or_default();
                    let (environment, property) = (name.to_owned(), "bootstrap-servers");
                    return Err(Failure::EmptyAddress { environment, property, written });
                }
                (servers, brokers.kafka)
            }
            (servers, ..) => {
                let servers = servers.cloned().or_else(|| variable("KAFKA_BOOTSTRAP_SERVERS"));
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
        let last = settings.iter().rev().find(|(name, _)| name == BOOTSTRAP_SERVERS);
        if let Some((_, servers)) = last {
            check(servers)?;
        }
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

/// Fails if one of several addresses is none that librdkafka connects to: it would wait for a broker there, or take other digits for
/// the port.
fn check(servers: &str) -> Result<(), Failure> {
    let addresses = servers.split(',').map(str::trim).filter(|address| !address.is_empty());
    for address in addresses {
        let wrong = |reason| Failure::Address { address: without_credentials(address), reason };
        let rest = match address.split_once("://") {
            Some((protocol, _)) if !PROTOCOLS.contains(&protocol.to_ascii_uppercase().as_str()) => {
                return Err(wrong("it is a URL, and addresses of brokers are written host:port"));
            }
            Some((_, rest)) => rest,
            None => address,
        };
        let rest = rest.rsplit_once('@').map_or(rest, |(_, rest)| rest);
        // The colons of an IPv6 address are in brackets.
        let (host, port) = match rest.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
            _ => (rest, None),
        };
        let is_outside = |char: char| char.is_whitespace() || matches!(char, ';' | '/' | '|' | '?' | '#');
        if host.is_empty() || host.contains(is_outside) {
            return Err(wrong("write host:port, and commas between several"));
        }
        if port.is_some_and(|port| port.parse::<u16>().map_or(true, |port| port == 0)) {
            return Err(wrong("a port is a number from 1 to 65535"));
        }
    }
    Ok(())
}

/// Whether there is no address.
fn is_empty(servers: &str) -> bool {
    servers.split(',').all(|address| address.trim().is_empty())
}

fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !is_empty(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_hosts_with_ports() {
        for servers in
            ["a", "a:9092", "a:1, b:65535,", "[::1]:9092", "[::1]", "SASL_SSL://u:p@a:1", "plaintext://a"]
        {
            assert!(check(servers).is_ok(), "{servers}");
        }
        for servers in
            ["127.0.0.1:99999", "a:0", "a:b", "a:", "http://a:1", "a:1;b:1", ":9092", "a b:1", "a:1/x"]
        {
            let error = check(servers).expect_err(servers).to_string();
            assert!(error.contains("is not the address of a broker: "), "{error}");
        }
        let error = check("u:secret@a:99999").expect_err("an error").to_string();
        assert!(!error.contains("secret"), "{error}");
    }
}
