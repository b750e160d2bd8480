//! Requests of a transaction that are lost or come too late: the end, its answer, an abort, and offsets after a rebalance.

use std::sync::atomic::Ordering;
use std::time::Duration;

use eventgen::{Client, Error, TransactionError, TransactionalProducer};
use orders::events::com::example::orders::OrdersEventsV1;

use super::consumers::{Billing, Member, invoices, options, produce, until, until_caught_up};
use super::support::{self, InvoiceEvents, Isolation, PATIENCE, Stage};
use crate::proxy::{END_TXN, Fault, Proxy, TXN_OFFSET_COMMIT};
use crate::variable;

/// Longer than the timeout of transactions, which is 10 s, and shorter than that of sessions.
const LONG: Duration = Duration::from_secs(16);
/// The coordinator ends a transaction after its timeout, for which it looks every 10 s.
const UNTIL_ENDED: Duration = Duration::from_secs(25);

/// The same topics, through a proxy.
fn through(proxy: &Proxy, stage: &Stage) -> Stage {
    let builder = Client::builder(proxy.addresses(), variable("EVENTGEN_REGISTRY"));
    let client = builder.topic_prefix(&stage.prefix).build().expect("the addresses are complete");
    Stage { client, prefix: stage.prefix.clone() }
}

/// Lets one request of a member fail between two of its transactions, and expects that every invoice is there once.
async fn nothing_is_lost_or_written_twice(case: &str, request: i16, fault: Fault) {
    let stage = Stage::prepared(case).await;
    let proxy = Proxy::start();
    let billing = Billing::default();
    produce(&stage, 0..100).await;
    let member = Member::start(&through(&proxy, &stage), billing.clone(), options("billing-0"));
    until("the first transaction", async || {
        !stage.read::<InvoiceEvents>(Isolation::Committed).await.is_empty()
    })
    .await;
    proxy.arm(request, fault);
    produce(&stage, 100..300).await;
    until("the fault", async || proxy.has_failed()).await;
    until("all", async || {
        stage.read::<InvoiceEvents>(Isolation::Committed).await.len() >= invoices(0..300).len()
    })
    .await;
    until_caught_up(&stage).await;
    let handled = billing.handled.load(Ordering::Relaxed);
    println!("{case}: {handled} handled, {:?}", member.stop().await);
    assert_eq!(stage.read::<InvoiceEvents>(Isolation::Committed).await, invoices(0..300));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn a_coordinator_that_is_gone_between_a_commit_and_its_answer_has_committed_once() {
    nothing_is_lost_or_written_twice("answer-lost", END_TXN, Fault::AnswerLost(LONG)).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn a_coordinator_that_is_gone_before_a_commit_reaches_it_commits_the_work_later() {
    nothing_is_lost_or_written_twice("end-lost", END_TXN, Fault::Lost(LONG)).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn the_work_of_a_transaction_that_the_coordinator_ended_for_its_time_is_committed_later() {
    nothing_is_lost_or_written_twice("end-late", END_TXN, Fault::Held(UNTIL_ENDED)).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn offsets_of_which_the_answer_is_lost_are_committed_with_their_transaction() {
    nothing_is_lost_or_written_twice("offsets-lost", TXN_OFFSET_COMMIT, Fault::AnswerLost(LONG)).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn a_transaction_whose_partitions_move_on_before_its_offsets_arrive_is_dropped() {
    const ORDERS: usize = 400;
    let stage = Stage::prepared("moved-on").await;
    let proxy = Proxy::start();
    let first = Member::of(&through(&proxy, &stage), Billing::default(), options("billing-0"), |consumer| {
        consumer.drain_deadline(Duration::from_secs(1))
    });
    proxy.arm(TXN_OFFSET_COMMIT, Fault::Held(UNTIL_ENDED / 2));
    produce(&stage, 0..ORDERS).await;
    // The outputs are written, and the offsets do not arrive.
    until("the fault", async || proxy.has_failed()).await;
    let second = Member::start(&stage, Billing::default(), options("billing-1"));
    until("all", async || {
        stage.read::<InvoiceEvents>(Isolation::Committed).await.len() >= invoices(0..ORDERS).len()
    })
    .await;
    until_caught_up(&stage).await;
    println!("{:?} {:?}", first.stop().await, second.stop().await);
    assert_eq!(stage.read::<InvoiceEvents>(Isolation::Committed).await, invoices(0..ORDERS));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn nothing_is_visible_of_a_transaction_whose_abort_fails_and_the_next_one_commits() {
    for (case, fault) in [("abort-lost", Fault::Lost(LONG)), ("abort-answer-lost", Fault::AnswerLost(LONG))] {
        let stage = Stage::prepared(case).await;
        let proxy = Proxy::start();
        let client = through(&proxy, &stage).client;
        let builder = TransactionalProducer::builder(&client, "importer").topic::<OrdersEventsV1>();
        let builder = builder.transaction_timeout(Duration::from_secs(10));
        let producer = builder.connect().await.expect("a producer");
        let failed = producer.transaction(async |transaction| {
            transaction.send(&support::order(1)).await.expect("sent");
            stage.until_written::<OrdersEventsV1>(1).await;
            proxy.arm(END_TXN, fault);
            Err::<(), _>("the input ends too early")
        });
        let failed = tokio::time::timeout(PATIENCE, failed).await.expect("in time");
        println!("{case}: {failed:?}");
        assert!(matches!(failed, Err(TransactionError::Work("the input ends too early"))), "{failed:?}");
        let begun = std::time::Instant::now();
        loop {
            let next = producer.transaction(async |transaction| {
                transaction.send(&support::order(2)).await?;
                Ok::<_, Error>(())
            });
            match next.await {
                Ok(()) => break,
                // The coordinator is not back yet.
                Err(error @ (TransactionError::NotBegun { .. } | TransactionError::Aborted { .. })) => {
                    println!("{case}: {error}");
                    assert!(begun.elapsed() < PATIENCE, "{error}");
                }
                Err(error) => panic!("{error:?}"),
            }
        }
        assert!(proxy.has_failed(), "an abort was sent");
        assert_eq!(stage.read::<OrdersEventsV1>(Isolation::Committed).await, support::numbers(2..3));
    }
}
