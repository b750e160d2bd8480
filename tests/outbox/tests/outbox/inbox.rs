//! The work of a handler happens once for each event.

use std::time::Duration;

use eventgen::Delivery;
use eventgen_outbox::Inbox;
use sqlx::Connection as _;

use crate::support::{TOPIC, World};

fn delivery_of(id: Option<&str>, offset: i64) -> Delivery {
    let mut delivery = Delivery::new(TOPIC, 3, offset);
    if let Some(id) = id {
        delivery.headers.append("id", Some(id.as_bytes().to_vec()));
    }
    delivery
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL"]
async fn an_event_is_new_until_a_transaction_that_has_handled_it_commits() {
    let world = World::new().await;
    let mut database = world.database().await;
    let (inbox, other) = (Inbox::new("billing"), Inbox::new("shipping"));
    // A relay repeats it at another offset.
    for (delivery, commits, expected) in [
        (delivery_of(Some("7"), 1), false, true),
        (delivery_of(Some("7"), 1), true, true),
        (delivery_of(Some("7"), 9), true, false),
        (delivery_of(None, 1), true, true),
        (delivery_of(None, 1), true, false),
        (delivery_of(None, 2), true, true),
    ] {
        let mut transaction = database.transaction().await.expect("a transaction");
        assert_eq!(
            inbox.once(&mut transaction, &delivery).await.expect("an answer"),
            expected,
            "{delivery:?}"
        );
        if commits {
            transaction.commit().await.expect("committed");
        }
    }
    let mut connection = sqlx::PgConnection::connect(&world.url).await.expect("a connection");
    let mut transaction = connection.begin().await.expect("a transaction");
    let seen = delivery_of(Some("7"), 1);
    assert!(!inbox.once(&mut transaction, &seen).await.expect("an answer"), "by the other client");
    assert!(other.once(&mut transaction, &seen).await.expect("an answer"), "in another group");
    transaction.commit().await.expect("committed");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL"]
async fn old_events_are_forgotten() {
    let world = World::new().await;
    let mut database = world.database().await;
    let old = "INSERT INTO inbox SELECT 'billing', n::text, now() - interval '2 hours' FROM generate_series(1, 700) AS n";
    database.execute(old, &[]).await.expect("old events");
    let inbox = Inbox::new("billing").retention(Duration::from_secs(3_600));
    let mut transaction = database.transaction().await.expect("a transaction");
    for offset in 0..500 {
        let delivery = delivery_of(None, offset);
        assert!(inbox.once(&mut transaction, &delivery).await.expect("an answer"));
    }
    transaction.commit().await.expect("committed");
    world.wait_for("SELECT count(*) FROM inbox", 500).await;
}
