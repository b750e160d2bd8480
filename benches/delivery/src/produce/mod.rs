//! Producers of the same records: eventgen and its peers.

mod bare;
mod eventgen_producer;
mod future;

use std::sync::Arc;

use clap::ValueEnum;
use rdkafka::ClientConfig;

use crate::cluster::{Failure, Place};
use crate::event::{OrderEvent, order};
use crate::meter::{Meter, Taken};

/// The number of different events, which are sent in turn. Making one costs more than sending it.
const EVENTS: usize = 10_000;

/// The name of the one header of the contract.
const HEADER: &str = "event-type";

/// The options of `produce`.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Produce {
    /// What produces.
    client: Client,
    #[command(flatten)]
    place: Place,
    /// Send from this number of tasks, each of which awaits one acknowledgement after another. Without it records are
    /// handed over without waiting.
    #[arg(long)]
    tasks: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Client {
    /// rdkafka's `ThreadedProducer`.
    Bare,
    /// rdkafka's `FutureProducer`.
    Future,
    /// eventgen.
    Eventgen,
}

impl Produce {
    /// Produces all records and waits for their acknowledgements.
    pub(crate) async fn run(self) -> Result<Taken, Failure> {
        let meter = Arc::new(Meter::new(self.place.records));
        match (self.client, self.tasks) {
            (Client::Bare, None) => bare::produce(&self, &meter).await?,
            (Client::Bare, Some(_)) => return Err("a `ThreadedProducer` has nothing to await".into()),
            (Client::Future, None) => future::pipelined(&self, &meter).await?,
            (Client::Future, Some(tasks)) => future::awaited(&self, &meter, tasks).await?,
            (Client::Eventgen, None) => eventgen_producer::pipelined(&self, &meter).await?,
            (Client::Eventgen, Some(tasks)) => eventgen_producer::awaited(&self, &meter, tasks).await?,
        }
        Ok(meter.taken()?)
    }

    /// The settings of a producer of rdkafka: those that eventgen has by default.
    fn settings(&self) -> ClientConfig {
        let mut settings = ClientConfig::new();
        settings.set("bootstrap.servers", self.place.brokers());
        for (name, value) in [
            ("enable.idempotence", "true"),
            ("acks", "all"),
            ("compression.type", "lz4"),
            ("partitioner", "murmur2_random"),
            ("delivery.timeout.ms", "120000"),
        ] {
            settings.set(name, value);
        }
        settings
    }
}

fn events() -> Vec<OrderEvent> {
    (0..EVENTS).map(|number| order(number, EVENTS)).collect()
}
