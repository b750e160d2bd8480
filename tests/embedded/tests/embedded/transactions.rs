//! Records that a transaction does not get, for each reason: it is aborted, whatever its work does with the error. What
//! readers see of transactions is tested on real brokers.

use std::pin::Pin;
use std::task::{Context, Waker};
use std::time::Duration;

use eventgen::types::rust_decimal::Decimal;
use eventgen::{
    Client, EncodedRecord, Error, Headers, KafkaEvent, KeyBuffer, TopicEvents as _, Transaction,
    TransactionError, TransactionalProducer,
};
use eventgen_testkit::TestCluster;
use orders::events::com::example::orders::{OrderEvent, OrdersEventsV1};
use orders::sample::order;

use crate::deletions::{AddressChanged, CustomersV1};
use crate::support::{TOPIC, cluster};

/// An event whose topic nobody has created.
#[derive(Debug, Clone, PartialEq, KafkaEvent)]
#[kafka(topic = "nowhere.v1", key = [number])]
struct Astray {
    number: i64,
}

async fn connected(client: &Client, settings: &[(&str, &str)]) -> TransactionalProducer {
    let builder = TransactionalProducer::builder(client, "importer-0").topic::<OrdersEventsV1>();
    let builder = settings.iter().fold(builder, |builder, (name, value)| builder.set(*name, *value));
    builder.connect().await.expect("a producer")
}

/// An order with a note of this length.
fn noted(length: usize) -> OrderEvent {
    let mut order = order(1, "ada");
    order.payload.note = Some("x".repeat(length));
    order
}

/// Asks a transaction for a record that it does not get.
type Ask = for<'a> fn(&'a Transaction<'_>) -> Pin<Box<dyn Future<Output = Result<(), Error>> + 'a>>;

/// Runs work that passes over the error, or returns one of its own, and the transaction that is aborted for it.
async fn refused(producer: &TransactionalProducer, ask: Ask) -> Vec<TransactionError<&'static str>> {
    let mut errors = Vec::new();
    for returns in [Ok(()), Err("the input ends too early")] {
        let outcome = producer.transaction(async |transaction| {
            transaction.send(&order(1, "ada")).await.expect("sent");
            ask(transaction).await.expect_err("refused");
            // A later failure, and a record that is written, do not hide the first failure.
            let later = EncodedRecord::new("later", None, Headers::new(), Some(vec![0; 2_000_000]));
            transaction.send_encoded(&later).await.expect_err("too large");
            transaction.send(&order(2, "ada")).await.expect("sent");
            returns
        });
        errors.push(outcome.await.expect_err("aborted"));
    }
    errors
}

#[tokio::test]
async fn a_record_that_is_not_written_aborts_its_transaction_whatever_its_work_returns() {
    let (cluster, client) = cluster().await;
    cluster.prepare::<CustomersV1>().await.expect("a topic");
    let producer = connected(&client, &[]).await;
    let cases: [(&str, Ask, &[&str]); 6] = [
        (
            "size",
            |transaction| Box::pin(async { transaction.send(&noted(1_000_000)).await }),
            &[TOPIC, "key `ada`", "takes 1000", "at most 1000000", "`message.max.bytes`", "topics plan"],
        ),
        (
            "encoding",
            |transaction| {
                Box::pin(async {
                    let mut unwritable = order(1, "ada");
                    unwritable.payload.amount = Decimal::new(1_234_567, 5);
                    transaction.send(&unwritable).await
                })
            },
            &["cannot be encoded", "digits"],
        ),
        (
            "key",
            |transaction| Box::pin(async { transaction.delete::<CustomersV1>(&KeyBuffer::default()).await }),
            &["`customers.v1` has no key"],
        ),
        (
            "a deletion on a topic that is not compacted",
            |transaction| {
                Box::pin(async { transaction.delete::<OrdersEventsV1>(&crate::deletions::key(1)).await })
            },
            &["cannot be deleted", "compacted"],
        ),
        (
            "a topic that the cluster does not have",
            |transaction| Box::pin(async { transaction.send(&Astray { number: 1 }).await }),
            &["does not exist"],
        ),
        (
            "a record of an outbox that is too large",
            |transaction| {
                Box::pin(async {
                    let large = EncodedRecord::new("orders", None, Headers::new(), Some(vec![0; 1_000_001]));
                    transaction.send_encoded(&large).await
                })
            },
            &["`orders`", "no key", "at most 1000000"],
        ),
    ];
    for (case, ask, parts) in cases {
        for error in refused(&producer, ask).await {
            let text = error.to_string();
            println!("{case}: {text}");
            let TransactionError::NotWritten { failure, count, work, .. } = error else {
                panic!("{case}: {text}")
            };
            assert_eq!(count, 2, "{case}");
            assert!(text.contains("importer-0") && text.contains(&failure.to_string()), "{text}");
            assert_eq!(
                work.is_some(),
                text.ends_with("; its work returned: the input ends too early"),
                "{text}"
            );
            for part in parts {
                assert!(failure.to_string().contains(part), "{case}: `{part}` is not in: {failure}");
            }
        }
    }
    let written = producer.transaction(async |transaction| transaction.send(&order(3, "ada")).await);
    written.await.expect("the producer is as good as before");
}

