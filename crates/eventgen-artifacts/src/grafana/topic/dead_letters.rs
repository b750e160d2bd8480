//! What became dead letters.

use super::context::Context;
use crate::grafana::model::Panel;
use crate::grafana::panels::{Chart, Query, unit};
use crate::grafana::queries::topics;
use crate::runtime::{DISPOSITION, Runtime, growth};

pub(super) fn panels(context: Context) -> Vec<Panel> {
    let (Some(new), Some(topic)) = (new_letters(context), context.dead_letter_topic()) else {
        return Vec::new();
    };
    match context.series.runtime {
        Some(runtime) => vec![by_group(new, topic).bars(), by_disposition(runtime, topic, context).bars()],
        None => vec![in_topic(new, topic).bars(), kept(topic, context).graph()],
    }
}

fn by_group(new: Query, topic: &str) -> Chart {
    Chart {
        title: "New dead letters".to_owned(),
        description: format!(
            "Records of this topic that each group put into {topic} within 15 minutes. KafkaDeadLetters fires above 0."
        ),
        unit: unit::COUNT,
        queries: vec![new],
        thresholds: Vec::new(),
    }
}

fn by_disposition(runtime: &Runtime, topic: &str, context: Context) -> Chart {
    let letters = growth(&context.of_groups(runtime.dead_letters), "15m");
    let letters = context.queries.aggregate("sum", &[DISPOSITION], &letters);
    Chart {
        title: "New dead letters by reason".to_owned(),
        description: format!(
            "Records that became dead letters in {topic} within 15 minutes: they did not decode (poison), are of a kind that the \
             build does not know (unknown), were rejected, or failed after all retries (exhausted). There is no data while there \
             are none."
        ),
        unit: unit::COUNT,
        queries: vec![context.queries.query(letters, "", &[DISPOSITION])],
        thresholds: Vec::new(),
    }
}

fn in_topic(new: Query, topic: &str) -> Chart {
    Chart {
        title: "New dead letters".to_owned(),
        description: format!(
            "Records that became dead letters in {topic} within 15 minutes, of all topics that use it. KafkaDeadLetters fires \
             above 0."
        ),
        unit: unit::COUNT,
        queries: vec![new],
        thresholds: Vec::new(),
    }
}

fn kept(topic: &str, context: Context) -> Chart {
    let queries = context.queries;
    let offsets = |recorded: &str| queries.select(recorded, &[&topics([topic])]);
    let kept = format!(
        "{} - {}",
        offsets("eventgen:partition_end_offset"),
        offsets("eventgen:partition_start_offset")
    );
    Chart {
        title: "Dead letters that are kept".to_owned(),
        description: format!("Records in {topic}. They stay until retention deletes them."),
        unit: unit::COUNT,
        queries: vec![queries.query(queries.aggregate("sum", &[], &kept), "letters", &[])],
        thresholds: Vec::new(),
    }
}

/// Records that became dead letters within 15 minutes, as the alert counts them.
pub(super) fn new_letters(context: Context) -> Option<Query> {
    let (queries, topic) = (context.queries, context.dead_letter_topic()?);
    if let Some(runtime) = context.series.runtime {
        let new = context.counted(&context.of_groups(runtime.dead_letters), "15m", runtime);
        return Some(queries.query(new, "", &[context.series.group]));
    }
    let ends = queries.select("eventgen:partition_end_offset", &[&topics([topic])]);
    Some(queries.query(queries.aggregate("sum", &[], &format!("increase({ends}[15m])")), "letters", &[]))
}
