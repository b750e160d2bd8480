//! What the cluster does with the topic and its groups: retention, members, replicas.

use super::context::Context;
use crate::grafana::model::Panel;
use crate::grafana::panels::{Chart, RED, unit};
use crate::grafana::queries::{GROUPS, THIS_TOPIC};

pub(super) fn panels(context: Context) -> Vec<Panel> {
    let all = [Some(kept(context)), unread_share(context), members(context), replicas(context)];
    all.into_iter().flatten().map(Chart::graph).collect()
}

/// The records of the topic.
fn kept(context: Context) -> Chart {
    let queries = context.queries;
    Chart {
        title: "Records that are kept".to_owned(),
        description: "Offsets between the oldest and the newest record. Compaction leaves gaps in them."
            .to_owned(),
        unit: unit::RECORDS,
        queries: vec![queries.query(
            queries.aggregate("sum", &[], &range_of_offsets(context)),
            "records",
            &[],
        )],
        thresholds: Vec::new(),
    }
}

fn range_of_offsets(context: Context) -> String {
    let offsets = |recorded: &str| context.queries.select(recorded, &[THIS_TOPIC]);
    format!("{} - {}", offsets("eventgen:partition_end_offset"), offsets("eventgen:partition_start_offset"))
}

/// How much of the topic a group has not handled.
fn unread_share(context: Context) -> Option<Chart> {
    let queries = context.queries;
    let lag = queries.select("eventgen:group_lag_records", &[THIS_TOPIC, GROUPS]);
    let on = queries.labels(&["topic", "partition"]);
    let share = format!("{lag} / on ({on}) group_left () ({} > 0)", range_of_offsets(context));
    context.has_groups().then(|| Chart {
        title: "Lag as a share of what is kept".to_owned(),
        description: "The part of a partition that the group has not handled, of the worst partition. At 100 % retention \
                      deletes what it has not read. KafkaConsumerRetentionRisk fires above 80 % where retention has begun."
            .to_owned(),
        unit: unit::SHARE,
        queries: vec![queries.query(queries.aggregate("max", &["group"], &share), "", &["group"])],
        thresholds: vec![(0.8, RED)],
    })
}

/// The members of the groups.
fn members(context: Context) -> Option<Chart> {
    let (queries, label) = (context.queries, context.series.group);
    let members = queries.select(context.series.members?, &[&context.matches_groups()]);
    context.has_groups().then(|| Chart {
        title: "Members".to_owned(),
        description:
            "Members of the groups, on all their topics. More than the partitions of a topic do nothing."
                .to_owned(),
        unit: unit::COUNT,
        queries: vec![queries.query(queries.aggregate("max", &[label], &members), "", &[label])],
        thresholds: Vec::new(),
    })
}

/// Partitions with replicas that are out of sync.
fn replicas(context: Context) -> Option<Chart> {
    let (queries, series) = (context.queries, context.series);
    let of_topic = format!("{}=\"$topic\"", series.topic);
    let missing = queries.select(series.under_replicated?, &[&of_topic]);
    // Several instances of an exporter may report a partition.
    let missing = queries.aggregate("max", &[series.partition], &missing);
    Some(Chart {
        title: "Partitions with replicas out of sync".to_owned(),
        description: "KafkaTopicUnderReplicated fires above 0.".to_owned(),
        unit: unit::COUNT,
        queries: vec![queries.query(queries.aggregate("sum", &[], &missing), "partitions", &[])],
        thresholds: Vec::new(),
    })
}
