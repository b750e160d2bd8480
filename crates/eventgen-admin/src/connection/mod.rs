//! How the process's environment tells clients to connect.

mod advice;

use std::env;

pub use advice::{refused_credentials, refused_settings, unreachable};

/// Properties of librdkafka that say how brokers are connected to: encryption, certificates, credentials. Each can be set by an
/// environment variable, whose name is `KAFKA_` and the name of the property in capitals, with `_` for each dot:
/// `KAFKA_SASL_PASSWORD` sets `sasl.password`.
pub const CONNECTION_PROPERTIES: [&str; 18] = [
    "security.protocol",
    "ssl.ca.location",
    "ssl.ca.pem",
    "ssl.certificate.location",
    "ssl.certificate.pem",
    "ssl.key.location",
    "ssl.key.pem",
    "ssl.key.password",
    "ssl.endpoint.identification.algorithm",
    "sasl.mechanism",
    "sasl.username",
    "sasl.password",
    "sasl.oauthbearer.method",
    "sasl.oauthbearer.client.id",
    "sasl.oauthbearer.client.secret",
    "sasl.oauthbearer.scope",
    "sasl.oauthbearer.extensions",
    "sasl.oauthbearer.token.endpoint.url",
];

/// The [`CONNECTION_PROPERTIES`] that the process's environment sets, with their values. A variable that is empty counts as not
/// set.
pub fn connection_settings() -> impl Iterator<Item = (&'static str, String)> {
    CONNECTION_PROPERTIES.into_iter().filter_map(|property| {
        let value = env::var(variable(property)).ok()?;
        (!value.is_empty()).then_some((property, value))
    })
}

/// The environment variable of a property.
fn variable(property: &str) -> String {
    format!("KAFKA_{}", property.replace('.', "_").to_uppercase())
}
