//! Sources of metrics: what they call those that rules and dashboards read.

use crate::runtime::{RUNTIME, Runtime};

/// A source of metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Exporter {
    /// [kafka_exporter](https://github.com/danielqsj/kafka_exporter).
    KafkaExporter,
    /// [KMinion](https://github.com/redpanda-data/kminion), with the granularity `partition`.
    Kminion,
    /// [klag-exporter](https://github.com/softwaremill/klag-exporter), with the granularity `partition`.
    KlagExporter,
    /// The producers and consumers of eventgen themselves.
    Runtime,
}

impl Exporter {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::KafkaExporter, Self::Kminion, Self::KlagExporter, Self::Runtime];

    /// Its name, as the command takes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::KafkaExporter => "kafka-exporter",
            Self::Kminion => "kminion",
            Self::KlagExporter => "klag-exporter",
            Self::Runtime => "runtime",
        }
    }

    pub(crate) fn series(self) -> &'static Series {
        match self {
            Self::KafkaExporter => &KAFKA_EXPORTER,
            Self::Kminion => &KMINION,
            Self::KlagExporter => &KLAG_EXPORTER,
            Self::Runtime => &OWN,
        }
    }
}

/// The metrics of an exporter and their labels.
#[derive(Debug)]
pub(crate) struct Series {
    /// What people call it.
    pub(crate) title: &'static str,
    /// The label that distinguishes clusters, by default.
    pub(crate) cluster: &'static str,
    pub(crate) topic: &'static str,
    pub(crate) partition: &'static str,
    pub(crate) group: &'static str,
    /// The offset behind the newest record of a partition.
    pub(crate) end_offset: &'static str,
    /// The offset of the oldest record of a partition.
    pub(crate) start_offset: &'static str,
    /// The offset that a group has committed. Without it, it is what lag leaves of the end offset.
    pub(crate) committed: Option<&'static str>,
    /// The lag of a group on a partition, in records.
    pub(crate) lag: &'static str,
    /// The same in seconds: the age of the first record that is not committed.
    pub(crate) lag_seconds: Option<&'static str>,
    /// Whether lag in seconds is there wherever lag in records is.
    pub(crate) always_measures_time: bool,
    /// Whether the committed offset and the lag are -1 or no number on partitions that a group has not committed.
    pub(crate) marks_uncommitted: bool,
    /// The number of members of a group.
    pub(crate) members: Option<&'static str>,
    /// The number of replicas of a partition that are in sync.
    pub(crate) in_sync: Option<&'static str>,
    /// Whether a partition has replicas that are not in sync.
    pub(crate) under_replicated: Option<&'static str>,
    /// What only the runtime knows. It reports the topics of its consumers, and no others.
    pub(crate) runtime: Option<&'static Runtime>,
}

const KAFKA_EXPORTER: Series = Series {
    title: "kafka_exporter",
    cluster: "cluster",
    topic: "topic",
    partition: "partition",
    group: "consumergroup",
    end_offset: "kafka_topic_partition_current_offset",
    start_offset: "kafka_topic_partition_oldest_offset",
    committed: Some("kafka_consumergroup_current_offset"),
    lag: "kafka_consumergroup_lag",
    lag_seconds: None,
    always_measures_time: false,
    marks_uncommitted: true,
    members: Some("kafka_consumergroup_members"),
    in_sync: Some("kafka_topic_partition_in_sync_replica"),
    under_replicated: Some("kafka_topic_partition_under_replicated_partition"),
    runtime: None,
};

const KMINION: Series = Series {
    title: "KMinion",
    cluster: "cluster",
    topic: "topic_name",
    partition: "partition_id",
    group: "group_id",
    end_offset: "kminion_kafka_topic_partition_high_water_mark",
    start_offset: "kminion_kafka_topic_partition_low_water_mark",
    committed: None,
    lag: "kminion_kafka_consumer_group_topic_partition_lag",
    lag_seconds: None,
    always_measures_time: false,
    marks_uncommitted: false,
    members: Some("kminion_kafka_consumer_group_members"),
    in_sync: None,
    under_replicated: None,
    runtime: None,
};

const KLAG_EXPORTER: Series = Series {
    title: "klag-exporter",
    cluster: "cluster_name",
    topic: "topic",
    partition: "partition",
    group: "group",
    end_offset: "kafka_partition_latest_offset",
    start_offset: "kafka_partition_earliest_offset",
    committed: Some("kafka_consumergroup_group_offset"),
    lag: "kafka_consumergroup_group_lag",
    lag_seconds: Some("kafka_consumergroup_group_lag_seconds"),
    always_measures_time: false,
    marks_uncommitted: false,
    members: None,
    in_sync: None,
    under_replicated: None,
    runtime: None,
};

const OWN: Series = Series {
    title: "eventgen's runtime",
    cluster: "cluster",
    topic: "messaging_destination_name",
    partition: "messaging_destination_partition_id",
    group: "messaging_consumer_group_name",
    end_offset: "eventgen_consumer_partition_end_offset",
    start_offset: "eventgen_consumer_partition_start_offset",
    committed: Some("eventgen_consumer_committed_offset"),
    lag: "eventgen_consumer_lag_records",
    lag_seconds: Some("eventgen_consumer_lag_seconds"),
    always_measures_time: true,
    marks_uncommitted: true,
    members: None,
    in_sync: None,
    under_replicated: None,
    runtime: Some(&RUNTIME),
};
