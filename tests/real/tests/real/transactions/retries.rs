//! Consumers that are exactly once and retry in topics: records that fail, those behind them, and what ends a transaction.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use eventgen::{
    Client, Consumer, DecodeError, DecodeOptions, Delivery, EventKind, Handler, HandlerError, Report, Retry,
    RunError, Topic, TopicEvents, TopicOverrides, TransactionOptions, dead_letter,
};
use eventgen_testkit::{Record, caught_up, records};
use orders::events::com::example::orders::{OrderEvent, OrdersEventsV1};
use rdkafka::ClientConfig;
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::support::{Invoice, InvoiceEvents, PATIENCE, Stage};

const DELAYS: &[Duration] = &[Duration::from_millis(700), Duration::from_millis(1_500)];
const KEYS: usize = 60;
const LETTERS: &str = "orders.events.v1.dlq";

/// The orders, with retries in topics.
struct Retried(OrdersEventsV1);

impl TopicEvents for Retried {
    const TOPIC: &'static Topic =
        &OrdersEventsV1::TOPIC.with_retry(Retry::DEFAULT.with_attempts(0).with_delays(DELAYS));
    const EVENTS: &'static [EventKind] = OrdersEventsV1::EVENTS;

    fn read_payload(kind: usize, payload: &[u8], options: DecodeOptions) -> Result<Self, DecodeError> {
        OrdersEventsV1::read_payload(kind, payload, options).map(Self)
    }
}

/// Sends an invoice for each order. 2 % of them fail twice, and 1 % are rejected, after they have sent one.
#[derive(Clone, Default)]
struct Billing {
    handled: Arc<AtomicUsize>,
    takes: Duration,
}

fn is_rejected(number: usize) -> bool {
    number % 100 == 37
}

fn fails_twice(number: usize) -> bool {
    number % 50 == 13
}

impl Handler for Billing {
    type Events = Retried;

