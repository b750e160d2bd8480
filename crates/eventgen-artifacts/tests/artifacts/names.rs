//! Names in the rules exist: metrics are those that the exporters document, runbooks are on the page about monitoring.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use eventgen_artifacts::{Exporter, Settings, prometheus};

use crate::contracts::samples;
use crate::random;

/// The metrics of `kafka_exporter` about topics and groups, from the tables in its README.
const KAFKA_EXPORTER: &[&str] = &[
    "kafka_topic_partitions",
    "kafka_topic_partition_current_offset",
    "kafka_topic_partition_oldest_offset",
    "kafka_topic_partition_in_sync_replica",
    "kafka_topic_partition_leader",
    "kafka_topic_partition_leader_is_preferred",
    "kafka_topic_partition_replicas",
    "kafka_topic_partition_under_replicated_partition",
    "kafka_consumergroup_current_offset",
    "kafka_consumergroup_current_offset_sum",
    "kafka_consumergroup_lag",
    "kafka_consumergroup_lag_sum",
    "kafka_consumergroup_members",
];

/// The metrics of `KMinion` about topics and groups, from its `docs/metrics.md`.
const KMINION: &[&str] = &[
    "kminion_kafka_topic_info",
    "kminion_kafka_topic_partition_low_water_mark",
    "kminion_kafka_topic_low_water_mark_sum",
    "kminion_kafka_topic_partition_high_water_mark",
    "kminion_kafka_topic_high_water_mark_sum",
    "kminion_kafka_consumer_group_info",
    "kminion_kafka_consumer_group_members",
    "kminion_kafka_consumer_group_empty_members",
    "kminion_kafka_consumer_group_topic_members",
    "kminion_kafka_consumer_group_topic_assigned_partitions",
    "kminion_kafka_consumer_group_topic_offset_sum",
    "kminion_kafka_consumer_group_topic_partition_lag",
    "kminion_kafka_consumer_group_topic_lag",
    "kminion_kafka_consumer_group_offset_commits_total",
];

/// The metrics of klag-exporter about topics and groups, from the tables in its README.
const KLAG_EXPORTER: &[&str] = &[
    "kafka_partition_latest_offset",
    "kafka_partition_earliest_offset",
    "kafka_consumergroup_group_offset",
    "kafka_consumergroup_group_lag",
    "kafka_consumergroup_group_lag_seconds",
    "kafka_consumergroup_group_messages_lost",
    "kafka_consumergroup_group_retention_margin",
    "kafka_consumergroup_group_lag_retention_ratio",
    "kafka_consumergroup_group_max_lag",
    "kafka_consumergroup_group_max_lag_seconds",
    "kafka_consumergroup_group_sum_lag",
    "kafka_consumergroup_group_topic_sum_lag",
];

#[test]
fn metrics_are_documented_by_the_exporter_or_recorded() {
    for exporter in Exporter::ALL {
        let documented = match exporter {
            Exporter::KafkaExporter => KAFKA_EXPORTER,
            Exporter::Kminion => KMINION,
            _ => KLAG_EXPORTER,
        };
        for rules in all_rules(exporter) {
            let recorded = values(&rules, "- record: ");
            let used = selected(&rules);
            assert!(!used.is_empty());
            for metric in &used {
                let exists = documented.contains(&metric.as_str()) || recorded.contains(metric.as_str());
                assert!(exists, "{metric} is not a metric of {}", exporter.as_str());
            }
        }
    }
}

#[test]
fn every_alert_has_its_section_on_the_page_about_monitoring() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/monitoring.md");
    let page = fs::read_to_string(page).expect("the page");
    let sections: BTreeSet<&str> =
        page.lines().filter_map(|line| line.strip_prefix("### `")?.strip_suffix('`')).collect();
    let rules = all_rules(Exporter::KafkaExporter);
    let alerts: BTreeSet<&str> = rules.iter().flat_map(|rules| values(rules, "- alert: ")).collect();
    assert_eq!(sections, alerts);
    let links: BTreeSet<&str> = rules.iter().flat_map(|rules| values(rules, "docs/monitoring.md#")).collect();
    let anchors: Vec<String> = alerts.iter().map(|alert| alert.to_lowercase()).collect();
    assert_eq!(links, anchors.iter().map(String::as_str).collect());
}

/// The rules of the samples and of some random contracts.
fn all_rules(exporter: Exporter) -> Vec<String> {
    let samples = samples().into_iter().map(|(_, contract)| contract);
    let contracts = samples.chain((0..10).map(random::contract));
    let settings = Settings::new(exporter);
    contracts.map(|contract| prometheus::rules(&contract, &settings).expect("rules").text).collect()
}

/// What follows a text, to the end of the line.
fn values<'a>(rules: &'a str, before: &str) -> BTreeSet<&'a str> {
    rules.lines().filter_map(|line| Some(line.split_once(before)?.1)).collect()
}

/// The names before selectors.
fn selected(rules: &str) -> BTreeSet<String> {
    let is_name = |char: char| char.is_ascii_alphanumeric() || matches!(char, '_' | ':');
    let mut names = BTreeSet::new();
    for (at, _) in rules.match_indices('{') {
        let before = &rules[..at];
        let start = before.rfind(|char| !is_name(char)).map_or(0, |found| found + 1);
        let name = &before[start..];
        if name.contains('_') {
            names.insert(name.to_owned());
        }
    }
    names
}
