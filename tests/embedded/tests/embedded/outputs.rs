//! Outputs of handlers that cannot be written, and the dead letters of a transactional consumer. What readers see of
//! transactions is tested on real brokers.

use std::time::Instant;

use eventgen::{
    Batch, BatchError, BatchHandler, BatchOptions, Client, Consumer, Error, HandlerError, Report,
    TransactionOptions, dead_letter,
};
use eventgen_testkit::{Record, records, send_bytes};
use orders::events::com::example::orders::OrdersEventsV1;
use orders::sample::order;
use tokio::task::JoinSet;

use crate::support::{DEAD_LETTERS, GROUP, PATIENCE, Script, Scripted, TOPIC, cluster, send};

/// Sends the events that it gets.
struct Echo;

impl BatchHandler for Echo {
    type Events = OrdersEventsV1;

    async fn handle(&self, batch: Batch<'_, OrdersEventsV1>) -> Result<(), BatchError> {
        for (OrdersEventsV1::OrderEvent(event), delivery) in batch {
            delivery.send(&event).map_err(HandlerError::from)?;
        }
        Ok(())
    }
}

#[tokio::test]
async fn an_output_of_a_consumer_without_transactions_stops_it() {
    let (_cluster, client) = cluster().await;
    send(&client, (1..=3).map(|number| order(number, "ada"))).await;
    let scripts: [Script; 4] = [
        |event, delivery| Ok(delivery.send(event)?),
        |event, delivery| delivery.send(event).map_err(HandlerError::reject),
        // The handler passes over the error, or has moved the delivery.
        |event, delivery| delivery.send(event).or(Ok(())),
        |event, delivery| Ok(delivery.clone().send(event)?),
    ];
    let mut consumers = Vec::new();
    for (number, script) in scripts.into_iter().enumerate() {
        let consumer = Consumer::new(&client, format!("group-{number}"));
        consumers.push(consumer.subscribe(OrdersEventsV1::handler(Scripted::new(script))));
    }
    consumers.push(Consumer::new(&client, GROUP).subscribe_batches(Echo, BatchOptions::default()));
    let mut running = JoinSet::new();
    for consumer in consumers {
        running.spawn(consumer.run_until(std::future::pending()));
    }
    while let Some(ended) = running.join_next().await {
        let error = ended.expect("no panic").expect_err("stopped").error;
        let Error::ConsumerStopped { reason, .. } = &error else { panic!("{error}") };
        for part in [TOPIC, "call `Consumer::transactional`", "offset 0 is not committed"] {
            assert!(reason.contains(part), "`{part}` is not in: {reason}");
        }
    }
    assert!(records(&client, DEAD_LETTERS).await.expect("dead letters").is_empty());
}

/// What a transactional consumer reports, and its dead letters, once there are this many.
async fn letters(client: &Client, consumer: Consumer, count: usize) -> (Report, Vec<Record>) {
    let options = TransactionOptions::new("echo-0").writes::<OrdersEventsV1>();
    let shutdown = async {
        let begun = Instant::now();
        while records(client, DEAD_LETTERS).await.expect("dead letters").len() < count {
            assert!(begun.elapsed() < PATIENCE, "fewer than {count} dead letters");
        }
    };
    let report = consumer.transactional(options).run_until(shutdown).await.expect("no error");
    (report, records(client, DEAD_LETTERS).await.expect("dead letters"))
}

#[tokio::test]
async fn an_output_that_is_too_large_makes_a_dead_letter_without_retries() {
    let script: Script = |event, delivery| {
        let mut large = event.clone();
        large.payload.note = Some("x".repeat(2_000_000));
        Ok(delivery.send(&large)?)
    };
    let (_cluster, client) = cluster().await;
    send(&client, [order(1, "ada")]).await;
    let (report, letters) =
        letters(&client, OrdersEventsV1::consumer(&client, GROUP, Scripted::new(script)), 1).await;
    assert_eq!((report.rejected, report.retried, report.handled), (1, 0, 0));
    let message = letters[0].headers.text(dead_letter::MESSAGE).expect("a message");
    println!("{message}");
    for part in [TOPIC, "key `ada`", "takes 2000", "`eventgen topics plan`"] {
        assert!(message.contains(part), "`{part}` is not in: {message}");
    }
}

/// Enlarges the second event before it sends it, and passes over errors if this is true.
struct Enlarging(bool);

impl BatchHandler for Enlarging {
    type Events = OrdersEventsV1;

    async fn handle(&self, batch: Batch<'_, OrdersEventsV1>) -> Result<(), BatchError> {
        for (OrdersEventsV1::OrderEvent(mut event), delivery) in batch {
            if delivery.offset == 1 {
                event.payload.note = Some("x".repeat(2_000_000));
            }
            if self.0 {
                let _ = delivery.send(&event);
                continue;
            }
            // The type of the error is hidden.
            delivery.send(&event).map_err(|error| HandlerError::from(format!("an echo: {error}")))?;
        }
        Ok(())
    }
}

#[tokio::test]
async fn an_output_that_is_too_large_costs_a_batch_the_record_of_that_one_only() {
    let (_cluster, client) = cluster().await;
    send(&client, (1..=3).map(|number| order(number, "ada"))).await;
    let batches = Consumer::new(&client, GROUP).subscribe_batches(Enlarging(false), BatchOptions::default());
    let (report, letters) = letters(&client, batches, 1).await;
    assert_eq!((report.rejected, report.exhausted, letters.len()), (1, 0, 1));
    assert_eq!(letters[0].headers.text(dead_letter::OFFSET), Some("1"));
    assert!(report.retried <= 3, "each event is handled alone once: {report:?}");
}

#[tokio::test]
async fn an_output_that_a_batch_passes_over_makes_a_dead_letter_of_its_record() {
    let (_cluster, client) = cluster().await;
    send(&client, (1..=3).map(|number| order(number, "ada"))).await;
    let batches = Consumer::new(&client, GROUP).subscribe_batches(Enlarging(true), BatchOptions::default());
    let (report, letters) = letters(&client, batches, 1).await;
    assert_eq!((report.rejected, report.retried, letters.len()), (1, 0, 1), "{report:?}");
    assert_eq!(letters[0].headers.text(dead_letter::OFFSET), Some("1"));
    let message = letters[0].headers.text(dead_letter::MESSAGE).expect("a message");
    assert!(message.contains("passed over") && message.contains("takes 2000"), "{message}");
}

#[tokio::test]
async fn a_dead_letter_in_a_transaction_may_be_as_large_as_its_topic_accepts() {
    let (_cluster, client) = cluster().await;
    // librdkafka's default limit is 1,000,000 bytes. One record is larger, the other one exceeds it with the added headers.
    for size in [1_000_100, 999_700] {
        send_bytes(&client, TOPIC, b"ada", &vec![b'x'; size]).await.expect("sent");
    }
    let consumer = OrdersEventsV1::consumer(&client, GROUP, Scripted::new(|_, _| Ok(())));
    let (report, letters) = letters(&client, consumer, 2).await;
    assert_eq!(report.poison, 2);
    let sizes: Vec<_> = letters.iter().map(|letter| letter.value.as_ref().map(Vec::len)).collect();
    assert_eq!(sizes, [Some(1_000_100), Some(999_700)]);
}
