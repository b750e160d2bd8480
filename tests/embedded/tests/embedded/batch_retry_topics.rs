//! Retry topics of handlers of batches: which records of a batch go there, and what comes behind them.

use std::time::Duration;

use eventgen::{
    Batch, BatchError, BatchHandler, BatchOptions, Client, Consumer, HandlerError, Report, TopicEvents,
    dead_letter,
};
use eventgen_testkit::records;
use orders::events::com::example::orders::OrderEvent;
use orders::sample::order;

use crate::retry_topics::{
    Attempt, DELAYS, Delayed, Remembering, Script, Unordered, accepts, by_customer, prepared,
    thirds_fail_twice,
};
use crate::support::{DEAD_LETTERS, GROUP, TOPIC, send, topic_done};

/// Handles events of a batch one after another, up to the first that fails.
struct Batched<E> {
    each: Remembering<E>,
    /// Whether the error says which event has failed.
    names: bool,
}

impl<E> Batched<E> {
    fn new(script: Script) -> Self {
        Self { each: Remembering::new(script), names: true }
    }

    /// Decides about a batch before its events are handled.
    fn anonymous(script: Script) -> Self {
        Self { names: false, ..Self::new(script) }
    }
}

impl<E> Clone for Batched<E> {
    fn clone(&self) -> Self {
        Self { each: self.each.clone(), names: self.names }
    }
}

impl<E: TopicEvents + Into<OrderEvent> + Send + Sync> BatchHandler for Batched<E> {
    type Events = E;

    async fn handle(&self, batch: Batch<'_, E>) -> Result<(), BatchError> {
        for (index, (event, delivery)) in batch.into_iter().enumerate() {
            self.each
                .attempt(event.into(), delivery)
                .map_err(|error| if self.names { BatchError::at(index, error) } else { error.into() })?;
        }
        Ok(())
    }
}

fn consumer<E: TopicEvents + Into<OrderEvent> + Send + Sync>(
    client: &Client,
    handler: &Batched<E>,
) -> Consumer {
    let options = BatchOptions::new().max_wait(Duration::from_millis(20));
    Consumer::new(client, GROUP).subscribe_batches(handler.clone(), options)
}

async fn run<E: TopicEvents + Into<OrderEvent> + Send + Sync>(
    client: &Client,
    handler: &Batched<E>,
    until: impl Fn(&[Attempt]) -> bool,
) -> Report {
    consumer(client, handler).run_until(handler.each.until(until)).await.expect("no error")
}

/// The number of records in each retry topic, that of followers first.
async fn waited(client: &Client) -> Vec<usize> {
    let mut counts = Vec::new();
    for name in Delayed::TOPIC.retry_topics(GROUP) {
        counts.push(records(client, &name).await.expect("the topic exists").len());
    }
    counts
}

#[tokio::test]
async fn an_event_that_fails_leaves_its_batch_and_only_its_key_follows() {
    let (_cluster, client) = prepared(&[GROUP]).await;
    let customers = ["ada", "donald", "grace"];
    send(&client, (1..=60).map(|number| order(number, customers[number % 3]))).await;
    // Only orders of one customer fail.
    let handler = Batched::<Delayed>::new(|event, delivery| match event.customer_id.as_str() {
        "ada" => thirds_fail_twice(event, delivery),
        _ => Ok(()),
    });
    let report = run(&client, &handler, accepts(60)).await;
    assert_eq!((report.handled, report.dead_lettered()), (60, 0));
    let accepted = handler.each.accepted();
    for (customer, orders) in by_customer(&accepted) {
        assert_eq!(orders.len(), 20, "{customer}");
        assert!(orders.is_sorted(), "{customer}: {orders:?}");
    }
    let attempts = handler.each.attempts();
    for third in accepted.iter().filter(|attempt| attempt.order.ends_with('3') && attempt.customer == "ada") {
        let of: Vec<&Attempt> = attempts.iter().filter(|attempt| attempt.order == third.order).collect();
        let numbers: Vec<u32> = of.iter().map(|attempt| attempt.delivery.attempt).collect();
        assert_eq!(numbers, [1, 2, 3], "{}", third.order);
        for (pair, delay) in of.windows(2).zip(DELAYS) {
            assert!(pair[1].at - pair[0].at >= *delay, "{}: it was not due", third.order);
        }
        assert_eq!(of[2].delivery.topic, TOPIC);
        assert_eq!(of[2].delivery.offset, of[0].delivery.offset);
        assert_eq!(of[2].delivery.headers, of[0].delivery.headers);
    }
    // The others do not follow it.
    let followers = records(&client, &Delayed::TOPIC.retry_topics(GROUP)[0]).await.expect("records");
    assert!(!followers.is_empty() && followers.iter().all(|record| record.key.as_deref() == Some(b"ada")));
}