#[tokio::test]
async fn a_schema_that_is_not_registered_aborts_the_transaction() {
    let cluster = TestCluster::start().expect("a cluster");
    cluster.prepare::<OrdersEventsV1>().await.expect("topic and schema");
    cluster.create_topic(CustomersV1::TOPIC).expect("a topic");
    let producer = connected(&cluster.client().expect("a client"), &[]).await;
    let address = AddressChanged { country: "de".to_owned(), number: 1, address: "here".to_owned() };
    let outcome = producer.transaction(async |transaction| {
        let _ = transaction.send(&address).await;
        Ok::<_, Error>(())
    });
    let error = outcome.await.expect_err("aborted");
    let TransactionError::NotWritten { failure: Error::NotRegistered { .. }, count: 1, work: None, .. } =
        error
    else {
        panic!("{error}")
    };
}

#[tokio::test]
async fn a_record_that_is_larger_than_the_buffer_aborts_its_transaction() {
    let (_cluster, client) = cluster().await;
    let producer = connected(&client, &[("queue.buffering.max.kbytes", "1")]).await;
    let outcome = producer.transaction(async |transaction| {
        let _ = transaction.send(&noted(3_000)).await;
        Ok::<_, Error>(())
    });
    let error = outcome.await.expect_err("aborted").to_string();
    assert!(error.contains("raise `queue.buffering.max.kbytes`"), "{error}");
}

#[tokio::test]
async fn a_future_that_the_work_does_not_await_to_its_end_aborts_the_transaction() {
    let (_cluster, client) = cluster().await;
    let producer = connected(&client, &[]).await;
    let event = order(1, "ada");
    for forgets in [false, true] {
        let outcome = producer.transaction(async |transaction| {
            transaction.send(&event).await?;
            let future = transaction.send(&event);
            if forgets {
                std::mem::forget(future);
            } else {
                drop(future);
            }
            Ok::<_, Error>(())
        });
        let error = outcome.await.expect_err("aborted");
        println!("{error}");
        let TransactionError::NotWritten { failure, .. } = &error else { panic!("{error}") };
        assert!(failure.to_string().contains("await the future of every record"), "{failure}");
        assert!(failure.to_string().contains(TOPIC), "{failure}");
    }
    // It waits for a topic that is looked up, and the work does not wait for it.
    let outcome = producer.transaction(async |transaction| {
        let mut waiting = Box::pin(transaction.send(&Astray { number: 1 }));
        let _ = waiting.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        drop(waiting);
        Ok::<_, Error>(())
    });
    assert!(matches!(outcome.await, Err(TransactionError::NotWritten { .. })));
}

#[tokio::test]
async fn futures_that_are_dropped_with_failing_work_do_not_hide_its_error() {
    let (_cluster, client) = cluster().await;
    let producer = connected(&client, &[]).await;
    let event = order(1, "ada");
    let outcome = producer.transaction(async |transaction| {
        let _waiting = transaction.send(&event);
        Err::<(), _>("the input ends too early")
    });
    let error = outcome.await.expect_err("aborted");
    assert!(matches!(error, TransactionError::Work("the input ends too early")), "{error}");
}

#[tokio::test]
async fn work_that_waits_for_a_task_with_a_transaction_of_its_producer_is_told_why_it_takes_too_long() {
    let (_cluster, client) = cluster().await;
    let builder = TransactionalProducer::builder(&client, "importer-0").topic::<OrdersEventsV1>();
    let producer = builder.transaction_timeout(Duration::from_secs(2)).connect().await.expect("a producer");
    let clone = producer.clone();
    let outcome = producer.transaction(async |transaction| {
        transaction.send(&order(1, "ada")).await?;
        let task = tokio::spawn(async move {
            clone.transaction(async |transaction| transaction.send(&order(2, "ada")).await).await
        });
        task.await.expect("no panic").expect("committed");
        Ok::<_, Error>(())
    });
    let error = outcome.await.expect_err("too late");
    println!("{error}");
    assert!(matches!(error, TransactionError::TimedOut { waiting: 1, .. }), "{error}");
    assert!(error.to_string().contains("a task that it has spawned"), "{error}");
}
