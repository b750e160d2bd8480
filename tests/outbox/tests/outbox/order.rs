//! No committed event is lost, none of a rolled-back transaction is published, and each key is in order, with many writers.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use eventgen_outbox::{Outbox, Relay};
use orders::sample::order;
use tokio_postgres::IsolationLevel;

use crate::support::{World, by_key, connect, run};

const WRITERS: usize = 8;
const TRANSACTIONS: usize = 100;
const KEYS: u64 = 12;

/// What was committed, by key, in the order of the versions that transactions have read and incremented.
type Committed = Arc<Mutex<HashMap<String, Vec<(i64, String)>>>>;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL"]
async fn every_key_is_published_in_the_order_of_its_versions() {
    let world = World::new().await;
    let database = world.database().await;
    let tables = "CREATE TABLE version (key text PRIMARY KEY, number bigint NOT NULL); CREATE TABLE elsewhere (n bigint)";
    database.batch_execute(tables).await.expect("tables");
    for key in 0..KEYS {
        let insert = format!("INSERT INTO version VALUES ('customer-{key}', 0)");
        database.batch_execute(&insert).await.expect("a version");
    }
    // It has a number of its own before all others, and a row before all others, and stays open.
    let mut long = world.database().await;
    let mut open = long.transaction().await.expect("a transaction");
    world.outbox.enqueue(&mut open, &order(0, "late")).await.expect("stored");

    let small = Relay::new(&world.client, world.postgres()).batch(50).window(200);
    let relay = run(small);
    let (committed, seed) = (Committed::default(), Arc::new(AtomicU64::new(0x9e37_79b9)));
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let (outbox, url) = (world.outbox.clone(), world.url.clone());
            tokio::spawn(write(outbox, url, writer, Arc::clone(&committed), Arc::clone(&seed)))
        })
        .collect();
    for writer in writers {
        writer.await.expect("no panic");
    }
    world.wait_for("SELECT count(*) FROM outbox", 0).await;
    open.commit().await.expect("committed");
    let published = world.published().await;
    let report = relay.stop().await;

    let mut expected: HashMap<String, Vec<String>> =
        HashMap::from([("late".to_owned(), vec!["order-000000".to_owned()])]);
    for (key, mut versions) in committed.lock().expect("no panic").drain() {
        versions.sort();
        expected.insert(key, versions.into_iter().map(|(_, order)| order).collect());
    }
    let found = by_key(&published);
    for (key, orders) in &expected {
        assert_eq!(found.get(key), Some(orders), "{key}");
    }
    assert_eq!(found.len(), expected.len());
    assert_eq!(report.published, published.len() as u64, "nothing was repeated");
}

/// Transactions of one to three keys in sorted order. Some write elsewhere first, so that their numbers are not in the order of
/// their keys, some see an old snapshot, some are rolled back, whole or in part.
async fn write(outbox: Outbox, url: String, writer: usize, committed: Committed, seed: Arc<AtomicU64>) {
    let random = |below: u64| {
        let state = seed.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb) % below
    };
    let mut database = connect(&url).await;
    for number in 0..TRANSACTIONS {
        let mut keys: Vec<u64> = (0..=random(3)).map(|_| random(KEYS)).collect();
        keys.sort_unstable();
        keys.dedup();
        let (first, rolls_back, nested) = (random(2) == 0, random(20) == 0, random(10) == 0);
        let isolation =
            if random(4) == 0 { IsolationLevel::RepeatableRead } else { IsolationLevel::ReadCommitted };
        let mut transaction =
            database.build_transaction().isolation_level(isolation).start().await.expect("a transaction");
        if first {
            transaction.batch_execute("INSERT INTO elsewhere VALUES (1)").await.expect("written");
        }
        let mut written = Vec::new();
        let mut failed = false;
        for key in &keys {
            let key = format!("customer-{key}");
            let update = "UPDATE version SET number = number + 1 WHERE key = $1 RETURNING number";
            // A transaction with an old snapshot fails if another one has changed the version meanwhile.
            let Ok(row) = transaction.query_one(update, &[&key]).await else {
                failed = true;
                break;
            };
            let version: i64 = row.get(0);
            if nested {
                let mut inner = transaction.savepoint("nested").await.expect("a savepoint");
                outbox.enqueue(&mut inner, &order(999_999, &key)).await.expect("stored");
                inner.rollback().await.expect("rolled back");
            }
            let event = order(writer * TRANSACTIONS + number + 1, &key);
            outbox.enqueue(&mut transaction, &event).await.expect("stored");
            written.push((key, version, event.order_id));
        }
        if failed || rolls_back {
            transaction.rollback().await.expect("rolled back");
            continue;
        }
        transaction.commit().await.expect("committed");
        let mut committed = committed.lock().expect("no panic");
        for (key, version, order) in written {
            committed.entry(key).or_default().push((version, order));
        }
    }
}