#[tokio::test]
async fn of_a_batch_that_fails_as_a_whole_only_what_fails_alone_goes_to_a_retry_topic() {
    let (_cluster, client) = prepared(&[GROUP]).await;
    // All of one partition.
    send(&client, (1..=9).map(|number| order(number, "ada"))).await;
    let handler = Batched::<Unordered>::anonymous(|event, _| match event.order_id.as_str() {
        "order-000004" => Err(HandlerError::retry("closed")),
        _ => Ok(()),
    });
    let is_over = |attempts: &[Attempt]| {
        let failed = attempts.iter().filter(|attempt| !attempt.is_ok);
        failed.max_by_key(|attempt| attempt.delivery.attempt).is_some_and(|last| last.delivery.attempt >= 4)
    };
    let consumer = consumer(&client, &handler);
    let until = async {
        handler.each.until(is_over).await;
        let is_written = async || records(&client, DEAD_LETTERS).await.expect("letters").len() == 1;
        while !is_written().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let report = consumer.run_until(until).await.expect("no error");
    assert_eq!((report.handled, report.exhausted), (8, 1));
    assert_eq!(waited(&client).await, [0, 1, 1], "the others of the batch have succeeded alone");
    let letters = records(&client, DEAD_LETTERS).await.expect("dead letters");
    let text = |name: &str| letters[0].headers.text(name);
    assert_eq!((text(dead_letter::TOPIC), text(dead_letter::OFFSET)), (Some(TOPIC), Some("3")));
    assert_eq!((text(dead_letter::DELIVERY_COUNT), text(dead_letter::DELAYS)), (Some("4"), Some("2")));
    assert!(text(dead_letter::FIRST_FAILURE) < text(dead_letter::TIMESTAMP));
}

#[tokio::test]
async fn a_restart_while_records_of_batches_wait_keeps_the_order_of_their_keys() {
    let (_cluster, client) = prepared(&[GROUP]).await;
    let customers = ["ada", "grace"];
    send(&client, (1..=8).map(|number| order(number, customers[number % 2]))).await;
    let first = Batched::<Delayed>::new(|event, _| match event.order_id.as_str() {
        "order-000002" => Err(HandlerError::retry("closed")),
        _ => Ok(()),
    });
    let consuming = consumer(&client, &first);
    let waits = async {
        first.each.until(|attempts| attempts.iter().any(|attempt| !attempt.is_ok)).await;
        topic_done(&client).await;
    };
    consuming.run_until(waits).await.expect("no error");
    assert_eq!(by_customer(&first.each.accepted()).get("ada"), None);
    assert_eq!(by_customer(&first.each.accepted())["grace"].len(), 4);
    send(&client, (9..=12).map(|number| order(number, customers[number % 2]))).await;
    // The lead fails again, and then its first follower.
    let second =
        Batched::<Delayed>::new(|event, delivery| match (event.order_id.as_str(), delivery.attempt) {
            ("order-000002", 2) | ("order-000004", 1) => Err(HandlerError::retry("closed")),
            _ => Ok(()),
        });
    run(&client, &second, accepts(8)).await;
    let accepted = by_customer(&second.each.accepted());
    let orders = |numbers: &[u32]| -> Vec<String> {
        numbers.iter().map(|number| format!("order-{number:06}")).collect()
    };
    assert_eq!(accepted["ada"], orders(&[2, 4, 6, 8, 10, 12]));
    assert_eq!(accepted["grace"], orders(&[9, 11]));
}

#[tokio::test]
async fn without_an_order_nothing_follows_an_event_of_a_batch() {
    let (_cluster, client) = prepared(&[GROUP]).await;
    send(&client, (1..=10).map(|number| order(number, "ada"))).await;
    let handler = Batched::<Unordered>::new(thirds_fail_twice);
    let report = run(&client, &handler, accepts(10)).await;
    assert_eq!((report.handled, report.retried), (10, 2));
    assert_eq!(handler.each.accepted().last().expect("accepted").order, "order-000003");
    assert_eq!(waited(&client).await, [0, 1, 1]);
}
