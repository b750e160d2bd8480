//! Environments such as `prod`: where a contract is deployed, and what differs there.

use std::collections::{BTreeMap, BTreeSet};
use std::env::{self, VarError};
use std::fmt;

use super::address::without_credentials;
use super::client_properties;
use crate::annotation::{TOPIC_PROPERTIES, TopicProperties, check_topic_name};
use crate::diagnostics::{Diagnostic, code};
use crate::node::Node;
use crate::reader::{Casing, Properties};
use crate::source::{Span, Spanned};
use crate::vocabulary::{ENVIRONMENT, names};

/// Properties of an environment that may hold `${VARIABLE}`.
pub(super) const ADDRESSES: [&str; 10] = [
    "bootstrapServers",
    "clusterId",
    "schemaRegistry",
    "schemaRegistryUsername",
    "schemaRegistryPassword",
    "schemaRegistryContext",
    "schemaRegistryToken",
    "schemaRegistrySslCaLocation",
    "schemaRegistrySslCertificateLocation",
    "schemaRegistrySslKeyLocation",
];
/// Those of the brokers.
pub(super) const BROKERS: [&str; 2] = ["bootstrapServers", KAFKA];
/// Those of all servers.
pub(super) const ALL: [&[&str]; 2] = [&ADDRESSES, &[KAFKA]];
/// Those that tell one cluster from another.
pub(super) const CLUSTER: [&str; 1] = ["clusterId"];
/// Those of the registry.
pub(super) const REGISTRY: [&str; 8] = [
    "schemaRegistry",
    "schemaRegistryUsername",
    "schemaRegistryPassword",
    "schemaRegistryContext",
    "schemaRegistryToken",
    "schemaRegistrySslCaLocation",
    "schemaRegistrySslCertificateLocation",
    "schemaRegistrySslKeyLocation",
];
/// The table of properties of the clients of the brokers.
pub(super) const KAFKA: &str = "kafka";
/// The property that marks an environment as production.
const PRODUCTION: &str = "production";
/// The property that the names of all topics begin with.
const TOPIC_PREFIX: &str = "topicPrefix";

/// An environment, with the values of its variables.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct Environment {
    /// Addresses of the brokers.
    pub bootstrap_servers: Option<String>,
    /// The id of the cluster that these brokers belong to.
    pub cluster_id: Option<String>,
    /// Properties of the clients of the brokers, such as `sasl.username`, in the order of their names. Values are never printed.
    pub kafka: Vec<(String, String)>,
    /// Address of the Schema Registry.
    pub schema_registry: Option<String>,
    /// User for the Schema Registry.
    pub schema_registry_username: Option<String>,
    /// Password for the Schema Registry. Never printed.
    pub schema_registry_password: Option<String>,
    /// Context of the Schema Registry, such as `staging`.
    pub schema_registry_context: Option<String>,
    /// Bearer token for the Schema Registry. Never printed.
    pub schema_registry_token: Option<String>,
    /// File with the certificates that are trusted for the Schema Registry, instead of those of the system.
    pub schema_registry_ssl_ca_location: Option<String>,
    /// File with the certificate that is shown to the Schema Registry.
    pub schema_registry_ssl_certificate_location: Option<String>,
    /// File with the private key of that certificate.
    pub schema_registry_ssl_key_location: Option<String>,
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Environment")
            .field("bootstrap_servers", &self.bootstrap_servers.as_deref().map(without_credentials))
            .field("cluster_id", &self.cluster_id)
            .field("kafka", &self.kafka.iter().map(|(name, _)| name).collect::<Vec<_>>())
            .field("schema_registry", &self.schema_registry.as_deref().map(without_credentials))
            .field("schema_registry_username", &self.schema_registry_username)
            .field("schema_registry_context", &self.schema_registry_context)
            .finish_non_exhaustive()
    }
}

/// An environment that is marked as production.
pub(crate) struct Production<'a> {
    pub(crate) name: &'a str,
    /// The location of the mark.
    pub(crate) marked: &'a Span,
    /// Its settings for all topics.
    pub(crate) topics: &'a TopicProperties,
}

/// The table of an environment.
#[derive(Debug, Clone)]
pub(super) struct EnvironmentProperties {
    pub(super) production: Option<Spanned<bool>>,
    pub(super) topics: TopicProperties,
    pub(super) topic_prefix: Option<Spanned<String>>,
    addresses: BTreeMap<&'static str, Spanned<String>>,
    /// Properties of the clients of the brokers.
    kafka: BTreeMap<String, Spanned<String>>,
}

