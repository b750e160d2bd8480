//! Consuming: records in, typed events to a handler, nothing skipped.
//!
//! ```text
//! librdkafka ─ poller (own thread) ─▶ scheduler ─▶ workers ─▶ decoder ─▶ attempt ─▶ handler
//!                   ▲                  │ ▲                              │
//!                   └── commit ◀───────┘ └── done, delayed ◀─────────────┴─▶ dead letter
//! ```
//!
//! At least once: an offset is committed when every record before it in its partition has been handled or stands
//! acknowledged in the dead-letter topic.

mod decode;
mod failure;
mod finish;
mod handle;
mod handler;
mod log;
mod panics;
mod poll;
mod record;
mod retention;
mod scheduler;
mod stats;

use std::sync::Arc;
use std::time::Duration;

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

pub use failure::dead_letter;
pub use failure::dead_letter::Disposition;
#[doc(hidden)]
pub use handle::attempt::{AttemptOutcome, attempt};
pub use handler::{Delivery, Handler, HandlerError, HandlerErrorKind};
pub use stats::Report;

use dead_letter::DeadLetters;
use decode::{Decoder, Readers, SchemaLookup};
use finish::{CommitThread, Committer};
use handle::WorkerContext;
use log::Log;
use poll::{Poller, Rebalance};
use record::Record;
use retention::Retention;
use scheduler::Scheduler;
use stats::Counters;

