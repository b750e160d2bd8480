//! What became dead letters.

use super::context::Context;
use crate::grafana::model::Panel;
use crate::grafana::panels::{Chart, Query, unit};
use crate::grafana::queries::topics;

pub(super) fn panels(context: Context) -> Vec<Panel> {
    let (Some(new), Some(topic)) = (new_letters(context), context.dead_letter_topic()) else {
        return Vec::new();
    };
    let queries = context.queries;
    let offsets = |recorded: &str| queries.select(recorded, &[&topics([topic])]);
    let kept = format!(
        "{} - {}",
        offsets("eventgen:partition_end_offset"),
        offsets("eventgen:partition_start_offset")
    );
    let new = Chart {
        title: "New dead letters".to_owned(),
        description: format!(
            "Records that became dead letters in {topic} within 15 minutes, of all topics that use it. KafkaDeadLetters fires \
             above 0."
        ),
        unit: unit::COUNT,
        queries: vec![new],
        thresholds: Vec::new(),
    };
    let kept = Chart {
        title: "Dead letters that are kept".to_owned(),
        description: format!("Records in {topic}. They stay until retention deletes them."),
        unit: unit::COUNT,
        queries: vec![queries.query(queries.aggregate("sum", &[], &kept), "letters", &[])],
        thresholds: Vec::new(),
    };
    vec![new.bars(), kept.graph()]
}

/// Records that became dead letters within 15 minutes, as the alert counts them.
pub(super) fn new_letters(context: Context) -> Option<Query> {
    let queries = context.queries;
    let ends = queries.select("eventgen:partition_end_offset", &[&topics([context.dead_letter_topic()?])]);
    Some(queries.query(queries.aggregate("sum", &[], &format!("increase({ends}[15m])")), "letters", &[]))
}
