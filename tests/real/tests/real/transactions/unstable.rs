//! Members that get partitions of which the committed offsets are part of an open transaction.

use std::collections::BTreeSet;
use std::time::Duration;

use eventgen::{Consumer, TopicEvents as _};
use eventgen_testkit::{Record, records};
use orders::events::com::example::orders::OrdersEventsV1;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::producer::{BaseProducer, Producer as _};
use rdkafka::{ClientConfig, Offset, TopicPartitionList};

use super::consumers::{Billing, Member, group, options, produce, until_caught_up};
use super::support::{InvoiceEvents, Isolation, Stage};

const ORDERS: usize = 60;
const PARTITIONS: i32 = 12;

/// Longer than librdkafka asks for stable offsets by itself.
const A_WHILE: Duration = Duration::from_secs(8);

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn a_member_waits_for_offsets_that_are_part_of_an_open_transaction() {
    let stage = Stage::prepared("unstable").await;
    let records = produced(&stage).await;
    // An earlier member has done everything but the first record of each partition.
    let open = Open::begin(&stage, (0..PARTITIONS).map(|partition| (partition, 0, "eventgen1:1,1000"))).await;
    let member = Member::start(&stage, Billing::default(), options("billing-1"));
    tokio::time::sleep(A_WHILE).await;
    assert!(stage.read::<InvoiceEvents>(Isolation::Committed).await.is_empty());
    open.commit().await;
    until_caught_up(&stage).await;
    member.stop().await;
    let first = ids(records.iter().filter(|record| record.offset == 0));
    let written = stage.read::<InvoiceEvents>(Isolation::Committed).await;
    assert!(
        written.is_subset(&first),
        "what the transaction states as done is not handled again: {written:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn a_rebalance_during_an_open_transaction_does_not_repeat_what_is_done() {
    rebalance_during_an_open_transaction("classic").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn a_rebalance_by_the_consumer_protocol_does_not_repeat_what_is_done() {
    rebalance_during_an_open_transaction("consumer").await;
}

/// While a member waits for stable offsets, its assignment changes. librdkafka then begins with the oldest record.
async fn rebalance_during_an_open_transaction(protocol: &'static str) {
    let stage = Stage::prepared(&format!("sent-back-{protocol}")).await;
    let records = produced(&stage).await;
    // An earlier member has done everything but the last record of each partition.
    let end = |partition| records.iter().filter(|record| record.partition == partition).count();
    let last = |partition| i64::try_from(end(partition).saturating_sub(1)).expect("few");
    let open = Open::begin(&stage, (0..PARTITIONS).map(|partition| (partition, last(partition), ""))).await;
    let protocol = |consumer: Consumer| consumer.set("group.protocol", protocol);
    let first = Member::of(&stage, Billing::default(), options("billing-1"), protocol);
    tokio::time::sleep(A_WHILE / 2).await;
    let second = Member::of(&stage, Billing::default(), options("billing-2"), protocol);
    tokio::time::sleep(A_WHILE).await;
    open.commit().await;
    until_caught_up(&stage).await;
    println!("{:?}", first.stop().await);
    println!("{:?}", second.stop().await);
    let left = ids(records.iter().filter(|record| record.offset == last(record.partition)));
    let written = stage.read::<InvoiceEvents>(Isolation::Committed).await;
    assert!(
        written.is_subset(&left),
        "what the transaction states as done is not handled again: {written:?}"
    );
}

/// The records of some orders.
async fn produced(stage: &Stage) -> Vec<Record> {
    produce(stage, 0..ORDERS).await;
    records(&stage.client, OrdersEventsV1::TOPIC.name).await.expect("records")
}

fn ids<'a>(records: impl Iterator<Item = &'a Record>) -> BTreeSet<String> {
    records.filter_map(|record| record.headers.text("correlation-id").map(str::to_owned)).collect()
}

/// A producer with an open transaction, which commits offsets of a group.
struct Open(BaseProducer);

impl Open {
    /// Begins to commit an offset and its metadata for partitions.
    async fn begin(stage: &Stage, offsets: impl Iterator<Item = (i32, i64, &'static str)>) -> Self {
        let topic = stage.client.topic(OrdersEventsV1::TOPIC).name;
        let mut list = TopicPartitionList::new();
        for (partition, offset, metadata) in offsets {
            let mut added = list.add_partition(topic, partition);
            added.set_offset(Offset::Offset(offset)).expect("an offset");
            added.set_metadata(metadata);
        }
        let group = group(stage);
        let begun = tokio::task::spawn_blocking(move || begin(&group, &list));
        Self(begun.await.expect("no panic"))
    }

    async fn commit(self) {
        let committed = move || self.0.commit_transaction(Duration::from_secs(30));
        tokio::task::spawn_blocking(committed).await.expect("no panic").expect("committed");
    }
}

fn begin(group: &str, offsets: &TopicPartitionList) -> BaseProducer {
    let config = |name: &str| {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", crate::variable("EVENTGEN_KAFKA")).set(name, group);
        config
    };
    let consumer: BaseConsumer = config("group.id").create().expect("a consumer");
    let producer: BaseProducer = config("transactional.id").create().expect("a producer");
    producer.init_transactions(Duration::from_secs(30)).expect("initialised");
    producer.begin_transaction().expect("begun");
    let group = consumer.group_metadata().expect("a group");
    producer.send_offsets_to_transaction(offsets, &group, Duration::from_secs(30)).expect("added");
    producer
}
