//! Topics and groups of their own for each test, a handler that remembers every call, and members that a test can stop.

use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use eventgen::observe::{ConsumerEvent, Observer};
use eventgen::{
    Client, Consumer, DecodeError, DecodeOptions, Delivery, EventKind, Handler, HandlerError,
    KafkaEvent as _, Report, Retry, RunError, Topic, TopicEvents, TopicOverrides, retry_topic_name, wire,
};
use eventgen_testkit::{Record, records};
use orders::events::com::example::orders::{OrderEvent, OrdersEventsV1, orders_events_v1};
use orders::sample::order;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::variable;

/// How long the work of a test may take. No test takes this long.
pub(super) const PATIENCE: Duration = Duration::from_secs(90);

/// The delays of the topics.
pub(super) const SHORT: Duration = Duration::from_secs(2);
pub(super) const LONG: Duration = Duration::from_secs(8);

/// The number of partitions of the topics.
pub(super) const PARTITIONS: u32 = 3;

pub(super) const LETTERS: &str = "orders.events.v1.dlq";

/// One attempt in place and one for each delay.
const ORDERS: Topic = orders_events_v1::TOPIC
    .with_partitions(PARTITIONS)
    .with_retry(Retry::DEFAULT.with_attempts(0).with_delays(&[SHORT, LONG]))
    .with_retry_config(&[("cleanup.policy", "delete"), ("message.timestamp.type", "LogAppendTime")]);

