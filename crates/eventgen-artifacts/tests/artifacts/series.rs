//! The series that exist, with their labels: those that exporters document and those that the runtime emits.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use eventgen_artifacts::Exporter;

/// Labels of a series, without those of the cluster.
pub(crate) type Labels = BTreeSet<String>;
/// Series by their names.
pub(crate) type Known = BTreeMap<String, Labels>;

/// Names of metrics that have the same labels.
type Documented = (&'static [&'static str], &'static [&'static str]);

/// The metrics of `kafka_exporter` about topics and groups, from the tables in its README.
const KAFKA_EXPORTER: &[Documented] = &[
    (&["topic"], &["kafka_topic_partitions"]),
    (
        &["topic", "partition"],
        &[
            "kafka_topic_partition_current_offset",
            "kafka_topic_partition_oldest_offset",
            "kafka_topic_partition_in_sync_replica",
            "kafka_topic_partition_leader",
            "kafka_topic_partition_leader_is_preferred",
            "kafka_topic_partition_replicas",
            "kafka_topic_partition_under_replicated_partition",
        ],
    ),
    (
        &["consumergroup", "topic", "partition"],
        &["kafka_consumergroup_current_offset", "kafka_consumergroup_lag"],
    ),
    (&["consumergroup", "topic"], &["kafka_consumergroup_current_offset_sum", "kafka_consumergroup_lag_sum"]),
    (&["consumergroup"], &["kafka_consumergroup_members"]),
];

/// The metrics of `KMinion` about partitions and groups, from its `docs/metrics.md`.
const KMINION: &[Documented] = &[
    (
        &["topic_name", "partition_id"],
        &["kminion_kafka_topic_partition_low_water_mark", "kminion_kafka_topic_partition_high_water_mark"],
    ),
    (&["topic_name"], &["kminion_kafka_topic_low_water_mark_sum", "kminion_kafka_topic_high_water_mark_sum"]),
    (&["group_id"], &["kminion_kafka_consumer_group_members", "kminion_kafka_consumer_group_empty_members"]),
    (
        &["group_id", "topic_name"],
        &[
            "kminion_kafka_consumer_group_topic_members",
            "kminion_kafka_consumer_group_topic_assigned_partitions",
            "kminion_kafka_consumer_group_topic_offset_sum",
            "kminion_kafka_consumer_group_topic_lag",
        ],
    ),
    (&["group_id", "topic_name", "partition_id"], &["kminion_kafka_consumer_group_topic_partition_lag"]),
];

/// The metrics of klag-exporter about partitions and groups, from the tables in its README.
const KLAG_EXPORTER: &[Documented] = &[
    (&["topic", "partition"], &["kafka_partition_latest_offset", "kafka_partition_earliest_offset"]),
    (
        &["group", "topic", "partition", "member_host", "consumer_id", "client_id"],
        &[
            "kafka_consumergroup_group_offset",
            "kafka_consumergroup_group_lag",
            "kafka_consumergroup_group_lag_seconds",
        ],
    ),
    (&["group"], &["kafka_consumergroup_group_max_lag", "kafka_consumergroup_group_max_lag_seconds"]),
];

/// The series that a source of metrics has, with the labels of the cluster.
pub(crate) fn of(exporter: Exporter, cluster: &str) -> Known {
    let mut known = match exporter {
        Exporter::KafkaExporter => documented(KAFKA_EXPORTER),
        Exporter::Kminion => documented(KMINION),
        Exporter::KlagExporter => documented(KLAG_EXPORTER),
        _ => runtime(),
    };
    for labels in known.values_mut() {
        labels.insert(cluster.to_owned());
    }
    known
}

/// A set of names.
pub(crate) fn labels<'a>(names: impl IntoIterator<Item = &'a str>) -> Labels {
    names.into_iter().map(str::to_owned).collect()
}

fn documented(metrics: &[Documented]) -> Known {
    let all = metrics.iter().flat_map(|(of_all, names)| {
        names.iter().map(|name| ((*name).to_owned(), labels(of_all.iter().copied())))
    });
    all.collect()
}

/// The metrics of the runtime, from the tables of the page about them, which are the runtime's own list.
fn runtime() -> Known {
    let page = page("metrics.md");
    let mut words = BTreeMap::new();
    for cells in rows(&page, "## Labels") {
        words.insert(cells[0].to_owned(), names(cells[1])[0].to_owned());
    }
    let mut known = Known::new();
    for cells in rows(&page, "## Metrics") {
        let name = names(cells[0])[0].to_owned();
        let label = |word: &str| {
            words
                .get(word)
                .unwrap_or_else(|| panic!("`{word}` of {name} is not in the table of labels"))
                .clone()
        };
        let labels: Labels = cells[2].split([',', ';']).map(|word| label(word.trim())).collect();
        if cells[1].starts_with("histogram") {
            let with_le = labels.iter().cloned().chain(["le".to_owned()]).collect();
            known.insert(format!("{name}_bucket"), with_le);
            known.insert(format!("{name}_sum"), labels.clone());
            known.insert(format!("{name}_count"), labels);
        } else {
            known.insert(name, labels);
        }
    }
    assert!(known.len() > 20, "{known:?}");
    known
}

/// A page of the documentation.
pub(crate) fn page(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name);
    fs::read_to_string(path).expect("a page")
}

/// The cells of the table in a section.
pub(crate) fn rows<'a>(page: &'a str, heading: &str) -> Vec<Vec<&'a str>> {
    let section = page.split_once(&format!("{heading}\n")).expect("a section").1;
    let section = section.split("\n## ").next().unwrap_or_default();
    let lines = section.lines().filter(|line| line.starts_with('|')).skip(2);
    lines.map(|line| line.trim_matches('|').split(" | ").map(str::trim).collect()).collect()
}

/// What stands between backticks.
pub(crate) fn names(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}
