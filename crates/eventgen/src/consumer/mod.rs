//! Consumes records: hands their typed events to handlers and skips no record.
//!
//! ```text
//! librdkafka ─▶ poll (own thread) ── batches ──▶ workers, by key: decode ─▶ handle ─▶ retry, dead letter
//!                 │  ▲                                                           │
//!                 │  └──────────────────────── done, in batches ◀────────────────┘
//!                 └─▶ finish: commit (own thread)
//! ```
//!
//! | folder or file | what it does |
//! |---|---|
//! | `config` | the settings of a consumer |
//! | `batch` | batches of events, and their handlers |
//! | `subscription`, `topics` | the topics, and the handler of each |
//! | `middleware` | code of the application that runs around each call of a handler |
//! | `poll` | fetches records and reacts to rebalances |
//! | `scheduler` | the workers, which keep the order of keys, and the offsets that may be committed |
//! | `decode` | parses the frame, looks up the schema, resolves values to the schemas of this build |
//! | `group_names` | refuses and questions names of groups |
//! | `handle` | the life of one record: attempts, retries, waits, its dead letter |
//! | `failure` | dead letters, the breaker, and the policies that an application chooses |
//! | `open_keys` | the keys that are out on retry, whose later records follow them into a retry topic |
//! | `transactions`, `outputs` | transactions, and what records lead to in them |
//! | `finish` | makes finished work durable: commits, transactions |
//! | `health` | signs of life, what is held, and the handle that reads both |
//! | `left_over` | warns of retry topics that are no longer read |
//! | `retention` | what is to be known of a new partition, and records that were removed unread |
//! | `positions`, `start_from` | offsets of times, starts and ends, and where a group starts |
//! | `observers`, `counters`, `ending` | what observers are told, and the counts of the report |
//! | `prepare` | what is to be known before the first record |
//! | `stop` | whether and why the consumer stops |
//! | `run`, `run_all` | start and stop one consumer, and several |
//!
//! Delivery is at least once, or exactly once in transactions: an offset is committed when every record before it in its
//! partition has been handled or is acknowledged in the dead-letter topic or in a retry topic.

mod batch;
mod config;
mod counters;
mod decode;
mod delivery;
mod ending;
mod failure;
mod finish;
mod group_names;
mod handle;
mod handler;
mod health;
mod left_over;
mod middleware;
mod observers;
mod open_keys;
mod outputs;
mod panics;
mod poll;
mod positions;
mod prepare;
mod queue_id;
mod record;
mod report;
mod retention;
mod run;
mod run_all;
mod run_error;
mod scheduler;
mod start_from;
mod stop;
mod subscription;
mod topics;
mod transactions;

use std::sync::Arc;
use std::time::Duration;

pub use batch::{Batch, BatchError, BatchHandler, BatchOptions};
pub use delivery::Delivery;
pub use failure::breaker::Breaker;
pub use failure::dead_letter;
pub use failure::dead_letter::Disposition;
pub use failure::policy::{OnPanic, UnknownEvents};
#[doc(hidden)]
pub use handle::attempt::AttemptOutcome;
#[doc(hidden)]
pub use handle::rehearsal::{Rehearsal, Rehearsed};
pub use handler::{Handler, HandlerError, HandlerErrorKind};
pub use health::{ConsumerHandle, Hold, HoldReason, PartitionStatus};
pub use middleware::{Call, Middleware, Next};
pub use outputs::TransactionOptions;
pub use report::Report;
pub use run_all::{GroupRun, RunAllError, run_all};
pub use run_error::RunError;
pub use start_from::StartFrom;

use config::Config;
use ending::{EndOfLife, Ending};
use health::Health;
use observers::Observers;
use subscription::Subscription;

use crate::observe::{Log, Observer};
use crate::{Client, DecodeOptions, Error};

/// A member of a consumer group, which subscribes to topics and hands their events to handlers.
///
/// The generated code of a topic has a function that creates one: `OrdersEventsV1::consumer(&client, group, handler)`. A
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
    health: Arc<Health>,
}

