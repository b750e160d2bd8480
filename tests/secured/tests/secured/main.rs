//! Clients of a real broker with TLS, client certificates and passwords. A plain `cargo test` ignores them; `cargo xtask test
//! --only secured` starts the broker and runs them.

mod refused;
mod rights;
mod secrets;
mod transactions;
mod ways_in;

use std::env;

use eventgen::{Client, ClientBuilder};

/// The value of a variable that `cargo xtask test` sets.
fn variable(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run `cargo xtask test`"))
}

/// A file of the folder with the cluster's certificates.
fn file(name: &str) -> String {
    format!("{}/{name}", variable("KAFKA_TLS_FOLDER"))
}

/// Properties of a client.
type Properties = Vec<(&'static str, String)>;

/// Properties that trust the cluster.
fn trusting() -> Properties {
    vec![("ssl.ca.location", file("ca.pem"))]
}

/// A client certificate.
fn mutual(name: &str) -> Properties {
    let mut properties = trusting();
    properties.extend([
        ("security.protocol", "SSL".to_owned()),
        ("ssl.certificate.location", file(&format!("{name}.pem"))),
        ("ssl.key.location", file(&format!("{name}.key"))),
    ]);
    properties
}

/// A user and a password over TLS.
fn password(mechanism: &str, user: &str, password: &str) -> Properties {
    let mut properties = trusting();
    properties.extend([
        ("security.protocol", "SASL_SSL".to_owned()),
        ("sasl.mechanism", mechanism.to_owned()),
        ("sasl.username", user.to_owned()),
        ("sasl.password", password.to_owned()),
    ]);
    properties
}

fn builder(servers: &str, registry: &str, properties: Properties) -> ClientBuilder {
    let builder = Client::builder(servers, registry);
    properties.into_iter().fold(builder, |builder, (name, value)| builder.set(name, value))
}

/// The addresses for clients with a certificate.
fn tls() -> String {
    variable("KAFKA_SSL_BOOTSTRAP_SERVERS")
}

/// The addresses for clients with a password over TLS.
fn sasl_tls() -> String {
    variable("KAFKA_SASL_SSL_BOOTSTRAP_SERVERS")
}
