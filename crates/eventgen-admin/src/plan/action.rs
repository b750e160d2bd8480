//! The steps of a plan.

use std::collections::BTreeMap;
use std::fmt;

/// One change of one topic, or none.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Step {
    /// The topic.
    pub topic: String,
    /// The change.
    pub action: Action,
    /// Why.
    pub reason: String,
}

/// A change of a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "contract", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(
    feature = "contract",
    serde(tag = "action", rename_all = "camelCase", rename_all_fields = "camelCase")
)]
#[non_exhaustive]
pub enum Action {
    /// Create it.
    #[non_exhaustive]
    Create {
        /// The number of partitions; `None` leaves it to the cluster.
        partitions: Option<u32>,
        /// The number of replicas; `None` leaves it to the cluster.
        replication_factor: Option<u16>,
        /// Kafka topic configuration.
        config: BTreeMap<String, String>,
        /// The topic whose dead letters it takes. Where `config` has no `max.message.bytes`, it has to take records
        /// that are larger than those of this topic by the headers of a dead letter.
        dead_letters_of: Option<String>,
        /// The topic whose records wait in it. The same holds for its `max.message.bytes`.
        retries_of: Option<String>,
    },
    /// Add partitions. Keys are assigned to other partitions from then on.
    #[non_exhaustive]
    IncreasePartitions {
        /// The number today.
        from: u32,
        /// The number asked for.
        to: u32,
    },
    /// Change configuration.
    #[non_exhaustive]
    ChangeConfig {
        /// The differences, sorted by name.
        changes: Vec<ConfigChange>,
    },
    /// Do nothing, because the change cannot be made or would break something.
    #[non_exhaustive]
    Refuse {
        /// What guards the topic.
        guard: Guard,
        /// What to do instead.
        help: String,
    },
    /// Leave it as it is.
    Leave,
}

impl Action {
    /// Whether the action changes the cluster.
    pub fn is_change(&self) -> bool {
        matches!(self, Self::Create { .. } | Self::IncreasePartitions { .. } | Self::ChangeConfig { .. })
    }
}

/// A difference in the configuration of a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "contract", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct ConfigChange {
    /// The property.
    pub name: String,
    /// The value today; `None` where the cluster does not report it.
    pub from: Option<String>,
    /// The value that is set.
    pub to: String,
    /// The value asked for. It differs from `to` in a step towards it.
    pub asked: String,
}

/// What a plan refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "contract", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "contract", serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Guard {
    /// Kafka cannot remove partitions.
    FewerPartitions,
    /// More partitions on a topic with an order by key.
    Repartition,
    /// Another number of replicas, which librdkafka cannot change.
    Replicas,
    /// As many replicas in sync as there are replicas.
    InSyncReplicas,
    /// Records that would be deleted.
    RetentionCut,
    /// Records that are deleted before a group may have read them.
    RetentionBelowMaxLag,
    /// Compaction of records without a key.
    CompactionWithoutKey,
    /// Dead letters that are gone before the records of their source.
    DeadLetterRetention,
    /// The topic or its configuration cannot be seen.
    NotVisible,
}

impl Guard {
    /// Its name in machine output.
    pub const fn code(self) -> &'static str {
        match self {
            Self::FewerPartitions => "fewer-partitions",
            Self::Repartition => "repartition",
            Self::Replicas => "replicas",
            Self::InSyncReplicas => "in-sync-replicas",
            Self::RetentionCut => "retention-cut",
            Self::RetentionBelowMaxLag => "retention-below-max-lag",
            Self::CompactionWithoutKey => "compaction-without-key",
            Self::DeadLetterRetention => "dead-letter-retention",
            Self::NotVisible => "not-visible",
        }
    }
}

impl fmt::Display for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