impl EnvironmentProperties {
    pub(super) fn read(node: &Node, name: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<Self> {
        let what = format!("[environments.{name}]");
        let vocabulary = [&TOPIC_PROPERTIES[..], &names(&ENVIRONMENT)].concat();
        let mut properties = Properties::read(node, &what, &vocabulary, Casing::Kebab, diagnostics)?;
        let production = properties.boolean(PRODUCTION);
        let topics = TopicProperties::read(&mut properties, Casing::Kebab);
        let topic_prefix = properties.string(TOPIC_PREFIX);
        if let Some(prefix) = topic_prefix.as_ref().filter(|prefix| !prefix.value.is_empty()) {
            // A prefix of dots alone begins the name of a topic, although it is none itself.
            check_topic_name(&format!("{}a", prefix.value), &prefix.span, properties.diagnostics);
        }
        let addresses: BTreeMap<_, _> =
            ADDRESSES.into_iter().filter_map(|name| Some((name, properties.string(name)?))).collect();
        let kafka = client_properties::read(properties.table(KAFKA), properties.diagnostics);
        for text in addresses.values().chain(kafka.values()) {
            check_placeholders(text, properties.diagnostics);
        }
        Some(Self { production, topics, topic_prefix, addresses, kafka })
    }

    /// The addresses as they are written, with their variables. Credentials are left out, also those in an address.
    pub(super) fn written_addresses(&self) -> Environment {
        let value = |name: &str| self.addresses.get(name).map(|text| without_credentials(&text.value));
        Environment {
            bootstrap_servers: value("bootstrapServers"),
            schema_registry: value("schemaRegistry"),
            ..Environment::default()
        }
    }

    /// The names of the variables in these properties, each once.
    pub(super) fn variables(&self, used: &[&str]) -> Vec<String> {
        let addresses = self.addresses.iter().filter(|(name, _)| used.contains(name)).map(|(_, text)| text);
        let properties = self.kafka.values().filter(|_| used.contains(&KAFKA));
        let names = addresses.chain(properties).flat_map(|text| text.value.split("${").skip(1));
        let names: BTreeSet<&str> = names.filter_map(|after| Some(after.split_once('}')?.0)).collect();
        names.into_iter().map(str::to_owned).collect()
    }

    /// The environment with `${VARIABLE}` replaced, as far as these properties are used. A variable that is not set is
    /// reported.
    pub(super) fn environment(&self, used: &[&str], diagnostics: &mut Vec<Diagnostic>) -> Environment {
        let kafka = self.kafka.iter().filter(|_| used.contains(&KAFKA));
        let kafka =
            kafka.filter_map(|(name, text)| Some((name.clone(), filled_in(text, diagnostics)?))).collect();
        let mut value = |name: &str| {
            let text = self.addresses.get(name).filter(|_| used.contains(&name))?;
            filled_in(text, diagnostics)
        };
        Environment {
            kafka,
            bootstrap_servers: value("bootstrapServers"),
            cluster_id: value("clusterId"),
            schema_registry: value("schemaRegistry"),
            schema_registry_username: value("schemaRegistryUsername"),
            schema_registry_password: value("schemaRegistryPassword"),
            schema_registry_context: value("schemaRegistryContext"),
            schema_registry_token: value("schemaRegistryToken"),
            schema_registry_ssl_ca_location: value("schemaRegistrySslCaLocation"),
            schema_registry_ssl_certificate_location: value("schemaRegistrySslCertificateLocation"),
            schema_registry_ssl_key_location: value("schemaRegistrySslKeyLocation"),
        }
    }
}

/// Reports `${` that no name and `}` follow.
fn check_placeholders(text: &Spanned<String>, diagnostics: &mut Vec<Diagnostic>) {
    let is_name = |name: &str| {
        !name.is_empty()
            && !name.starts_with(|first: char| first.is_ascii_digit())
            && name.chars().all(|char| char.is_ascii_alphanumeric() || char == '_')
    };
    for after in text.value.split("${").skip(1) {
        let problem = match after.split_once('}') {
            Some((name, _)) if is_name(name) => continue,
            // It may be a password with these characters.
            Some(_) => "`${…}` does not hold the name of an environment variable".to_owned(),
            None => "`${` has no `}` after it".to_owned(),
        };
        diagnostics.push(
            Diagnostic::error(code::WRONG_VALUE, problem)
                .at(&text.span, "this cannot be filled in")
                .help("write ${NAME}: letters, digits and `_`; set a default where the variable is set"),
        );
    }
}

/// A text with its variables. One that is not set is reported.
fn filled_in(text: &Spanned<String>, diagnostics: &mut Vec<Diagnostic>) -> Option<String> {
    let (variable, error) = match fill_in(&text.value) {
        Ok(filled) => return Some(filled),
        Err(missing) => missing,
    };
    let is = match error {
        VarError::NotPresent => "is not set",
        VarError::NotUnicode(_) => "is not UTF-8 text",
    };
    diagnostics.push(
        Diagnostic::error(code::MISSING_VARIABLE, format!("environment variable {variable} {is}"))
            .at(&text.span, "needed here")
            .help(format!("set it before the command: export {variable}=…")),
    );
    None
}

/// Replaces `${NAME}` by environment variables. Fails with the name of one that has no text.
fn fill_in(text: &str) -> Result<String, (String, VarError)> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let Some((name, behind)) = after.split_once('}') else { break };
        out.push_str(before);
        out.push_str(&env::var(name).map_err(|error| (name.to_owned(), error))?);
        rest = behind;
    }
    out.push_str(rest);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_property_of_an_environment_is_read() {
        let mut read = [&ADDRESSES[..], &[PRODUCTION, TOPIC_PREFIX, KAFKA]].concat();
        let mut known = names(&ENVIRONMENT);
        read.sort_unstable();
        known.sort_unstable();
        assert_eq!(read, known);
    }
}
