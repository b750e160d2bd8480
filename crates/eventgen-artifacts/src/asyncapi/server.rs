//! The brokers of an environment, and its registry.

use eventgen_schema::without_credentials;
use serde_json::{Map, Value, json};

use super::binding::kafka;

/// The brokers of an environment. `${NAME}` in an address stays a variable: nothing is read from the process.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a server is part of settings"]
pub struct Server {
    name: String,
    bootstrap_servers: String,
    schema_registry: Option<String>,
    vendor: String,
}

impl Server {
    /// The brokers at these addresses, which commas separate. A user and a password in an address are left out.
    pub fn new(name: impl Into<String>, bootstrap_servers: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            bootstrap_servers: without_credentials(&bootstrap_servers.into()),
            schema_registry: None,
            vendor: String::new(),
        }
    }

    /// Sets the registry, by address and vendor. A user and a password in the address, and its query, are left out.
    pub fn schema_registry(mut self, url: impl Into<Option<String>>, vendor: impl Into<String>) -> Self {
        self.schema_registry = url.into().map(|url| without_credentials(&url));
        self.vendor = vendor.into();
        self
    }

    /// A server object for each address.
    pub(super) fn objects(&self) -> Vec<(String, Value)> {
        let addresses: Vec<&str> =
            self.bootstrap_servers.split(',').map(str::trim).filter(|address| !address.is_empty()).collect();
        let several = addresses.len() > 1;
        let name = |index| if several { format!("{}-{}", self.name, index + 1) } else { self.name.clone() };
        addresses
            .into_iter()
            .enumerate()
            .map(|(index, address)| (name(index), self.object(address)))
            .collect()
    }

    fn object(&self, address: &str) -> Value {
        let (host, variables) = variables(address);
        let mut server = json!({ "host": host, "protocol": "kafka" });
        if !variables.is_empty() {
            server["variables"] = variables.into();
        }
        if let Some(url) = &self.schema_registry {
            let binding = json!({ "schemaRegistryUrl": url, "schemaRegistryVendor": self.vendor });
            server["bindings"] = kafka(binding);
        }
        server
    }
}

/// An address with `${NAME}` as variables of `AsyncAPI`.
fn variables(address: &str) -> (String, Map<String, Value>) {
    let (mut host, mut variables, mut rest) = (String::new(), Map::new(), address);
    while let Some((before, after)) = rest.split_once("${") {
        let Some((name, behind)) = after.split_once('}') else { break };
        host.push_str(before);
        host.extend(["{", name, "}"]);
        variables
            .insert(name.to_owned(), json!({ "description": format!("The environment variable {name}") }));
        rest = behind;
    }
    host.push_str(rest);
    (host, variables)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_of_the_environment_are_variables_of_the_server() {
        let objects = Server::new("prod", "${BROKER}:9092, b:9092").objects();
        assert_eq!(objects[0].0, "prod-1");
        assert_eq!(objects[0].1["host"], "{BROKER}:9092");
        assert!(objects[0].1["variables"]["BROKER"].is_object());
        assert_eq!(objects[1].1, json!({ "host": "b:9092", "protocol": "kafka" }));
    }

    #[test]
    fn no_password_is_written() {
        let server = Server::new("prod", "SASL_SSL://ada:secret@b:9092")
            .schema_registry(Some("https://ada:secret@registry/x?token=secret".to_owned()), "confluent");
        let object = server.objects().remove(0).1;
        assert_eq!(object["host"], "SASL_SSL://b:9092");
        assert!(!object.to_string().contains("secret"), "{object}");
    }
}
