//! Every class of error, provoked on real brokers.

use std::time::Duration;

use eventgen::{Error, TransactionError, TransactionalProducer};
use orders::events::com::example::orders::OrdersEventsV1;

use super::support::{self, Invoice, InvoiceEvents, Isolation, Stage};

async fn connected(stage: &Stage, id: &str, timeout: Duration) -> TransactionalProducer {
    let builder = TransactionalProducer::builder(&stage.client, id).topic::<OrdersEventsV1>();
    builder.transaction_timeout(timeout).connect().await.expect("a producer")
}

async fn committed(producer: &TransactionalProducer, number: usize) {
    let order = support::order(number);
    producer.transaction(async |transaction| transaction.send(&order).await).await.expect("committed");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn a_second_producer_with_the_same_id_fences_the_first_one() {
    let stage = Stage::prepared("fenced").await;
    let first = connected(&stage, "importer", Duration::from_secs(60)).await;
    committed(&first, 0).await;
    let mut second = None;
    let outcome = first
        .transaction(async |transaction| {
            transaction.send(&support::order(1)).await?;
            stage.until_written::<OrdersEventsV1>(2).await;
            second = Some(connected(&stage, "importer", Duration::from_secs(60)).await);
            Ok::<_, Error>(())
        })
        .await;
    let fenced = outcome.expect_err("fenced");
    println!("{fenced}");
    assert!(matches!(&fenced, TransactionError::Fenced { .. }), "{fenced:?}");
    assert!(!fenced.to_string().contains("Purge"), "{fenced}");

    // It does not take the id back.
    let second = second.expect("connected");
    let again = first.transaction(async |transaction| transaction.send(&support::order(2)).await).await;
    assert!(matches!(again, Err(TransactionError::Fenced { .. })), "{again:?}");
    committed(&second, 3).await;
    assert_eq!(
        stage.read::<OrdersEventsV1>(Isolation::Committed).await,
        [support::number(0), support::number(3)].into()
    );
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn a_transaction_that_the_coordinator_has_ended_is_aborted_and_the_next_one_commits() {
    let stage = Stage::prepared("timed-out").await;
    let producer = connected(&stage, "importer", Duration::from_secs(2)).await;
    committed(&producer, 0).await;
    let outcome = producer
        .transaction(async |transaction| {
            transaction.send(&support::order(1)).await?;
            // The process stands still. The coordinator looks for such transactions every 10 s.
            std::thread::sleep(Duration::from_secs(30));
            Ok::<_, Error>(())
        })
        .await;
    let error = outcome.expect_err("timed out");
    println!("{error}");
    assert!(matches!(&error, TransactionError::Aborted { .. }), "{error:?}");
    committed(&producer, 2).await;
    assert_eq!(
        stage.read::<OrdersEventsV1>(Isolation::Committed).await,
        [support::number(0), support::number(2)].into()
    );
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn a_record_that_its_topic_rejects_aborts_its_transaction() {
    let stage = Stage::prepared("rejected").await;
    let producer = connected(&stage, "importer", Duration::from_secs(60)).await;
    let outcome = producer
        .transaction(async |transaction| {
            for number in 0..5 {
                transaction.send(&support::order(number)).await?;
                // Its batch is that of the large one, unless that comes late.
                transaction.send(&Invoice(support::order(5))).await?;
            }
            transaction.send(&large_invoice(5)).await
        })
        .await;
    let error = outcome.expect_err("rejected");
    println!("{error}");
    let TransactionError::Aborted { reason, .. } = &error else { panic!("{error:?}") };
    for part in ["invoices`", "key `customer-5`", ", 200", "`eventgen topics plan`"] {
        assert!(reason.contains(part), "`{part}` is not in: {reason}");
    }
    // The sequence numbers of the batch are missing on its partition.
    for number in [5, 6] {
        let (order, invoice) = (support::order(number), Invoice::of(number));
        let both = producer.transaction(async |transaction| {
            transaction.send(&order).await?;
            transaction.send(&invoice).await
        });
        both.await.expect("committed");
    }
    assert_eq!(stage.read::<OrdersEventsV1>(Isolation::Committed).await, support::numbers(5..7));
    assert_eq!(stage.read::<InvoiceEvents>(Isolation::Committed).await, support::numbers(5..7));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn nothing_is_visible_of_a_transaction_of_which_a_record_was_not_handed_over() {
    let stage = Stage::prepared("not-written").await;
    let producer = connected(&stage, "importer", Duration::from_secs(60)).await;
    let mut large = support::order(1);
    large.payload.note = Some(support::noise(1_000_000));
    for gives_up in [false, true] {
        let outcome = producer.transaction(async |transaction| {
            transaction.send(&support::order(0)).await?;
            let sending = transaction.send(&large);
            if gives_up {
                drop(sending);
            } else {
                let _ = sending.await;
            }
            transaction.send(&support::order(2)).await
        });
        let error = outcome.await.expect_err("aborted");
        println!("{error}");
        assert!(matches!(&error, TransactionError::NotWritten { work: None, count: 1, .. }), "{error:?}");
    }
    committed(&producer, 3).await;
    assert_eq!(stage.read::<OrdersEventsV1>(Isolation::Committed).await, support::numbers(3..4));
}

/// An invoice that is larger than its topic accepts, also when it is compressed.
fn large_invoice(number: usize) -> Invoice {
    let mut order = support::order(number);
    order.payload.note = Some(support::noise(200_000));
    Invoice(order)
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn a_timeout_that_the_brokers_do_not_accept_is_an_error_at_the_start() {
    let stage = Stage::prepared("refused").await;
    let builder = TransactionalProducer::builder(&stage.client, "importer");
    let refused = builder.transaction_timeout(Duration::from_secs(3_600)).connect().await;
    let error = refused.err().expect("the brokers accept 15 minutes at most");
    println!("{error}");
    assert!(matches!(&error, Error::Kafka { what, .. } if what.contains("importer")), "{error}");
    assert!(error.to_string().contains("transaction.max.timeout.ms"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn a_producer_that_connects_ends_what_an_earlier_one_has_left_open() {
    let stage = Stage::prepared("left-open").await;
    // Longer than the test: nothing ends the transaction but the next producer.
    let first = connected(&stage, "importer", Duration::from_secs(600)).await;
    let left_open = first.transaction(async |transaction| {
        transaction.send(&support::order(0)).await?;
        stage.until_written::<OrdersEventsV1>(1).await;
        let second = connected(&stage, "importer", Duration::from_secs(60)).await;
        committed(&second, 1).await;
        Ok::<_, Error>(())
    });
    let fenced = left_open.await.expect_err("the second producer has its id");
    assert!(matches!(fenced, TransactionError::Fenced { .. }), "{fenced:?}");
    assert_eq!(stage.read::<OrdersEventsV1>(Isolation::Committed).await, support::numbers(1..2));
}
