//! Where a walkthrough runs: on an embedded cluster, or on yours.

use clap::Args;
use eventgen::{Client, ClientBuilder, Topic, TopicOverrides};
use eventgen_testkit::TestCluster;

use crate::Failure;

/// Where a walkthrough runs, and how much it does.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Addresses of your brokers; without them an embedded cluster is started.
    #[arg(long, env = "KAFKA_BOOTSTRAP_SERVERS", requires = "schema_registry")]
    bootstrap_servers: Option<String>,
    /// Address of your Schema Registry.
    #[arg(long, env = "SCHEMA_REGISTRY_URL", requires = "bootstrap_servers")]
    schema_registry: Option<String>,
    /// Replicas of new topics on your cluster, if it has fewer brokers than the contract wants replicas.
    #[arg(long)]
    replication_factor: Option<u16>,
    /// How many events to send.
    #[arg(long, default_value_t = 300)]
    pub events: usize,
}

/// A cluster with the topics of the contract.
pub struct Cluster {
    /// A client of it.
    pub client: Client,
    /// What it is, in one line.
    pub description: String,
    /// Kept: the embedded cluster ends when it is dropped.
    _embedded: Option<TestCluster>,
}

impl Cluster {
    /// Connects to your cluster, or starts an embedded one, and creates the topics that do not exist.
    ///
    /// # Errors
    /// A cluster that does not answer.
    pub async fn start(arguments: &Arguments, topics: &[&Topic]) -> Result<Self, Failure> {
        match (&arguments.bootstrap_servers, &arguments.schema_registry) {
            (Some(servers), Some(registry)) => {
                let client =
                    ClientBuilder::from_env().bootstrap_servers(servers).schema_registry(registry).build()?;
                let overrides =
                    TopicOverrides::default().with_replication_factor(arguments.replication_factor);
                client.create_topics(topics, overrides).await?;
                let description = format!("yours at {servers}, registry at {}", client.registry().url());
                Ok(Self { client, description, _embedded: None })
            }
            _ => {
                let embedded = TestCluster::start()?;
                for topic in topics {
                    embedded.create_topic(topic)?;
                }
                let description =
                    format!("embedded, 3 brokers and a registry at {}", embedded.schema_registry().url());
                Ok(Self { client: embedded.client()?, description, _embedded: Some(embedded) })
            }
        }
    }
}
