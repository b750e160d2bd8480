//! The topic configurations that Kafka knows, and the values that it takes for them.

/// The values of a configuration, as `ConfigDef` of Kafka parses and checks them.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum ConfigValues {
    /// A whole number in a range.
    Whole(i64, i64),
    /// A number from 0 to 1.
    Ratio,
    /// `true` or `false`.
    Boolean,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A list, separated by commas, of some of these.
    ListOf(&'static [&'static str]),
    /// -1 for the default, or a level from 1 to this.
    Level(i64),
    /// `*`, or a list of partitions with a broker each, such as `0:1,1:2`.
    Replicas,
    /// Any text.
    Any,
}

const INT: i64 = 2_147_483_647;
const LONG: i64 = i64::MAX;

/// The names in Kafka 4.3: `LogConfig.configNames()` of its storage module, without the internal one. Where versions
/// of Kafka have different limits, the widest: what is outside is refused by every broker.
const CONFIGS: [(&str, ConfigValues); 33] = [
    ("cleanup.policy", ConfigValues::ListOf(&["compact", "delete"])),
    ("compression.gzip.level", ConfigValues::Level(9)),
    ("compression.lz4.level", ConfigValues::Whole(1, 17)),
    ("compression.type", ConfigValues::OneOf(&["uncompressed", "zstd", "lz4", "snappy", "gzip", "producer"])),
    ("compression.zstd.level", ConfigValues::Whole(-131_072, 22)),
    ("delete.retention.ms", ConfigValues::Whole(0, LONG)),
    ("file.delete.delay.ms", ConfigValues::Whole(0, LONG)),
    ("flush.messages", ConfigValues::Whole(0, LONG)),
    ("flush.ms", ConfigValues::Whole(0, LONG)),
    ("follower.replication.throttled.replicas", ConfigValues::Replicas),
    ("index.interval.bytes", ConfigValues::Whole(0, INT)),
    ("leader.replication.throttled.replicas", ConfigValues::Replicas),
    ("local.retention.bytes", ConfigValues::Whole(-2, LONG)),
    ("local.retention.ms", ConfigValues::Whole(-2, LONG)),
    ("max.compaction.lag.ms", ConfigValues::Whole(1, LONG)),
    ("max.message.bytes", ConfigValues::Whole(0, INT)),
    ("message.timestamp.after.max.ms", ConfigValues::Whole(0, LONG)),
    ("message.timestamp.before.max.ms", ConfigValues::Whole(0, LONG)),
    ("message.timestamp.type", ConfigValues::OneOf(&["CreateTime", "LogAppendTime"])),
    ("min.cleanable.dirty.ratio", ConfigValues::Ratio),
    ("min.compaction.lag.ms", ConfigValues::Whole(0, LONG)),
    ("min.insync.replicas", ConfigValues::Whole(1, INT)),
    ("preallocate", ConfigValues::Boolean),
    ("remote.log.copy.disable", ConfigValues::Boolean),
    ("remote.log.delete.on.disable", ConfigValues::Boolean),
    ("remote.storage.enable", ConfigValues::Boolean),
    ("retention.bytes", ConfigValues::Whole(-1, LONG)),
    ("retention.ms", ConfigValues::Whole(-1, LONG)),
    ("segment.bytes", ConfigValues::Whole(14, INT)),
    ("segment.index.bytes", ConfigValues::Whole(4, INT)),
    ("segment.jitter.ms", ConfigValues::Whole(0, LONG)),
    ("segment.ms", ConfigValues::Whole(1, LONG)),
    ("unclean.leader.election.enable", ConfigValues::Boolean),
];

/// Kafka's topic configurations, with their values.
pub fn configs() -> impl Iterator<Item = (&'static str, ConfigValues)> {
    CONFIGS.into_iter()
}
