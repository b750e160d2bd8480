//! Two consumers, of which one joins halfway, handle 20,000 events of 100 customers. All events are handled, in order for
//! each customer, with exactly the expected dead letters. Then oracles read the same records.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use eventgen::{Client, Delivery, HandlerError, Report, TopicOverrides, dead_letter};
use eventgen_testkit::{Record, caught_up, records, send_bytes};
use orders::events::com::example::orders::{
    OrderEvent, OrdersEventsV1, OrdersEventsV1Handler, orders_events_v1,
};
use orders::sample::order;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::oracles;

const EVENTS: usize = 20_000;
const CUSTOMERS: usize = 100;
const UNDECODABLE: usize = 5;
const GROUP: &str = orders_events_v1::groups::ORDER_PROCESSOR;
const TOPIC: &str = orders_events_v1::TOPIC.name;
const DEAD_LETTERS: &str = "orders.events.v1.dlq";

/// The outcome of event number `number`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Handled,
    FailsOnce,
    FailsAlways,
    Rejected,
}

fn fate(number: usize) -> Fate {
    match number {
        number if number.is_multiple_of(2_500) => Fate::Rejected,
        number if number.is_multiple_of(1_999) => Fate::FailsAlways,
        number if number.is_multiple_of(250) => Fate::FailsOnce,
        _ => Fate::Handled,
    }
}

fn number(order_id: &str) -> usize {
    order_id
        .rsplit('-')
        .next()
        .and_then(|number| number.parse().ok())
        .expect("ids of the sample end with a number")
}

/// Records the numbers of the events that it handled, in order, by customer.
#[derive(Clone, Default)]
struct Witness {
    handled: Arc<Mutex<BTreeMap<String, Vec<usize>>>>,
    count: Arc<AtomicUsize>,
}

