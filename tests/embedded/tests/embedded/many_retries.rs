//! Ten thousand records that are retried at once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use eventgen::{
    Backoff, Client, Consumer, DecodeError, DecodeOptions, Delivery, EventKind, Handler, HandlerError, Retry,
    Topic, TopicEvents,
};
use eventgen_testkit::caught_up;
use orders::events::com::example::orders::OrdersEventsV1;
use orders::sample::order;
use tokio::runtime::Handle;
use tokio::sync::Notify;

use crate::support::{GROUP, PATIENCE, TOPIC, cluster, send};

const CUSTOMERS: usize = 10_000;
/// The orders of one customer. The first one is retried.
const ORDERS: usize = 2;
/// More tasks than a consumer has, which are its workers, its timers and the connections to the registry.
const MOST_TASKS: usize = 50;
/// Idle connections of the registry's client, which are tasks too and outlive a consumer.
const CONNECTIONS: usize = 5;

/// Orders that are retried for as long as they fail, every two seconds.
struct Patient(OrdersEventsV1);

impl TopicEvents for Patient {
    const TOPIC: &'static Topic = &OrdersEventsV1::TOPIC.with_retry(
        Retry::DEFAULT
            .with_attempts(1_000)
            .with_backoff(Backoff::Fixed, Duration::from_secs(2), Duration::from_secs(2))
            .with_jitter(false),
    );
    const EVENTS: &'static [EventKind] = OrdersEventsV1::EVENTS;

    fn read_payload(kind: usize, payload: &[u8], options: DecodeOptions) -> Result<Self, DecodeError> {
        OrdersEventsV1::read_payload(kind, payload, options).map(Self)
    }
}

/// Fails every first order until those of all customers have failed.
#[derive(Clone, Default)]
struct Failing(Arc<Shared>);

#[derive(Default)]
struct Shared {
    seen: Mutex<Seen>,
    all_failed: Notify,
}

#[derive(Default)]
struct Seen {
    /// By customer, the orders that were accepted.
    accepted: HashMap<String, Vec<String>>,
    /// First attempts that failed.
    failed: usize,
}

impl Handler for Failing {
    type Events = Patient;

    async fn handle(&self, event: Patient, delivery: &Delivery) -> Result<(), HandlerError> {
        let OrdersEventsV1::OrderEvent(event) = event.0;
        let mut seen = self.0.seen.lock().expect("no panic while it is held");
        let is_first = !seen.accepted.contains_key(&event.customer_id);
        if is_first && delivery.attempt == 1 {
            seen.failed += 1;
            if seen.failed == CUSTOMERS {
                self.0.all_failed.notify_one();
            }
        }
        if is_first && (delivery.attempt == 1 || seen.failed < CUSTOMERS) {
            return Err(HandlerError::retry("not yet"));
        }
        seen.accepted.entry(event.customer_id).or_default().push(event.order_id);
        Ok(())
    }
}

fn tasks() -> usize {
    Handle::current().metrics().num_alive_tasks()
}

fn assert_no_task_is_left(before: usize) {
    let left = tasks().saturating_sub(before);
    assert!(left <= CONNECTIONS, "{left} tasks are left of the run");
}

async fn prepared() -> (eventgen_testkit::TestCluster, Client) {
    let (cluster, client) = cluster().await;
    let orders = (0..ORDERS).flat_map(|number| {
        (0..CUSTOMERS)
            .map(move |customer| order(number * CUSTOMERS + customer, &format!("customer-{customer}")))
    });
    send(&client, orders).await;
    (cluster, client)
}

#[tokio::test]
async fn ten_thousand_records_in_retry_are_all_handled_in_the_order_of_their_keys() {
    let (_cluster, client) = prepared().await;
    let handler = Failing::default();
    let tasks_before = tasks();
    let tasks_in_retry = async {
        handler.0.all_failed.notified().await;
        tasks()
    };
    let caught_up = caught_up(&client, GROUP, TOPIC, 3 * PATIENCE);
    let mut most_tasks = 0;
    let shutdown = async {
        let (tasks_in_retry, lag) = tokio::join!(tasks_in_retry, caught_up);
        most_tasks = tasks_in_retry;
        assert_eq!(lag.expect("the cluster answers"), 0);
    };
    let consumer = Consumer::new(&client, GROUP).subscribe(handler.clone());
    let report = consumer.run_until(shutdown).await.expect("no error");
    assert_eq!(report.handled, (CUSTOMERS * ORDERS) as u64);
    assert!(report.retried >= CUSTOMERS as u64, "{report:?}");
    assert_eq!(report.dead_lettered(), 0);
    let seen = handler.0.seen.lock().expect("no panic while it is held");
    assert_eq!(seen.accepted.len(), CUSTOMERS);
    for (customer, orders) in &seen.accepted {
        assert!(orders.len() == ORDERS && orders.is_sorted(), "{customer}: {orders:?}");
    }
    assert!(most_tasks < tasks_before + MOST_TASKS, "a delayed record is not a task: {most_tasks} tasks");
    assert_no_task_is_left(tasks_before);
}

#[tokio::test]
async fn a_shutdown_does_not_wait_for_records_in_retry_longer_than_its_deadline() {
    let (_cluster, client) = prepared().await;
    let handler = Failing::default();
    let tasks_before = tasks();
    let consumer = Consumer::new(&client, GROUP).subscribe(handler.clone());
    let consumer = consumer.drain_deadline(Duration::from_millis(200));
    let report = consumer.run_until(handler.0.all_failed.notified()).await.expect("no error");
    assert!(report.retried >= CUSTOMERS as u64, "{report:?}");
    assert_no_task_is_left(tasks_before);

    let lag: u64 =
        client.lag(GROUP, TOPIC).await.expect("lag").iter().map(|partition| partition.records).sum();
    assert!(lag >= (CUSTOMERS * ORDERS) as u64 - report.handled, "nothing is committed that is not handled");
    assert!(lag > 0, "{report:?}");
}
