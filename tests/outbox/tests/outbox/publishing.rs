//! What is published, and how it looks.

use std::time::Duration;

use eventgen_outbox::{Relay, RelayError, Retention, Sqlx, TokioPostgres};
use eventgen_testkit::records;
use orders::events::com::example::orders::OrdersEventsV1;
use orders::sample::order;

use crate::support::{TOPIC, World, run, text};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL"]
async fn committed_events_are_published_as_a_producer_sends_them_and_others_are_not() {
    let world = World::new().await;
    let event = order(1, "ada");
    let relay = world.relay();
    let mut database = world.database().await;
    let mut transaction = database.transaction().await.expect("a transaction");
    world.outbox.enqueue(&mut transaction, &event).await.expect("stored");
    let mut nested = transaction.savepoint("nested").await.expect("a savepoint");
    world.outbox.enqueue(&mut nested, &order(2, "ada")).await.expect("stored");
    nested.rollback().await.expect("rolled back");
    transaction.commit().await.expect("committed");
    let mut transaction = database.transaction().await.expect("a transaction");
    world.outbox.enqueue(&mut transaction, &order(3, "eve")).await.expect("stored");
    transaction.rollback().await.expect("rolled back");

    let published = world.published().await;
    let [record] = &published[..] else { panic!("{published:?}") };
    let producer = OrdersEventsV1::producer(&world.client).await.expect("a producer");
    let sent = producer.encode(&event).expect("valid");
    let receipt = producer.send(&event).await.expect("acknowledged");
    assert_eq!((&record.key, &record.value), (&sent.key, &sent.value));
    assert_eq!(record.partition, receipt.partition);
    let mut headers = record.headers.clone();
    assert_eq!(text(&headers, "id").len(), 36, "{headers:?}");
    headers.remove("id");
    assert_eq!(headers, sent.headers);
    let report = relay.stop().await;
    assert_eq!((report.published, report.parked, report.led), (1, 0, 1));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL"]
async fn a_relay_of_sqlx_publishes_too_and_rows_are_kept_for_their_time() {
    let world = World::new().await;
    let database = Sqlx::new(world.url.parse().expect("an address"));
    let relay = Relay::new(&world.client, database).retention(Retention::Keep(Duration::from_secs(3_600)));
    let relay = run(relay);
    let mut database = world.database().await;
    for number in 0..3 {
        let mut transaction = database.transaction().await.expect("a transaction");
        world.outbox.enqueue(&mut transaction, &order(number, "ada")).await.expect("stored");
        transaction.commit().await.expect("committed");
    }
    assert_eq!(world.published().await.len(), 3);
    world.wait_for("SELECT count(*) FROM outbox WHERE published_at IS NOT NULL", 3).await;
    assert_eq!(relay.stop().await.published, 3);
    // The time is over for those that were published two hours ago.
    database
        .execute("UPDATE outbox SET published_at = published_at - interval '2 hours' WHERE id < 3", &[])
        .await
        .expect("changed");
    let again =
        Relay::new(&world.client, world.postgres()).retention(Retention::Keep(Duration::from_secs(3_600)));
    let relay = run(again);
    world.wait_for("SELECT count(*) FROM outbox", 1).await;
    assert_eq!(relay.stop().await.published, 0, "published rows are not published again");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL"]
async fn rows_of_other_languages_are_published() {
    let world = World::new().await;
    let database = world.database().await;
    let insert = format!(
        "INSERT INTO outbox (id, topic, key, headers, payload) VALUES \
         (99, '{TOPIC}', 'ada', '{{\"a\": \"b\"}}', '\\x0001ff'), (99, '{TOPIC}', NULL, DEFAULT, NULL)"
    );
    database.execute(&insert, &[]).await.expect("stored");
    let relay = world.relay();
    let mut published = world.published().await;
    published.sort_by_key(|record| record.key.is_none());
    let [row, empty] = &published[..] else { panic!("{published:?}") };
    assert_eq!((row.key.as_deref(), row.value.as_deref()), (Some(&b"ada"[..]), Some(&[0, 1, 0xff][..])));
    assert_eq!(text(&row.headers, "a"), "b");
    assert_eq!((&empty.key, &empty.value, empty.headers.len()), (&None, &None, 1));
    assert_eq!(relay.stop().await.published, 2);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL"]
async fn a_missing_table_ends_the_relay() {
    let world = World::new().await;
    world.database().await.batch_execute("DROP TABLE outbox CASCADE").await.expect("dropped");
    let ended = Relay::new(&world.client, world.postgres()).run_until(std::future::pending()).await;
    assert!(
        matches!(&ended, Err(RelayError::Database(error)) if error.sqlstate() == Some("42P01")),
        "{ended:?}"
    );
    let database = TokioPostgres::new(world.url.parse().expect("an address"));
    let ended = Relay::new(&world.client, database).table("Outbox").run_until(std::future::pending()).await;
    assert!(matches!(ended, Err(RelayError::InvalidTable { .. })), "{ended:?}");
    assert_eq!(records(&world.client, TOPIC).await.expect("records").len(), 0);
}
