//! The cluster, and a registry in this process.

use std::error::Error;

use eventgen::Client;
use eventgen_testkit::EmbeddedRegistry;

use crate::event::com::example::bench::BenchOpenKeysV1;

/// The group of the contract.
pub(crate) const GROUP: &str = "bench";

pub(crate) type Failure = Box<dyn Error + Send + Sync>;

/// A client, and the registry in this process: ids are the same in each process, because one schema is registered.
pub(crate) struct Cluster {
    pub(crate) client: Client,
    _registry: EmbeddedRegistry,
}

impl Cluster {
    pub(crate) async fn connect(brokers: &str, prefix: &str) -> Result<Self, Failure> {
        let registry = EmbeddedRegistry::start()?;
        let client = Client::builder(brokers, registry.url()).topic_prefix(prefix).build()?;
        client.register::<BenchOpenKeysV1>().await?;
        Ok(Self { client, _registry: registry })
    }
}
