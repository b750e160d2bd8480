//! The configuration of retry topics, which follows from that of their source.

use std::collections::BTreeMap;
use std::time::Duration;

use super::dead_letter::ROOM;
use crate::contract::DEFAULT_RETENTION_MS;

/// How long a record is kept at least: a consumer may be down for that long.
const LEAST_RETENTION_MS: u64 = 86_400_000;
/// How often all delays together a record is kept at least. A record that waits for others of its key waits for each of them,
/// one after the other.
const WAITS: u64 = 10;

/// The configuration of the retry topics of a topic with the configuration `source`; empty without delays.
pub(super) fn retry_config(
    delays: &[Duration],
    source: &BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    if delays.is_empty() {
        return BTreeMap::new();
    }
    let mut config = BTreeMap::new();
    let mut set = |name: &str, value: String| config.insert(name.to_owned(), value);
    // Compaction would remove a record that waits behind another one of its key.
    set("cleanup.policy", "delete".to_owned());
    // Retention counts from the time at which a record came into the topic. By its own timestamp, an old record would be deleted
    // while it waits.
    set("message.timestamp.type", "LogAppendTime".to_owned());
    set("retention.ms", retention(delays, source.get("retention.ms")));
    // Not the cluster's default, which may be a limit.
    set("retention.bytes", "-1".to_owned());
    if let Some(largest) = source.get("max.message.bytes").and_then(|bytes| bytes.parse::<u32>().ok()) {
        // Kafka counts message bytes in 31 bits.
        let largest = largest.saturating_add(ROOM).min(i32::MAX.unsigned_abs());
        set("max.message.bytes", largest.to_string());
    }
    if let Some(in_sync) = source.get("min.insync.replicas") {
        set("min.insync.replicas", in_sync.clone());
    }
    config
}

fn retention(delays: &[Duration], source: Option<&String>) -> String {
    let kept = match source {
        // Records of the source never expire, and neither do those that wait.
        Some(forever) if forever.starts_with('-') => return "-1".to_owned(),
        kept => kept.and_then(|kept| kept.parse().ok()).unwrap_or(DEFAULT_RETENTION_MS),
    };
    let longest: Duration = delays.iter().sum();
    let longest = u64::try_from(longest.as_millis()).unwrap_or(u64::MAX);
    let kept = kept.max(LEAST_RETENTION_MS).max(longest.saturating_mul(WAITS));
    // Kafka counts milliseconds in 63 bits.
    kept.min(i64::MAX.unsigned_abs()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(source: &[(&str, &str)], delay: Duration) -> BTreeMap<String, String> {
        let source = source.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        retry_config(&[delay], &source.collect())
    }

    #[test]
    fn a_record_is_kept_as_long_as_in_its_source_and_for_longer_than_it_waits() {
        let (day, minute) = (Duration::from_secs(86_400), Duration::from_secs(60));
        let kept = |source: &[(&str, &str)], delay: Duration| config(source, delay)["retention.ms"].clone();
        assert_eq!(kept(&[], minute), "604800000", "Kafka's default");
        assert_eq!(kept(&[("retention.ms", "1209600000")], minute), "1209600000");
        assert_eq!(kept(&[("retention.ms", "1000")], minute), "86400000");
        assert_eq!(kept(&[("retention.ms", "1000")], day), "864000000");
        assert_eq!(kept(&[("retention.ms", "-1")], day), "-1");
        assert_eq!(kept(&[], Duration::MAX), i64::MAX.to_string());
    }

    #[test]
    fn a_retry_topic_is_as_durable_as_its_source_and_keeps_every_record() {
        let source = [
            ("cleanup.policy", "compact"),
            ("max.message.bytes", "3000000"),
            ("min.insync.replicas", "2"),
            ("retention.bytes", "1000"),
        ];
        let config = config(&source, Duration::from_secs(60));
        assert_eq!(config["cleanup.policy"], "delete");
        assert_eq!(config["max.message.bytes"], (3_000_000 + 16_384).to_string());
        assert_eq!(config["min.insync.replicas"], "2");
        assert_eq!(config["retention.bytes"], "-1");
        assert_eq!(config["message.timestamp.type"], "LogAppendTime");
        assert!(retry_config(&[], &BTreeMap::new()).is_empty(), "records are retried in place");
    }
}
