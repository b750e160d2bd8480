//! Writes the records that consumers read, once.

use eventgen::TopicOverrides;

use crate::cluster::{Failure, Place};
use crate::event::{BenchOrdersV1, com::example::bench::bench_orders_v1, order};

/// The options of `fill`.
#[derive(Debug, clap::Args)]
pub(crate) struct Fill {
    #[command(flatten)]
    place: Place,
    /// Partitions of the topic.
    #[arg(long)]
    partitions: u32,
    /// The number of record keys.
    #[arg(long)]
    keys: usize,
}

impl Fill {
    /// Creates the topic and writes the records. With no records it creates the topic only.
    pub(crate) async fn run(&self) -> Result<(), Failure> {
        let cluster = self.place.connect().await?;
        let topic = bench_orders_v1::TOPIC.with_partitions(self.partitions);
        cluster.client.create_topics(&[&topic], TopicOverrides::default()).await?;
        if self.place.records > 0 {
            let producer = BenchOrdersV1::producer(&cluster.client).await?;
            for number in 0..self.place.records {
                producer.enqueue(&order(number, self.keys)).await?;
            }
            producer.close().await?;
        }
        Ok(())
    }
}
