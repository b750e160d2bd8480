//! One member of a group for several topics, each with its own handler.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use eventgen::{Batch, BatchError, BatchHandler, BatchOptions, Consumer, Delivery, HandlerError};
use eventgen_testkit::{caught_up, records, send_bytes};
use orders::events::com::example::orders::OrdersEventsV1;
use orders::sample::order;
use payments::events::com::example::payments::{
    PaymentAuthorized, PaymentRefused, PaymentsEventsV1, PaymentsEventsV1Handler, payments_events_v1,
};
use payments::sample;

use crate::support::{DEAD_LETTERS, PATIENCE, Scripted, TOPIC, cluster, send};

/// Counts payments.
#[derive(Clone, Default)]
struct Counting(Arc<AtomicUsize>);

impl PaymentsEventsV1Handler for Counting {
    async fn payment_authorized(
        &self,
        _: PaymentAuthorized,
        delivery: &Delivery,
    ) -> Result<(), HandlerError> {
        assert_eq!(delivery.topic, payments_events_v1::TOPIC.name);
        self.0.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    async fn payment_refused(&self, _: PaymentRefused, _: &Delivery) -> Result<(), HandlerError> {
        Err(HandlerError::reject("refused payments are not counted"))
    }
}

#[tokio::test]
async fn events_reach_the_handler_of_their_topic_and_letters_the_topic_of_their_contract() {
    let (cluster, client) = cluster().await;
    cluster.prepare::<PaymentsEventsV1>().await.expect("topic and schema");
    send(&client, (1..=20).map(|number| order(number, &format!("customer-{number}")))).await;
    send_bytes(&client, TOPIC, b"ada", b"no event").await.expect("sent");
    let producer = PaymentsEventsV1::producer(&client).await.expect("a producer");
    for number in 1..=20 {
        producer
            .enqueue(&sample::authorized(&format!("payment-{number}"), "account"))
            .await
            .expect("enqueued");
    }
    producer.enqueue(&sample::refused("payment-21", "account")).await.expect("enqueued");
    producer.flush().await.expect("acknowledged");

    let (group, orders, payments) = ("both", Scripted::new(|_, _| Ok(())), Counting::default());
    let until_both = async {
        for topic in [TOPIC, payments_events_v1::TOPIC.name] {
            assert_eq!(caught_up(&client, group, topic, PATIENCE).await.expect("lag"), 0, "{topic}");
        }
    };
    let consumer = Consumer::new(&client, group)
        .subscribe(OrdersEventsV1::handler(orders.clone()))
        .subscribe(PaymentsEventsV1::handler(payments.clone()));
    let report = consumer.run_until(until_both).await.expect("no error");
    assert_eq!((report.handled, report.poison, report.rejected), (40, 1, 1));
    assert_eq!((orders.accepted().len(), payments.0.load(Ordering::Relaxed)), (20, 20));
    for (topic, letters) in [(DEAD_LETTERS, 1), ("payments.events.v1.dlq", 1)] {
        assert_eq!(records(&client, topic).await.expect("dead letters").len(), letters, "{topic}");
    }
}

/// Counts the events of batches of orders.
#[derive(Clone, Default)]
struct CountingBatches(Arc<AtomicUsize>);

impl BatchHandler for CountingBatches {
    type Events = OrdersEventsV1;

    async fn handle(&self, batch: Batch<'_, OrdersEventsV1>) -> Result<(), BatchError> {
        tokio::time::sleep(Duration::from_millis(1)).await;
        self.0.fetch_add(batch.len(), Ordering::Relaxed);
        Ok(())
    }
}

#[tokio::test]
async fn batches_of_one_topic_and_single_events_of_another_share_the_concurrency() {
    let (cluster, client) = cluster().await;
    cluster.prepare::<PaymentsEventsV1>().await.expect("topic and schema");
    send(&client, (1..=300).map(|number| order(number, &format!("customer-{number}")))).await;
    let producer = PaymentsEventsV1::producer(&client).await.expect("a producer");
    for number in 1..=300 {
        let payment = sample::authorized(&format!("payment-{number}"), &format!("account-{number}"));
        producer.enqueue(&payment).await.expect("enqueued");
    }
    producer.flush().await.expect("acknowledged");

    let (group, orders, payments) = ("mixed", CountingBatches::default(), Counting::default());
    let until_both = async {
        for topic in [TOPIC, payments_events_v1::TOPIC.name] {
            assert_eq!(caught_up(&client, group, topic, PATIENCE).await.expect("lag"), 0, "{topic}");
        }
    };
    let options = BatchOptions::new().max_events(3).max_wait(Duration::from_millis(20));
    let consumer = Consumer::new(&client, group)
        .subscribe_batches(orders.clone(), options)
        .subscribe(PaymentsEventsV1::handler(payments.clone()))
        .concurrency(1);
    let report = consumer.run_until(until_both).await.expect("no error");
    assert_eq!((report.handled, report.dead_lettered()), (600, 0));
    assert_eq!((orders.0.load(Ordering::Relaxed), payments.0.load(Ordering::Relaxed)), (300, 300));
}
