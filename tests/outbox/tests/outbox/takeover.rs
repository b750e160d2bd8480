//! Several relays, of which one works, and what happens when it dies or PostgreSQL restarts.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use orders::sample::order;
use outbox_tests::Postgres;

use crate::support::{World, by_key};

/// A relay as a process, which is killed when it is dropped.
struct Process(Child);

impl Process {
    fn start(world: &World) -> Self {
        let relay = Command::new(env!("CARGO_BIN_EXE_outbox-relay"))
            .args([&world.url, &world.cluster.bootstrap_servers(), &world.cluster.schema_registry().url()])
            // It ends when this process does.
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn();
        Self(relay.expect("a relay"))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // With SIGKILL, so that it can do nothing about it.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn store(world: &World, numbers: std::ops::Range<usize>) {
    let mut database = world.database().await;
    for number in numbers {
        let mut transaction = database.transaction().await.expect("a transaction");
        let event = order(number, &format!("customer-{}", number % 7));
        world.outbox.enqueue(&mut transaction, &event).await.expect("stored");
        transaction.commit().await.expect("committed");
    }
}

fn expect_all(found: &std::collections::HashMap<String, Vec<String>>, count: usize) {
    for customer in 0..7 {
        let expected: Vec<String> = (0..count)
            .filter(|number| number % 7 == customer)
            .map(|number| format!("order-{number:06}"))
            .collect();
        assert_eq!(found[&format!("customer-{customer}")], expected, "customer-{customer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL"]
async fn a_relay_that_is_killed_is_followed_by_another_one() {
    let world = World::new().await;
    let leads = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND database = \
                 (SELECT oid FROM pg_database WHERE datname = current_database())";
    let mut first = Process::start(&world);
    world.wait_for(leads, 1).await;
    for turn in 0..3 {
        let next = Process::start(&world);
        let storing = store(&world, turn * 400..(turn + 1) * 400);
        let killing = async {
            tokio::time::sleep(Duration::from_millis(200)).await;
            drop(std::mem::replace(&mut first, next));
        };
        tokio::join!(storing, killing);
    }
    let published = world.published().await;
    expect_all(&by_key(&published), 1_200);
    drop(first);
    world.wait_for(leads, 0).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL"]
async fn a_relay_goes_on_after_postgresql_was_restarted() {
    let mut postgres = Postgres::start().expect("PostgreSQL");
    let world = World::on(&postgres).await;
    let relay = world.relay();
    store(&world, 0..50).await;
    world.wait_for("SELECT count(*) FROM outbox", 0).await;
    postgres.stop();
    postgres.resume().expect("PostgreSQL");
    store(&world, 50..100).await;
    expect_all(&by_key(&world.published().await), 100);
    let report = relay.stop().await;
    assert_eq!((report.published, report.led), (100, 2));
}
