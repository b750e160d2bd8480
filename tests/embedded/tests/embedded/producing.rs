//! Producers. No event is dropped silently if the buffer is full, the value invalid or the cluster down.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use eventgen::types::rust_decimal::Decimal;
use eventgen::{Error, Producer};
use eventgen_testkit::{WriteError, records};
use orders::events::com::example::orders::OrdersEventsV1;
use orders::sample::order;
use tokio::time::timeout;

use crate::logs;
use crate::support::{PATIENCE, TOPIC, cluster, send};

#[tokio::test(flavor = "multi_thread")]
async fn sending_waits_for_a_full_buffer() {
    let (_cluster, client) = cluster().await;
    let small = Producer::<OrdersEventsV1>::builder(&client).set("queue.buffering.max.messages", "10");
    let producer = small.connect().await.expect("a producer");
    let mut sending = tokio::task::JoinSet::new();
    for sender in 0..4 {
        let producer = producer.clone();
        sending.spawn(async move {
            for number in 0..250 {
                producer
                    .enqueue(&order(sender * 250 + number, "ada"))
                    .await
                    .expect("the buffer has room again");
            }
        });
    }
    timeout(PATIENCE, sending.join_all()).await.expect("no sender waits without an end");
    timeout(PATIENCE, producer.flush()).await.expect("an end").expect("all acknowledged");
    assert_eq!(records(&client, TOPIC).await.expect("records").len(), 1_000);
}

#[tokio::test]
async fn a_record_larger_than_the_buffer_is_an_error_that_names_the_setting() {
    let (_cluster, client) = cluster().await;
    let small = Producer::<OrdersEventsV1>::builder(&client).set("queue.buffering.max.kbytes", "1");
    let producer = small.connect().await.expect("a producer");
    let mut large = order(1, "ada");
    large.payload.note = Some("x".repeat(4_096));
    let error = timeout(PATIENCE, producer.enqueue(&large)).await.expect("an end").expect_err("too large");
    assert!(error.to_string().contains("queue.buffering.max.kbytes"), "{error}");
    producer.send(&order(2, "ada")).await.expect("a smaller record is sent");
}

#[tokio::test]
async fn failures_of_enqueued_events_are_returned_by_the_next_flush() {
    let (cluster, client) = cluster().await;
    let producer = OrdersEventsV1::producer(&client).await.expect("a producer");
    cluster.refuse_writes(&[WriteError::PolicyViolation]);
    producer.enqueue(&order(1, "ada")).await.expect("buffered");
    let error = producer.flush().await.expect_err("refused");
    assert!(matches!(&error, Error::NotFlushed { count: 1, .. }), "{error}");
    for part in [TOPIC, "key `ada`", "partition", "Policy"] {
        assert!(error.to_string().contains(part), "{error}");
    }
    cluster.refuse_writes(&[WriteError::PolicyViolation]);
    let error = producer.send(&order(2, "ada")).await.expect_err("refused");
    assert!(matches!(error, Error::NotDelivered { .. }), "{error}");
    producer.flush().await.expect("the failure is returned once");
    let receipt = producer.send(&order(3, "ada")).await.expect("acknowledged");
    assert_eq!(receipt.offset, 0, "the refused records were not written");
}

#[tokio::test]
async fn a_value_that_its_schema_cannot_represent_is_not_sent() {
    let (_cluster, client) = cluster().await;
    let producer = OrdersEventsV1::producer(&client).await.expect("a producer");
    let mut fine = order(1, "ada");
    fine.payload.amount = Decimal::new(1_234_567, 5);
    let error = producer.enqueue(&fine).await.expect_err("too fine");
    assert!(matches!(error, Error::Encode { .. }), "{error}");
    assert!(error.to_string().contains("round it to the schema's scale"), "{error}");
    producer.flush().await.expect("nothing was enqueued");
    assert_eq!(records(&client, TOPIC).await.expect("records").len(), 0);
}

