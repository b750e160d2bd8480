//! Published recipes for an outbox on the same table and under the same load: those that lose events or their order are found
//! by the judge, and those that the relay is built from are not.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use orders::sample::order;
use outbox_tests::Postgres;
use outbox_tests::trial::recipes::{self, Recipe};
use outbox_tests::trial::{Ledger, Load, TABLES, Verdict, publish, write};

use crate::support::{PATIENCE, World};

/// A wrong recipe shows itself in most runs, and must do so in one of this many.
const RUNS: u64 = 8;
/// The events of a run.
const EVENTS: usize = 500;

/// Stores events of a few keys and publishes them by a recipe meanwhile.
async fn run(world: &World, recipe: &Recipe, seed: u64) -> Verdict {
    let database = world.database().await;
    for statements in [recipe.table, TABLES] {
        database.batch_execute(statements).await.expect("tables");
    }
    let load = Load {
        database: world.url.clone(),
        events: EVENTS,
        until: Instant::now() + PATIENCE,
        keys: 8,
        writers: 8,
        seed,
        isolation: recipe.isolation,
    };
    let over = Arc::new(AtomicBool::new(false));
    let is_over = Arc::clone(&over);
    let publishing = publish(&world.url, recipe, move || is_over.load(Ordering::Acquire));
    let writing = async {
        let written = write(load, world.outbox.clone()).await;
        over.store(true, Ordering::Release);
        written
    };
    let (published, written) = tokio::join!(publishing, writing);
    written.expect("stored");
    let ledger = Ledger::read(&database).await.expect("a ledger");
    assert!(ledger.len() >= EVENTS);
    published.expect("published").judge(&ledger)
}

async fn expect_valid(recipe: Recipe) {
    let verdict = run(&World::new().await, &recipe, 1).await;
    assert!(verdict.is_valid(), "{verdict}");
}

/// Expects that runs lose events, and are wrong in no other way.
async fn expect_lost(recipe: Recipe) {
    for seed in 1..=RUNS {
        let verdict = run(&World::new().await, &recipe, seed).await;
        println!("{verdict}");
        let others = [&verdict.phantom, &verdict.unrecognisable].map(Vec::len);
        assert_eq!(others, [0, 0], "{verdict}");
        if !verdict.lost.is_empty() {
            return;
        }
    }
    panic!("nothing is lost in {RUNS} runs");
}

/// Expects that runs publish events of a key in another order, and are wrong in no other way.
async fn expect_disorder(recipe: Recipe) {
    for seed in 1..=RUNS {
        if is_disordered(&run(&World::new().await, &recipe, seed).await) {
            return;
        }
    }
    panic!("all is in order in {RUNS} runs");
}

