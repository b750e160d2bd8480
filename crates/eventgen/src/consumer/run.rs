//! Runs a consumer: starts its threads, workers and timers, and stops them in order.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, oneshot};
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;

use super::config::Config;
use super::failure::breaker::Breakers;
use super::finish::{CheckThread, CommitThread, Finish, TransactionThread};
use super::group_names;
use super::handle::{Handling, WorkerContext};
use super::health::{Health, Phase};
use super::left_over;
use super::observers::Observers;
use super::open_keys::Scan;
use super::poll::{Parts, Poller, Workers};
use super::prepare::{Prepared, prepare};
use super::retention::Retention;
use super::scheduler::mailbox::Mailbox;
use super::scheduler::worker::Worker;
use super::stop::Stop;
use super::topics::Topics;
use super::transactions::{self, Transactions};
use crate::Error;
use crate::client::blocking;
use crate::kafka::{EVENTS, GroupConsumer, Invariant, Role};
use crate::observe::ENABLED;

/// Defaults of librdkafka's properties.
const DEFAULTS: &[(&str, &str)] = &[
    ("enable.auto.commit", "false"),
    ("enable.auto.offset.store", "false"),
    // A new group starts with the oldest record, so that no record is skipped by default.
    ("auto.offset.reset", "earliest"),
    ("allow.auto.create.topics", "false"),
    // How soon librdkafka looks at a full queue of fetched records again. Its default of one second is most of the time that
    // a fast consumer takes for a backlog.
    ("fetch.queue.backoff.ms", "10"),
    // How often the client tells whether brokers answer and whether the member is stable.
    ("statistics.interval.ms", "5000"),
];

/// Keeps partitions with their members where possible when others join and leave. Not set under KIP-848, where the broker
/// assigns.
const ASSIGNMENT_STRATEGY: (&str, &str) = ("partition.assignment.strategy", "cooperative-sticky");

/// Settings that an application cannot change.
const INVARIANTS: &[Invariant] = &[
    ("enable.auto.commit", is_false, "offsets would be committed before their records are handled"),
    ("enable.auto.offset.store", is_false, "offsets would be committed before their records are handled"),
    EVENTS,
    ("statistics.interval.ms", is_frequent, "the health of the consumer would not be known: set 1 to 10000"),
];

fn is_frequent(millis: &str) -> bool {
    millis.parse().is_ok_and(|millis| (1..=10_000).contains(&millis))
}

fn is_false(value: &str) -> bool {
    value == "false"
}

/// How long cancelling handlers, committing and leaving the group may take after the drain. The polling thread keeps to it
/// by itself, unless it is stuck in a call of librdkafka.
const CLOSE_DEADLINE: Duration = Duration::from_secs(8);
/// How long cancelled handlers may take to end after the polling thread has ended.
const CANCEL_DEADLINE: Duration = Duration::from_secs(1);
/// How often the metrics are set that say whether the consumer is live.
const MEASURE_INTERVAL: Duration = Duration::from_secs(1);
/// The number of workers for each thread of the runtime.
const WORKERS_PER_THREAD: usize = 2;

