//! Consumers whose handler writes a record to another topic for each one that it is given.

mod topic;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use clap::ValueEnum;
use eventgen::{Consumer, Delivery, Handler, HandlerError, Producer, TopicOverrides, TransactionOptions};
use tokio::sync::Notify;

use crate::cluster::{Failure, Place};
use crate::event::BenchOrdersV1;
use crate::meter::{Meter, Taken};
use topic::{Copied, Copies};

/// The options of `copy`.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Copy {
    /// How records are written.
    way: Way,
    #[command(flatten)]
    place: Place,
    /// The consumer group, which has read nothing yet. It is the transactional id too.
    #[arg(long)]
    group: String,
    /// How many records are handled at once.
    #[arg(long, default_value_t = 64)]
    concurrency: usize,
    /// After how many records a transaction is committed, if not by default.
    #[arg(long)]
    max_records: Option<usize>,
    /// After how many milliseconds a transaction is committed, if not by default.
    #[arg(long)]
    max_wait: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Way {
    /// A handler waits until its record is acknowledged: at least once.
    Awaited,
    /// A handler does not wait. A crash may lose records.
    Enqueued,
    /// By transactions: exactly once.
    Transactions,
}

struct Copier {
    way: Way,
    producer: Option<Producer<Copies>>,
    count: Arc<Count>,
}

/// Counts the records that are handled.
struct Count {
    meter: Meter,
    records: usize,
    done: AtomicUsize,
    all_done: Notify,
}

impl Handler for Copier {
    type Events = BenchOrdersV1;

    async fn handle(&self, event: BenchOrdersV1, delivery: &Delivery) -> Result<(), HandlerError> {
        let BenchOrdersV1::OrderEvent(event) = event;
        self.count.meter.start();
        let copied = Copied(event);
        match (self.way, &self.producer) {
            (Way::Awaited, Some(producer)) => drop(producer.send(&copied).await?),
            (Way::Enqueued, Some(producer)) => producer.enqueue(&copied).await?,
            (Way::Transactions, None) => delivery.send(&copied)?,
            _ => return Err(HandlerError::fatal("a producer without a use")),
        }
        if self.count.done.fetch_add(1, Ordering::Relaxed) + 1 == self.count.records {
            self.count.all_done.notify_one();
        }
        Ok(())
    }
}

impl Copy {
    /// Copies all records. The time ends when everything is committed and the consumer has left its group.
    pub(crate) async fn run(self) -> Result<Taken, Failure> {
        let cluster = self.place.connect().await?;
        cluster.client.register::<Copies>().await?;
        cluster
            .client
            .create_topics(&[<Copies as eventgen::TopicEvents>::TOPIC], TopicOverrides::default())
            .await?;
        let records = self.place.records;
        let count = Arc::new(Count {
            meter: Meter::new(records),
            records,
            done: AtomicUsize::new(0),
            all_done: Notify::new(),
        });
        let producer = match self.way {
            Way::Transactions => None,
            Way::Awaited | Way::Enqueued => Some(Producer::<Copies>::new(&cluster.client).await?),
        };
        let handler = Copier { way: self.way, producer: producer.clone(), count: Arc::clone(&count) };
        let mut consumer = Consumer::new(&cluster.client, &self.group).subscribe(handler);
        if self.way == Way::Transactions {
            let mut options = TransactionOptions::new(&self.group).writes::<Copies>();
            if let Some(records) = self.max_records {
                options = options.max_records(records);
            }
            if let Some(millis) = self.max_wait {
                options = options.max_wait(Duration::from_millis(millis));
            }
            consumer = consumer.transactional(options);
        }
        let report = consumer.concurrency(self.concurrency).run_until(count.all_done.notified()).await?;
        if let Some(producer) = producer {
            producer.close().await?;
        }
        count.meter.all();
        if report.handled < u64::try_from(records)? {
            return Err(format!("{} of {records} records were handled", report.handled).into());
        }
        Ok(count.meter.taken()?)
    }
}
