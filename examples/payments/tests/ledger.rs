//! How a service tests its handler: without a broker, and on the embedded cluster.

use std::time::Duration;

use eventgen::registry::VersionNumber;
use eventgen::{Disposition, dead_letter};
use eventgen_testkit::{TestCluster, caught_up, deliver, records};
use payments::events::com::example::payments::{PaymentsEventsV1, payments_events_v1};
use payments::ledger::{BANK_BUSY, BANK_CLOSED, Ledger};
use payments::sample::{authorized, note, refused};
use tokio::sync::oneshot;

#[tokio::test]
async fn a_busy_bank_is_tried_again_and_a_closed_one_given_up() {
    let (mut busy, mut closed) = (authorized("1", "ada"), authorized("2", "ada"));
    note(&mut busy, BANK_BUSY);
    note(&mut closed, BANK_CLOSED);
    let ledger = Ledger::default();
    let outcome = deliver(PaymentsEventsV1::handler(ledger.clone()), [busy, closed]).await;
    assert_eq!(ledger.accounts().recovered, 1);
    assert_eq!(outcome.dead_letters[0].error, "the bank is closed");
    assert_eq!(outcome.dead_letters[0].disposition, Disposition::Exhausted);
    assert_eq!(outcome.dead_letters[0].key.as_deref(), Some(b"ada".as_slice()));
}

#[tokio::test]
async fn two_messages_share_a_topic_and_a_schema_that_imports_another() {
    let cluster = TestCluster::start().expect("an embedded cluster");
    cluster.prepare::<PaymentsEventsV1>().await.expect("topic and schemas");
    let client = cluster.client().expect("a client");
    let producer = PaymentsEventsV1::producer(&client).await.expect("a producer");
    let mut no_method = authorized("2", "ada");
    no_method.method = None;
    producer.send(&authorized("1", "ada")).await.expect("sent");
    producer.send(&no_method).await.expect("sent");
    producer.send(&refused("3", "ada")).await.expect("sent");

    let ledger = Ledger::default();
    let (stop, stopped) = oneshot::channel::<()>();
    let consumer = PaymentsEventsV1::consumer(&client, "ledger", ledger.clone());
    let consuming = tokio::spawn(consumer.run_until(async {
        let _ = stopped.await;
    }));
    let topic = payments_events_v1::TOPIC;
    assert_eq!(caught_up(&client, "ledger", topic.name, Duration::from_secs(30)).await.expect("lag"), 0);
    drop(stop);
    let report = consuming.await.expect("no panic").expect("no failure");
    assert_eq!((report.handled, report.dead_lettered()), (2, 1));
    let accounts = ledger.accounts();
    assert_eq!(accounts.payments["ada"], ["1", "3"]);
    assert_eq!(accounts.refused["REASON_INSUFFICIENT_FUNDS"], 1);

    // One schema under both subjects, and the path to the message in each value.
    let id = client
        .registry()
        .version("common/money.proto", VersionNumber::Latest)
        .await
        .expect("asked")
        .expect("there");
    let values: Vec<Vec<u8>> =
        records(&client, topic.name).await.expect("records").into_iter().filter_map(|r| r.value).collect();
    assert_eq!(values[0][..4], [0, 0, 0, 0]);
    assert_ne!(u32::from(values[0][4]), id.id.0, "the event's schema, not the one it imports");
    assert_eq!(values[0][5], 0, "the first message of the file");
    assert_eq!(values[2][4], values[0][4]);
    assert_eq!(values[2][5..7], [2, 2], "one index, and it is 1");

    let letters = records(&client, topic.dead_letter.expect("dead letters").name).await.expect("records");
    assert_eq!(letters[0].headers.text(dead_letter::MESSAGE), Some("a payment without a method"));
    assert_eq!(letters[0].headers.text("correlation-id"), Some("2"));
    assert_eq!(letters[0].headers.text("source"), Some("payments"));
}
