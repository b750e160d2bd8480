//! Transactions on real brokers: what readers see of them, and every class of error.

mod consumers;
mod coordinator;
mod errors;
mod letters;
mod refused;
mod retries;
mod support;
mod unstable;

use std::time::Duration;

use eventgen::{Error, TopicEvents as _, TransactionError, TransactionalProducer};
use eventgen_testkit::records;
use orders::events::com::example::orders::OrdersEventsV1;
use support::{Invoice, InvoiceEvents, Isolation, PATIENCE, Stage};
use tokio::sync::oneshot;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn events_of_two_topics_become_visible_together() {
    let stage = Stage::prepared("together").await;
    let producer = TransactionalProducer::builder(&stage.client, "importer").topic::<OrdersEventsV1>();
    let producer = producer.connect().await.expect("a producer");
    assert_eq!(producer.transactional_id(), format!("{}importer", stage.prefix));

    let (reached, seen) = (oneshot::channel::<()>(), oneshot::channel::<()>());
    let (reached, is_reached) = reached;
    let (seen, is_seen) = seen;
    // On a task: the future of a transaction is `Send`.
    let transacting = tokio::spawn(async move {
        let sum = producer
            .transaction(async |transaction| {
                for number in 0..20 {
                    transaction.send(&support::order(number)).await?;
                    // The builder does not name this topic.
                    transaction.send(&Invoice::of(number)).await?;
                }
                reached.send(()).expect("the test waits");
                is_seen.await.expect("the test has looked");
                Ok::<_, Error>(7)
            })
            .await;
        (producer, sum)
    });
    is_reached.await.expect("all are sent");
    stage.until_written::<OrdersEventsV1>(20).await;
    stage.until_written::<InvoiceEvents>(20).await;
    assert!(stage.read::<OrdersEventsV1>(Isolation::Committed).await.is_empty(), "it is not committed yet");
    seen.send(()).expect("the transaction waits");
    let (producer, sum) = transacting.await.expect("no panic");
    assert_eq!(sum.expect("committed"), 7);
    let expected = support::numbers(0..20);
    assert_eq!(stage.read::<OrdersEventsV1>(Isolation::Committed).await, expected);
    assert_eq!(stage.read::<InvoiceEvents>(Isolation::Committed).await, expected);
    // The last offset of each partition is a marker, which is no record.
    let read = records(&stage.client, OrdersEventsV1::TOPIC.name).await.expect("records");
    assert_eq!(read.len(), 20);
    producer.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn a_transaction_within_another_one_of_its_producer_is_an_error_at_once() {
    let stage = Stage::prepared("nested").await;
    let outer = TransactionalProducer::builder(&stage.client, "outer").connect().await.expect("a producer");
    let other = TransactionalProducer::builder(&stage.client, "other").connect().await.expect("a producer");
    let clone = outer.clone();
    let send = async |producer: &TransactionalProducer, number: usize| {
        let order = support::order(number);
        producer.transaction(async |transaction| transaction.send(&order).await).await
    };
    let work = outer.transaction(async |transaction| {
        transaction.send(&support::order(1)).await?;
        let nested = send(&clone, 2).await.expect_err("refused");
        assert!(matches!(nested, TransactionError::Nested { .. }), "{nested}");
        assert!(nested.to_string().contains("a second producer with an id of its own"), "{nested}");
        send(&other, 3).await.expect("another producer has its own transactions");
        Ok::<_, Error>(())
    });
    work.await.expect("the error of the inner one is not that of the outer one");
    outer.close().await;
    send(&clone, 4).await.expect("a clone goes on");
    let expected = [1, 3, 4].map(support::number).into();
    assert_eq!(stage.read::<OrdersEventsV1>(Isolation::Committed).await, expected);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn nothing_is_visible_of_work_that_fails_panics_is_dropped_or_takes_too_long() {
    let stage = Stage::prepared("aborted").await;
    let producer = TransactionalProducer::builder(&stage.client, "importer")
        .topic::<OrdersEventsV1>()
        .transaction_timeout(Duration::from_secs(12));
    let producer = std::sync::Arc::new(producer.connect().await.expect("a producer"));

    let failed = producer
        .transaction(async |transaction| {
            transaction.send(&support::order(1)).await.expect("sent");
            Err::<(), _>("the input ends too early")
        })
        .await;
    assert!(matches!(failed, Err(TransactionError::Work("the input ends too early"))), "{failed:?}");

    let panicking = std::sync::Arc::clone(&producer);
    let panicked = tokio::spawn(async move {
        let work = panicking.transaction(async |transaction| {
            transaction.send(&support::order(2)).await?;
            assert!(transaction.send(&support::order(3)).await.is_err(), "a panic on purpose");
            Ok::<_, Error>(())
        });
        work.await
    });
    assert!(panicked.await.is_err_and(|error| error.is_panic()));

    let dropped = producer.transaction(async |transaction| {
        transaction.send(&support::order(4)).await?;
        std::future::pending::<Result<(), Error>>().await
    });
    assert!(tokio::time::timeout(Duration::from_secs(1), dropped).await.is_err());

    // One that is given up before it has begun does not end the next one.
    let given_up = producer.transaction(async |_| Ok::<_, Error>(()));
    assert!(tokio::time::timeout(Duration::ZERO, given_up).await.is_err());

    let slow = producer.transaction(async |transaction| {
        transaction.send(&support::order(5)).await?;
        std::future::pending::<Result<(), Error>>().await
    });
    let late = slow.await.expect_err("too late");
    assert!(
        matches!(late, TransactionError::TimedOut { limit, .. } if limit == Duration::from_secs(9)),
        "{late}"
    );

    // An event of a later transaction is not visible before the earlier ones have ended.
    let last = producer.transaction(async |transaction| transaction.send(&support::order(6)).await);
    tokio::time::timeout(PATIENCE, last).await.expect("in time").expect("committed");
    assert_eq!(stage.read::<OrdersEventsV1>(Isolation::Committed).await, support::numbers(6..7));
    let written = stage.read::<OrdersEventsV1>(Isolation::Uncommitted).await;
    assert!(written.contains(&support::number(5)), "it was written and aborted: {written:?}");
}
