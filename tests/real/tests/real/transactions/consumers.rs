//! Consumers that are exactly once: what readers of their outputs see when members come and go, and every class of error.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use eventgen::{
    Consumer, Delivery, Error, Handler, HandlerError, Report, RunError, TopicEvents as _, TransactionOptions,
    dead_letter,
};
use eventgen_testkit::{caught_up, records, send_bytes};
use orders::events::com::example::orders::{OrderEvent, OrdersEventsV1};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::support::{self, Invoice, InvoiceEvents, Isolation, PATIENCE, Stage};

const LETTERS: &str = "orders.events.v1.dlq";

/// Sends an invoice for each order. Some fail, after they have sent one.
#[derive(Clone, Default)]
pub(super) struct Billing {
    pub(super) handled: Arc<AtomicUsize>,
    /// Whether handlers wait.
    waits: Arc<AtomicBool>,
    /// How long a handler takes.
    takes: Duration,
}

impl Handler for Billing {
    type Events = OrdersEventsV1;

    async fn handle(&self, event: OrdersEventsV1, delivery: &Delivery) -> Result<(), HandlerError> {
        let OrdersEventsV1::OrderEvent(order) = event;
        while self.waits.load(Ordering::Acquire) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let number = number(&order);
        delivery.send(&Invoice(order))?;
        tokio::time::sleep(self.takes).await;
        // What an attempt has sent that fails is not written.
        if number % 50 == 7 {
            return Err(HandlerError::reject("on purpose"));
        }
        if number % 10 == 3 && delivery.attempt == 1 {
            return Err(std::io::Error::other("not yet").into());
        }
        self.handled.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

fn number(order: &OrderEvent) -> usize {
    order.order_id.rsplit('-').next().and_then(|number| number.parse().ok()).expect("ids end with a number")
}

/// The ids of the invoices of these orders.
pub(super) fn invoices(numbers: std::ops::Range<usize>) -> BTreeSet<String> {
    numbers.filter(|number| number % 50 != 7).map(support::number).collect()
}

/// The group of a test. Tests run side by side, and members of one group would wait for those of other tests.
pub(super) fn group(stage: &Stage) -> String {
    format!("{}billing", stage.prefix)
}

pub(super) fn options(id: &str) -> TransactionOptions {
    TransactionOptions::new(id).writes::<InvoiceEvents>().timeout(Duration::from_secs(10))
}

/// Waits with the first order of each partition.
#[derive(Clone)]
struct Slow(Billing);

impl Handler for Slow {
    type Events = OrdersEventsV1;

    async fn handle(&self, event: OrdersEventsV1, delivery: &Delivery) -> Result<(), HandlerError> {
        if delivery.offset == 0 {
            std::future::pending::<()>().await;
        }
        self.0.handle(event, delivery).await
    }
}

/// Sends an invoice that is larger than its topic accepts.
struct Large;

impl Handler for Large {
    type Events = OrdersEventsV1;

    async fn handle(&self, event: OrdersEventsV1, delivery: &Delivery) -> Result<(), HandlerError> {
        let OrdersEventsV1::OrderEvent(mut order) = event;
        if number(&order) == 5 {
            order.payload.note = Some("x".repeat(50_000));
        }
        delivery.send(&Invoice(order)).map_err(HandlerError::reject)
    }
}

/// A member that a test can stop.
pub(super) struct Member {
    stop: Option<oneshot::Sender<()>>,
    consuming: JoinHandle<Result<Report, RunError>>,
}

impl Member {
    pub(super) fn start(stage: &Stage, handler: impl Handler, options: TransactionOptions) -> Self {
        Self::of(stage, handler, options, |consumer| consumer)
    }

    pub(super) fn of(
        stage: &Stage,
        handler: impl Handler,
        options: TransactionOptions,
        configure: impl FnOnce(Consumer) -> Consumer,
    ) -> Self {
        let consumer = Consumer::new(&stage.client, group(stage)).subscribe(handler).transactional(options);
        let consumer = configure(consumer.unknown_schema_grace(Duration::from_secs(1)));
        let (stop, stopped) = oneshot::channel::<()>();
        let consuming = tokio::spawn(consumer.run_until(async {
            let _ = stopped.await;
        }));
        Self { stop: Some(stop), consuming }
    }

    pub(super) async fn stop(mut self) -> Report {
        drop(self.stop.take());
        self.consuming.await.expect("no panic").expect("no error")
    }

    /// The error that the run ends with.
    pub(super) async fn error(self) -> Error {
        let ended = tokio::time::timeout(PATIENCE, self.consuming).await.expect("it ends");
        ended.expect("no panic").expect_err("an error").error
    }
}

pub(super) async fn produce(stage: &Stage, numbers: std::ops::Range<usize>) {
    let producer = OrdersEventsV1::producer(&stage.client).await.expect("a producer");
    for number in numbers {
        producer.enqueue(&support::order(number)).await.expect("enqueued");
    }
    producer.flush().await.expect("acknowledged");
}

pub(super) async fn until(what: &str, mut condition: impl AsyncFnMut() -> bool) {
    let begun = Instant::now();
    while !condition().await {
        assert!(begun.elapsed() < PATIENCE, "{what} does not happen");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

pub(super) async fn until_caught_up(stage: &Stage) {
    let (topic, group) = (OrdersEventsV1::TOPIC.name, group(stage));
    // Asking for offsets times out while they are part of an open transaction.
    until("catching up", async || {
        caught_up(&stage.client, &group, topic, Duration::from_secs(10)).await.is_ok_and(|lag| lag == 0)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn outputs_and_dead_letters_are_written_once_while_members_come_and_are_dropped() {
    for protocol in ["classic", "consumer"] {
        outputs_are_written_once(protocol).await;
    }
}

async fn outputs_are_written_once(protocol: &'static str) {
    const ORDERS: usize = 4_000;
    let stage = Stage::prepared(&format!("copied-{protocol}")).await;
    let billing = Billing { takes: Duration::from_millis(20), ..Billing::default() };
    let topic = OrdersEventsV1::TOPIC.name;
    let start = |id| {
        Member::of(&stage, billing.clone(), options(id).max_records(100), |consumer| {
            consumer.set("group.protocol", protocol)
        })
    };
    produce(&stage, 0..ORDERS).await;
    for number in 0..5 {
        let key = format!("customer-{number}");
        send_bytes(&stage.client, topic, key.as_bytes(), b"\0no event").await.expect("sent");
    }
    let until_handled = async |count| {
        until("handling", async || billing.handled.load(Ordering::Relaxed) > count).await;
    };
    let first = start("billing-0");
    until_handled(ORDERS / 8).await;
    // A rebalance within transactions.
    let second = start("billing-1");
    until_handled(ORDERS / 2).await;
    // Its future is dropped: handlers are cancelled, and what was not committed is lost.
    second.consuming.abort();
    let third = start("billing-1");
    until_handled(ORDERS * 3 / 4).await;
    let fourth = start("billing-2");
    until_caught_up(&stage).await;
    for (name, member) in [("first", first), ("third", third), ("fourth", fourth)] {
        println!("{protocol}: {name} {:?}", member.stop().await);
    }
    println!("{protocol}: handled {} times", billing.handled.load(Ordering::Relaxed));

    // Reading fails if an invoice is there twice.
    assert_eq!(stage.read::<InvoiceEvents>(Isolation::Committed).await, invoices(0..ORDERS));
    let letters = records(&stage.client, LETTERS).await.expect("dead letters");
    let position = [dead_letter::PARTITION, dead_letter::OFFSET];
    let positions: BTreeSet<_> = letters
        .iter()
        .map(|letter| position.map(|name| letter.headers.text(name).map(str::to_owned)))
        .collect();
    assert_eq!(letters.len(), ORDERS / 50 + 5);
    assert_eq!(positions.len(), letters.len(), "no letter is written twice");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn what_is_done_behind_an_open_record_is_not_written_again_after_a_crash() {
    const ORDERS: usize = 200;
    let stage = Stage::prepared("beyond").await;

    produce(&stage, 0..ORDERS).await;
    let billing = Billing::default();
    let slow = Member::start(&stage, Slow(billing.clone()), options("billing-0"));
    // Those that wait are the first of each partition.
    let most = ORDERS - ORDERS / 50 - 12;
    until("all that can be", async || stage.read::<InvoiceEvents>(Isolation::Committed).await.len() >= most)
        .await;
    slow.consuming.abort();
    let member = Member::start(&stage, billing, options("billing-0"));
    until_caught_up(&stage).await;
    let report = member.stop().await;
    println!("{report:?}");
    assert_eq!(stage.read::<InvoiceEvents>(Isolation::Committed).await, invoices(0..ORDERS));
    assert!(
        report.handled <= 12,
        "what was done beyond the committed offsets is not handled again: {report:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn a_second_member_with_the_same_id_fences_the_first_one() {
    let stage = Stage::prepared("fenced-member").await;
    let billing = Billing::default();
    produce(&stage, 0..200).await;
    let first = Member::start(&stage, billing.clone(), options("billing-0"));
    until("the first transaction", async || {
        !stage.read::<InvoiceEvents>(Isolation::Committed).await.is_empty()
    })
    .await;
    let second = Member::start(&stage, billing.clone(), options("billing-0"));
    produce(&stage, 200..1_000).await;
    let error = first.error().await;
    println!("{error}");
    let Error::ConsumerStopped { reason, .. } = &error else { panic!("{error:?}") };
    assert!(reason.contains("billing-0") && reason.contains("an id of its own"), "{reason}");
    until_caught_up(&stage).await;
    second.stop().await;
    assert_eq!(stage.read::<InvoiceEvents>(Isolation::Committed).await, invoices(0..1_000));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn a_topic_that_the_options_do_not_name_stops_the_consumer() {
    let stage = Stage::prepared("undeclared").await;
    produce(&stage, 0..10).await;
    let nothing_declared = TransactionOptions::new("billing-0").timeout(Duration::from_secs(10));
    let error = Member::start(&stage, Billing::default(), nothing_declared).error().await;
    println!("{error}");
    let Error::ConsumerStopped { reason, .. } = &error else { panic!("{error:?}") };
    assert!(reason.contains("invoices") && reason.contains("TransactionOptions::writes"), "{reason}");
    assert!(records(&stage.client, LETTERS).await.expect("letters").is_empty());

    // The record is not committed.
    let member = Member::start(&stage, Billing::default(), options("billing-0"));
    until_caught_up(&stage).await;
    member.stop().await;
    assert_eq!(stage.read::<InvoiceEvents>(Isolation::Committed).await, invoices(0..10));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn an_output_that_is_too_large_makes_a_dead_letter_of_its_record_alone() {
    let stage = Stage::prepared("large-output").await;

    produce(&stage, 0..10).await;
    let member = Member::start(&stage, Large, options("billing-0"));
    until_caught_up(&stage).await;
    let report = member.stop().await;
    assert_eq!(report.rejected, 1);
    let expected: BTreeSet<String> = (0..10).filter(|number| *number != 5).map(support::number).collect();
    assert_eq!(stage.read::<InvoiceEvents>(Isolation::Committed).await, expected);
    let letters = records(&stage.client, LETTERS).await.expect("letters");
    let message = letters[0].headers.text(dead_letter::MESSAGE).expect("a message");
    println!("{message}");
    assert!(message.contains("at most 20000 are accepted"), "{message}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn what_a_rebalance_cancels_is_written_by_the_next_owner_only() {
    const ORDERS: usize = 500;
    let stage = Stage::prepared("cancelled").await;
    let billing = Billing { takes: Duration::from_millis(20), ..Billing::default() };
    produce(&stage, 0..ORDERS).await;
    let first = Member::of(&stage, billing.clone(), options("billing-0"), |consumer| {
        consumer.drain_deadline(Duration::from_secs(1))
    });
    until("some", async || billing.handled.load(Ordering::Relaxed) > ORDERS / 10).await;
    billing.waits.store(true, Ordering::Release);
    let second = Member::start(&stage, Billing::default(), options("billing-1"));
    let written = async || stage.read::<InvoiceEvents>(Isolation::Committed).await.len();
    let before = written().await;
    until("the next owner", async || written().await > before + ORDERS / 20).await;
    billing.waits.store(false, Ordering::Release);
    until_caught_up(&stage).await;
    first.stop().await;
    second.stop().await;
    assert_eq!(stage.read::<InvoiceEvents>(Isolation::Committed).await, invoices(0..ORDERS));
}
