//! Consuming: records in, typed events to a handler, nothing skipped.
//!
//! ```text
//! librdkafka ─ poller (own thread) ─▶ board ─▶ workers ─▶ decoder ─▶ attempt ─▶ handler
//!                   ▲                  │ ▲                              │
//!                   └── commit ◀───────┘ └── done, parked ◀─────────────┴─▶ dead letter
//! ```
//!
//! At least once: an offset is committed when every record before it in its partition has been handled or stands
//! acknowledged in the dead-letter topic.

mod assignment;
mod attempt;
mod board;
mod commit;
pub mod dead_letter;
mod decoder;
mod handler;
mod lanes;
mod messages;
mod poller;
mod progress;
mod record;
mod report;
mod worker;

use std::sync::Arc;
use std::time::Duration;

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

#[doc(hidden)]
pub use attempt::{Verdict, attempt};
pub use dead_letter::Disposition;
pub use handler::{Delivery, Handler, HandlerError, HandlerErrorKind};
pub use report::Report;

use assignment::Assignment;
use board::Board;
use commit::Committer;
use dead_letter::DeadLetters;
use decoder::Decoder;
use poller::Poller;
use record::Record;
use worker::Workshop;

use crate::avro::Limits;
use crate::client::{Promise, Settings};
use crate::producer::RecordWriter;
use crate::{Client, Error, Topic, TopicEvents};

/// What a consumer is made with, by librdkafka's names.
const DEFAULTS: &[(&str, &str)] = &[
    ("enable.auto.commit", "false"),
    ("enable.auto.offset.store", "false"),
    // A new group starts with the oldest record: skipping is never the default.
    ("auto.offset.reset", "earliest"),
    ("allow.auto.create.topics", "false"),
];

/// Keeps partitions where they are when members come and go. Not set under KIP-848, where the broker assigns.
const ASSIGNMENT_STRATEGY: (&str, &str) = ("partition.assignment.strategy", "cooperative-sticky");

/// What an application cannot change.
const PROMISES: &[Promise] = &[
    ("enable.auto.commit", is_false, "offsets would be committed before their records are handled"),
    ("enable.auto.offset.store", is_false, "offsets would be committed before their records are handled"),
];

fn is_false(value: &str) -> bool {
    value == "false"
}

/// Beyond the drain: leaving the group and closing connections.
const CLOSE_DEADLINE: Duration = Duration::from_secs(30);

/// Consumes the events of one topic as a member of a group.
#[must_use = "a consumer does nothing until `run_until` is awaited"]
pub struct Consumer<H> {
    client: Client,
    handler: H,
    group: Option<String>,
    concurrency: usize,
    limits: Limits,
    drain: Duration,
    settings: Settings,
}

impl<H: Handler> Consumer<H> {
    /// A consumer that hands events to `handler`.
    pub fn new(client: &Client, handler: H) -> Self {
        Self {
            client: client.clone(),
            handler,
            group: None,
            concurrency: 16,
            limits: Limits::DEFAULT,
            drain: Duration::from_secs(20),
            settings: Settings::default(),
        }
    }

    /// The consumer group; required. The contract's groups are constants in the generated code.
    pub fn group(mut self, group: impl Into<String>) -> Self {
        self.group = Some(group.into());
        self
    }

    /// How many events may be with the handler at once, those of one key never; 16 without a call, at least 1.
    pub fn concurrency(mut self, concurrency: usize) -> Self {
        self.concurrency = concurrency.max(1);
        self
    }

    /// How much of memory and of depth a payload may use up, whatever it claims; those that exceed it are dead-lettered.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// How long handlers may go on when partitions are taken away or the consumer stops; 20 s without a call. Records
    /// whose handlers take longer are delivered again. Keep it well under `max.poll.interval.ms` (5 minutes).
    pub fn drain_deadline(mut self, deadline: Duration) -> Self {
        self.drain = deadline;
        self
    }

    /// A setting by its librdkafka name, over those of the client.
    pub fn set(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.settings.set(name, value);
        self
    }