impl Consumer {
    /// A member of a group without a subscription. The groups that a contract names are constants in the
    /// generated code. A name that the contract of a topic lacks is possible, and logged as a warning with
    /// the nearest name that it has: a group with a misspelt name reads the topic from its oldest record. An
    /// empty name is refused when the consumer runs.
    pub fn new(client: &Client, group: impl Into<String>) -> Self {
        Self { config: Config::new(client, group.into()), observers: Vec::new(), health: Arc::default() }
    }

    /// A handle that reads the state of this consumer while it runs: its counts, its health, its partitions.
    pub fn handle(&self) -> ConsumerHandle {
        ConsumerHandle { health: Arc::clone(&self.health) }
    }

    /// The group.
    pub(crate) fn group(&self) -> &str {
        &self.config.group
    }

    /// Sets how long the polling thread may stand still, or the member be unstable, before the consumer
    /// counts as [not live](ConsumerHandle::is_live), and how long brokers may be silent before it is [not
    /// ready](ConsumerHandle::is_ready). Default: 60 s. It should be longer than `session.timeout.ms` (45 s),
    /// so that a rebalance does not restart this process. Statistics of the client arrive every 5 s
    /// (`statistics.interval.ms`), so that shorter limits than 10 s are not useful.
    pub fn liveness_limit(self, limit: Duration) -> Self {
        self.health.vitals.set_limit(limit);
        self
    }

    /// Subscribes to the topic of the handler's events. The retry policy, the ordering and the dead-letter
    /// topic come from the contract of that topic.
    pub fn subscribe<H: Handler>(mut self, handler: H) -> Self {
        self.config.handlers.push(Subscription::Events(Box::new(handler)));
        self
    }

    /// Subscribes to the topic of the handler's events, which it gets in batches: see [`BatchHandler`]. The
    /// retry policy and the dead-letter topic come from the contract of that topic. Each partition keeps its
    /// order, as with `ordering: total`; an event that waits in a retry topic holds back those of its key only.
    ///
    /// A batch counts as one handler for [`concurrency`](Self::concurrency) and
    /// [`handler_timeout`](Self::handler_timeout).
    pub fn subscribe_batches<H: BatchHandler>(mut self, handler: H, options: BatchOptions) -> Self {
        self.config.handlers.push(Subscription::Batches(Box::new(handler), options));
        self
    }

    /// Commits what handlers [send](Delivery::send), dead letters, records in retry topics and offsets together,
    /// in transactions of many records. Readers of the outputs with `isolation.level=read_committed` see those of each record
    /// once, also if members are killed at any time. Other effects of a handler, such as a row in a database,
    /// happen as often as it runs.
    pub fn transactional(mut self, options: TransactionOptions) -> Self {
        self.config.transactions = Some(options);
        self
    }

    /// Adds a [`Middleware`], which runs around each call of the handlers of all topics. The first one that
    /// is added is the outermost.
    ///
    /// ```no_run
    /// # use eventgen::{Client, Consumer, Handler, Middleware};
    /// # fn build(client: &Client, orders: impl Handler, timing: impl Middleware, once: impl Middleware) -> Consumer {
    /// Consumer::new(client, "fulfilment").subscribe(orders).wrap(timing).wrap(once)
    /// # }
    /// ```
    pub fn wrap(mut self, middleware: impl Middleware) -> Self {
        self.config.middleware.push(middleware);
        self
    }

    /// Sets how many events of all topics are handled concurrently, at least 1. Default: 16. Events with
    /// equal keys are never handled concurrently.
    pub fn concurrency(mut self, concurrency: usize) -> Self {
        self.config.concurrency = concurrency.max(1);
        self
    }

    /// Sets the limits of memory and depth for decoding a payload. Payloads that exceed them become dead letters.
    pub fn decode_options(mut self, options: DecodeOptions) -> Self {
        self.config.decode_options = options;
        self
    }

