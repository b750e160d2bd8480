//! What is stored in a transaction, and what is refused.

use eventgen::types::rust_decimal::Decimal;
use eventgen::{Error, KeyBuffer};
use eventgen_outbox::{Outbox, OutboxError};
use orders::events::com::example::orders::OrdersEventsV1;
use orders::sample::order;
use sqlx::Connection as _;

use crate::support::{TOPIC, World};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL"]
async fn an_invalid_event_is_not_stored_and_does_not_spoil_the_transaction() {
    let world = World::new().await;
    let mut database = world.database().await;
    let mut transaction = database.transaction().await.expect("a transaction");
    let mut fine = order(1, "ada");
    fine.payload.amount = Decimal::new(1_234_567, 5);
    let error = world.outbox.enqueue(&mut transaction, &fine).await.expect_err("too fine");
    assert!(matches!(error, OutboxError::Event(Error::Encode { .. })), "{error}");
    let mut large = order(2, "ada");
    large.payload.note = Some("x".repeat(2_000_000));
    let error = world.outbox.enqueue(&mut transaction, &large).await.expect_err("too large");
    assert!(matches!(error, OutboxError::Event(Error::OutputTooLarge { .. })), "{error}");
    let key = KeyBuffer::from_bytes("ada");
    let deleted = world.outbox.enqueue_deletion::<_, OrdersEventsV1>(&mut transaction, &key).await;
    assert!(matches!(deleted, Err(OutboxError::Event(Error::NotCompacted { .. }))), "{deleted:?}");
    let other = Outbox::builder(&world.client).connect().await.expect("an outbox without topics");
    let error = other.enqueue(&mut transaction, &order(3, "ada")).await.expect_err("another topic");
    assert!(matches!(error, OutboxError::OtherTopic { topic: TOPIC, .. }), "{error}");
    world.outbox.enqueue(&mut transaction, &order(4, "ada")).await.expect("stored");
    transaction.commit().await.expect("committed");
    world.wait_for("SELECT count(*) FROM outbox", 1).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL"]
async fn both_clients_store_the_same_row() {
    let world = World::new().await;
    let (first, second, third) = (order(1, "ada"), order(2, "eve"), order(3, "ada"));
    let mut database = world.database().await;
    let mut transaction = database.transaction().await.expect("a transaction");
    world.outbox.enqueue(&mut transaction, &first).await.expect("stored");
    let mut batch = world.outbox.batch();
    batch.add(&second).expect("valid").add(&third).expect("valid");
    batch.enqueue(&mut transaction).await.expect("stored");
    transaction.commit().await.expect("committed");

    let mut connection = sqlx::PgConnection::connect(&world.url).await.expect("a connection");
    let mut transaction = connection.begin().await.expect("a transaction");
    world.outbox.enqueue(&mut transaction, &first).await.expect("stored");
    let mut batch = world.outbox.batch();
    batch.add(&second).expect("valid").add(&third).expect("valid");
    batch.enqueue(&mut transaction).await.expect("stored");
    transaction.commit().await.expect("committed");

    let rows = "SELECT count(*) FROM outbox AS a JOIN outbox AS b USING (topic, key, headers, payload) WHERE b.id = a.id + 3";
    world.wait_for(rows, 3).await;
    let pairs = "SELECT count(*) FROM outbox WHERE headers -> 1 = '[\"correlation-id\", \"order-000002\"]'";
    world.wait_for(pairs, 2).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL"]
async fn a_key_is_stored_by_one_transaction_after_the_other_whatever_their_isolation() {
    let world = World::new().await;
    let (mut first, mut second) = (world.database().await, world.database().await);
    let mut one = first.build_transaction().start().await.expect("a transaction");
    let isolation = tokio_postgres::IsolationLevel::Serializable;
    let mut two = second.build_transaction().isolation_level(isolation).start().await.expect("a transaction");
    two.execute("SELECT count(*) FROM outbox", &[]).await.expect("its snapshot");
    world.outbox.enqueue(&mut one, &order(1, "ada")).await.expect("stored");
    {
        let event = order(2, "ada");
        let mut waiting = Box::pin(world.outbox.enqueue(&mut two, &event));
        let locks = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = \
                     (SELECT oid FROM pg_database WHERE datname = current_database())";
        tokio::select! {
            _ = &mut waiting => panic!("it does not wait for the lock of the key"),
            () = world.wait_for(locks, 1) => {}
        }
        one.commit().await.expect("committed");
        waiting.await.expect("stored");
    }
    two.commit().await.expect("committed");
    let ordered = "SELECT count(*) FROM outbox AS a JOIN outbox AS b ON a.id < b.id \
                   WHERE a.headers -> 1 ->> 1 = 'order-000001' AND b.headers -> 1 ->> 1 = 'order-000002'";
    world.wait_for(ordered, 1).await;
}
