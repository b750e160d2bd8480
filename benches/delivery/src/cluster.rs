//! The broker, and a registry in this process: its schema ids are the same in each process, because one schema is registered.

use std::error::Error;

use eventgen::Client;
use eventgen_testkit::EmbeddedRegistry;

use crate::event::BenchOrdersV1;

pub(crate) type Failure = Box<dyn Error + Send + Sync>;

/// Which broker and which topic: the options of every case.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Place {
    /// The addresses of the cluster.
    #[arg(long)]
    brokers: String,
    /// The prefix of the topic's name.
    #[arg(long)]
    prefix: String,
    /// The number of records.
    #[arg(long)]
    pub(crate) records: usize,
}

/// A client of eventgen, and what it needs.
pub(crate) struct Cluster {
    pub(crate) client: Client,
    pub(crate) schema_id: u32,
    _registry: EmbeddedRegistry,
}

impl Place {
    pub(crate) fn brokers(&self) -> &str {
        &self.brokers
    }

    /// The name of the topic in the cluster.
    pub(crate) fn topic(&self) -> String {
        format!("{}{}", self.prefix, crate::event::com::example::bench::bench_orders_v1::TOPIC.name)
    }

    /// Starts a registry and registers the schema.
    pub(crate) async fn connect(&self) -> Result<Cluster, Failure> {
        let registry = EmbeddedRegistry::start()?;
        let client = Client::builder(&self.brokers, registry.url()).topic_prefix(&self.prefix).build()?;
        let ids = client.register::<BenchOrdersV1>().await?;
        let schema_id = ids.first().ok_or("the topic has no event")?.0;
        Ok(Cluster { client, schema_id, _registry: registry })
    }
}
