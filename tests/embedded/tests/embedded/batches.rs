//! Handlers of batches: what a batch has, and what happens to its events when it fails.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use eventgen::{
    Batch, BatchError, BatchHandler, BatchOptions, Client, Consumer, Error, HandlerError, OnPanic, Report,
    RunError, dead_letter,
};
use eventgen_testkit::{TestCluster, caught_up, records, send_bytes};
use orders::events::com::example::orders::OrdersEventsV1;
use orders::sample::order;

use crate::faulty_registry::{Fault, FaultyRegistry};
use crate::support::{DEAD_LETTERS, GROUP, PATIENCE, TOPIC, cluster, send};

/// Longer than a test takes: the batches of a test that ends were full.
const NEVER: Duration = Duration::from_secs(600);

/// Decides about a call with these offsets and attempts.
type Script = fn(&[(i64, u32)]) -> Result<(), BatchError>;

/// A call: its partition, and the offsets and attempts of its events.
type Call = (i32, Vec<(i64, u32)>);

/// Notes the calls, then runs a script.
#[derive(Clone)]
struct Scripted {
    script: Script,
    calls: Arc<Mutex<Vec<Call>>>,
    /// How long a call takes before the script decides.
    takes: Duration,
}

impl Scripted {
    fn new(script: Script) -> Self {
        Self { script, calls: Arc::default(), takes: Duration::ZERO }
    }

    fn calls(&self) -> Vec<Call> {
        self.calls.lock().expect("no panic while it is held").clone()
    }

    /// The offsets of the events of each call.
    fn offsets(&self) -> Vec<Vec<i64>> {
        self.calls().iter().map(|(_, events)| events.iter().map(|(offset, _)| *offset).collect()).collect()
    }
}

impl BatchHandler for Scripted {
    type Events = OrdersEventsV1;

    async fn handle(&self, batch: Batch<'_, OrdersEventsV1>) -> Result<(), BatchError> {
        let partition = batch.deliveries()[0].partition;
        assert!(batch.deliveries().iter().all(|delivery| delivery.partition == partition));
        assert_eq!(batch.events().len(), batch.len());
        let events: Vec<(i64, u32)> =
            batch.into_iter().map(|(_, delivery)| (delivery.offset, delivery.attempt)).collect();
        self.calls.lock().expect("no panic while it is held").push((partition, events.clone()));
        tokio::time::sleep(self.takes).await;
        (self.script)(&events)
    }
}

fn consumer(client: &Client, handler: &Scripted, options: BatchOptions) -> Consumer {
    Consumer::new(client, GROUP).subscribe_batches(handler.clone(), options)
}

/// Consumes until the group has caught up, or until the consumer stops by itself.
async fn run(client: &Client, consumer: Consumer) -> Result<Report, RunError> {
    let shutdown = async {
        let lag = caught_up(client, GROUP, TOPIC, PATIENCE).await;
        assert_eq!(lag.expect("the cluster answers"), 0);
    };
    consumer.run_until(shutdown).await
}

async fn consume(client: &Client, handler: &Scripted, options: BatchOptions) -> Result<Report, RunError> {
    run(client, consumer(client, handler, options)).await
}

/// A cluster whose topic has this number of orders of one customer, and thus in one partition.
async fn with_orders(count: usize) -> (TestCluster, Client) {
    let (cluster, client) = cluster().await;
    send(&client, (1..=count).map(|number| order(number, "ada"))).await;
    (cluster, client)
}

/// Batches of this number of events, which wait for each other without a limit.
fn full(events: usize) -> BatchOptions {
    BatchOptions::new().max_events(events).max_wait(NEVER)
}

/// Fails for one offset, with its index.
fn fail_at(
    events: &[(i64, u32)],
    offset: i64,
    error: impl FnOnce() -> HandlerError,
) -> Result<(), BatchError> {
    match events.iter().position(|event| event.0 == offset) {
        Some(index) => Err(BatchError::at(index, error())),
        None => Ok(()),
    }
}

/// The offsets that the letters name, in the order of the dead-letter topic.
async fn letters(client: &Client) -> Vec<i64> {
    let letters = records(client, DEAD_LETTERS).await.expect("dead letters");
    let offset = |text: Option<&str>| text.and_then(|text| text.parse().ok()).expect("an offset");
    letters.iter().map(|letter| offset(letter.headers.text(dead_letter::OFFSET))).collect()
}

