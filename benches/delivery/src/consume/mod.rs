//! Consumers of the same records: eventgen and its peers.

mod bare;
mod eventgen_consumer;
mod ruststream_consumer;

use std::sync::Arc;
use std::time::Duration;

use clap::ValueEnum;

use crate::cluster::{Failure, Place};
use crate::event::random;
use crate::exporters::{self, Export};
use crate::meter::{Meter, Taken};

/// The options of `consume`.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Consume {
    /// What consumes.
    client: Client,
    #[command(flatten)]
    place: Place,
    /// The consumer group, which has read nothing yet.
    #[arg(long)]
    group: String,
    /// How many records are handled at once.
    #[arg(long, default_value_t = 1)]
    concurrency: usize,
    /// Decode each record in the handler, where the client does not do it itself.
    #[arg(long)]
    decode: bool,
    /// A property of librdkafka, `name=value`.
    #[arg(long = "set", value_parser = property)]
    properties: Vec<(String, String)>,
    /// What is exported of what eventgen emits, where this build has the features.
    #[arg(long, default_value = "spans")]
    export: Export,
    #[command(flatten)]
    work: Work,
}

fn property(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("a property is `name=value`")?;
    Ok((name.to_owned(), value.to_owned()))
}

/// What a handler does.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct Work {
    /// The shortest time that a handler waits, in milliseconds.
    #[arg(long, default_value_t = 0)]
    least_wait: u64,
    /// The longest time that a handler waits, in milliseconds.
    #[arg(long, default_value_t = 0)]
    most_wait: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Client {
    /// A loop around rdkafka's `BaseConsumer`, one record after another.
    Bare,
    /// No consumer: the handlers alone, as the limit for slow ones.
    Handlers,
    /// eventgen.
    Eventgen,
    /// ruststream with its pool of workers, which keeps no order.
    Ruststream,
    /// ruststream with workers by record key.
    RuststreamByKey,
    /// ruststream with workers by partition, its default of `workers(n, by_key)`.
    RuststreamByPartition,
}

impl Consume {
    /// Consumes all records.
    pub(crate) async fn run(self) -> Result<Taken, Failure> {
        exporters::install(self.export);
        let meter = Arc::new(Meter::new(self.place.records));
        match self.client {
            Client::Bare => bare::consume(&self, &meter)?,
            Client::Handlers => handlers(&self, &meter).await?,
            Client::Eventgen => eventgen_consumer::consume(&self, &meter).await?,
            Client::Ruststream => ruststream_consumer::consume(&self, &meter, None).await?,
            Client::RuststreamByKey => {
                let by_key = Some(ruststream_rdkafka::LaneKey::RecordKey);
                ruststream_consumer::consume(&self, &meter, by_key).await?;
            }
            Client::RuststreamByPartition => {
                let by_partition = Some(ruststream_rdkafka::LaneKey::Partition);
                ruststream_consumer::consume(&self, &meter, by_partition).await?;
            }
        }
        Ok(meter.taken()?)
    }
}

impl Work {
    /// Works on the record that has this number: waits as long as for every client.
    async fn run(self, number: usize) {
        if self.most_wait > 0 {
            let choices = self.most_wait - self.least_wait + 1;
            let random = random(number);
            // tokio's timer counts in milliseconds and rounds up, which would be a tenth of what is measured.
            async_io::Timer::after(Duration::from_millis(self.least_wait + random % choices)).await;
        }
    }
}

/// The handlers without a consumer: each of `concurrency` tasks handles one record after another.
async fn handlers(options: &Consume, meter: &Arc<Meter>) -> Result<(), Failure> {
    meter.start();
    let tasks: Vec<_> = (0..options.concurrency)
        .map(|task| {
            let (meter, work) = (Arc::clone(meter), options.work);
            let numbers = (task..options.place.records).step_by(options.concurrency);
            tokio::spawn(async move {
                for number in numbers {
                    work.run(number).await;
                    meter.record();
                }
            })
        })
        .collect();
    for task in tasks {
        task.await?;
    }
    Ok(())
}
