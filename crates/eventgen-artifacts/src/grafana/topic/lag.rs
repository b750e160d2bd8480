//! The lag of one group.

use eventgen_schema::contract::ConsumerGroup;

use super::context::Context;
use crate::duration;
use crate::grafana::model::Panel;
use crate::grafana::panels::{Chart, RED, unit};
use crate::grafana::queries::{GROUPS, THIS_TOPIC, growth};
use crate::grafana::text;
use crate::monitored::Limit;

/// The panels are empty while the group is not among those that the reader has chosen.
pub(super) fn panels(consumer: &ConsumerGroup, context: Context) -> Vec<Panel> {
    let queries = context.queries;
    let this_group = format!("group={}", text::literal(&consumer.group));
    let select = |recorded: &str| queries.select(recorded, &[THIS_TOPIC, &this_group, GROUPS]);
    let (seconds, records) = (select("eventgen:group_lag_seconds"), select("eventgen:group_lag_records"));
    let limit = Limit::of(consumer, context.series);
    let (time, count) = match limit {
        Some(Limit::Time(time)) => (Some(time), None),
        Some(Limit::Records(records)) => (None, Some(records)),
        None => (None, None),
    };
    let line = |limit: Option<String>| {
        limit
            .map(|limit| format!(" KafkaConsumerLag fires above the line, at the limit of {limit}."))
            .unwrap_or_default()
    };
    let no_limit = if limit.is_none() { " The contract has no maxLag for this group." } else { "" };
    let age = format!(
        "The age of the oldest record that the group has not handled.{}{no_limit}",
        line(time.map(duration::prometheus))
    );
    let waiting = format!(
        "Records that the group has not committed.{}",
        line(count.map(|records| format!("{records} records")))
    );
    let time_lag = Chart {
        title: "Lag in time".to_owned(),
        description: age,
        unit: unit::SECONDS,
        queries: vec![queries.query(queries.aggregate("max", &[], &seconds), "lag", &[])],
        thresholds: time.map(|time| (time.as_secs_f64(), RED)).into_iter().collect(),
    };
    #[expect(clippy::cast_precision_loss, reason = "a line on a graph")]
    let record_lag = Chart {
        title: "Lag in records".to_owned(),
        description: waiting,
        unit: unit::RECORDS,
        queries: vec![queries.query(queries.aggregate("sum", &[], &records), "lag", &[])],
        thresholds: count.map(|records| (records as f64, RED)).into_iter().collect(),
    };
    let by_partition = |title: &str, description: &str, unit, operator, lag: &str| Chart {
        title: title.to_owned(),
        description: description.to_owned(),
        unit,
        queries: vec![queries.query(
            queries.aggregate(operator, &["partition"], lag),
            "partition",
            &["partition"],
        )],
        thresholds: Vec::new(),
    };
    let partitions = by_partition(
        "Lag by partition",
        "Records that the group has not committed. A partition that grows alone has a record that its consumer does not \
         finish, or more records than the others.",
        unit::RECORDS,
        "sum",
        &records,
    );
    let commits = by_partition(
        "Commits by partition",
        "Records that the group commits per second. KafkaConsumerStalled fires for partitions with lag and without commits.",
        unit::RECORDS_PER_SECOND,
        "sum",
        &growth(&select("eventgen:group_committed_offset")),
    );
    vec![time_lag.graph(), record_lag.graph(), partitions.graph(), commits.graph()]
}
