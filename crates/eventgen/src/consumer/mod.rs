//! Consumes: records come in, typed events reach a handler, and no record is skipped.
//!
//! ```text
//! librdkafka ─ poll (own thread) ─▶ scheduler ─▶ workers: decode ─▶ handle ─▶ finish: commit (own thread)
//!                                       ▲                             │
//!                                       ├──────── delayed ◀── retry ──┤
//!                                       └── done ◀── dead letter ◀────┘
//! ```
//!
//! | folder or file | what it does |
//! |---|---|
//! | `subscription`, `topics` | which topics, and the handler of each |
//! | `poll` | fetches; reacts to rebalances |
//! | `scheduler` | orders records by key, tracks which offsets may be committed |
//! | `decode` | frame, schema look-up, resolution to the schemas of this build |
//! | `handle` | workers: one attempt at one record, and what follows from it |
//! | `failure` | dead letters |
//! | `finish` | commits |
//! | `retention` | reports records that were removed before they were read |
//! | `run` | starts and stops all of these |
//!
//! At least once: an offset is committed when every record before it in its partition has been handled or is
//! acknowledged in the dead-letter topic.

mod config;
mod counters;
mod decode;
mod failure;
mod finish;
mod handle;
mod handler;
mod observers;
mod panics;
mod poll;
mod record;
mod report;
mod retention;
mod run;
mod run_error;
mod scheduler;
mod subscription;
mod topics;

use std::sync::Arc;
use std::time::Duration;

pub use failure::dead_letter;
pub use failure::dead_letter::Disposition;
#[doc(hidden)]
pub use handle::attempt::{AttemptOutcome, attempt};
pub use handler::{Delivery, Handler, HandlerError, HandlerErrorKind};
pub use report::Report;
pub use run_error::RunError;

use config::Config;
use counters::Counters;
use observers::Observers;

use crate::observe::{ConsumerEvent, Log, Observer};
use crate::{Client, DecodeOptions, Error};

/// A member of a consumer group: it subscribes to topics and hands their events to handlers.
///
/// The generated code of a topic has a function that makes one: `OrdersEventsV1::consumer(&client, group, handler)`. A
/// consumer of several topics subscribes with one handler for each:
///
/// ```no_run
/// # use eventgen::{Client, Consumer, Error, Handler};
/// # async fn run<A: Handler, B: Handler>(orders: A, payments: B) -> Result<(), Error> {
/// let client = Client::from_env()?;
/// let consumer = Consumer::new(&client, "fulfilment").subscribe(orders).subscribe(payments);
/// consumer.run_until(eventgen::shutdown_signal()).await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "a consumer does nothing until `run_until` is awaited"]
pub struct Consumer {
    config: Config,
    observers: Vec<Arc<dyn Observer>>,
}

impl Consumer {
    /// A member of a group that has not subscribed to a topic yet. The groups that a contract names are constants in the
    /// generated code.
    pub fn new(client: &Client, group: impl Into<String>) -> Self {
        Self { config: Config::new(client, group.into()), observers: Vec::new() }
    }

    /// Subscribes to the topic of the handler's events. The retry policy, the ordering and the dead-letter topic are
    /// those of that topic's contract.
    pub fn subscribe<H: Handler>(mut self, handler: H) -> Self {
        self.config.handlers.push(Box::new(handler));
        self
    }

    /// How many events are handled at once, over all topics; 16 by default, at least 1. Events of one key are never handled
    /// at once.
    pub fn concurrency(mut self, concurrency: usize) -> Self {
        self.config.concurrency = concurrency.max(1);
        self
    }

    /// Sets how much memory and depth a payload may use. Payloads that exceed it are dead letters.
    pub fn decode_options(mut self, options: DecodeOptions) -> Self {
        self.config.decode_options = options;
        self
    }

    /// How long handlers may continue after partitions are revoked or the consumer is asked to stop; 20 s by default.
    /// Records whose handlers take longer are delivered again. Keep it well under `max.poll.interval.ms` (5 minutes).
    pub fn drain_deadline(mut self, deadline: Duration) -> Self {
        self.config.drain = deadline;
        self
    }

    /// How long the registry is asked for a schema id that it does not know, or for a schema that another one refers to,
    /// before the records with that id become dead letters; 30 s by default. A lagging replica, or a registry that was
    /// restarted and still reads its log, knows the id a moment later. Time in which the registry does not answer does not
    /// count.
    ///
    /// Meanwhile these records wait, with later records of their keys and the commits of their partitions. An id that
    /// stayed unknown is remembered for 60 s, then asked for once.
    pub fn unknown_schema_grace(mut self, grace: Duration) -> Self {
        self.config.schema_grace = grace;
        self
    }

    /// Adds an observer of what happens in this consumer, beside its log.
    pub fn observe(mut self, observer: Arc<dyn Observer>) -> Self {
        self.observers.push(observer);
        self
    }

    /// Sets a librdkafka property by its name. It overrides the client's.
    pub fn set(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.config.settings.set(name, value);
        self
    }

    /// Consumes until `shutdown` resolves, then stops fetching, lets running handlers finish, commits and leaves the
    /// group. Faults of the cluster or the registry are waited out. Dropping the future cancels running handlers; their
    /// records are delivered again.
    ///
    /// Retries, dead letters, holds and losses are logged with their place and cause (crate `tracing`). Of one cause, five
    /// lines within ten seconds are written in full; the others are counted, and the count is a line of its own. The
    /// [`Report`] is the last line of a run.
    ///
    /// # Errors
    /// A [`RunError`] with the counts of the run and one of these. Before the first record: [`Error::InvalidSubscription`], [`Error::UnknownTopic`] (of a topic or its dead letters),
    /// [`Error::BrokersUnreachable`], [`Error::Authentication`], [`Error::Registry`] where the registry refuses the
    /// credentials (HTTP 401), refused settings. Later: [`Error::HandlerStopped`], [`Error::NoDeadLetter`],
    /// [`Error::ConsumerStopped`]; what was handled is committed, the record in question is not.
    pub async fn run_until(self, shutdown: impl Future<Output = ()>) -> Result<Report, RunError> {
        let topics = self.config.topics().map_err(|error| RunError { error, report: Report::default() })?;
        let topics = Arc::new(topics);
        let counters = Arc::new(Counters::default());
        let mut observers: Vec<Arc<dyn Observer>> =
            vec![Arc::clone(&counters) as _, Arc::new(Log::new(&self.config.group, &topics.names()))];
        observers.extend(self.observers.iter().cloned());
        let observers = Arc::new(Observers::new(&self.config.group, &topics, observers));
        let ending =
            Ending { observers: Arc::clone(&observers), counters: Arc::clone(&counters), ended: false };
        let outcome = run::consume(self.config, topics, &observers, shutdown).await;
        ending.end(outcome.as_ref().err());
        let report = counters.report();
        outcome.map(|()| report).map_err(|error| RunError { error, report })
    }
}

/// Tells the observers that a run has ended, also when its future is dropped.
struct Ending {
    observers: Arc<Observers>,
    counters: Arc<Counters>,
    ended: bool,
}

impl Ending {
    fn end(mut self, error: Option<&Error>) {
        self.tell(error);
    }

    fn tell(&mut self, error: Option<&Error>) {
        self.ended = true;
        self.observers.notify(&ConsumerEvent::Stopped { report: &self.counters.report(), error });
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        if !self.ended {
            let reason = "the future of `run_until` was dropped: running handlers were cancelled".to_owned();
            let error = self.observers.stopped(reason);
            self.tell(Some(&error));
        }
    }
}
