//! The handle of a consumer: live, ready, and what its partitions do, before, during and after a run.

use std::sync::{Arc, Mutex, OnceLock, mpsc};
use std::time::Duration;

use eventgen::observe::{ConsumerEvent, Observer};
use eventgen::{Consumer, ConsumerHandle, Delivery, HandlerError, HoldReason, Report, RunError};
use eventgen_testkit::{TestCluster, WriteError};
use orders::events::com::example::orders::{OrderEvent, OrdersEventsV1, OrdersEventsV1Handler};
use orders::sample::order;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;

use crate::support::{GROUP, PATIENCE, Scripted, TOPIC, cluster, send};

/// The limit of the consumers here, and how often their clients report. Heartbeats are more frequent than the limit.
const LIMIT: Duration = Duration::from_secs(3);
const STATISTICS: &str = "200";

/// A consumer that runs until it is stopped.
struct Running {
    handle: ConsumerHandle,
    stop: oneshot::Sender<()>,
    run: JoinHandle<Result<Report, RunError>>,
}

impl Running {
    fn start(consumer: Consumer) -> Self {
        let consumer = consumer
            .liveness_limit(LIMIT)
            .set("statistics.interval.ms", STATISTICS)
            .set("heartbeat.interval.ms", "500");
        let handle = consumer.handle();
        let (stop, stopped) = oneshot::channel();
        let run = tokio::spawn(consumer.run_until(async { drop(stopped.await) }));
        Self { handle, stop, run }
    }

    async fn stop(self) -> Report {
        drop(self.stop);
        self.run.await.expect("no panic").expect("no error")
    }
}

async fn until(what: &str, condition: impl Fn() -> bool) {
    let waiting = async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.unwrap_or_else(|_| panic!("never: {what}"));
}

/// Notes how many partitions its handle shows when a record is handled.
#[derive(Clone, Default)]
struct Looks {
    handle: Arc<OnceLock<ConsumerHandle>>,
    seen: Arc<Mutex<Vec<usize>>>,
}

impl OrdersEventsV1Handler for Looks {
    async fn order_event(&self, _: OrderEvent, _: &Delivery) -> Result<(), HandlerError> {
        let partitions = self.handle.get().expect("a handle").partitions().len();
        self.seen.lock().expect("no panic while it is held").push(partitions);
        Ok(())
    }
}

#[tokio::test]
async fn a_partition_is_shown_before_its_first_record_is_handled() {
    let (_cluster, client) = cluster().await;
    send(&client, [order(1, "ada")]).await;
    let looks = Looks::default();
    let running = Running::start({
        let consumer = OrdersEventsV1::consumer(&client, GROUP, looks.clone());
        looks.handle.set(consumer.handle()).expect("set once");
        consumer
    });
    until("handled", || running.handle.report().handled == 1).await;
    running.stop().await;
    assert_eq!(*looks.seen.lock().expect("no panic while it is held"), [12]);
}

#[tokio::test]
async fn a_consumer_is_live_and_ready_while_it_runs_only() {
    let (_cluster, client) = cluster().await;
    let consumer = OrdersEventsV1::consumer(&client, GROUP, Scripted::new(|_, _| Ok(())));
    let handle = consumer.handle();
    assert!(!handle.is_live() && !handle.is_ready(), "it does not run yet");
    assert_eq!((handle.partitions(), handle.report()), (Vec::new(), Report::default()));
    let running = Running::start(consumer);
    until("live", || handle.is_live()).await;
    until("ready", || handle.is_ready()).await;
    send(&client, (0..20).map(|number| order(number, "ada"))).await;
    until("handled", || handle.report().handled == 20).await;
    until("a position", || handle.partitions().iter().any(|partition| partition.position == Some(20))).await;
    let partitions = handle.partitions();
    assert_eq!(partitions.len(), 12);
    assert!(partitions.iter().enumerate().all(|(number, partition)| {
        partition.topic == TOPIC && usize::try_from(partition.partition) == Ok(number) && !partition.is_paused
    }));
    // Longer than the limit, without records.
    tokio::time::sleep(LIMIT + Duration::from_secs(1)).await;
    assert!(handle.is_live() && handle.is_ready(), "an idle member is healthy");
    let report = running.stop().await;
    assert!(!handle.is_live() && !handle.is_ready(), "it has ended");
    assert_eq!((handle.partitions(), handle.report()), (Vec::new(), report));
}

#[tokio::test]
async fn a_consumer_that_ends_with_an_error_or_is_dropped_is_not_live() {
    let (_cluster, client) = cluster().await;
    let refused = Consumer::new(&client, GROUP);
    let handle = refused.handle();
    refused.run_until(async {}).await.expect_err("it has no topic");
    assert!(!handle.is_live());
    let running = Running::start(OrdersEventsV1::consumer(&client, GROUP, Scripted::new(|_, _| Ok(()))));
    let handle = running.handle.clone();
    until("ready", || handle.is_ready()).await;
    running.run.abort();
    until("not live", || !handle.is_live() && !handle.is_ready()).await;
}

/// A handler that waits until a gate opens.
#[derive(Clone)]
struct Gated(watch::Receiver<bool>);