#[tokio::test]
async fn full_batches_do_not_wait_and_the_rest_of_a_partition_waits_for_its_limit() {
    let (_cluster, client) = with_orders(25).await;
    let handler = Scripted::new(|_| Ok(()));
    let options = BatchOptions::new().max_events(10).max_wait(Duration::from_secs(3));
    let report = consume(&client, &handler, options).await.expect("no error");
    assert_eq!(report.handled, 25);
    assert_eq!(handler.offsets(), [(0..10).collect::<Vec<_>>(), (10..20).collect(), (20..25).collect()]);
}

#[tokio::test]
async fn a_batch_that_never_fills_holds_back_no_other_partition() {
    let (_cluster, client) = with_orders(10).await;
    let handler = Scripted::new(|_| Ok(()));
    // Few of them are in one partition.
    let others = 30;
    send(&client, (0..others).map(|number| order(100 + number, &format!("customer {number}")))).await;
    let consumer = consumer(&client, &handler, full(10)).concurrency(1);
    let full = {
        let handler = handler.clone();
        async move {
            let full = async {
                while handler.calls().is_empty() {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            };
            tokio::time::timeout(PATIENCE, full).await.expect("a full batch");
        }
    };
    let report = consumer.run_until(full).await.expect("what waits is given up");
    assert_eq!(report.handled % 10, 0);
    let next = Scripted::new(|_| Ok(()));
    let options = BatchOptions::new().max_events(10).max_wait(Duration::from_millis(200));
    let rest = consume(&client, &next, options).await.expect("no error");
    assert_eq!(report.handled + rest.handled, 10 + others as u64, "each once");
}

#[tokio::test]
async fn a_record_that_comes_later_joins_a_batch_that_waits() {
    let (_cluster, client) = with_orders(1).await;
    let handler = Scripted::new(|_| Ok(()));
    let later = async {
        tokio::time::sleep(Duration::from_secs(2)).await;
        assert!(handler.calls().is_empty(), "the batch is not full");
        send(&client, [order(2, "ada")]).await;
    };
    let (report, ()) = tokio::join!(consume(&client, &handler, full(2)), later);
    assert_eq!(report.expect("no error").handled, 2);
    assert_eq!(handler.offsets(), [[0, 1]]);
}

#[tokio::test]
async fn an_index_separates_what_is_done_from_what_comes_again() {
    let (_cluster, client) = with_orders(30).await;
    // The first event of the first batch, one in the middle of the second, the last one of the third.
    let handler = Scripted::new(|events| {
        let reject = || HandlerError::reject("no lines");
        fail_at(events, 0, reject).and_then(|()| fail_at(events, 14, reject))?;
        fail_at(events, 29, reject)
    });
    let options = BatchOptions::new().max_events(10).max_wait(Duration::from_secs(3));
    let report = consume(&client, &handler, options).await.expect("no error");
    assert_eq!((report.handled, report.rejected, report.retried), (27, 3, 0));
    assert_eq!(letters(&client).await, [0, 14, 29]);
    let offsets = handler.offsets();
    assert_eq!(offsets[0], (0..10).collect::<Vec<_>>());
    assert_eq!(offsets[1], (1..11).collect::<Vec<_>>(), "the next records fill the batch up");
    assert_eq!(offsets[2], (11..21).collect::<Vec<_>>());
    assert_eq!(offsets[3], (15..25).collect::<Vec<_>>());
    assert_eq!(offsets[4..], [(25..30).collect::<Vec<_>>()]);
}

#[tokio::test]
async fn a_retry_takes_the_events_behind_it_along_and_counts_its_own_attempts() {
    let (_cluster, client) = with_orders(6).await;
    let handler = Scripted::new(|events| match events.iter().position(|event| event.0 == 2) {
        Some(index) if events[index].1 <= 2 => Err(BatchError::at(index, "not yet")),
        _ => Ok(()),
    });
    let report = consume(&client, &handler, full(6)).await.expect("no error");
    assert_eq!((report.handled, report.retried, report.dead_lettered()), (6, 2, 0));
    let calls: Vec<Vec<(i64, u32)>> = handler.calls().into_iter().map(|(_, events)| events).collect();
    let first: Vec<(i64, u32)> = (0..6).map(|offset| (offset, 1)).collect();
    assert_eq!(calls, [first, vec![(2, 2), (3, 1), (4, 1), (5, 1)], vec![(2, 3), (3, 1), (4, 1), (5, 1)]]);
}

#[tokio::test]
async fn retries_of_an_index_end_with_its_dead_letter() {
    let (_cluster, client) = with_orders(4).await;
    let handler = Scripted::new(|events| fail_at(events, 1, || HandlerError::retry("never")));
    let report = consume(&client, &handler, full(4)).await.expect("no error");
    assert_eq!((report.handled, report.retried, report.exhausted), (3, 3, 1));
    let letters = records(&client, DEAD_LETTERS).await.expect("dead letters");
    assert_eq!(letters[0].headers.text(dead_letter::OFFSET), Some("1"));
    assert_eq!(letters[0].headers.text(dead_letter::DELIVERY_COUNT), Some("4"));
    assert_eq!(letters[0].headers.text(dead_letter::MESSAGE), Some("never"));
}

#[tokio::test]
async fn poison_is_a_dead_letter_of_its_own_and_letters_keep_their_order() {
    let (_cluster, client) = with_orders(3).await;
    send_bytes(&client, TOPIC, b"ada", b"no event").await.expect("sent");
    send(&client, (4..=6).map(|number| order(number, "ada"))).await;
    send_bytes(&client, TOPIC, b"ada", b"no event either").await.expect("sent");
    let handler = Scripted::new(|events| {
        fail_at(events, 1, || HandlerError::reject("no lines"))?;
        fail_at(events, 5, || HandlerError::reject("no lines"))
    });
    let report = consume(&client, &handler, full(8)).await.expect("no error");
    assert_eq!((report.handled, report.rejected, report.poison), (4, 2, 2));
    assert_eq!(letters(&client).await, [1, 3, 5, 7]);
    assert_eq!(handler.offsets(), [vec![0, 1, 2], vec![2], vec![4, 5, 6], vec![6]]);
}

#[tokio::test]
async fn a_panic_repeats_the_batch_and_then_isolates_the_event_that_causes_it() {
    let (_cluster, client) = with_orders(4).await;
    let handler = Scripted::new(|events| {
        assert!(events.iter().all(|event| event.0 != 2), "a bug");
        Ok(())
    });
    let report = consume(&client, &handler, full(4)).await.expect("no error");
    assert_eq!((report.handled, report.exhausted), (3, 1));
    assert_eq!(report.retried, 4 * 3 + 4 + 3, "the batch, its events alone, and the one that fails alone");
    let whole: Vec<i64> = (0..4).collect();
    let alone = [vec![0], vec![1], vec![2], vec![2], vec![2], vec![2], vec![3]];
    assert_eq!(handler.offsets(), [vec![whole; 4], alone.to_vec()].concat());
    let letters = records(&client, DEAD_LETTERS).await.expect("dead letters");
    assert_eq!(letters[0].headers.text(dead_letter::OFFSET), Some("2"));
    assert_eq!(letters[0].headers.text(dead_letter::DELIVERY_COUNT), Some("8"));
    let message = letters[0].headers.text(dead_letter::MESSAGE).expect("a reason");
    assert!(message.starts_with("the handler panicked: "), "{message}");
}

#[tokio::test]
async fn no_event_of_a_batch_that_panicked_is_handled_again_if_the_application_asks_for_that() {
    let (_cluster, client) = with_orders(3).await;
    let handler = Scripted::new(|_| panic!("a bug"));
    let consumer = consumer(&client, &handler, full(3)).on_panic(OnPanic::DeadLetter);
    let report = run(&client, consumer).await.expect("no error");
    assert_eq!((report.handled, report.retried, report.exhausted), (0, 0, 3));
    assert_eq!((handler.offsets(), letters(&client).await), (vec![vec![0, 1, 2]], vec![0, 1, 2]));
}

#[tokio::test]
async fn errors_without_an_index_that_are_not_retried_are_decided_for_each_event_alone() {
    let (_cluster, client) = with_orders(5).await;
    let handler = Scripted::new(|events| {
        let has = |offset| events.iter().any(|event| event.0 == offset);
        if has(1) {
            Err(HandlerError::reject("no lines"))?;
        }
        if has(3) {
            Err(HandlerError::skip("cancelled"))?;
        }
        Ok(())
    });
    let report = consume(&client, &handler, full(5)).await.expect("no error");
    assert_eq!((report.handled, report.rejected, report.skipped), (3, 1, 1));
    assert_eq!(letters(&client).await, [1]);
    let alone: Vec<Vec<i64>> = (0..5).map(|offset| vec![offset]).collect();
    assert_eq!(handler.offsets(), [vec![(0..5).collect()], alone].concat());
}

#[tokio::test]
async fn a_batch_that_takes_too_long_is_cancelled_and_repeated() {
    let (_cluster, client) = with_orders(3).await;
    let mut handler = Scripted::new(|_| Ok(()));
    handler.takes = PATIENCE;
    let stuck = consumer(&client, &handler, full(3)).handler_timeout(Duration::from_millis(100));
    let calls = handler.clone();
    let repeated = async move {
        let repeated = async {
            while calls.calls().len() < 3 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(PATIENCE, repeated).await.expect("it is repeated");
    };
    let report = stuck.run_until(repeated).await.expect("no error");
    assert_eq!((report.handled, report.dead_lettered()), (0, 0));
    assert!(report.retried >= 6, "{report:?}");
    let attempts: Vec<u32> = handler.calls().iter().map(|(_, events)| events[0].1).collect();
    assert_eq!(attempts[..3], [1, 2, 3]);
    let next = Scripted::new(|_| Ok(()));
    assert_eq!(consume(&client, &next, full(3)).await.expect("no error").handled, 3);
}

#[tokio::test]
async fn a_fatal_error_stops_the_consumer_after_what_is_done() {
    let (_cluster, client) = with_orders(6).await;
    let handler = Scripted::new(|events| fail_at(events, 4, || HandlerError::fatal("the database is gone")));
    let error = consume(&client, &handler, full(6)).await.expect_err("stopped");
    assert!(matches!(&error.error, Error::HandlerStopped { offset: 4, .. }), "{error}");
    assert_eq!(error.report.handled, 4);
    let whole = Scripted::new(|_| Err(HandlerError::fatal("the database is gone"))?);
    let error = consume(&client, &whole, full(2)).await.expect_err("stopped");
    assert!(matches!(&error.error, Error::HandlerStopped { offset: 4, .. }), "{error}");
    let next = Scripted::new(|_| Ok(()));
    let report = consume(&client, &next, full(2)).await.expect("no error");
    assert_eq!((report.handled, next.offsets()), (2, vec![vec![4, 5]]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shutdown_repeats_nothing_and_leaves_what_waits_to_the_next_consumer() {
    let (_cluster, client) = cluster().await;
    send(&client, (1..=400).map(|number| order(number, &format!("customer {}", number % 40)))).await;
    let mut slow = Scripted::new(|_| Ok(()));
    slow.takes = Duration::from_millis(100);
    let options = BatchOptions::new().max_events(7).max_wait(Duration::from_millis(50));
    let some = async {
        let some = async {
            while slow.calls().len() < 8 {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(PATIENCE, some).await.expect("some batches");
    };
    let report = consumer(&client, &slow, options).run_until(some).await.expect("no error");
    assert!((1..400).contains(&report.handled), "{report:?}");
    let next = Scripted::new(|_| Ok(()));
    consume(&client, &next, options).await.expect("no error");
    let calls = [slow.calls(), next.calls()].concat();
    assert!(calls.iter().all(|(_, events)| events.len() <= 7));
    for partition in calls.iter().map(|call| call.0).collect::<std::collections::BTreeSet<i32>>() {
        let of_partition = calls.iter().filter(|call| call.0 == partition).flat_map(|call| &call.1);
        let offsets: Vec<i64> = of_partition.map(|event| event.0).collect();
        let in_order = (0_i64..).zip(&offsets).all(|(expected, offset)| expected == *offset);
        assert!(in_order, "partition {partition}: {offsets:?}");
    }
    assert_eq!(calls.iter().map(|call| call.1.len()).sum::<usize>(), 400, "each once");
}

#[tokio::test]
async fn a_batch_that_does_not_end_by_the_drain_deadline_is_cancelled_and_delivered_again() {
    let (_cluster, client) = with_orders(6).await;
    let mut stuck = Scripted::new(|_| Ok(()));
    stuck.takes = NEVER;
    let consumer = consumer(&client, &stuck, full(4)).drain_deadline(Duration::from_millis(200));
    let begun = async {
        while stuck.calls().is_empty() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let report = consumer.run_until(begun).await.expect("no error");
    assert_eq!(report.handled, 0);
    let next = Scripted::new(|_| Ok(()));
    let report = consume(&client, &next, full(3)).await.expect("no error");
    assert_eq!((report.handled, next.offsets()), (6, vec![vec![0, 1, 2], vec![3, 4, 5]]));
}

#[tokio::test]
async fn a_registry_that_fails_delays_a_batch() {
    let (cluster, _) = with_orders(4).await;
    let registry = FaultyRegistry::before(cluster.schema_registry(), Fault::None);
    let client = cluster.client_builder().schema_registry(registry.url()).build().expect("addresses");
    let handler = Scripted::new(|_| Ok(()));
    let fault = async {
        while registry.requests("/schemas/types") == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        registry.set(Fault::Html);
        while registry.requests("/schemas/ids/") == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert!(handler.calls().is_empty(), "its schema is not known");
        registry.set(Fault::None);
    };
    let (report, ()) = tokio::join!(consume(&client, &handler, full(4)), fault);
    let report = report.expect("no error");
    assert_eq!((report.handled, report.dead_lettered(), handler.offsets()), (4, 0, vec![vec![0, 1, 2, 3]]));
}
