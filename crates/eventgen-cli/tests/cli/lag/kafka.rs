//! Records and offsets on the embedded cluster.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer as _};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};
use rdkafka::{ClientConfig, Offset, TopicPartitionList};

/// The first of January 2020, in milliseconds since the Unix epoch.
const OLD: i64 = 1_577_836_800_000;

/// A cluster.
pub(super) struct Kafka {
    servers: String,
}

impl Kafka {
    pub(super) fn new(servers: String) -> Self {
        Self { servers }
    }

    fn config(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", &self.servers);
        config
    }

    pub(super) fn now() -> i64 {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_millis();
        i64::try_from(now).expect("a time")
    }

    /// Sends old records to a partition. The topic is created by the first one.
    pub(super) fn send(&self, topic: &str, partition: i32, count: usize) {
        self.send_at(topic, partition, count, OLD);
    }

    pub(super) fn send_at(&self, topic: &str, partition: i32, count: usize, timestamp: i64) {
        let producer: BaseProducer = self.config().create().expect("a producer");
        for _ in 0..count {
            let record =
                BaseRecord::to(topic).partition(partition).key("k").payload("v").timestamp(timestamp);
            producer.send(record).map_err(|(error, _)| error).expect("buffered");
        }
        producer.flush(Duration::from_secs(30)).expect("acknowledged");
    }

    /// Commits an offset for a group.
    pub(super) fn commit(&self, group: &str, topic: &str, partition: i32, offset: i64) {
        let consumer: BaseConsumer = self.config().set("group.id", group).create().expect("a consumer");
        let mut list = TopicPartitionList::new();
        list.add_partition_offset(topic, partition, Offset::Offset(offset)).expect("an offset");
        consumer.commit(&list, CommitMode::Sync).expect("committed");
    }
}
