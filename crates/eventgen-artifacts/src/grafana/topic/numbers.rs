//! The latest values, in numbers.

use super::context::Context;
use super::dead_letters::new_letters;
use super::throughput::written;
use crate::grafana::model::Panel;
use crate::grafana::panels::{Chart, ORANGE, RED, unit};
use crate::grafana::queries::{GROUPS, THIS_TOPIC};
use crate::runtime::Runtime;

pub(super) fn panels(context: Context) -> Vec<Panel> {
    let Context { topic, queries, series } = context;
    let of_groups = |recorded: &str| {
        let values = queries.select(recorded, &[THIS_TOPIC, GROUPS]);
        queries.query(queries.aggregate("max", &["group"], &values), "", &["group"])
    };
    let mut panels = Vec::new();
    if topic.has_limit(series) {
        panels.push(Chart {
            title: "Lag as a share of maxLag".to_owned(),
            description: "Above 100 % the alert KafkaConsumerLag fires.".to_owned(),
            unit: unit::SHARE,
            queries: vec![of_groups("eventgen:group_lag_share_of_limit")],
            thresholds: vec![(0.5, ORANGE), (1.0, RED)],
        });
    }
    if context.has_groups() {
        panels.push(Chart {
            title: "Lag in time".to_owned(),
            description: "The age of the oldest record that the group has not handled.".to_owned(),
            unit: unit::SECONDS,
            queries: vec![of_groups("eventgen:group_lag_seconds")],
            thresholds: Vec::new(),
        });
    }
    panels.push(Chart {
        title: "Written".to_owned(),
        description: "Records that producers write per second.".to_owned(),
        unit: unit::RECORDS_PER_SECOND,
        queries: vec![queries.query(written(context, &[]), "written", &[])],
        thresholds: Vec::new(),
    });
    if let Some(letters) = new_letters(context) {
        panels.push(Chart {
            title: "New dead letters".to_owned(),
            description: "Records that became dead letters within 15 minutes.".to_owned(),
            unit: unit::COUNT,
            queries: vec![letters],
            thresholds: vec![(1.0, RED)],
        });
    }
    let mut panels: Vec<Panel> = panels.into_iter().map(Chart::number).collect();
    if context.has_groups() {
        panels.extend(series.runtime.map(|runtime| consumers(runtime, context).number_above_zero()));
        panels.extend(series.runtime.map(|runtime| held(runtime, context).number()));
        panels.extend(series.members.map(|members| group_members(members, context).number_above_zero()));
    }
    // All of them in one line.
    let width = u32::try_from(panels.len()).map_or(1, |count| 24 / count.max(4));
    for panel in &mut panels {
        panel.grid_pos.w = width;
    }
    panels
}

/// The consumers that run.
fn consumers(runtime: &Runtime, context: Context) -> Chart {
    let group = context.series.group;
    Chart {
        title: "Consumers".to_owned(),
        description: "Consumers that run. KafkaConsumerDown fires where there is none.".to_owned(),
        unit: unit::COUNT,
        queries: vec![context.queries.query(context.running(runtime), "", &[group])],
        thresholds: Vec::new(),
    }
}

/// The partitions that wait.
fn held(runtime: &Runtime, context: Context) -> Chart {
    let group = context.series.group;
    let sum = |metric: &str| context.queries.aggregate("sum", &[group], &context.of_groups(metric));
    Chart {
        title: "Held partitions".to_owned(),
        description:
            "Partitions with records that cannot be handled for now: an open breaker, or another reason."
                .to_owned(),
        unit: unit::COUNT,
        // A series of a reason begins when a partition is held for it first.
        queries: vec![context.queries.query(
            format!("{} or {} * 0", sum(runtime.held), sum(runtime.up)),
            "",
            &[group],
        )],
        thresholds: vec![(1.0, RED)],
    }
}

/// The members of the groups.
fn group_members(members: &str, context: Context) -> Chart {
    let group = context.series.group;
    let members = context.queries.select(members, &[&context.matches_groups()]);
    Chart {
        title: "Members".to_owned(),
        description: "Members of the groups. KafkaConsumerGroupEmpty fires where a group has none any more."
            .to_owned(),
        unit: unit::COUNT,
        queries: vec![context.queries.query(
            context.queries.aggregate("max", &[group], &members),
            "",
            &[group],
        )],
        thresholds: Vec::new(),
    }
}
