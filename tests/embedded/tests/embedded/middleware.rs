//! Middleware around the calls of handlers.

use std::collections::HashSet;
use std::future::ready;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use eventgen::{
    Batch, BatchError, BatchHandler, BatchOptions, Call, Client, Consumer, Delivery, HandlerError,
    HandlerErrorKind, Middleware, Next, OnPanic, Report, RunError, dead_letter,
};
use eventgen_testkit::{TestCluster, caught_up, records};
use orders::events::com::example::orders::{OrderEvent, OrdersEventsV1, OrdersEventsV1Handler};
use orders::sample::order;

use crate::deletions::{AddressChanged, CustomersV1, CustomersV1Handler};
use crate::support::{DEAD_LETTERS, GROUP, PATIENCE, Scripted, TOPIC, cluster, send};

/// Runs a consumer until its group has caught up.
async fn run(client: &Client, consumer: Consumer) -> Result<Report, RunError> {
    let lag = async { caught_up(client, GROUP, TOPIC, PATIENCE).await.map(drop).expect("lag") };
    consumer.run_until(lag).await
}

/// What a middleware has seen: the event's name, the order, the attempt, and the kind and text of the error.
type Seen = (Option<&'static str>, String, u32, Option<(HandlerErrorKind, String)>);

/// Keeps what it sees.
#[derive(Clone, Default)]
struct Watch(Arc<Mutex<Vec<Seen>>>);

impl Watch {
    fn seen(&self) -> Vec<Seen> {
        self.0.lock().expect("no panic while it is held").clone()
    }
}

impl Middleware for Watch {
    async fn around(&self, call: Call<'_>, next: Next<'_>) -> Result<(), HandlerError> {
        let outcome = next.run().await;
        let error = outcome.as_ref().err().map(|error| (error.kind(), error.to_string()));
        let delivery = call.delivery();
        let seen = (call.event(), correlation_id(delivery), delivery.attempt, error);
        self.0.lock().expect("no panic while it is held").push(seen);
        outcome
    }
}

/// The contract writes the order into this header.
fn correlation_id(delivery: &Delivery) -> String {
    delivery.headers.text("correlation-id").expect("the contract has it").to_owned()
}

#[tokio::test]
async fn a_middleware_sees_every_attempt_and_its_outcome() {
    let (_cluster, client) = cluster().await;
    send(&client, [order(1, "ada"), order(2, "ada"), order(3, "ada")]).await;
    let handler = Scripted::new(|event, delivery| match (event.order_id.as_str(), delivery.attempt) {
        ("order-000002", 1) => Err("busy")?,
        ("order-000003", _) => Err(HandlerError::reject("unwanted")),
        _ => Ok(()),
    });
    let watch = Watch::default();
    let consumer = OrdersEventsV1::consumer(&client, GROUP, handler).wrap(watch.clone());
    let report = run(&client, consumer).await.expect("no error");
    assert_eq!((report.handled, report.retried, report.rejected), (2, 1, 1));
    let seen = |order: &str, attempt, error: Option<(HandlerErrorKind, &str)>| {
        let error = error.map(|(kind, text)| (kind, text.to_owned()));
        (Some("com.example.orders.OrderEvent"), order.to_owned(), attempt, error)
    };
    assert_eq!(
        watch.seen(),
        [
            seen("order-000001", 1, None),
            seen("order-000002", 1, Some((HandlerErrorKind::Retry, "busy"))),
            seen("order-000002", 2, None),
            seen("order-000003", 1, Some((HandlerErrorKind::Reject, "unwanted"))),
        ]
    );
}

/// Counts its calls before it returns a future, which an `async fn` would not.
#[derive(Clone, Default)]
struct Eager(Arc<AtomicUsize>);

impl OrdersEventsV1Handler for Eager {
    fn order_event(
        &self,
        _: OrderEvent,
        _: &Delivery,
    ) -> impl Future<Output = Result<(), HandlerError>> + Send {
        self.0.fetch_add(1, Ordering::Relaxed);
        ready(Ok(()))
    }
}

/// Passes each order on once.
#[derive(Default)]
struct Once(Mutex<HashSet<String>>);

impl Middleware for Once {
    async fn around(&self, call: Call<'_>, next: Next<'_>) -> Result<(), HandlerError> {
        let is_new =
            self.0.lock().expect("no panic while it is held").insert(correlation_id(call.delivery()));
        if is_new { next.run().await } else { Ok(()) }
    }
}

#[tokio::test]
async fn a_middleware_ends_a_record_without_the_handler() {
    let (_cluster, client) = cluster().await;
    send(&client, [order(1, "ada"), order(1, "ada"), order(2, "ada"), order(1, "grace")]).await;
    let (outside, inside, handler) = (Watch::default(), Watch::default(), Eager::default());
    let consumer = OrdersEventsV1::consumer(&client, GROUP, handler.clone())
        .wrap(outside.clone())
        .wrap(Once::default())
        .wrap(inside.clone());
    let report = run(&client, consumer).await.expect("no error");
    assert_eq!((report.handled, report.skipped), (4, 0), "all are committed");
    assert_eq!(handler.0.load(Ordering::Relaxed), 2);
    assert_eq!((outside.seen().len(), inside.seen().len()), (4, 2), "the first one is the outermost");
}

/// Refuses the orders of a customer, panics at those of another, and skips what the handler fails at.
struct Opinions;

impl Middleware for Opinions {
    async fn around(&self, call: Call<'_>, next: Next<'_>) -> Result<(), HandlerError> {
        match call.delivery().key.as_deref() {
            Some(b"mallory") => return Err(HandlerError::reject("mallory is not welcome")),
            Some(b"bomb") => panic!("boom"),
            _ => {}
        }
        next.run().await.map_err(|error| HandlerError::skip(error.to_string()))
    }
}

#[tokio::test]
async fn an_error_or_a_panic_of_a_middleware_is_one_of_the_handler() {
    let (_cluster, client) = cluster().await;
    send(&client, [order(1, "ada"), order(2, "mallory"), order(3, "bomb"), order(4, "grace")]).await;
    let handler = Scripted::new(|event, _| if event.customer_id == "grace" { Err("no")? } else { Ok(()) });
    let consumer = OrdersEventsV1::consumer(&client, GROUP, handler.clone()).wrap(Opinions);
    let report = run(&client, consumer).await.expect("no error");
    assert_eq!((report.handled, report.rejected, report.exhausted, report.skipped), (1, 1, 1, 1));
    assert_eq!(handler.accepted().len(), 1);
    let letters = records(&client, DEAD_LETTERS).await.expect("dead letters");
    let text = |name| letters.iter().map(move |letter| letter.headers.text(name).unwrap_or_default());
    let mut messages: Vec<_> = text(dead_letter::MESSAGE).collect();
    messages.sort_unstable();
    assert_eq!(messages, ["mallory is not welcome", "the handler panicked: boom"]);
}

#[tokio::test]
async fn a_panic_of_the_handler_passes_through_as_an_error() {
    let (_cluster, client) = cluster().await;
    send(&client, [order(1, "ada"), order(2, "grace")]).await;
    let handler = Scripted::new(|event, _| if event.customer_id == "ada" { panic!("boom") } else { Ok(()) });
    let watch = Watch::default();
    let consumer = OrdersEventsV1::consumer(&client, GROUP, handler)
        .wrap(watch.clone())
        .wrap(Arc::new(Watch::default()))
        .on_panic(OnPanic::DeadLetter);
    let report = run(&client, consumer).await.expect("no error");
    assert_eq!(
        (report.handled, report.retried, report.exhausted),
        (1, 0, 1),
        "the policy for panics applies"
    );
    let panicked = watch.seen().into_iter().find_map(|(_, _, _, error)| error).expect("an error");
    assert_eq!(panicked, (HandlerErrorKind::Retry, "the handler panicked: boom".to_owned()));
}

/// Counts the calls that end, also those that are cancelled.
#[derive(Clone, Default)]
struct Ends(Arc<AtomicUsize>);

impl Middleware for Ends {
    async fn around(&self, _: Call<'_>, next: Next<'_>) -> Result<(), HandlerError> {
        struct OnDrop<'a>(&'a AtomicUsize);
        impl Drop for OnDrop<'_> {
            fn drop(&mut self) {
                self.0.fetch_add(1, Ordering::Relaxed);
            }
        }
        let _ends = OnDrop(&self.0);
        next.run().await
    }
}