    async fn handle(&self, event: Retried, delivery: &Delivery) -> Result<(), HandlerError> {
        let OrdersEventsV1::OrderEvent(order) = event.0;
        let number = number(&order.order_id);
        delivery.send(&Invoice(order))?;
        tokio::time::sleep(self.takes).await;
        if is_rejected(number) {
            return Err(HandlerError::reject("on purpose"));
        }
        if fails_twice(number) && delivery.attempt <= 2 {
            return Err(std::io::Error::other("not yet").into());
        }
        self.handled.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

fn order(number: usize) -> OrderEvent {
    orders::sample::order(number, &format!("customer-{}", number % KEYS))
}

fn number(order: &str) -> usize {
    order.rsplit('-').next().and_then(|number| number.parse().ok()).expect("ids end with a number")
}

/// A topic of orders with the retry topics of a group of its own: tests run side by side.
struct Retrying {
    stage: Stage,
    group: String,
    retry_topics: Vec<String>,
}

impl Retrying {
    async fn prepared(case: &str) -> Self {
        let stage = Stage::prepared(case).await;
        let group = format!("{}billing", stage.prefix);
        let mut topic = *Retried::TOPIC;
        topic.groups = vec![&*group.clone().leak()].leak();
        stage.client.create_topics(&[&topic], TopicOverrides::default()).await.expect("retry topics");
        let retry_topics = Retried::TOPIC.retry_topics(&group);
        Self { stage, group, retry_topics }
    }

    fn client(&self) -> &Client {
        &self.stage.client
    }

    fn start(&self, billing: &Billing, id: &str, protocol: &str) -> Member {
        let options = TransactionOptions::new(id)
            .writes::<InvoiceEvents>()
            .timeout(Duration::from_secs(10))
            .max_records(50);
        let consumer = Consumer::new(self.client(), &*self.group)
            .subscribe(billing.clone())
            .transactional(options)
            .set("group.protocol", protocol);
        let (stop, stopped) = oneshot::channel::<()>();
        let consuming = tokio::spawn(consumer.run_until(async {
            let _ = stopped.await;
        }));
        Member { stop: Some(stop), consuming }
    }

    async fn produce(&self, numbers: std::ops::Range<usize>) {
        let producer = OrdersEventsV1::producer(self.client()).await.expect("a producer");
        for number in numbers {
            producer.enqueue(&order(number)).await.expect("enqueued");
        }
        producer.flush().await.expect("acknowledged");
    }

    /// Waits until nothing is left in the topic and its retry topics.
    async fn until_done(&self) {
        let begun = Instant::now();
        let topics =
            || [OrdersEventsV1::TOPIC.name].into_iter().chain(self.retry_topics.iter().map(|name| &**name));
        let mut is_done = false;
        while !is_done {
            assert!(begun.elapsed() < 2 * PATIENCE, "the group does not catch up");
            is_done = true;
            for topic in topics() {
                let lag = caught_up(self.client(), &self.group, topic, Duration::from_secs(10)).await;
                is_done &= lag.is_ok_and(|lag| lag == 0);
            }
        }
    }

    async fn records(&self, topic: &str) -> Vec<Record> {
        records(self.client(), topic).await.expect("the topic exists")
    }

    /// The numbers of the invoices that are committed, in their order, by customer. The same one twice is a failure.
    async fn invoices(&self) -> BTreeMap<Vec<u8>, Vec<usize>> {
        let (mut by_customer, mut all) = (BTreeMap::<_, Vec<usize>>::new(), BTreeSet::new());
        for record in self.records(InvoiceEvents::TOPIC.name).await {
            let number = number(record.headers.text("correlation-id").expect("a header"));
            assert!(all.insert(number), "invoice {number} is there twice");
            by_customer.entry(record.key.expect("a key")).or_default().push(number);
        }
        by_customer
    }
}

struct Member {
    stop: Option<oneshot::Sender<()>>,
    consuming: JoinHandle<Result<Report, RunError>>,
}

impl Member {
    async fn stop(mut self) -> Report {
        drop(self.stop.take());
        self.consuming.await.expect("no panic").expect("no error")
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn retries_and_dead_letters_count_once_and_keys_keep_their_order_while_members_are_dropped() {
    for protocol in ["classic", "consumer"] {
        counted_once(protocol).await;
    }
}

async fn counted_once(protocol: &str) {
    const ORDERS: usize = 3_000;
    let retrying = Retrying::prepared(&format!("retried-{protocol}")).await;
    let billing = Billing { takes: Duration::from_millis(10), ..Billing::default() };
    retrying.produce(0..ORDERS).await;
    let until_handled = async |count| {
        let begun = Instant::now();
        while billing.handled.load(Ordering::Relaxed) < count {
            assert!(begun.elapsed() < PATIENCE, "handling does not go on");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let stays = retrying.start(&billing, "billing-0", protocol);
    // Each is dropped wherever it is: with records that have failed and are not written, written and not committed, or waiting.
    // One that is still starting may be connected after the next one, which it would fence if they had the same id.
    for dropped in 1..=4 {
        let member = retrying.start(&billing, &format!("billing-{dropped}"), protocol);
        until_handled(ORDERS * dropped / 8).await;
        member.consuming.abort();
    }
    let last = retrying.start(&billing, "billing-5", protocol);
    until_handled(ORDERS * 95 / 100).await;
    retrying.until_done().await;
    println!("{protocol}: {:?}\n{protocol}: {:?}", stays.stop().await, last.stop().await);
    println!("{protocol}: handled {} times", billing.handled.load(Ordering::Relaxed));

    let invoices = retrying.invoices().await;
    let all: BTreeSet<usize> = invoices.values().flatten().copied().collect();
    assert_eq!(all, (0..ORDERS).filter(|number| !is_rejected(*number)).collect());
    for (customer, numbers) in invoices {
        assert!(numbers.is_sorted(), "{}: {numbers:?}", String::from_utf8_lossy(&customer));
    }
    let letters = retrying.records(LETTERS).await;
    let position = [dead_letter::PARTITION, dead_letter::OFFSET];
    let positions: BTreeSet<_> = letters
        .iter()
        .map(|letter| position.map(|name| letter.headers.text(name).map(str::to_owned)))
        .collect();
    assert_eq!((letters.len(), positions.len()), (ORDERS / 100, ORDERS / 100), "no letter is written twice");
    for (tier, name) in retrying.retry_topics.iter().enumerate() {
        let waited = retrying.records(name).await;
        let position = ["__retry.partition", "__retry.offset"];
        let positions: BTreeSet<_> = waited
            .iter()
            .map(|record| position.map(|name| record.headers.text(name).map(str::to_owned)))
            .collect();
        println!("{protocol}: {} records in `{name}`", waited.len());
        assert_eq!(positions.len(), waited.len(), "no record is in `{name}` twice");
        assert!(tier == 0 || waited.len() == ORDERS / 50, "{} records in `{name}`", waited.len());
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn the_retry_record_of_an_aborted_transaction_is_waited_for_and_holds_no_key_back() {
    let retrying = Retrying::prepared("aborted-retry").await;
    retrying.produce(0..KEYS).await;
    let first = retrying.records(OrdersEventsV1::TOPIC.name).await;
    let expected = |number: &usize| !is_rejected(*number) && !fails_twice(*number);
    let is_expected =
        |record: &Record| expected(&number(record.headers.text("correlation-id").expect("a header")));
    let first = first.into_iter().find(is_expected).expect("orders");
    // An earlier owner has written a record to a retry topic, and its transaction is open. Whether the key is out on retry is
    // not known.
    let topic = Retried::TOPIC.retry_topics(&retrying.group).swap_remove(1);
    let topic = format!("{}{topic}", retrying.stage.prefix);
    let (partition, key, payload) =
        (first.partition, first.key.clone().expect("a key"), first.value.clone().expect("a value"));
    let id = format!("{}earlier", retrying.stage.prefix);
    let open = tokio::task::spawn_blocking(move || {
        let producer: BaseProducer = ClientConfig::new()
            .set("bootstrap.servers", crate::variable("EVENTGEN_KAFKA"))
            .set("transactional.id", id)
            .create()
            .expect("a producer");
        producer.init_transactions(Duration::from_secs(30)).expect("initialised");
        producer.begin_transaction().expect("begun");
        let an_hour = std::time::SystemTime::now() + Duration::from_secs(3_600);
        let due = an_hour.duration_since(std::time::UNIX_EPOCH).expect("after 1970").as_millis().to_string();
        let headers = [("__retry.due", &*due), ("__retry.delays", "1"), ("__retry.offset", "0")];
        let headers = headers.into_iter().fold(OwnedHeaders::new(), |headers, (key, value)| {
            headers.insert(Header { key, value: Some(value) })
        });
        let record = BaseRecord::to(&topic).partition(partition).key(&key).payload(&payload).headers(headers);
        producer.send(record).map_err(|(error, _)| error).expect("enqueued");
        producer.flush(Duration::from_secs(30)).expect("written");
        producer
    });
    let open = open.await.expect("no panic");

    let member = retrying.start(&Billing::default(), "billing-0", "classic");
    let begun = Instant::now();
    loop {
        let handled: usize = retrying.invoices().await.values().map(Vec::len).sum();
        assert!(begun.elapsed() < PATIENCE, "the other partitions are not handled");
        if handled > 20 {
            break;
        }
    }
    tokio::time::sleep(Duration::from_secs(3)).await;
    let customer = first.key.clone().expect("a key");
    assert!(!retrying.invoices().await.contains_key(&customer), "it is not known whether the key waits");
    let abort = move || open.abort_transaction(Duration::from_secs(30));
    tokio::task::spawn_blocking(abort).await.expect("no panic").expect("aborted");
    retrying.until_done().await;
    println!("{:?}", member.stop().await);
    let invoices = retrying.invoices().await;
    assert!(invoices.contains_key(&customer), "the key is not out on retry");
    let all: BTreeSet<usize> = invoices.values().flatten().copied().collect();
    assert!(all.is_superset(&(0..KEYS).filter(expected).collect()), "{all:?}");
    let followers = retrying.records(&retrying.retry_topics[0]).await;
    assert!(followers.is_empty(), "no record follows one that is not there: {}", followers.len());
}