impl OrdersEventsV1Handler for Witness {
    async fn order_event(&self, event: OrderEvent, delivery: &Delivery) -> Result<(), HandlerError> {
        tokio::time::sleep(Duration::from_millis(10)).await;
        let number = number(&event.order_id);
        match fate(number) {
            Fate::Rejected => return Err(HandlerError::reject("refused by the witness")),
            Fate::FailsAlways => Err(std::io::Error::other("never"))?,
            Fate::FailsOnce if delivery.attempt == 1 => Err(std::io::Error::other("not yet"))?,
            _ => {}
        }
        self.handled.lock().expect("no panic").entry(event.customer_id).or_default().push(number);
        self.count.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

/// A consumer that a test can stop.
struct Running {
    stop: oneshot::Sender<()>,
    consuming: JoinHandle<Result<Report, eventgen::RunError>>,
}

impl Running {
    fn start(client: &Client, witness: Witness) -> Self {
        let (stop, stopped) = oneshot::channel::<()>();
        let consumer = OrdersEventsV1::consumer(client, GROUP, witness)
            .concurrency(64)
            // The schema ids of the undecodable records stay unknown. If these records were held for longer than the drain
            // deadline of a rebalance, later records that are handled would be delivered again.
            .unknown_schema_grace(Duration::from_secs(1));
        let consuming = tokio::spawn(consumer.run_until(async {
            let _ = stopped.await;
        }));
        Self { stop, consuming }
    }

    async fn stop(self) -> Report {
        drop(self.stop);
        self.consuming.await.expect("no panic").expect("no error")
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn every_event_is_handled_in_order_or_dead_lettered() {
    let client = crate::client();
    client.create_topics(&[&orders_events_v1::TOPIC], TopicOverrides::default()).await.expect("topics");
    client.register::<OrdersEventsV1>().await.expect("schemas");

    let (first_half, second_half) = (1..=EVENTS / 2, EVENTS / 2 + 1..=EVENTS);
    produce(&client, first_half).await;
    for index in 0..UNDECODABLE {
        let key = format!("customer-{index:03}");
        send_bytes(&client, TOPIC, key.as_bytes(), b"\0no event").await.expect("sent");
    }
    let witness = Witness::default();
    let first = Running::start(&client, witness.clone());
    while witness.count.load(Ordering::Relaxed) < EVENTS / 4 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let second = Running::start(&client, witness.clone());
    produce(&client, second_half).await;
    let lag = caught_up(&client, GROUP, TOPIC, Duration::from_secs(120)).await.expect("lag");
    let (first, second) = (first.stop().await, second.stop().await);
    println!("first consumer {first:?}\nsecond consumer {second:?}");

    assert_eq!(lag, 0);
    assert!(second.handled > 0, "the second consumer handled no event");
    let replays = check_order(&witness.handled.lock().expect("no panic"));
    assert_eq!(replays, 0, "no event is handled twice if a rebalance succeeds");
    let on_topic = records(&client, TOPIC).await.expect("records");
    assert_eq!(on_topic.len(), EVENTS + UNDECODABLE);
    check_dead_letters(&records(&client, DEAD_LETTERS).await.expect("dead letters"), &on_topic);
    compare_with_oracles(&on_topic);
}

async fn produce(client: &Client, numbers: impl Iterator<Item = usize>) {
    let producer = OrdersEventsV1::producer(client).await.expect("a producer");
    for number in numbers {
        producer
            .enqueue(&order(number, &format!("customer-{:03}", number % CUSTOMERS)))
            .await
            .expect("enqueued");
    }
    producer.flush().await.expect("all acknowledged");
}

/// Asserts that every event that should be handled was handled, the first time in order. Returns how many were handled again.
fn check_order(handled: &BTreeMap<String, Vec<usize>>) -> usize {
    let mut replays = 0;
    assert_eq!(handled.len(), CUSTOMERS);
    for (customer, numbers) in handled {
        let mut seen = BTreeSet::new();
        let first_times: Vec<usize> = numbers.iter().copied().filter(|number| seen.insert(*number)).collect();
        let index: usize =
            customer.rsplit('-').next().and_then(|index| index.parse().ok()).expect("an index");
        let expected: Vec<usize> = (1..=EVENTS)
            .filter(|number| number % CUSTOMERS == index)
            .filter(|number| matches!(fate(*number), Fate::Handled | Fate::FailsOnce))
            .collect();
        assert_eq!(first_times, expected, "{customer}");
        replays += numbers.len() - first_times.len();
    }
    replays
}

/// Asserts that the dead letters are exactly the expected ones, unchanged, with all headers.
fn check_dead_letters(letters: &[Record], on_topic: &[Record]) {
    let mut by_disposition: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    for letter in letters {
        let text = |name: &str| letter.headers.text(name).unwrap_or_else(|| panic!("no header {name}"));
        let from = (text(dead_letter::PARTITION).parse::<i32>(), text(dead_letter::OFFSET).parse::<i64>());
        let (Ok(partition), Ok(offset)) = from else { panic!("the partition and the offset are numbers") };
        let original = on_topic
            .iter()
            .find(|record| (record.partition, record.offset) == (partition, offset))
            .expect("the record that the letter names");
        assert_eq!(
            (&letter.key, &letter.value, letter.timestamp),
            (&original.key, &original.value, original.timestamp)
        );
        assert_eq!(letter.partition, original.partition, "both topics have the same number of partitions");
        assert!(original.headers.iter().all(|(name, value)| letter.headers.bytes(name) == value));
        assert_eq!(text(dead_letter::TOPIC), TOPIC);
        assert_eq!(text(dead_letter::GROUP), GROUP);
        assert!(text(dead_letter::TIMESTAMP).parse::<u64>().is_ok());
        let (attempts, exception, message) = match text(dead_letter::DISPOSITION) {
            "poison" => ("0", "Undecodable", "schema id"),
            "rejected" => ("1", "str", "refused by the witness"),
            "exhausted" => ("4", "std::io", "never"),
            other => panic!("disposition {other}"),
        };
        assert_eq!(text(dead_letter::DELIVERY_COUNT), attempts);
        assert!(text(dead_letter::EXCEPTION).contains(exception), "{}", text(dead_letter::EXCEPTION));
        assert!(text(dead_letter::MESSAGE).contains(message), "{}", text(dead_letter::MESSAGE));
        let id =
            letter.headers.text("correlation-id").map_or(usize::try_from(offset).expect("an offset"), number);
        by_disposition.entry(text(dead_letter::DISPOSITION)).or_default().insert(id);
    }
    let expected =
        |wanted: Fate| (1..=EVENTS).filter(|&number| fate(number) == wanted).collect::<BTreeSet<_>>();
    assert_eq!(by_disposition["rejected"], expected(Fate::Rejected));
    assert_eq!(by_disposition["exhausted"], expected(Fate::FailsAlways));
    let total = UNDECODABLE + expected(Fate::Rejected).len() + expected(Fate::FailsAlways).len();
    assert_eq!(letters.len(), total, "no letter is written twice");
    println!("dead letters: {total}, each with its position, key, value and nine headers");
}

fn compare_with_oracles(on_topic: &[Record]) {
    let key = |record: &Record| String::from_utf8(record.key.clone().expect("a key")).expect("UTF-8");
    let console = oracles::console_consumer(TOPIC, on_topic.len());
    let ours: Vec<_> = on_topic
        .iter()
        .map(|record| (record.partition, record.offset, key(record), record.value.clone().expect("a value")))
        .collect();
    assert_eq!(console.len(), ours.len());
    assert!(console == ours, "the console consumer reads other records");
    println!("Kafka's console consumer: the same {} records", console.len());

    let keys: Vec<String> = on_topic.iter().map(key).collect::<BTreeSet<_>>().into_iter().collect();
    let partitions = oracles::jvm_partitions(&keys, 12);
    for record in on_topic {
        assert_eq!(record.partition, partitions[&key(record)], "{}", key(record));
    }
    println!("the JVM's murmur2: the same partition for {} keys", keys.len());

    let values = oracles::python_values(TOPIC, on_topic.len());
    let (read, refused): (Vec<_>, Vec<_>) = values.iter().partition(|line| line.get("value").is_some());
    assert_eq!((read.len(), refused.len()), (EVENTS, UNDECODABLE));
    for line in &read {
        let value = &line["value"];
        let id = value["orderId"].as_str().expect("an id");
        let expected = order(number(id), line["key"].as_str().expect("a key"));
        assert_eq!(value["customerId"], line["key"]);
        assert_eq!(value["type"], expected.r#type.as_str());
        assert_eq!(value["payload"]["amount"], expected.payload.amount.to_string());
        assert_eq!(value["payload"]["lines"][0]["quantity"], expected.payload.lines[0].quantity);
    }
    println!("Confluent's Python client: {} values through the registry", read.len());
}