/// Takes longer than it may at the first attempt.
struct Slow;

impl OrdersEventsV1Handler for Slow {
    async fn order_event(&self, _: OrderEvent, delivery: &Delivery) -> Result<(), HandlerError> {
        if delivery.attempt == 1 {
            std::future::pending::<()>().await;
        }
        Ok(())
    }
}

#[tokio::test]
async fn a_middleware_is_cancelled_with_its_handler() {
    let (_cluster, client) = cluster().await;
    send(&client, [order(1, "ada")]).await;
    let ends = Ends::default();
    let consumer = OrdersEventsV1::consumer(&client, GROUP, Slow)
        .wrap(ends.clone())
        .handler_timeout(Duration::from_millis(300));
    let report = run(&client, consumer).await.expect("no error");
    assert_eq!((report.handled, report.retried), (1, 1));
    assert_eq!(ends.0.load(Ordering::Relaxed), 2);
}

/// Accepts everything.
struct Addresses;

impl CustomersV1Handler for Addresses {
    async fn address_changed(&self, _: AddressChanged, _: &Delivery) -> Result<(), HandlerError> {
        Ok(())
    }

    async fn deleted(&self, _: &[u8], _: &Delivery) -> Result<(), HandlerError> {
        Ok(())
    }
}

/// Keeps the keys that are deleted.
#[derive(Clone, Default)]
struct Deletions(Arc<Mutex<Vec<String>>>);