    /// Sets how long handlers may continue after partitions are revoked or the consumer is asked to stop.
    /// Default: 20 s. Then they are cancelled, and their records are delivered again. The deadline must be
    /// shorter than `max.poll.interval.ms` (5 minutes), because the group removes a member that takes longer
    /// to answer a rebalance.
    pub fn drain_deadline(mut self, deadline: Duration) -> Self {
        self.config.drain = deadline;
        self
    }

    /// Sets how often the offsets of records that are done are committed. Default: 100 ms. After a crash, the
    /// records that were done since the last commit are handled again. A shorter interval costs the brokers
    /// one request more for each commit; a commit begins only after the one before it was answered.
    pub fn commit_interval(mut self, interval: Duration) -> Self {
        self.config.commit_interval = interval;
        self
    }

    /// Sets how long a handler may take for one event, on all topics of this consumer. After that it is
    /// cancelled at its next `.await`, which counts as an error that is [retried](HandlerError::retry).
    /// Default: the contract's `handlerTimeout` ([`Topic::handler_timeout`](crate::Topic::handler_timeout)),
    /// or unlimited without one. [`Duration::MAX`] is unlimited, also if the contract has a limit.
    ///
    /// A handler that blocks its thread is not cancelled.
    pub fn handler_timeout(mut self, limit: Duration) -> Self {
        self.config.handler_timeout = Some(limit);
        self
    }

    /// Sets how long the registry is asked for a schema id that it does not know, or for a schema that
    /// another one refers to, before the records with that id become dead letters. Default: 30 s. A replica
    /// that lags, or a registry that was restarted and still reads its log, knows the id a moment later. Time
    /// in which the registry does not answer does not count.
    ///
    /// Meanwhile these records wait, and with them later records of their keys and the commits of their partitions. An id
    /// that stays unknown is remembered for 60 s. After that the registry is asked for it once more.
    pub fn unknown_schema_grace(mut self, grace: Duration) -> Self {
        self.config.schema_grace = grace;
        self
    }

    /// Sets how long the consumer waits at its start for a cluster or a registry that does not answer.
    /// Default: zero, which returns the error of the first attempt after about 5 s. Waiting is right for a
    /// service that may be restarted during an outage, and failing fast for one whose addresses are still
    /// being worked out.
    ///
    /// Attempts have pauses of up to 5 s, and a line is logged when the wait begins and when it ends. What
    /// the cluster answers is never waited for: a topic that does not exist and credentials that are refused
    /// are errors at once. A shutdown ends the wait at once. After the start, outages are waited out without
    /// a limit.
    pub fn wait_at_start(mut self, limit: Duration) -> Self {
        self.config.wait_at_start = limit;
        self
    }

    /// Sets what happens to events of kinds that this build does not know. Default: [`UnknownEvents::DeadLetter`].
    pub fn unknown_events(mut self, policy: UnknownEvents) -> Self {
        self.config.unknown_events = policy;
        self
    }

    /// Rejects errors of the handlers that would be retried: those for which `is_permanent` is true become dead letters at
    /// once, as after [`HandlerError::reject`]. So the handlers of a service need not name such errors one by one. It may be
    /// called several times; an error is rejected if any of the functions says so.
    ///
    /// Errors that a handler has rejected, skipped or made fatal stay what they are. A panic of the function stops the
    /// consumer with [`Error::ConsumerStopped`].
    ///
    /// ```no_run
    /// # use eventgen::{Client, Consumer, Handler};
    /// # fn build(client: &Client, orders: impl Handler) -> Consumer {
    /// Consumer::new(client, "fulfilment")
    ///     .subscribe(orders)
    ///     .reject_errors(|error| error.cause::<std::num::ParseIntError>().is_some())
    /// # }
    /// ```
    pub fn reject_errors(
        mut self,
        is_permanent: impl Fn(&HandlerError) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.config.rejections.push(is_permanent);
        self
    }

    /// Sets what happens when a handler panics. Default: [`OnPanic::Retry`]. A panic is caught if the process
    /// is built with `panic = "unwind"`, which is Cargo's default.
    pub fn on_panic(mut self, policy: OnPanic) -> Self {
        self.config.on_panic = policy;
        self
    }

