//! `eventgen lag` on real brokers: members, groups that are found, deleted records, transactions, and metrics.

mod command;
mod groups;
mod metrics;
mod records;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer as _};
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};
use rdkafka::{ClientConfig, Offset, TopicPartitionList};

use crate::variable;

/// How long a group or the command may take to come to a state. No test takes this long.
const PATIENCE: Duration = Duration::from_secs(90);
/// Retry topics in an annotation.
const DELAYS: &str = r#""retry": { "mode": "topics", "delays": ["1h", "2h"] },"#;
const SHORT: Duration = Duration::from_millis(200);

/// A topic of a test, with a contract that names groups for it.
struct Fixture {
    topic: String,
    folder: PathBuf,
}

impl Fixture {
    /// Creates a topic of two partitions. `consumers` are those of the annotation.
    async fn new(name: &str, consumers: &str) -> Self {
        Self::of(name, consumers, "").await
    }

    /// The same with more properties of the annotation. With [`DELAYS`], the retry topics are created too.
    async fn of(name: &str, consumers: &str, more: &str) -> Self {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
        let topic = format!("lag.{name}.{}", now.as_millis());
        let admin: AdminClient<DefaultClientContext> = config(&[]).create().expect("an admin client");
        let new = NewTopic::new(&topic, 2, TopicReplication::Fixed(3));
        let options = AdminOptions::new().operation_timeout(Some(PATIENCE));
        admin.create_topics([&new], &options).await.expect("an answer")[0].as_ref().expect("a topic");
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(&topic);
        std::fs::create_dir_all(&folder).expect("a folder");
        let schema = format!(
            r#"{{ "type": "record", "name": "Sent", "namespace": "com.example.lag", "fields": [{{ "name": "id", "type": "string" }}],
                "kafka": {{ "topic": "{topic}", "key": "id", "deadLetter": false, {more} "consumers": [{consumers}] }} }}"#
        );
        std::fs::write(folder.join("sent.avsc"), schema).expect("a file");
        let contract = eventgen_schema::Loader::new().path(&folder).load().expect("a contract").contract;
        for retry in contract.topics.values().flat_map(eventgen_schema::Topic::retry_topics) {
            let new = NewTopic::new(&retry.name, 2, TopicReplication::Fixed(3));
            admin.create_topics([&new], &options).await.expect("an answer")[0].as_ref().expect("a topic");
        }
        Self { topic, folder }
    }

    /// A group whose name is used by no other test.
    fn group(&self, name: &str) -> String {
        format!("{name}.{}", self.topic)
    }

    fn send(&self, partition: i32, count: usize) {
        let producer: BaseProducer = config(&[]).create().expect("a producer");
        self.send_with(&producer, partition, count);
    }

    fn send_with(&self, producer: &BaseProducer, partition: i32, count: usize) {
        for _ in 0..count {
            let record = BaseRecord::to(&self.topic).partition(partition).key("k").payload("v");
            producer.send(record).map_err(|(error, _)| error).expect("buffered");
        }
        producer.flush(PATIENCE).expect("acknowledged");
    }

    /// Writes a record to a retry topic of a group, as a consumer does. Its other headers may be any bytes.
    fn retry(&self, group: &str, tier: usize, partition: i32, due: i64) {
        let producer: BaseProducer = config(&[]).create().expect("a producer");
        let topic = format!("{}.{group}.retry.{tier}", self.topic);
        let due = due.to_string();
        let headers = OwnedHeaders::new()
            .insert(Header { key: "naïve", value: Some(&[0_u8, 255]) })
            .insert(Header { key: "__retry.due", value: Some(&due) });
        let record = BaseRecord::to(&topic).partition(partition).key("k").payload("v").headers(headers);
        producer.send(record).map_err(|(error, _)| error).expect("buffered");
        producer.flush(PATIENCE).expect("acknowledged");
    }

    /// Commits an offset for a group without members.
    fn commit(&self, group: &str, partition: i32, offset: i64) {
        let consumer: BaseConsumer = config(&[("group.id", group)]).create().expect("a consumer");
        let mut list = TopicPartitionList::new();
        list.add_partition_offset(&self.topic, partition, Offset::Offset(offset)).expect("an offset");
        let begun = Instant::now();
        while let Err(error) = consumer.commit(&list, CommitMode::Sync) {
            assert!(begun.elapsed() < PATIENCE, "{error}");
            std::thread::sleep(SHORT);
        }
    }
}

impl Drop for Fixture {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn config(settings: &[(&str, &str)]) -> ClientConfig {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", variable("EVENTGEN_KAFKA"));
    for (name, value) in settings {
        config.set(*name, *value);
    }
    config
}
