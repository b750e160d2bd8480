//! What eventgen works around in librdkafka. Once one of these fails, its workaround is no longer needed.

use std::time::{Duration, Instant};

use rdkafka::config::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::message::Message as _;
use rdkafka::mocking::MockCluster;
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};

use crate::support::PATIENCE;

/// The reason for `consumer/scheduler/sent.rs`.
#[test]
fn a_seek_during_the_look_up_of_the_first_offset_is_overridden() {
    let brokers = MockCluster::new(1).expect("brokers");
    brokers.create_topic("numbers", 1, 1).expect("a topic");
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", brokers.bootstrap_servers()).set("group.id", "readers");
    let producer: BaseProducer = config.create().expect("a producer");
    for number in 0..5 {
        let payload = format!("{number}");
        producer.send(BaseRecord::<str, str>::to("numbers").payload(&payload)).expect("enqueued");
    }
    producer.flush(PATIENCE).expect("acknowledged");

    let consumer: BaseConsumer = config.create().expect("a consumer");
    consumer.fetch_watermarks("numbers", 0, PATIENCE).expect("it is connected");
    brokers.broker_round_trip_time(1, Duration::from_secs(1)).expect("slow");
    let mut partitions = TopicPartitionList::new();
    partitions.add_partition_offset("numbers", 0, Offset::Beginning).expect("an offset");
    consumer.assign(&partitions).expect("assigned");
    let begun = Instant::now();
    // It is refused until the look-up has begun.
    while consumer.seek("numbers", 0, Offset::Offset(4), PATIENCE).is_err() {
        assert!(begun.elapsed() < PATIENCE);
        std::thread::sleep(Duration::from_millis(10));
    }
    brokers.broker_round_trip_time(1, Duration::ZERO).expect("fast");
    let mut offsets = Vec::new();
    while offsets.last() != Some(&0) {
        assert!(begun.elapsed() < PATIENCE, "{offsets:?}");
        if let Some(message) = consumer.poll(Duration::from_millis(100)) {
            offsets.push(message.expect("a record").offset());
        }
    }
}