    /// Sets from which share of poison on the records of a partition that do not decode wait instead of
    /// becoming dead letters. Default: [`Breaker::DEFAULT`]. [`Breaker::OFF`] disables it.
    pub fn breaker(mut self, breaker: Breaker) -> Self {
        self.config.breaker = breaker;
        self
    }

    /// Sets where the group starts with partitions of which it has not committed an offset. Default:
    /// [`StartFrom::Beginning`]. Partitions that a topic gains while this consumer runs are read from their
    /// beginning in any case.
    pub fn start_from(mut self, start: StartFrom) -> Self {
        self.config.start = start;
        self
    }

    /// Sets a name for this instance within its group, which makes it a static member (`group.instance.id`,
    /// KIP-345): a restart within `session.timeout.ms` (45 s) gives it its partitions back without a
    /// rebalance. In exchange, a shutdown does not leave the group, so that its partitions wait for it until
    /// the session times out.
    ///
    /// No two consumers of a group may have the same name at a time; the ordinal of a pod in a stateful set
    /// is one. In a classic group, the earlier of them ends with [`Error::ConsumerStopped`]. With
    /// `group.protocol=consumer` it is the later one, unless the earlier one has stopped.
    pub fn instance_id(mut self, id: impl Into<String>) -> Self {
        self.config.settings.set("group.instance.id", id);
        self
    }

    /// Adds an observer of this consumer. The log is an observer too, and stays.
    pub fn observe(mut self, observer: Arc<dyn Observer>) -> Self {
        self.observers.push(observer);
        self
    }

    /// Sets a librdkafka property by its name. It overrides the client's value.
    pub fn set(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.config.settings.set(name, value);
        self
    }

    /// Consumes until `shutdown` resolves, then stops fetching, lets running handlers finish, commits and
    /// leaves the group. While the cluster or the registry fails, the consumer waits. Dropping the future
    /// cancels running handlers; their records are delivered again.
    ///
    /// A shutdown takes at most the [`drain_deadline`](Self::drain_deadline) and 9 seconds, also while no broker answers.
    /// What could not be committed by then is delivered again. A shutdown during the start ends it at once.
    ///
    /// Retries, dead letters, held records and losses are logged with their partition, offset and cause
    /// (crate `tracing`). Of one cause, five lines within ten seconds are written in full. The others are
    /// counted, and a summary states their number. The last line of a run is its [`Report`].
    ///
    /// # Errors
    /// A [`RunError`] with the counts of the run and the cause. Before the first record:
    ///
    /// - [`Error::InvalidSubscription`]
    /// - [`Error::UnknownTopic`], of a topic or its dead-letter topic
    /// - [`Error::BrokersUnreachable`], after [`wait_at_start`](Self::wait_at_start); [`Error::Authentication`]
    /// - [`Error::Registry`] if the registry refuses the credentials (HTTP 401)
    /// - [`Error::RefusedSetting`], [`Error::InvalidSettings`]
    ///
    /// Later: [`Error::HandlerStopped`], [`Error::NoDeadLetter`], [`Error::ConsumerStopped`]. Records that
    /// were handled are committed, the record that caused the error is not.
    pub async fn run_until(self, shutdown: impl Future<Output = ()>) -> Result<Report, RunError> {
        let ends = EndOfLife::of(&self.health);
        let topics = self.config.topics().map_err(|error| RunError { error, report: Report::default() })?;
        let topics = Arc::new(topics);
        let health = self.health;
        let mut observers: Vec<Arc<dyn Observer>> =
            vec![Arc::clone(&health) as _, Arc::new(Log::new(&self.config.group, &topics.source_names()))];
        observers.extend(self.observers.iter().cloned());
        let observers = Arc::new(Observers::new(&self.config.group, &topics, observers));
        let ending = Ending::new(&observers, &health);
        let outcome = run::consume(self.config, topics, &observers, &health, shutdown).await;
        drop(ends);
        ending.end(outcome.as_ref().err());
        let report = health.report();
        outcome.map(|()| report).map_err(|error: Error| RunError { error, report })
    }
}
