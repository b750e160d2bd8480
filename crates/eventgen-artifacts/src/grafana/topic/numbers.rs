//! The latest values, in numbers.

use super::context::Context;
use super::dead_letters::new_letters;
use super::throughput::written;
use crate::grafana::model::Panel;
use crate::grafana::panels::{Chart, RED, SHARES_OF_LIMIT, of_limit, shown_as, unit};
use crate::grafana::queries::{GROUPS, THIS_TOPIC};
use crate::grafana::text;
use crate::monitored::Limit;
use crate::runtime::Runtime;

pub(super) fn panels(context: Context) -> Vec<Panel> {
    let Context { topic, queries, series } = context;
    let mut panels = Vec::new();
    if topic.has_limit(series) {
        panels.push(share_of_limit(context).number());
    }
    if context.has_groups() {
        panels.push(lag_in_time(context));
    }
    let written = Chart {
        title: "Written".to_owned(),
        description: "Records that producers write per second.".to_owned(),
        unit: unit::RECORDS_PER_SECOND,
        queries: vec![queries.query(written(context, &[]), "written", &[])],
        thresholds: Vec::new(),
    };
    panels.push(written.number());
    if let Some(letters) = new_letters(context) {
        let letters = Chart {
            title: "New dead letters".to_owned(),
            description: "Records that became dead letters within 15 minutes.".to_owned(),
            unit: unit::COUNT,
            queries: vec![letters],
            thresholds: vec![(1.0, RED)],
        };
        panels.push(letters.number());
    }
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

fn share_of_limit(context: Context) -> Chart {
    let queries = context.queries;
    let shares = queries.select("eventgen:group_lag_share_of_limit", &[THIS_TOPIC, GROUPS]);
    Chart {
        title: "Lag as a share of maxLag".to_owned(),
        description: "Above 100 % the alert KafkaConsumerLag fires.".to_owned(),
        unit: unit::SHARE,
        queries: vec![queries.query(queries.aggregate("max", &["group"], &shares), "", &["group"])],
        thresholds: SHARES_OF_LIMIT.to_vec(),
    }
}

/// Each group by a query of its own, because each has a limit of its own.
fn lag_in_time(context: Context) -> Panel {
    let Context { topic, queries, series } = context;
    let (mut of_groups, mut overrides) = (Vec::new(), Vec::new());
    for (index, consumer) in topic.topic.consumers.iter().enumerate() {
        let this_group = format!("group={}", text::literal(&consumer.group));
        let seconds = queries.select("eventgen:group_lag_seconds", &[THIS_TOPIC, &this_group, GROUPS]);
        of_groups.push(queries.query(queries.aggregate("max", &["group"], &seconds), "", &["group"]));
        if let Some(Limit::Time(limit)) = Limit::of(consumer, series) {
            overrides.push(shown_as(index, unit::SECONDS, &of_limit(limit)));
        }
    }
    let chart = Chart {
        title: "Lag in time".to_owned(),
        description: "The age of the oldest record that the group has not handled. It is red from maxLag on, if the contract \
                      limits the time of this group."
            .to_owned(),
        unit: unit::SECONDS,
        queries: of_groups,
        thresholds: Vec::new(),
    };
    let mut panel = chart.number();
    if let Some(fields) = &mut panel.field_config {
        fields.overrides = overrides;
    }
    panel
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
