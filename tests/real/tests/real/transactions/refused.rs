//! Outputs that their topic refuses, and members that are fenced: a consumer that can commit nothing more stops at once, and
//! says which record and why.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use eventgen::observe::{ConsumerEvent, Observer};
use eventgen::{
    DecodeError, DecodeOptions, Delivery, EncodeError, Error, EventKind, Handler, HandlerError, Headers,
    KafkaEvent, KeyBuffer, Schema, Topic, TopicEvents, TransactionOptions,
};
use eventgen_testkit::records;
use orders::events::com::example::orders::{OrderEvent, OrdersEventsV1, orders_events_v1};

use super::consumers::{Billing, Member, options, produce, until};
use super::support::{self, InvoiceEvents, Isolation, Stage};

/// Counts commits that failed and are repeated.
#[derive(Default)]
struct Repeated(AtomicUsize);

impl Observer for Repeated {
    fn on_consumer_event(&self, _: &str, event: &ConsumerEvent<'_>) {
        if let ConsumerEvent::CommitFailed { cause, .. } = event {
            println!("repeated: {cause}");
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// An invoice by a contract that does not know how little its topic accepts.
struct Generous(OrderEvent);

struct GenerousEvents;

impl TopicEvents for GenerousEvents {
    const TOPIC: &'static Topic = &orders_events_v1::TOPIC.renamed("invoices");
    const EVENTS: &'static [EventKind] = &[EventKind::of::<Generous>()];

    fn read_payload(_: usize, _: &[u8], _: DecodeOptions) -> Result<Self, DecodeError> {
        unreachable!("no consumer reads it")
    }
}

impl KafkaEvent for Generous {
    type Topic = GenerousEvents;
    const NAME: &'static str = OrderEvent::NAME;
    const SUBJECT: &'static str = OrderEvent::SUBJECT;

    fn schema() -> Schema {
        OrderEvent::schema()
    }

    fn key(&self, key: &mut KeyBuffer) {
        // All are in one batch.
        self.0.key(key);
    }

    fn headers(&self, headers: &mut Headers) {
        self.0.headers(headers);
    }

    fn write_payload(&self, payload: &mut Vec<u8>) -> Result<(), EncodeError> {
        self.0.write_payload(payload)
    }

    fn read_payload_with(payload: &[u8], options: DecodeOptions) -> Result<Self, DecodeError> {
        OrderEvent::read_payload_with(payload, options).map(Self)
    }
}

/// Sends small invoices and a large one for each order, the large one last. They are one batch, which is refused as a whole.
struct Lavish;

impl Handler for Lavish {
    type Events = OrdersEventsV1;

    async fn handle(&self, event: OrdersEventsV1, delivery: &Delivery) -> Result<(), HandlerError> {
        let OrdersEventsV1::OrderEvent(mut order) = event;
        order.payload.note = None;
        for _ in 0..5 {
            delivery.send(&Generous(order.clone()))?;
        }
        order.payload.note = Some(support::noise(200_000));
        Ok(delivery.send(&Generous(order))?)
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn a_consumer_whose_output_is_refused_names_the_record_and_commits_nothing_more() {
    let stage = Stage::prepared("refused-output").await;
    produce(&stage, 0..1).await;
    let repeated = Arc::new(Repeated::default());
    let observer = Arc::clone(&repeated);
    let options = TransactionOptions::new("billing-0").writes::<GenerousEvents>();
    let member = Member::of(&stage, Lavish, options, |consumer| consumer.observe(observer));
    let error = member.error().await;
    println!("{error}");
    let Error::ConsumerStopped { reason, .. } = &error else { panic!("{error:?}") };
    for part in ["invoices`", "key `customer-0`", ", 200", "`max.message.bytes`", "`eventgen topics plan`"] {
        assert!(reason.contains(part), "`{part}` is not in: {reason}");
    }
    assert_eq!(repeated.0.load(Ordering::Relaxed), 0);
    assert!(records(&stage.client, "orders.events.v1.dlq").await.expect("letters").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn a_consumer_that_is_fenced_commits_nothing_more() {
    let stage = Stage::prepared("fenced-at-once").await;
    let billing = Billing::default();
    produce(&stage, 0..200).await;
    let repeated = Arc::new(Repeated::default());
    let observer = Arc::clone(&repeated);
    let first = Member::of(&stage, billing, options("billing-0"), |consumer| consumer.observe(observer));
    until("the first transaction", async || {
        !stage.read::<InvoiceEvents>(Isolation::Committed).await.is_empty()
    })
    .await;
    // Not a member of the group, which would rebalance: commits may be refused and repeated for that.
    let second = eventgen::TransactionalProducer::builder(&stage.client, "billing-0").connect().await;
    produce(&stage, 200..400).await;
    let error = first.error().await;
    println!("{error}");
    assert!(matches!(&error, Error::ConsumerStopped { reason, .. } if reason.contains("an id of its own")));
    assert_eq!(repeated.0.load(Ordering::Relaxed), 0);
    second.expect("connected").close().await;
}