#[tokio::test]
async fn a_dropped_producer_delivers_in_the_background() {
    let (_cluster, client) = cluster().await;
    let producer = OrdersEventsV1::producer(&client).await.expect("a producer");
    for number in 1..=100 {
        producer.enqueue(&order(number, "ada")).await.expect("buffered");
    }
    drop(producer);
    let delivered = async {
        while records(&client, TOPIC).await.expect("records").len() < 100 {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    timeout(PATIENCE, delivered).await.expect("all are delivered");
    send(&client, [order(101, "ada")]).await;
}

#[tokio::test]
async fn an_encoded_record_is_the_record_that_is_sent() {
    let (_cluster, client) = cluster().await;
    let producer = OrdersEventsV1::producer(&client).await.expect("a producer");
    // A second order would have a later time.
    let event = order(1, "ada");
    let record = producer.encode(&event).expect("encoded");
    assert_eq!(record.topic, TOPIC);
    producer.send(&event).await.expect("acknowledged");
    producer.send_encoded(&record).await.expect("acknowledged");
    let records = records(&client, TOPIC).await.expect("records");
    assert_eq!(records.len(), 2);
    for sent in &records {
        assert_eq!((&sent.key, &sent.value, &sent.headers), (&record.key, &record.value, &record.headers));
    }
}

#[tokio::test]
async fn closing_waits_for_enqueued_events_and_returns_their_failures() {
    let (cluster, client) = cluster().await;
    let producer = OrdersEventsV1::producer(&client).await.expect("a producer");
    producer.enqueue(&order(1, "ada")).await.expect("buffered");
    timeout(PATIENCE, producer.close()).await.expect("an end").expect("acknowledged");
    assert_eq!(records(&client, TOPIC).await.expect("records").len(), 1);
    let producer = OrdersEventsV1::producer(&client).await.expect("a producer");
    cluster.refuse_writes(&[WriteError::PolicyViolation]);
    producer.enqueue(&order(2, "ada")).await.expect("buffered");
    let error = timeout(PATIENCE, producer.close()).await.expect("an end").expect_err("refused");
    assert!(matches!(error, Error::NotFlushed { count: 1, .. }), "{error}");
}

#[tokio::test]
async fn a_flush_names_the_records_that_failed() {
    let (cluster, client) = cluster().await;
    // Requests with one record each, because a request is refused as a whole.
    let builder = Producer::<OrdersEventsV1>::builder(&client).set("batch.num.messages", "1");
    let producer = builder.connect().await.expect("a producer");
    cluster.refuse_writes(&[WriteError::PolicyViolation; 5]);
    for number in 0..5 {
        producer.enqueue(&order(number, &format!("customer-{number}"))).await.expect("buffered");
    }
    let error = producer.flush().await.expect_err("refused");
    let Error::NotFlushed { count, records, .. } = &error else { panic!("{error}") };
    let mut keys: Vec<_> = records.iter().filter_map(|record| record.key.clone()).collect();
    keys.sort();
    assert_eq!((*count, keys.len()), (5, 5));
    assert_eq!(keys[4], b"customer-4");
    assert!(records.iter().all(|record| record.topic == TOPIC && record.partition.is_some()), "{error}");
    assert!(error.to_string().ends_with("and 2 more"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flush_does_not_wait_for_records_that_are_sent_after_it() {
    let (_cluster, client) = cluster().await;
    // Every record waits for this long, so that at no moment nothing is outstanding while the senders are busy.
    let builder = Producer::<OrdersEventsV1>::builder(&client).set("linger.ms", "500");
    let producer = builder.connect().await.expect("a producer");
    let busy = Arc::new(AtomicBool::new(true));
    let mut sending = tokio::task::JoinSet::new();
    for sender in 0..4 {
        let (producer, busy) = (producer.clone(), Arc::clone(&busy));
        sending.spawn(async move {
            while busy.load(Ordering::Relaxed) {
                producer.enqueue(&order(sender, &format!("sender-{sender}"))).await.expect("buffered");
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        });
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    for _ in 0..3 {
        producer.enqueue(&order(1, "ada")).await.expect("buffered");
        timeout(PATIENCE, producer.flush())
            .await
            .expect("the senders do not hold it up")
            .expect("acknowledged");
    }
    busy.store(false, Ordering::Relaxed);
    timeout(PATIENCE, sending.join_all()).await.expect("the senders end");
}

#[tokio::test]
async fn a_producer_that_is_dropped_after_an_acknowledgement_does_not_warn() {
    const WARNING: &str = "a producer is dropped before its records are acknowledged";
    logs::keep();
    let (_cluster, client) = cluster().await;
    for number in 0..40 {
        let producer = OrdersEventsV1::producer(&client).await.expect("a producer");
        producer.send(&order(number, "ada")).await.expect("acknowledged");
        drop(producer);
    }
    assert_eq!(logs::of_this_thread(WARNING), Vec::new());
    let producer = OrdersEventsV1::producer(&client).await.expect("a producer");
    producer.enqueue(&order(40, "ada")).await.expect("buffered");
    drop(producer);
    assert_eq!(logs::of_this_thread(WARNING).len(), 1, "nobody waited for that record");
}