impl OrdersEventsV1Handler for Gated {
    async fn order_event(&self, _: OrderEvent, _: &Delivery) -> Result<(), HandlerError> {
        let _ = self.0.clone().wait_for(|open| *open).await;
        Ok(())
    }
}

#[tokio::test]
async fn records_in_flight_are_counted() {
    let (_cluster, client) = cluster().await;
    send(&client, (0..30).map(|number| order(number, "ada"))).await;
    let (open, gate) = watch::channel(false);
    let running = Running::start(OrdersEventsV1::consumer(&client, GROUP, Gated(gate)));
    let in_flight =
        || running.handle.partitions().iter().map(|partition| partition.in_flight).collect::<Vec<_>>();
    until("all are in flight", || in_flight().contains(&30)).await;
    let bytes = running.handle.partitions().iter().map(|partition| partition.in_flight_bytes).max();
    assert!(bytes > Some(30 * 20), "{bytes:?}");
    assert!(running.handle.is_ready(), "handlers that are slow hold nothing");
    open.send(true).expect("the handler waits");
    until("none is in flight", || in_flight().iter().all(|count| *count == 0)).await;
    assert_eq!(running.stop().await.handled, 30);
}

/// Blocks the polling thread at an assignment.
struct Blocking(Mutex<mpsc::Receiver<()>>);

impl Observer for Blocking {
    fn on_consumer_event(&self, _: &str, event: &ConsumerEvent<'_>) {
        if let ConsumerEvent::Assigned { .. } = event {
            let _ = self.0.lock().expect("no panic while it is held").recv();
        }
    }
}

#[tokio::test]
async fn a_consumer_whose_polling_thread_is_blocked_is_not_live_until_it_turns_again() {
    let (_cluster, client) = cluster().await;
    let (release, blocked) = mpsc::channel();
    let consumer = OrdersEventsV1::consumer(&client, GROUP, Scripted::new(|_, _| Ok(())));
    let running = Running::start(consumer.observe(Arc::new(Blocking(Mutex::new(blocked)))));
    let handle = running.handle.clone();
    until("live", || handle.is_live()).await;
    until("not live", || !handle.is_live()).await;
    assert!(!handle.is_ready());
    drop(release);
    until("live again", || handle.is_live() && handle.is_ready()).await;
    running.stop().await;
}

#[tokio::test]
async fn a_consumer_whose_brokers_are_silent_is_live_but_not_ready() {
    let cluster = TestCluster::builder().brokers(1).start().expect("a cluster");
    cluster.prepare::<OrdersEventsV1>().await.expect("topic and schema");
    let client = cluster.client().expect("a client");
    let consumer = OrdersEventsV1::consumer(&client, GROUP, Scripted::new(|_, _| Ok(())));
    let running = Running::start(consumer.drain_deadline(Duration::from_millis(100)));
    let handle = running.handle.clone();
    until("ready", || handle.is_ready()).await;
    cluster.broker_down(1).expect("down");
    until("not ready", || !handle.is_ready()).await;
    for _ in 0..20 {
        assert!(handle.is_live() && !handle.is_ready(), "a restart does not help");
        tokio::time::sleep(LIMIT / 10).await;
    }
    cluster.broker_up(1).expect("up");
    until("ready again", || handle.is_live() && handle.is_ready()).await;
    running.stop().await;
}

async fn is_held_by(handle: &ConsumerHandle, reason: HoldReason, cause: &str) {
    until("held", || handle.partitions().iter().any(|partition| partition.held.is_some())).await;
    let held: Vec<_> = handle.partitions().into_iter().filter_map(|partition| partition.held).collect();
    assert!(held.len() == 1 && held[0].reason == reason && held[0].cause.contains(cause), "{held:?}");
    assert!(handle.is_live() && !handle.is_ready(), "a restart does not help");
}

#[tokio::test]
async fn a_consumer_whose_dead_letters_are_refused_is_live_but_not_ready() {
    let (cluster, client) = cluster().await;
    send(&client, [order(1, "ada")]).await;
    cluster.refuse_writes(&[WriteError::NotAuthorized; 2]);
    let rejecting = Scripted::new(|_, _| Err(HandlerError::reject("no")));
    let running = Running::start(OrdersEventsV1::consumer(&client, GROUP, rejecting));
    is_held_by(&running.handle, HoldReason::DeadLetterTopic, "not acknowledged").await;
    let handle = running.handle.clone();
    until("ready once the letter is written", || handle.is_ready() && handle.report().rejected == 1).await;
    running.stop().await;
}

#[tokio::test]
async fn a_consumer_whose_registry_is_away_is_live_but_not_ready() {
    let (cluster, client) = cluster().await;
    send(&client, [order(1, "ada")]).await;
    let without = cluster.client_builder().schema_registry("http://127.0.0.1:1").build().expect("addresses");
    let running = Running::start(OrdersEventsV1::consumer(&without, GROUP, Scripted::new(|_, _| Ok(()))));
    is_held_by(&running.handle, HoldReason::Registry, "127.0.0.1:1").await;
    running.stop().await;
}
