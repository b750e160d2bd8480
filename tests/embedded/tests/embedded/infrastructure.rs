//! Brokers and registries that fail while records are handled. Records wait; none is lost or becomes a dead letter.

use std::time::Duration;

use eventgen::{
    Consumer, DecodeError, DecodeOptions, Delivery, Error, EventKind, Handler, HandlerError, Producer, Topic,
    TopicEvents,
};
use eventgen_testkit::{TestCluster, WriteError, records};
use orders::events::com::example::orders::{OrderEvent, OrdersEventsV1, orders_events_v1};
use orders::sample::order;

use crate::support::{DEAD_LETTERS, GROUP, Scripted, TOPIC, cluster, consume, send};

#[tokio::test]
async fn a_dead_letter_is_retried_until_it_is_written() {
    let (cluster, client) = cluster().await;
    let mut orders: Vec<OrderEvent> = (1..=3).map(|number| order(number, "ada")).collect();
    orders[0].payload.lines.clear();
    send(&client, orders).await;
    // An error that librdkafka does not retry by itself, for the first two attempts at the letter.
    cluster.refuse_writes(&[WriteError::NotAuthorized; 2]);
    let handler = Scripted::new(|event, _| {
        if event.payload.lines.is_empty() { Err(HandlerError::reject("no lines")) } else { Ok(()) }
    });
    let report = consume(&client, handler.clone()).await.expect("no error");
    assert_eq!((report.handled, report.rejected), (2, 1));
    assert_eq!(records(&client, DEAD_LETTERS).await.expect("dead letters").len(), 1);
    assert!(handler.accepted().iter().is_sorted(), "later records of its key waited for the letter");
}

#[tokio::test]
async fn records_wait_for_a_registry_that_is_down() {
    let (cluster, client) = cluster().await;
    send(&client, [order(1, "ada")]).await;
    // Nobody listens there. The port of a registry that has stopped may soon be that of another one.
    let without_registry =
        cluster.client_builder().schema_registry("http://127.0.0.1:1").build().expect("addresses");
    let handler = Scripted::new(|_, _| Ok(()));
    let consumer = OrdersEventsV1::consumer(&without_registry, GROUP, handler.clone());
    let consumer = consumer.drain_deadline(Duration::from_millis(100));
    let report = consumer.run_until(tokio::time::sleep(Duration::from_secs(6))).await.expect("no error");
    assert_eq!((report.handled, report.dead_lettered()), (0, 0), "the record is not the cause");
    assert_eq!(consume(&client, handler).await.expect("no error").handled, 1, "the record was not committed");
}

/// The orders topic with a contract that turns dead letters off.
struct Strict(OrderEvent);

impl TopicEvents for Strict {
    const TOPIC: &'static Topic = &orders_events_v1::TOPIC.without_dead_letter();
    const EVENTS: &'static [EventKind] = OrdersEventsV1::EVENTS;

    fn read_payload(kind: usize, payload: &[u8], options: DecodeOptions) -> Result<Self, DecodeError> {
        OrdersEventsV1::read_payload(kind, payload, options)
            .map(|OrdersEventsV1::OrderEvent(event)| Self(event))
    }
}

struct Rejecting;

impl Handler for Rejecting {
    type Events = Strict;

    async fn handle(&self, Strict(event): Strict, _: &Delivery) -> Result<(), HandlerError> {
        Err(HandlerError::reject(event.order_id))
    }
}

#[tokio::test]
async fn without_a_dead_letter_topic_the_consumer_stops_instead_of_skipping() {
    let (_cluster, client) = cluster().await;
    send(&client, [order(1, "ada")]).await;
    let consumer = Consumer::new(&client, GROUP).subscribe(Rejecting);
    let error = consumer.run_until(std::future::pending()).await.expect_err("stopped");
    assert!(matches!(error.error, Error::NoDeadLetter { offset: 0, attempts: 1, .. }), "{error}");
    assert!(error.to_string().contains("order-000001"), "{error}");
    assert_eq!((error.report.handled, error.report.dead_lettered()), (0, 0));
    let lag: u64 =
        client.lag(GROUP, TOPIC).await.expect("lag").iter().map(|partition| partition.records).sum();
    assert_eq!(lag, 1, "the record is not committed");
}

#[tokio::test]
async fn no_record_is_lost_while_a_broker_restarts() {
    let cluster = TestCluster::builder().brokers(1).start().expect("a cluster");
    cluster.prepare::<OrdersEventsV1>().await.expect("topic and schema");
    let client = cluster.client().expect("a client");
    let producer = Producer::<OrdersEventsV1>::new(&client).await.expect("a producer");
    let handler = Scripted::new(|_, _| Ok(()));
    let consuming = tokio::spawn({
        let (client, handler) = (client.clone(), handler.clone());
        let consumer = OrdersEventsV1::consumer(&client, GROUP, handler.clone());
        consumer.run_until(async move {
            while handler.accepted().len() < 200 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        })
    });
    for number in 1..=200 {
        if number == 100 {
            producer.flush().await.expect("acknowledged");
            cluster.broker_down(1).expect("down");
        }
        producer.enqueue(&order(number, "ada")).await.expect("buffered while the broker is away");
        if number == 150 {
            tokio::time::sleep(Duration::from_millis(500)).await;
            cluster.broker_up(1).expect("up");
        }
    }
    producer.flush().await.expect("acknowledged in the end");
    let report = consuming.await.expect("no panic").expect("no error");
    assert_eq!(report.handled, 200);
    assert!(handler.accepted().iter().is_sorted());
}
