//! The latest values, in numbers.

use super::context::Context;
use super::dead_letters::new_letters;
use super::throughput::written;
use crate::grafana::model::Panel;
use crate::grafana::panels::{Chart, ORANGE, RED, unit};
use crate::grafana::queries::{GROUPS, THIS_TOPIC};

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
    panels.into_iter().map(Chart::number).collect()
}