    /// Consumes until `shutdown` resolves, then stops fetching, lets running handlers finish, commits and leaves the
    /// group. Faults of the cluster or the registry are waited out.
    ///
    /// # Errors
    /// Before the first record: [`Error::MissingGroup`], [`Error::UnknownTopic`] (of the topic or its dead letters),
    /// [`Error::BrokersUnreachable`], [`Error::Authentication`], refused settings. Later: [`Error::HandlerStopped`],
    /// [`Error::NoDeadLetter`], [`Error::ConsumerStopped`]; what was handled is committed, the record in question is
    /// not.
    pub async fn run_until(mut self, shutdown: impl Future<Output = ()>) -> Result<Report, Error> {
        let topic: &'static Topic = H::Events::TOPIC;
        let group = self.group.take().ok_or(Error::MissingGroup { topic: topic.name })?;
        let board = Arc::new(Board::new(topic.ordering));
        let consumer = self.librdkafka_consumer(&group, &board)?;
        self.client.partition_count(topic.name).await?;
        let dead_letters = self.dead_letters(topic, &group).await?;
        let decoder = Decoder::new::<H::Events>(self.client.registry().clone(), self.limits)?;
        let no_thread = |error: std::io::Error| Error::ConsumerStopped {
            topic: topic.name.to_owned(),
            group: group.clone(),
            reason: error.to_string(),
        };
        let committer =
            Committer::start(Arc::clone(&consumer), Arc::clone(&board), topic.name).map_err(no_thread)?;
        consumer.context().commit_by(committer.clone());
        consumer
            .subscribe(&[topic.name])
            .map_err(|error| Error::kafka(format!("subscribing to `{}`", topic.name), error))?;

        let workshop = Arc::new(Workshop {
            handler: self.handler,
            board: Arc::clone(&board),
            decoder,
            dead_letters,
            counters: report::Counters::default(),
        });
        let mut workers = JoinSet::new();
        for _ in 0..self.concurrency {
            workers.spawn(Arc::clone(&workshop).work());
        }
        let polling =
            Poller { consumer, board: Arc::clone(&board), committer, topic, group, drain: self.drain };
        let mut polled = spawn_poller(polling)?;

        // A consumer whose future is dropped must not go on without it.
        let stop_with_this_future = StopOnDrop(Arc::clone(&board));
        tokio::select! {
            () = shutdown => {
                drop(stop_with_this_future);
                if tokio::time::timeout(self.drain + CLOSE_DEADLINE, &mut polled).await.is_err() {
                    tracing::warn!(topic = topic.name, "leaving the group takes too long and goes on by itself");
                }
            }
            // The poller ends by itself only when the board has a failure.
            _ = &mut polled => {}
        }
        workers.shutdown().await;
        match board.take_failure() {
            Some(error) => Err(error),
            None => Ok(workshop.counters.report()),
        }
    }

    fn librdkafka_consumer(
        &self,
        group: &str,
        board: &Arc<Board>,
    ) -> Result<Arc<BaseConsumer<Assignment>>, Error> {
        let mut own = self.settings.clone();
        own.set("group.id", group);
        let mut defaults = DEFAULTS.to_vec();
        if own.get("group.protocol").or(self.client.settings().get("group.protocol")) != Some("consumer") {
            defaults.push(ASSIGNMENT_STRATEGY);
        }
        let config = self.client.settings().configure(&defaults, &own, PROMISES)?;
        let context = Assignment::new(Arc::clone(board), H::Events::TOPIC.name, self.drain);
        let consumer: BaseConsumer<Assignment> = config
            .create_with_context(context)
            .map_err(|error| Error::InvalidSettings { client: "consumer", reason: error.to_string() })?;
        Ok(Arc::new(consumer))
    }

    async fn dead_letters(&self, topic: &Topic, group: &str) -> Result<Option<DeadLetters>, Error> {
        let Some(dead_letter) = topic.dead_letter else { return Ok(None) };
        let partitions = self.client.partition_count(dead_letter.name).await?;
        let mut own = Settings::default();
        // Sooner than an application's producer: the record is still here and is tried again.
        own.set("delivery.timeout.ms", "30000");
        let writer = RecordWriter::new(&self.client, &own)?;
        Ok(Some(DeadLetters { writer, topic: dead_letter.name, partitions, group: group.to_owned() }))
    }
}

/// Starts the polling thread; the receiver resolves when it has ended.
fn spawn_poller(poller: Poller) -> Result<oneshot::Receiver<()>, Error> {
    let (sender, ended) = oneshot::channel::<()>();
    let topic = poller.topic.name;
    let group = poller.group.clone();
    std::thread::Builder::new()
        .name(format!("eventgen {topic}"))
        .spawn(move || {
            poller.run();
            drop(sender);
        })
        .map_err(|error| Error::ConsumerStopped {
            topic: topic.to_owned(),
            group,
            reason: error.to_string(),
        })?;
    Ok(ended)
}

/// Asks the polling thread to stop.
struct StopOnDrop(Arc<Board>);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.request_stop();
    }
}