/// Consumes until `shutdown` resolves or an error stops the consumer.
pub(super) async fn consume(
    mut config: Config,
    topics: Arc<Topics>,
    observers: &Arc<Observers>,
    health: &Arc<Health>,
    shutdown: impl Future<Output = ()>,
) -> Result<(), Error> {
    refuse_long_drain(&config)?;
    group_names::warn_of_unnamed(&config.group, &topics);
    health.vitals.enter(Phase::Starting);
    observers.meters().lives(health.is_live(), health.is_ready());
    let stop = Arc::new(Stop::default());
    let mut shutdown = std::pin::pin!(shutdown);
    let client = CloseElsewhere(Some(Arc::new(group_consumer(&config)?)));
    let Prepared { routes, partitions, transactions } = tokio::select! {
        prepared = prepare(&mut config, &topics, observers) => prepared?,
        () = &mut shutdown => return Ok(()),
    };
    let limits = transactions.as_ref().map(|transactions| transactions.limits);
    let outlets = transactions.as_ref().map(|transactions| Arc::clone(&transactions.outlets));
    let client = client.keep();
    client.subscribe(&topics.source_names()).map_err(|error| {
        Error::kafka(format!("subscribing to `{}`", topics.source_names().join(", ")), error)
    })?;
    tokio::spawn(left_over::warn(config.client.clone(), config.group.clone(), Arc::clone(&topics)));
    let no_thread = |error: std::io::Error| observers.stopped(error.to_string());
    let checks = CheckThread {
        consumer: Arc::clone(&client),
        stop: Arc::clone(&stop),
        observers: Arc::clone(observers),
        retention: retention(&config, &topics, observers, &stop, partitions, transactions.is_some()),
    };
    let checks = checks.start().map_err(no_thread)?;
    let finish = start_finish(transactions, &client, &stop, &topics, observers).map_err(no_thread)?;

    let handling = Arc::new(Handling {
        routes,
        topics: Arc::clone(&topics),
        middleware: std::mem::take(&mut config.middleware),
        observers: Arc::clone(observers),
        stop: Arc::clone(&stop),
        holds: Arc::clone(&health.holds),
        delays: Arc::clone(&health.delays),
        permits: Arc::new(Semaphore::new(config.concurrency.min(Semaphore::MAX_PERMITS))),
        unknown_events: config.unknown_events,
        on_panic: config.on_panic,
        rejections: std::mem::take(&mut config.rejections),
        breakers: Breakers::new(config.breaker),
        outlets,
    });
    let (mut tasks, mailboxes) = start_workers(&handling, worker_count(config.concurrency));
    let parts = Parts {
        consumer: client,
        workers: Workers::new(mailboxes),
        finish,
        checks,
        topics,
        observers: Arc::clone(observers),
        stop: Arc::clone(&stop),
        health: Arc::clone(health),
        drain: config.drain,
        commit_interval: config.commit_interval,
        transactions: limits,
    };
    let mut ended = spawn(parts, observers.group()).map_err(no_thread)?;
    let mut measure = tokio::time::interval(MEASURE_INTERVAL);
    measure.set_missed_tick_behavior(MissedTickBehavior::Delay);

    // If this future is dropped, the polling thread must stop too.
    let abandon_with_this_future = AbandonOnDrop(Some(Arc::clone(&stop)));
    loop {
        tokio::select! {
            () = &mut shutdown => {
                stop.request();
                if tokio::time::timeout(config.drain + CLOSE_DEADLINE, &mut ended).await.is_err() {
                    tracing::warn!(group = observers.group(), "leaving the group takes too long: it continues in the background");
                    break;
                }
                abandon_with_this_future.disarm();
                break;
            }
            // Here, because a polling thread that is stuck is what these metrics show.
            _ = measure.tick(), if ENABLED => observers.meters().lives(health.is_live(), health.is_ready()),
            // Without a request, the polling thread ends only after a failure.
            _ = &mut ended => break,
            // A worker panicked. Its jobs are lost to this run, so the run must not continue.
            Some(Err(panic)) = tasks.join_next() => {
                stop.fail(observers.stopped(format!("a worker ended: {panic}")));
            }
        }
    }
    // A handler that blocks its thread cannot be cancelled, and the end of the run must not wait for it.
    tasks.abort_all();
    if tokio::time::timeout(CANCEL_DEADLINE, async { while tasks.join_next().await.is_some() {} })
        .await
        .is_err()
    {
        tracing::warn!(
            group = observers.group(),
            "a handler blocks its thread and continues in the background"
        );
        tasks.detach_all();
    }
    // Closing the producer of dead letters blocks.
    blocking(move || drop(handling)).await;
    stop.take_failure().map_or(Ok(()), Err)
}

/// What finds out what is to be known of new partitions.
fn retention(
    config: &Config,
    topics: &Arc<Topics>,
    observers: &Arc<Observers>,
    stop: &Arc<Stop>,
    partitions: Vec<u32>,
    is_exactly_once: bool,
) -> Retention {
    Retention {
        topics: Arc::clone(topics),
        observers: Arc::clone(observers),
        stop: Arc::clone(stop),
        continues: continues_with_the_oldest(config),
        start: config.start,
        is_exactly_once,
        partitions,
        scan: Scan::new(config, topics, stop, is_exactly_once),
    }
}

/// Starts the thread that makes finished work durable.
fn start_finish(
    transactions: Option<Transactions>,
    consumer: &Arc<GroupConsumer>,
    stop: &Arc<Stop>,
    topics: &Arc<Topics>,
    observers: &Arc<Observers>,
) -> std::io::Result<Box<dyn Finish>> {
    let (consumer, stop) = (Arc::clone(consumer), Arc::clone(stop));
    let (topics, observers) = (Arc::clone(topics), Arc::clone(observers));
    Ok(match transactions {
        None => Box::new(CommitThread { consumer, stop, topics, observers }.start()?),
        Some(Transactions { session, id: transactional_id, .. }) => {
            let thread = TransactionThread { consumer, stop, topics, observers, session, transactional_id };
            Box::new(thread.start()?)
        }
    })
}

