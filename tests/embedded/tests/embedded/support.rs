//! A prepared cluster, and a handler that follows the script of a test.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use eventgen::{Client, Delivery, HandlerError, Report, RunError};
use eventgen_testkit::{TestCluster, caught_up};
use orders::events::com::example::orders::{
    OrderEvent, OrdersEventsV1, OrdersEventsV1Handler, orders_events_v1,
};

pub(crate) const GROUP: &str = orders_events_v1::groups::ORDER_PROCESSOR;
pub(crate) const TOPIC: &str = orders_events_v1::TOPIC.name;
pub(crate) const DEAD_LETTERS: &str = "orders.events.v1.dlq";

/// The timeout of a test that hangs. No test takes this long.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A cluster with the orders topic, and a client of it.
pub(crate) async fn cluster() -> (TestCluster, Client) {
    let cluster = TestCluster::start().expect("a cluster");
    cluster.prepare::<OrdersEventsV1>().await.expect("topic and schema");
    let client = cluster.client().expect("a client");
    (cluster, client)
}

/// Sends orders through the generated producer.
pub(crate) async fn send(client: &Client, orders: impl IntoIterator<Item = OrderEvent>) {
    let producer = OrdersEventsV1::producer(client).await.expect("a producer");
    for order in orders {
        producer.enqueue(&order).await.expect("enqueued");
    }
    producer.flush().await.expect("acknowledged");
}

/// Waits until the group has committed every record of the topic. What waits in retry topics is not counted.
pub(crate) async fn topic_done(client: &Client) {
    let begun = std::time::Instant::now();
    loop {
        let lag = client.lag(GROUP, TOPIC).await.expect("lag");
        if lag.iter().all(|partition| partition.records == 0) {
            return;
        }
        assert!(begun.elapsed() < PATIENCE, "{lag:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Decides the outcome of one attempt.
pub(crate) type Script = fn(&OrderEvent, &Delivery) -> Result<(), HandlerError>;

/// Runs a script and records every attempt that it accepts.
#[derive(Clone)]
pub(crate) struct Scripted {
    script: Script,
    accepted: Arc<Mutex<Vec<(String, String)>>>,
}

impl Scripted {
    pub(crate) fn new(script: Script) -> Self {
        Self { script, accepted: Arc::default() }
    }

    /// The customers and orders of the events that were accepted, in this order.
    pub(crate) fn accepted(&self) -> Vec<(String, String)> {
        self.accepted.lock().expect("no panic while it is held").clone()
    }
}

impl OrdersEventsV1Handler for Scripted {
    async fn order_event(&self, event: OrderEvent, delivery: &Delivery) -> Result<(), HandlerError> {
        (self.script)(&event, delivery)?;
        let accepted = (event.customer_id, event.order_id);
        self.accepted.lock().expect("no panic while it is held").push(accepted);
        Ok(())
    }
}

/// Consumes until the group has caught up, or until the consumer stops by itself.
pub(crate) async fn consume(client: &Client, handler: Scripted) -> Result<Report, RunError> {
    let shutdown = async {
        let lag = caught_up(client, GROUP, TOPIC, PATIENCE).await;
        assert_eq!(lag.expect("the cluster answers"), 0);
    };
    OrdersEventsV1::consumer(client, GROUP, handler).run_until(shutdown).await
}