impl Middleware for Deletions {
    async fn around(&self, call: Call<'_>, next: Next<'_>) -> Result<(), HandlerError> {
        if call.is_deletion() {
            let key = call.delivery().key.as_deref().unwrap_or_default();
            let key = String::from_utf8_lossy(key).into_owned();
            self.0.lock().expect("no panic while it is held").push(key);
        }
        next.run().await
    }
}

#[tokio::test]
async fn a_middleware_runs_around_deletions() {
    let cluster = TestCluster::start().expect("a cluster");
    cluster.prepare::<CustomersV1>().await.expect("topic and schema");
    let client = cluster.client().expect("a client");
    let producer = CustomersV1::producer(&client).await.expect("a producer");
    let changed = AddressChanged { country: "is".to_owned(), number: 7, address: "here".to_owned() };
    producer.send(&changed).await.expect("acknowledged");
    producer.delete(&AddressChanged::key_of("is", 7)).await.expect("acknowledged");
    let deletions = Deletions::default();
    let consumer = CustomersV1::consumer(&client, GROUP, Addresses).wrap(deletions.clone());
    let lag = async { caught_up(&client, GROUP, "customers.v1", PATIENCE).await.map(drop).expect("lag") };
    let report = consumer.run_until(lag).await.expect("no error");
    assert_eq!(report.handled, 2);
    assert_eq!(*deletions.0.lock().expect("no panic while it is held"), ["is|7"]);
}

/// The offsets of a batch, and the text of its error.
type SeenBatch = (Vec<i64>, Option<String>);

/// Keeps the batches that it sees.
#[derive(Clone, Default)]
struct Batches(Arc<Mutex<Vec<SeenBatch>>>);

impl Middleware for Batches {
    async fn around(&self, call: Call<'_>, next: Next<'_>) -> Result<(), HandlerError> {
        let batch = call.batch().expect("a batch");
        assert_eq!((call.event(), call.delivery()), (None, batch[0]));
        let outcome = next.run().await;
        let offsets = batch.iter().map(|delivery| delivery.offset).collect();
        let error = outcome.as_ref().err().map(ToString::to_string);
        self.0.lock().expect("no panic while it is held").push((offsets, error));
        outcome
    }
}

/// Runs a script on each batch and counts the calls.
#[derive(Clone)]
struct Rows(fn(&Batch<'_, OrdersEventsV1>) -> Result<(), BatchError>, Arc<AtomicUsize>);

impl BatchHandler for Rows {
    type Events = OrdersEventsV1;

    async fn handle(&self, batch: Batch<'_, OrdersEventsV1>) -> Result<(), BatchError> {
        self.1.fetch_add(1, Ordering::Relaxed);
        (self.0)(&batch)
    }
}

/// Consumes three orders of one customer in batches.
async fn in_batches(
    script: fn(&Batch<'_, OrdersEventsV1>) -> Result<(), BatchError>,
    wrap: impl FnOnce(Consumer) -> Consumer,
) -> (Report, usize) {
    let (_cluster, client) = cluster().await;
    send(&client, (1..=3).map(|number| order(number, "ada"))).await;
    let rows = Rows(script, Arc::default());
    let options = BatchOptions::new().max_events(3).max_wait(Duration::from_secs(2));
    let consumer = Consumer::new(&client, GROUP).subscribe_batches(rows.clone(), options);
    let report = run(&client, wrap(consumer)).await.expect("no error");
    (report, rows.1.load(Ordering::Relaxed))
}

#[tokio::test]
async fn a_middleware_runs_around_batches_and_keeps_the_index_that_failed() {
    let watch = Batches::default();
    let script = |batch: &Batch<'_, OrdersEventsV1>| match batch.deliveries() {
        [_, second, ..] if second.offset == 1 && second.attempt == 1 => Err(BatchError::at(1, "busy")),
        _ => Ok(()),
    };
    let (report, _) = in_batches(script, |consumer| consumer.wrap(watch.clone())).await;
    assert_eq!((report.handled, report.retried, report.dead_lettered()), (3, 1, 0));
    let seen = watch.0.lock().expect("no panic while it is held").clone();
    assert_eq!(seen, [(vec![0, 1, 2], Some("busy".to_owned())), (vec![1, 2], None)]);
}

#[tokio::test]
async fn a_middleware_ends_a_batch_without_the_handler() {
    let (report, calls) = in_batches(|_| Ok(()), |consumer| consumer.wrap(Refuse)).await;
    assert_eq!((report.handled, calls), (3, 0));
}

/// Calls no handler.
struct Refuse;

impl Middleware for Refuse {
    async fn around(&self, _: Call<'_>, _: Next<'_>) -> Result<(), HandlerError> {
        Ok(())
    }
}

#[tokio::test]
async fn the_policy_for_panics_applies_to_batches_behind_a_middleware() {
    let wrap = |consumer: Consumer| consumer.wrap(Batches::default()).on_panic(OnPanic::DeadLetter);
    let (report, calls) = in_batches(|_| panic!("boom"), wrap).await;
    assert_eq!((report.handled, report.exhausted, calls), (0, 3, 1));
}