/// Starts the workers of a consumer, each as a task with its mailbox.
fn start_workers(handling: &Arc<Handling>, count: usize) -> (JoinSet<()>, Vec<Arc<Mailbox>>) {
    let mut tasks = JoinSet::new();
    let mailboxes: Vec<Arc<Mailbox>> = (0..count).map(|_| Arc::default()).collect();
    for mailbox in &mailboxes {
        let context = WorkerContext::new(Arc::clone(handling));
        tasks.spawn(Worker::new(context, Arc::clone(mailbox), Arc::clone(&handling.permits)).run());
    }
    (tasks, mailboxes)
}

/// The number of workers. More than threads, so that the runtime can balance keys that take longer than others.
fn worker_count(concurrency: usize) -> usize {
    let threads = tokio::runtime::Handle::current().metrics().num_workers();
    let workers = if threads == 1 { 1 } else { threads * WORKERS_PER_THREAD };
    workers.min(concurrency)
}

fn group_consumer(config: &Config) -> Result<GroupConsumer, Error> {
    Role::Consumer.check(&config.settings)?;
    let mut own = config.settings.clone();
    own.set("group.id", &config.group);
    let mut defaults = DEFAULTS.to_vec();
    let shared = config.client.settings();
    if own.get("group.protocol").or(shared.get("group.protocol")) != Some("consumer") {
        defaults.push(ASSIGNMENT_STRATEGY);
    }
    let mut invariants = INVARIANTS.to_vec();
    if config.transactions.is_some() {
        invariants.extend_from_slice(transactions::INVARIANTS);
    }
    GroupConsumer::new(shared, &defaults, &own, &invariants)
}

/// The setting that limits how long a member may take to answer a rebalance, and librdkafka's default for it.
const POLL_INTERVAL: &str = "max.poll.interval.ms";
const POLL_INTERVAL_DEFAULT: &str = "300000";

/// A member that drains for longer than the group waits is thrown out of it, joins again and drains again.
fn refuse_long_drain(config: &Config) -> Result<(), Error> {
    let value = config.setting(POLL_INTERVAL).unwrap_or(POLL_INTERVAL_DEFAULT);
    // librdkafka reports a value that is not a number.
    match value.parse().map(Duration::from_millis) {
        Ok(interval) if config.drain >= interval => Err(Error::RefusedSetting {
            setting: POLL_INTERVAL.to_owned(),
            value: value.to_owned(),
            why: "the group would remove a member that drains for as long as its `drain_deadline`: make that shorter",
        }),
        _ => Ok(()),
    }
}

/// Whether the settings continue with the oldest record if the next one was removed. librdkafka has three names for that.
fn continues_with_the_oldest(config: &Config) -> bool {
    let reset = config.setting("auto.offset.reset").unwrap_or("earliest");
    matches!(reset, "earliest" | "beginning" | "smallest")
}

/// Starts the polling thread. The receiver resolves when the thread has ended.
fn spawn(parts: Parts, group: &str) -> std::io::Result<oneshot::Receiver<()>> {
    let (sender, ended) = oneshot::channel::<()>();
    std::thread::Builder::new().name(format!("eventgen {group}")).spawn(move || {
        Poller::new(parts).run();
        drop(sender);
    })?;
    Ok(ended)
}

/// Closes a consumer that has not begun to poll on a thread of its own, because closing blocks.
struct CloseElsewhere(Option<Arc<GroupConsumer>>);

impl CloseElsewhere {
    /// The consumer, which polls from now on.
    fn keep(mut self) -> Arc<GroupConsumer> {
        self.0.take().expect("it is taken once")
    }
}

impl Drop for CloseElsewhere {
    fn drop(&mut self) {
        if let Some(consumer) = self.0.take() {
            std::thread::spawn(move || drop(consumer));
        }
    }
}

/// Stops the polling thread when the future of a run is dropped. Nothing drains then, because the workers are gone.
struct AbandonOnDrop(Option<Arc<Stop>>);

impl AbandonOnDrop {
    /// The polling thread has ended by itself.
    fn disarm(mut self) {
        self.0 = None;
    }
}

impl Drop for AbandonOnDrop {
    fn drop(&mut self) {
        if let Some(stop) = self.0.take() {
            stop.abandon();
        }
    }
}
