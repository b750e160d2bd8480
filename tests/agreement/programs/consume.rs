//! Consumes the payloads of other writers from an embedded cluster, and prints what each handler received: the index of
//! the subscription, the number of the payload, and the payload of the event in hexadecimal or an error.
//!
//! Usage: consume PAYLOADS, a JSON file with the payloads of each subscription.

use std::time::Duration;

use eventgen::registry::{NewSchema, SchemaId};
use eventgen::{Client, Consumer, Delivery, Handler, HandlerError, KafkaEvent, TopicEvents, dead_letter, wire};
use eventgen_testkit::{TestCluster, caught_up, records};
use rdkafka::config::ClientConfig;
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};

const GROUP: &str = "reader";
/// The timeout of a run that hangs.
const PATIENCE: Duration = Duration::from_secs(300);

/// Subscribes to the topic of a reader's event, with the records of a writer's.
macro_rules! subscribe {
    ($service:ident, $index:literal, $writer:ty, $reader:ty, $event:ident) => {{
        type Events = <$reader as KafkaEvent>::Topic;
        $service.subscribe::<$writer, $reader>($index, |Events::$event(event)| event).await;
    }};
}

#[tokio::main]
async fn main() {
    let path = std::env::args().nth(1).expect("a path");
    let text = std::fs::read_to_string(path).expect("a file");
    let mut service = Service::start(serde_json::from_str(&text).expect("payloads"));
    // SUBSCRIPTIONS
    service.run().await;
}

struct Service {
    payloads: Vec<Vec<String>>,
    cluster: TestCluster,
    client: Client,
    producer: BaseProducer,
    consumer: Consumer,
    topics: Vec<(usize, &'static eventgen::Topic)>,
}

impl Service {
    fn start(payloads: Vec<Vec<String>>) -> Self {
        let cluster = TestCluster::start().expect("a cluster");
        let client = cluster.client().expect("a client");
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", cluster.bootstrap_servers());
        let producer = config.create().expect("a producer");
        let consumer = Consumer::new(&client, GROUP);
        Self { payloads, cluster, client, producer, consumer, topics: Vec::new() }
    }

    /// Registers the writer's schema and then the reader's under the reader's subject, and writes the payloads.
    async fn subscribe<W: KafkaEvent, R: KafkaEvent>(&mut self, index: usize, event: fn(R::Topic) -> R) {
        let topic = R::Topic::TOPIC;
        self.cluster.create_topic(topic).expect("a topic");
        match self.register::<W, R>().await {
            Ok(id) => self.write::<W>(index, topic.name, id),
            Err(error) => println!("{index}\t0\t!registration: {error}"),
        }
        self.topics.push((index, topic));
        let consumer = std::mem::replace(&mut self.consumer, Consumer::new(&self.client, GROUP));
        self.consumer = consumer.subscribe(Recording { index, event });
    }

    /// The id of the writer's schema.
    async fn register<W: KafkaEvent, R: KafkaEvent>(&self) -> Result<SchemaId, String> {
        let schema = W::schema();
        let new = NewSchema::new(schema.schema_type(), schema.text());
        let registered = self.client.registry().register(R::SUBJECT, &new).await;
        let id = registered.map_err(|error| error.to_string())?;
        self.client.register::<R::Topic>().await.map_err(|error| error.to_string())?;
        Ok(id)
    }

    fn write<W: KafkaEvent>(&self, index: usize, topic: &str, id: SchemaId) {
        for (number, payload) in self.payloads[index].iter().enumerate() {
            let mut value = Vec::new();
            wire::frame(id, &mut value);
            if let Some(indexes) = W::schema().message_indexes() {
                wire::message_indexes(indexes, &mut value);
            }
            let byte = |at| u8::from_str_radix(&payload[at..at + 2], 16).expect("hexadecimal");
            value.extend((0..payload.len()).step_by(2).map(byte));
            let key = number.to_string();
            let record = BaseRecord::to(topic).key(&key).payload(&value);
            self.producer.send(record).map_err(|(error, _)| error).expect("enqueued");
        }
    }

    async fn run(self) {
        self.producer.flush(PATIENCE).expect("acknowledged");
        let done = async {
            for (_, topic) in &self.topics {
                let lag = caught_up(&self.client, GROUP, topic.name, PATIENCE).await.expect("lag");
                assert_eq!(lag, 0, "{}", topic.name);
            }
        };
        let report = self.consumer.run_until(done).await.expect("no error");
        if report.poison + report.rejected == 0 {
            return;
        }
        for (index, topic) in &self.topics {
            let dead_letters = topic.dead_letter.expect("a dead-letter topic").name;
            for letter in records(&self.client, dead_letters).await.expect("records") {
                let key = String::from_utf8(letter.key.expect("a key")).expect("UTF-8");
                let reason = letter.headers.text(dead_letter::MESSAGE).unwrap_or("-").replace('\n', " ");
                println!("{index}\t{key}\t!{reason}");
            }
        }
    }
}

/// Prints the payload of each event, as the event writes it.
struct Recording<E: KafkaEvent> {
    index: usize,
    event: fn(E::Topic) -> E,
}

impl<E: KafkaEvent> Handler for Recording<E> {
    type Events = E::Topic;

    async fn handle(&self, event: E::Topic, delivery: &Delivery) -> Result<(), HandlerError> {
        let event = (self.event)(event);
        let key = delivery.key.as_deref().map(String::from_utf8_lossy).expect("a key");
        let mut payload = Vec::new();
        match event.write_payload(&mut payload) {
            Ok(()) => {
                let hex: String = payload.iter().map(|byte| format!("{byte:02x}")).collect();
                println!("{}\t{key}\t{hex}", self.index);
            }
            Err(error) => println!("{}\t{key}\t!{error}", self.index),
        }
        Ok(())
    }
}