/// A topic of orders that differs from the contract in its retries.
macro_rules! contract {
    ($(#[$doc:meta])* $name:ident, $topic:expr) => {
        $(#[$doc])*
        pub(super) struct $name(OrdersEventsV1);

        impl TopicEvents for $name {
            const TOPIC: &'static Topic = &$topic;
            const EVENTS: &'static [EventKind] = OrdersEventsV1::EVENTS;

            fn read_payload(kind: usize, payload: &[u8], options: DecodeOptions) -> Result<Self, DecodeError> {
                OrdersEventsV1::read_payload(kind, payload, options).map(Self)
            }
        }

        impl From<$name> for OrderEvent {
            fn from(event: $name) -> Self {
                let OrdersEventsV1::OrderEvent(order) = event.0;
                order
            }
        }
    };
}

contract!(
    /// Each record has one attempt, and one after each of two delays.
    Delayed,
    ORDERS
);
contract!(
    /// The same with one retry in place each time.
    Twice,
    ORDERS.with_retry(
        Retry::DEFAULT
            .with_attempts(1)
            .with_backoff(eventgen::Backoff::Fixed, Duration::from_millis(10), Duration::from_millis(10))
            .with_delays(&[SHORT, SHORT])
    )
);
contract!(
    /// Its keys can be deleted.
    Compacted,
    ORDERS.with_config(&[("cleanup.policy", "compact")])
);

/// A call of a handler.
#[derive(Debug, Clone)]
pub(super) struct Attempt {
    pub(super) key: String,
    /// The id of the order; of a deletion, `deleted`.
    pub(super) what: String,
    pub(super) delivery: Delivery,
    /// Milliseconds since the Unix epoch.
    pub(super) at: i64,
    pub(super) is_ok: bool,
}

type Script = fn(&str, &Delivery) -> Result<(), HandlerError>;

/// Runs a script with the id of each order and remembers every call. Clones remember in one place.
pub(super) struct Remembering<E> {
    script: Script,
    attempts: Arc<Mutex<Vec<Attempt>>>,
    events: PhantomData<fn() -> E>,
}

impl<E> Clone for Remembering<E> {
    fn clone(&self) -> Self {
        Self { script: self.script, attempts: Arc::clone(&self.attempts), events: PhantomData }
    }
}

impl<E> Remembering<E> {
    pub(super) fn new(script: Script) -> Self {
        Self { script, attempts: Arc::default(), events: PhantomData }
    }

    pub(super) fn attempts(&self) -> Vec<Attempt> {
        self.attempts.lock().expect("no panic while it is held").clone()
    }

    /// The calls that have succeeded, in their order.
    pub(super) fn accepted(&self) -> Vec<Attempt> {
        self.attempts().into_iter().filter(|attempt| attempt.is_ok).collect()
    }

    /// What was accepted of each key, in this order.
    pub(super) fn by_key(&self) -> BTreeMap<String, Vec<String>> {
        let mut keys = BTreeMap::<String, Vec<String>>::new();
        for attempt in self.accepted() {
            keys.entry(attempt.key).or_default().push(attempt.what);
        }
        keys
    }

    pub(super) async fn until_accepted(&self, count: usize) {
        self.until(|attempts| attempts.iter().filter(|attempt| attempt.is_ok).count() >= count).await;
    }

    /// Waits until this is true of the attempts.
    pub(super) async fn until(&self, is_true: impl Fn(&[Attempt]) -> bool) {
        let begun = Instant::now();
        while !is_true(&self.attempts()) {
            assert!(begun.elapsed() < PATIENCE, "{:#?}", self.attempts());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    fn call(&self, what: String, delivery: &Delivery) -> Result<(), HandlerError> {
        let result = (self.script)(&what, delivery);
        let key = String::from_utf8_lossy(delivery.key.as_deref().unwrap_or(b"none")).into_owned();
        let attempt = Attempt { key, what, delivery: delivery.clone(), at: now(), is_ok: result.is_ok() };
        self.attempts.lock().expect("no panic while it is held").push(attempt);
        result
    }
}

impl<E: TopicEvents + Into<OrderEvent> + Send> Handler for Remembering<E> {
    type Events = E;

    async fn handle(&self, event: E, delivery: &Delivery) -> Result<(), HandlerError> {
        let event: OrderEvent = event.into();
        self.call(event.order_id, delivery)
    }

    async fn deleted(&self, _: &[u8], delivery: &Delivery) -> Result<(), HandlerError> {
        self.call("deleted".to_owned(), delivery)
    }
}

/// Milliseconds since the Unix epoch.
pub(super) fn now() -> i64 {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
    i64::try_from(elapsed.as_millis()).expect("before the year 292 million")
}

/// The id of the order with a number.
pub(super) fn id(number: usize) -> String {
    order(number, "").order_id
}

pub(super) fn ids(numbers: impl IntoIterator<Item = usize>) -> Vec<String> {
    numbers.into_iter().map(id).collect()
}

/// The topics of one test, and its group.
pub(super) struct Stage {
    pub(super) client: Client,
    pub(super) prefix: String,
    pub(super) group: &'static str,
}

impl Stage {
    /// Topics that no other test uses, also not one of an earlier run on the same cluster.
    pub(super) async fn prepared<E: TopicEvents>(case: &str) -> Self {
        let stage = Self::new(case);
        stage.create::<E>(stage.group).await;
        stage
    }

    /// The same without topics.
    pub(super) fn new(case: &str) -> Self {
        let run = now();
        let prefix = format!("retries.{case}.{run}.");
        let client = Client::builder(variable("EVENTGEN_KAFKA"), variable("EVENTGEN_REGISTRY"))
            .topic_prefix(&prefix)
            .build()
            .expect("the addresses are complete");
        // A contract's groups are constants.
        Self { client, prefix, group: format!("retries-{case}-{run}").leak() }
    }

    /// Creates the topics of a group.
    pub(super) async fn create<E: TopicEvents>(&self, group: &'static str) {
        let topic = E::TOPIC.with_groups(Vec::leak(vec![group]));
        self.client.create_topics(&[&topic], TopicOverrides::default()).await.expect("topics");
        self.client.register::<OrdersEventsV1>().await.expect("schemas");
    }

    /// Sends orders with these numbers and keys.
    pub(super) async fn send(&self, orders: impl IntoIterator<Item = (usize, &str)>) {
        let producer = OrdersEventsV1::producer(&self.client).await.expect("a producer");
        for (number, customer) in orders {
            producer.enqueue(&order(number, customer)).await.expect("enqueued");
        }
        producer.flush().await.expect("acknowledged");
    }

    /// The value of an order as a producer writes it.
    pub(super) async fn value(&self, number: usize) -> Vec<u8> {
        let id = self.client.register::<OrdersEventsV1>().await.expect("schemas")[0];
        let mut value = Vec::new();
        wire::frame(id, &mut value);
        order(number, "none").write_payload(&mut value).expect("a sample is valid");
        value
    }

    /// The name of a retry topic, without the prefix of the client.
    pub(super) fn retry_topic(&self, tier: usize) -> String {
        retry_topic_name(OrdersEventsV1::TOPIC.name, self.group, tier)
    }

    /// The records of a retry topic.
    pub(super) async fn retried(&self, tier: usize) -> Vec<Record> {
        records(&self.client, &self.retry_topic(tier)).await.expect("records")
    }

    pub(super) async fn letters(&self) -> Vec<Record> {
        records(&self.client, LETTERS).await.expect("dead letters")
    }

    /// Waits until the group has committed every record of the topic. Those that wait are not counted.
    pub(super) async fn until_caught_up(&self) {
        self.until_caught_up_with(OrdersEventsV1::TOPIC.name).await;
    }

    /// The same for the retry topics: nothing waits any more.
    pub(super) async fn until_nothing_waits(&self) {
        for tier in 0..=2 {
            self.until_caught_up_with(&self.retry_topic(tier)).await;
        }
    }

    async fn until_caught_up_with(&self, topic: &str) {
        let begun = Instant::now();
        loop {
            let lag = self.client.lag(self.group, topic).await.expect("lag");
            if lag.iter().all(|partition| partition.records == 0) {
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "the group has stalled at {topic}: {lag:?}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    pub(super) fn start(&self, handler: impl Handler) -> Member {
        self.start_with(handler, |consumer| consumer)
    }

    pub(super) fn start_with(
        &self,
        handler: impl Handler,
        configure: impl FnOnce(Consumer) -> Consumer,
    ) -> Member {
        Member::start(configure(Consumer::new(&self.client, self.group).subscribe(handler)))
    }
}

/// Prints what a consumer waits for.
struct Printing;

impl Observer for Printing {
    fn on_consumer_event(&self, group: &str, event: &ConsumerEvent<'_>) {
        match event {
            ConsumerEvent::Held { delivery, cause, .. } => {
                println!("{group}: holding {} partition {}: {cause}", delivery.topic, delivery.partition);
            }
            ConsumerEvent::ClusterError { cause, .. } => println!("{group}: {cause}"),
            _ => {}
        }
    }
}

/// A member that a test can stop.
pub(super) struct Member {
    stop: oneshot::Sender<()>,
    consuming: JoinHandle<Result<Report, RunError>>,
}

impl Member {
    pub(super) fn start(consumer: Consumer) -> Self {
        let (stop, stopped) = oneshot::channel::<()>();
        let consuming = tokio::spawn(consumer.observe(Arc::new(Printing)).run_until(async {
            let _ = stopped.await;
        }));
        Self { stop, consuming }
    }

    pub(super) async fn stop(self) -> Report {
        drop(self.stop);
        self.consuming.await.expect("no panic").expect("no error")
    }
}
