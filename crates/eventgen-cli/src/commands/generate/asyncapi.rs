//! `eventgen generate asyncapi`: a document about topics, events, and who sends and receives them.

use eventgen_artifacts::asyncapi::{self, Server, Settings};

use super::resolved::{Artefact, changed, events, read};
use crate::arguments;
use crate::failure::Failure;
use crate::load::Read;
use crate::outcome::Outcome;
use crate::terminal::Terminal;

pub(super) fn generate(arguments: &arguments::Asyncapi, terminal: Terminal) -> Result<Outcome, Failure> {
    let read = read(&arguments.resolved, terminal)?;
    let server = server(arguments, &read)?;
    let settings = Settings::new(&arguments.title, &arguments.api_version);
    let settings = server.into_iter().fold(settings, Settings::server);
    let contract = read.loaded.contract;
    let artefact = Artefact {
        kind: "asyncapi",
        options: [
            changed("--title", &arguments.title, "Kafka"),
            changed("--api-version", &arguments.api_version, "1.0.0"),
            changed("--registry-vendor", &arguments.registry_vendor, "confluent"),
        ]
        .into_iter()
        .flatten()
        .collect(),
        files: vec![asyncapi::document(&contract, &settings)?],
        folder: &arguments.out,
    };
    artefact.write(&arguments.resolved, events(&contract))
}

/// The brokers of the environment, if there is one and it has any.
fn server(arguments: &arguments::Asyncapi, read: &Read) -> Result<Option<Server>, Failure> {
    let (Some(name), Some(manifest)) = (&arguments.resolved.env, &read.manifest) else { return Ok(None) };
    let addresses = manifest.written_addresses_of(name)?;
    let server = |brokers| {
        Server::new(name, brokers).schema_registry(addresses.schema_registry, &arguments.registry_vendor)
    };
    Ok(addresses.bootstrap_servers.map(server))
}
