//! What operators and retention do to a group and its topic.

use std::time::Instant;

use alerts_tests::events::com::example::live::{LiveOrdersV1, live_orders_v1};
use eventgen::TopicEvents as _;
use rdkafka::admin::{AdminClient, AdminOptions};
use rdkafka::client::DefaultClientContext;
use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer as _};
use rdkafka::{ClientConfig, Offset, TopicPartitionList};

use crate::support::{PATIENCE, SHORT, variable};

pub(crate) const GROUP: &str = live_orders_v1::groups::WAREHOUSE;

fn topic() -> &'static str {
    LiveOrdersV1::TOPIC.name
}

fn config() -> ClientConfig {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", variable("EVENTGEN_KAFKA"));
    config
}

/// The partition that has records, and its end.
pub(crate) fn partition() -> (i32, i64) {
    let consumer: BaseConsumer = config().set("group.id", "none").create().expect("a consumer");
    let ends = [0, 1].map(|partition| {
        (partition, consumer.fetch_watermarks(topic(), partition, PATIENCE).expect("offsets").1)
    });
    ends.into_iter().max_by_key(|(_, end)| *end).expect("a partition")
}

/// Resets the offset of the group, which has no members any more.
pub(crate) fn reset_offset(partition: i32, offset: i64) {
    let consumer: BaseConsumer = config().set("group.id", GROUP).create().expect("a consumer");
    let mut list = TopicPartitionList::new();
    list.add_partition_offset(topic(), partition, Offset::Offset(offset)).expect("an offset");
    let begun = Instant::now();
    while let Err(error) = consumer.commit(&list, CommitMode::Sync) {
        assert!(begun.elapsed() < PATIENCE, "{error}");
        std::thread::sleep(SHORT);
    }
}

/// Deletes the records before an offset, as retention does.
pub(crate) async fn delete_before(partition: i32, offset: i64) {
    let admin: AdminClient<DefaultClientContext> = config().create().expect("an admin client");
    let mut list = TopicPartitionList::new();
    list.add_partition_offset(topic(), partition, Offset::Offset(offset)).expect("an offset");
    admin.delete_records(&list, &AdminOptions::new()).await.expect("deleted");
}