/// Whether events of a key are in another order, which is all that may be wrong.
fn is_disordered(verdict: &Verdict) -> bool {
    println!("{verdict}");
    let others = [&verdict.lost, &verdict.phantom, &verdict.unrecognisable].map(Vec::len);
    assert_eq!(others, [0, 0, 0], "{verdict}");
    !verdict.disordered.is_empty()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL"]
async fn a_fence_that_is_sorted_as_text_loses_events_or_their_order() {
    // The numbers of its transactions get a fourth digit in the run.
    let postgres = Postgres::start().expect("PostgreSQL");
    let world = World::on(&postgres).await;
    let mut database = world.database().await;
    let mut number: i64 = 0;
    while number < 970 {
        let next = "SELECT pg_current_xact_id()::text::bigint";
        number = database.query_one(next, &[]).await.expect("a transaction").get(0);
    }
    assert!(number < 1_000, "{number} transactions before the test");
    // Holds the fence until rows from both sides of 1,000 wait.
    let open = database.transaction().await.expect("a transaction");
    open.execute("SELECT pg_current_xact_id()", &[]).await.expect("a number");
    let holding = async {
        world.wait_for("SELECT least(count(*), 100) FROM outbox", 100).await;
        open.rollback().await.expect("an end");
    };
    let (verdict, ()) = tokio::join!(run(&world, &recipes::FENCE_SORTED_AS_TEXT, 1), holding);
    println!("{verdict}");
    // A batch of which the cursor is at `999` is in another order; one that ends before leaves all of `999` out.
    assert!(!verdict.lost.is_empty() || !verdict.disordered.is_empty(), "{verdict}");
    let others = [&verdict.phantom, &verdict.unrecognisable].map(Vec::len);
    assert_eq!(others, [0, 0], "{verdict}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL"]
async fn a_mark_by_the_end_of_a_snapshot_loses_events() {
    // Nothing else has a transaction on this server.
    let postgres = Postgres::start().expect("PostgreSQL");
    let world = World::on(&postgres).await;
    let (mut first, mut second) = (world.database().await, world.database().await);
    first.batch_execute(TABLES).await.expect("tables");
    let earlier = first.transaction().await.expect("a transaction");
    earlier.execute("SELECT pg_current_xact_id()", &[]).await.expect("a number");
    let mut later = second.transaction().await.expect("a transaction");
    world.outbox.enqueue(&mut later, &order(1, "customer-1")).await.expect("stored");
    later.execute("INSERT INTO ledger (number, key) VALUES (1, 'customer-1')", &[]).await.expect("noted");
    let over = Arc::new(AtomicBool::new(false));
    let is_over = Arc::clone(&over);
    let publishing = publish(&world.url, &recipes::MARK_BY_SNAPSHOT, move || is_over.load(Ordering::Acquire));
    let asks = |function: &str| {
        format!(
            "SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND query LIKE '%{function}%'"
        )
    };
    let committing = async {
        // The mark is the number of the earlier transaction. With its end, the relay goes past the row of the later one.
        world.wait_for(&asks("pg_snapshot_xmin"), 1).await;
        earlier.rollback().await.expect("an end");
        world.wait_for(&asks("outbox_id_seq"), 1).await;
        later.commit().await.expect("an end");
        over.store(true, Ordering::Release);
    };
    let (published, ()) = tokio::join!(publishing, committing);
    let verdict = published.expect("published").judge(&Ledger::read(&second).await.expect("a ledger"));
    assert_eq!(verdict.lost.len(), 1, "{verdict}");
}

macro_rules! recipes {
    ($($name:ident: $expect:ident $recipe:ident;)*) => {
        $(
            #[tokio::test(flavor = "multi_thread")]
            #[ignore = "needs PostgreSQL"]
            async fn $name() {
                $expect(recipes::$recipe).await;
            }
        )*
    };
}

recipes! {
    the_recipe_of_the_relay_is_valid: expect_valid RELAY;
    a_mark_by_a_new_transaction_is_valid: expect_valid MARK_BY_NEW_TRANSACTION;
    a_fence_by_a_snapshot_after_the_lock_is_valid: expect_valid FENCE_BY_SNAPSHOT;
    a_cursor_without_a_fence_loses_events: expect_lost CURSOR_WITHOUT_FENCE;
    numbers_without_the_lock_of_the_key_lose_the_order: expect_disorder NUMBER_WITHOUT_LOCK;
    a_fence_by_transactions_loses_the_order: expect_disorder FENCE_BY_TRANSACTION;
    a_fence_by_transactions_that_sorts_by_id_loses_the_order: expect_disorder FENCE_BY_TRANSACTION_SORTED_BY_ID;
    a_fence_by_a_snapshot_before_the_lock_loses_the_order: expect_disorder FENCE_BY_SNAPSHOT_BEFORE_LOCK;
    a_fence_under_repeatable_read_loses_the_order: expect_disorder FENCE_UNDER_REPEATABLE_READ;
    two_relays_that_skip_locked_rows_lose_the_order: expect_disorder TWO_RELAYS_THAT_SKIP_LOCKED_ROWS;
}