use crate::avro::Limits;
use crate::client::{Invariant, Settings, blocking};
use crate::registry::{RegistryClient, RegistryError};
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
const INVARIANTS: &[Invariant] = &[
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
    schema_grace: Duration,
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
            schema_grace: Duration::from_secs(30),
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

    /// How long the registry is asked for a schema id that it does not know before its records are dead letters; 30 s
    /// without a call. A replica of a registry that lags behind, or one that was restarted and is still reading its
    /// log, knows an id a moment later. While a record waits, so do later records of its key.
    pub fn unknown_schema_grace(mut self, grace: Duration) -> Self {
        self.schema_grace = grace;
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
    /// Every retry, dead letter, hold and loss is logged with its place and cause (crate `tracing`), and the run's
    /// [`Report`] at its end.
    ///
    /// # Errors
    /// Before the first record: [`Error::MissingGroup`], [`Error::UnknownTopic`] (of the topic or its dead letters),
    /// [`Error::BrokersUnreachable`], [`Error::Authentication`], [`Error::Registry`] where the registry refuses the
    /// credentials, refused settings. Later: [`Error::HandlerStopped`], [`Error::NoDeadLetter`],
    /// [`Error::ConsumerStopped`]; what was handled is committed, the record in question is not.
    pub async fn run_until(mut self, shutdown: impl Future<Output = ()>) -> Result<Report, Error> {
        let topic: &'static Topic = H::Events::TOPIC;
        let group = self.group.take().ok_or(Error::MissingGroup { topic: topic.name })?;
        let log = Arc::new(Log::new(topic.name, group.clone()));
        let counters = Arc::new(Counters::default());
        let outcome = self.consume(topic, &group, &log, &counters, shutdown).await;
        let report = counters.report();
        log.ended(report, outcome.as_ref().err());
        outcome.map(|()| report)
    }

    async fn consume(
        self,
        topic: &'static Topic,
        group: &str,
        log: &Arc<Log>,
        counters: &Arc<Counters>,
        shutdown: impl Future<Output = ()>,
    ) -> Result<(), Error> {
        let scheduler = Arc::new(Scheduler::new(topic.ordering));
        let (committer, requests) = Committer::new(topic.name);
        let rebalance = Rebalance::new(
            Arc::clone(&scheduler),
            committer.clone(),
            Arc::clone(log),
            topic.name,
            self.drain,
        );
        let consumer = self.librdkafka_consumer(group, rebalance)?;
        self.client.partition_count(topic.name).await?;
        let dead_letters = match topic.dead_letter {
            Some(to) => Some(DeadLetters::new(&self.client, to.name, group, &self.settings).await?),
            None => None,
        };
        let registry = self.client.registry().clone();
        let readers = Readers::new::<H::Events>()?;
        refuse_wrong_credentials(&registry).await?;
        let lookup = SchemaLookup::new(registry, readers, self.schema_grace, Arc::clone(log));
        consumer
            .subscribe(&[topic.name])
            .map_err(|error| Error::kafka(format!("subscribing to `{}`", topic.name), error))?;
        let no_thread = |error: std::io::Error| log.stopped(error.to_string());
        let thread = CommitThread {
            consumer: Arc::clone(&consumer),
            scheduler: Arc::clone(&scheduler),
            topic: topic.name,
            log: Arc::clone(log),
            retention: Retention { topic: topic.name, log: Arc::clone(log), counters: Arc::clone(counters) },
        };
        thread.start(requests).map_err(no_thread)?;

        let context = Arc::new(WorkerContext {
            handler: self.handler,
            scheduler: Arc::clone(&scheduler),
            decoder: Decoder::new(lookup, self.limits),
            dead_letters,
            counters: Arc::clone(counters),
            log: Arc::clone(log),
        });
        let mut workers = JoinSet::new();
        for _ in 0..self.concurrency {
            workers.spawn(Arc::clone(&context).work());
        }
        let polling = Poller {
            consumer,
            scheduler: Arc::clone(&scheduler),
            committer,
            topic,
            log: Arc::clone(log),
            drain: self.drain,
        };
        let mut polled = spawn_poller(polling).map_err(no_thread)?;

        // A consumer whose future is dropped must not go on without it.
        let stop_with_this_future = StopOnDrop(Arc::clone(&scheduler));
        let mut shutdown = std::pin::pin!(shutdown);
        loop {
            tokio::select! {
                () = &mut shutdown => {
                    drop(stop_with_this_future);
                    if tokio::time::timeout(self.drain + CLOSE_DEADLINE, &mut polled).await.is_err() {
                        tracing::warn!(topic = topic.name, group, "leaving the group takes too long and goes on by itself");
                    }
                    break;
                }
                // The poller ends by itself only when the scheduler has a failure.
                _ = &mut polled => break,
                // So do workers, unless one panics, which it must not do in silence: its job is lost to this run.
                Some(Err(ended)) = workers.join_next() => {
                    scheduler.stop(log.stopped(format!("a worker ended: {ended}")));
                }
            }
        }
        workers.shutdown().await;
        scheduler.take_failure().map_or(Ok(()), Err)
    }

    fn librdkafka_consumer(
        &self,
        group: &str,
        rebalance: Rebalance,
    ) -> Result<Arc<BaseConsumer<Rebalance>>, Error> {
        let mut own = self.settings.clone();
        own.set("group.id", group);
        let mut defaults = DEFAULTS.to_vec();
        if own.get("group.protocol").or(self.client.settings().get("group.protocol")) != Some("consumer") {
            defaults.push(ASSIGNMENT_STRATEGY);
        }
        let config = self.client.settings().configure(&defaults, &own, INVARIANTS)?;
        let consumer: BaseConsumer<Rebalance> = config
            .create_with_context(rebalance)
            .map_err(|error| Error::InvalidSettings { client: "consumer", reason: error.to_string() })?;
        Ok(Arc::new(consumer))
    }
}

/// Credentials that are wrong from the beginning are an error of the deployment, which waiting does not mend. A registry
/// that does not answer is waited for later, and refusals after the start are too.
async fn refuse_wrong_credentials(registry: &RegistryClient) -> Result<(), Error> {
    let registry = registry.clone();
    match blocking(move || registry.schema_languages()).await {
        Err(error @ RegistryError::Unauthorized { status: 401, .. }) => Err(error.into()),
        _ => Ok(()),
    }
}

/// Starts the polling thread; the receiver resolves when it has ended.
fn spawn_poller(poller: Poller) -> std::io::Result<oneshot::Receiver<()>> {
    let (sender, ended) = oneshot::channel::<()>();
    std::thread::Builder::new().name(format!("eventgen {}", poller.topic.name)).spawn(move || {
        poller.run();
        drop(sender);
    })?;
    Ok(ended)
}

/// Asks the polling thread to stop.
struct StopOnDrop(Arc<Scheduler>);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.request_stop();
    }
}
