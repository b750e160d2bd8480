//! An `AsyncAPI` 3.1.0 document with Kafka bindings 0.5.0: a channel for each topic, a message for each event, an operation
//! for each service that writes and each group that reads.

mod binding;
mod channels;
mod example;
mod key;
mod messages;
mod operations;
mod path;
mod schema;
mod server;

use eventgen_schema::Contract;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::error::Error;
use crate::file::File;
pub use path::FILE;
pub use server::Server;

/// The version of `AsyncAPI`.
const VERSION: &str = "3.1.0";
/// What the contract does not say.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "settings do nothing on their own"]
pub struct Settings {
    title: String,
    version: String,
    servers: Vec<Server>,
}

impl Settings {
    /// Settings with the title and the version of the document.
    pub fn new(title: impl Into<String>, version: impl Into<String>) -> Self {
        Self { title: title.into(), version: version.into(), servers: Vec::new() }
    }

    /// Adds the brokers of an environment.
    pub fn server(mut self, server: Server) -> Self {
        self.servers.push(server);
        self
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    asyncapi: &'static str,
    info: Value,
    #[serde(skip_serializing_if = "Map::is_empty")]
    servers: Map<String, Value>,
    channels: Map<String, Value>,
    operations: Map<String, Value>,
    components: Value,
}

/// The document of a contract.
///
/// # Errors
/// A schema is nested too deeply to be embedded.
pub fn document(contract: &Contract, settings: &Settings) -> Result<File, Error> {
    let document = Document {
        asyncapi: VERSION,
        info: json!({ "title": settings.title, "version": settings.version }),
        servers: settings.servers.iter().flat_map(Server::objects).collect(),
        channels: channels::of(contract),
        operations: operations::of(contract),
        components: json!({ "messages": messages::of(contract)? }),
    };
    File::json(FILE.to_owned(), &document)
}
