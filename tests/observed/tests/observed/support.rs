//! A cluster, orders, and a handler that does what an order's note says.

use std::time::Duration;

use eventgen::{Client, Delivery, HandlerError};
use eventgen_testkit::TestCluster;
use orders::events::com::example::orders::{
    OrderEvent, OrdersEventsV1, OrdersEventsV1Handler, orders_events_v1,
};
use orders::sample::order;

pub(crate) const TOPIC: &str = orders_events_v1::TOPIC.name;
pub(crate) const DEAD_LETTERS: &str = "orders.events.v1.dlq";
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A cluster with the orders topic, and a client of it.
pub(crate) async fn cluster() -> (TestCluster, Client) {
    let cluster = TestCluster::start().expect("a cluster");
    cluster.prepare::<OrdersEventsV1>().await.expect("topic and schema");
    let client = cluster.client().expect("a client");
    (cluster, client)
}

/// An order with a note for the [`Obedient`] handler.
pub(crate) fn noted(number: usize, note: &str) -> OrderEvent {
    let mut order = order(number, &format!("customer-{number}"));
    order.payload.note = Some(note.to_owned());
    order
}

/// Sends orders through the generated producer.
pub(crate) async fn send(client: &Client, orders: impl IntoIterator<Item = OrderEvent>) {
    let producer = OrdersEventsV1::producer(client).await.expect("a producer");
    for order in orders {
        producer.send(&order).await.expect("acknowledged");
    }
    producer.close().await.expect("closed");
}

/// Does what the note of an order says.
#[derive(Clone)]
pub(crate) struct Obedient;

impl OrdersEventsV1Handler for Obedient {
    async fn order_event(&self, event: OrderEvent, delivery: &Delivery) -> Result<(), HandlerError> {
        match event.payload.note.as_deref() {
            Some("retry") if delivery.attempt == 1 => Err(HandlerError::retry("not yet")),
            Some("reject") => Err(HandlerError::reject("never")),
            Some("fatal") => Err(HandlerError::fatal("out of paper")),
            Some("skip") => Err(HandlerError::skip("not needed")),
            Some("panic") if delivery.attempt == 1 => panic!("out of order"),
            _ => Ok(()),
        }
    }
}

/// Waits until a condition holds.
pub(crate) async fn until(what: &str, mut condition: impl FnMut() -> bool) {
    let holds = async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(PATIENCE, holds).await.unwrap_or_else(|_| panic!("{what}"));
}
