//! What is written and what is handled.

use super::context::Context;
use crate::grafana::model::Panel;
use crate::grafana::panels::{Chart, unit};
use crate::grafana::queries::{GROUPS, THIS_TOPIC, growth};
use crate::runtime::ERROR;

pub(super) fn panels(context: Context) -> Vec<Panel> {
    let queries = context.queries;
    let mut in_and_out = vec![queries.query(written(context, &[]), "written", &[])];
    if context.has_groups() {
        let committed = queries.select("eventgen:group_committed_offset", &[THIS_TOPIC, GROUPS]);
        let handled = queries.aggregate("sum", &["group"], &growth(&committed));
        in_and_out.push(queries.query(handled, "handled by", &["group"]));
    }
    if let Some(runtime) = context.series.runtime {
        let this_topic = format!("{}=\"$topic\"", context.series.topic);
        // Records that were acknowledged have no error.
        let sent = queries.select(runtime.sent, &[&this_topic, &format!("{ERROR}=\"\"")]);
        let sent = queries.aggregate("sum", &[], &format!("rate({sent}[$__rate_interval])"));
        in_and_out.push(queries.query(sent, "sent by producers of eventgen", &[]));
    }
    let throughput = Chart {
        title: "Written and handled".to_owned(),
        description: "Records that producers write per second, and records that each group commits per second. A group \
                      that keeps up has the rate of the producers."
            .to_owned(),
        unit: unit::RECORDS_PER_SECOND,
        queries: in_and_out,
        thresholds: Vec::new(),
    };
    let by_partition = Chart {
        title: "Written by partition".to_owned(),
        description: "Records that producers write per second. A partition with many more than the others has a key with \
                      many records: more members do not help."
            .to_owned(),
        unit: unit::RECORDS_PER_SECOND,
        queries: vec![queries.query(written(context, &["partition"]), "partition", &["partition"])],
        thresholds: Vec::new(),
    };
    vec![throughput.graph(), by_partition.graph()]
}

/// Records that are written per second.
pub(super) fn written(context: Context, by: &[&str]) -> String {
    let ends = context.queries.select("eventgen:partition_end_offset", &[THIS_TOPIC]);
    context.queries.aggregate("sum", by, &growth(&ends))
}
