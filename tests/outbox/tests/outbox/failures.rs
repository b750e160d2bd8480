//! Rows that cannot be published, and records that the cluster refuses for a time.

use eventgen_outbox::Relay;
use eventgen_testkit::WriteError;
use orders::sample::order;

use crate::support::{TOPIC, World, by_key, run};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL"]
async fn rows_that_can_never_be_published_are_parked_and_their_key_goes_on() {
    let world = World::new().await;
    let mut database = world.database().await;
    let malformed =
        format!("INSERT INTO outbox (topic, key, headers, payload) VALUES ('{TOPIC}', 'ada', '5', 'x')");
    let unnamed = "INSERT INTO outbox (topic, key, payload) VALUES (repeat('t', 600), 'ada', 'x')";
    let large = format!(
        "INSERT INTO outbox (topic, key, payload) SELECT '{TOPIC}', 'ada', decode(repeat('00', 2000000), 'hex')"
    );
    for insert in [malformed.as_str(), unnamed, &large] {
        database.batch_execute(insert).await.expect("stored");
    }
    let mut transaction = database.transaction().await.expect("a transaction");
    world.outbox.enqueue(&mut transaction, &order(1, "ada")).await.expect("stored");
    transaction.commit().await.expect("committed");

    let relay = run(Relay::new(&world.client, world.postgres()).set("message.max.bytes", "1000000"));
    assert_eq!(world.published().await.len(), 1);
    let parked = "SELECT id, parked_reason FROM outbox WHERE parked_at IS NOT NULL ORDER BY id";
    let rows = database.query(parked, &[]).await.expect("rows");
    let reasons: Vec<String> = rows.iter().map(|row| row.get(1)).collect();
    assert_eq!(reasons.len(), 3, "{reasons:?}");
    assert!(reasons[0].contains("neither a list nor an object"), "{reasons:?}");
    assert!(
        reasons[2].contains("takes 2000179 bytes, and the producer accepts at most 1000000"),
        "{reasons:?}"
    );

    // What was wrong is corrected, and the row is published after all.
    let correct =
        "UPDATE outbox SET parked_at = NULL, headers = '[[\"correlation-id\", \"corrected\"]]' WHERE id = 1";
    database.execute(correct, &[]).await.expect("corrected");
    world.wait_for("SELECT count(*) FROM outbox", 2).await;
    assert_eq!(by_key(&world.published().await)["ada"], ["order-000001", "corrected"]);
    let report = relay.stop().await;
    assert_eq!((report.published, report.parked), (2, 3));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL"]
async fn records_that_are_refused_with_others_are_sent_alone_and_in_order() {
    let world = World::new().await;
    let mut database = world.database().await;
    let mut batch = world.outbox.batch();
    for number in 0..60 {
        batch.add(&order(number, &format!("customer-{}", number % 6))).expect("valid");
    }
    let mut transaction = database.transaction().await.expect("a transaction");
    batch.enqueue(&mut transaction).await.expect("stored");
    transaction.commit().await.expect("committed");
    world.cluster.refuse_writes(&[WriteError::PolicyViolation]);
    let relay = world.relay();
    let published = by_key(&world.published().await);
    for customer in 0..6 {
        let expected: Vec<String> = (0..10).map(|turn| format!("order-{:06}", turn * 6 + customer)).collect();
        assert_eq!(published[&format!("customer-{customer}")], expected);
    }
    assert_eq!(relay.stop().await.parked, 0);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL"]
async fn a_record_that_is_refused_for_a_time_holds_back_its_key_and_no_other() {
    let world = World::new().await;
    let mut database = world.database().await;
    world.cluster.refuse_writes(&[WriteError::NotAuthorized]);
    let relay = world.relay();
    for (number, customer) in [(1, "ada"), (2, "ada"), (3, "eve")] {
        let mut transaction = database.transaction().await.expect("a transaction");
        world.outbox.enqueue(&mut transaction, &order(number, customer)).await.expect("stored");
        transaction.commit().await.expect("committed");
    }
    let published = by_key(&world.published().await);
    assert_eq!(published["ada"], ["order-000001", "order-000002"]);
    assert_eq!(published["eve"], ["order-000003"]);
    assert_eq!(relay.stop().await.parked, 0);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL"]
async fn a_producer_that_is_broken_is_replaced() {
    let world = World::new().await;
    let mut database = world.database().await;
    let mut batch = world.outbox.batch();
    for number in 0..20 {
        batch.add(&order(number, "ada")).expect("valid");
    }
    let mut transaction = database.transaction().await.expect("a transaction");
    batch.enqueue(&mut transaction).await.expect("stored");
    transaction.commit().await.expect("committed");
    world.cluster.refuse_writes(&[WriteError::OutOfOrderSequence]);
    let relay = world.relay();
    let expected: Vec<String> = (0..20).map(|number| format!("order-{number:06}")).collect();
    assert_eq!(by_key(&world.published().await)["ada"], expected);
    relay.stop().await;
}
