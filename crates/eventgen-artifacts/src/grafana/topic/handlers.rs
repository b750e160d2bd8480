//! What the consumers do, which only the runtime knows.

use super::context::Context;
use crate::grafana::model::Panel;
use crate::grafana::panels::{Chart, Query, RED, unit};
use crate::quote::string;
use crate::runtime::{REASON, REBALANCE_KIND, Runtime};

pub(super) fn panels(context: Context) -> Vec<Panel> {
    let Some(runtime) = context.series.runtime.filter(|_| context.has_groups()) else { return Vec::new() };
    let mut panels = vec![
        consumers(runtime, context).graph(),
        held(runtime, context).graph(),
        processing_time(runtime, context).graph(),
        retries(runtime, context).bars(),
        in_flight(runtime, context).graph(),
        oldest_in_flight(runtime, context).graph(),
        rebalances(runtime, context).bars(),
        commit_failures(runtime, context).bars(),
    ];
    if let Some(delays) = context.topic.delays(None) {
        panels.extend([waiting(&delays, context).graph(), overdue(&delays, context).graph()]);
    }
    panels
}

/// A metric of the chosen groups on their retry topics.
fn of_delays(metric: &str, delays: &str, context: Context) -> String {
    let topics = format!("{}=~{}", context.series.topic, string(delays));
    context.queries.select(metric, &[&topics, &context.matches_groups()])
}

fn waiting(delays: &str, context: Context) -> Chart {
    let (queries, by) = (context.queries, [context.series.topic]);
    let waiting = of_delays(context.series.lag, delays, context);
    Chart {
        title: "Records that wait in retry topics".to_owned(),
        description:
            "Records in each retry topic that are not done: those that are not due yet, and those that are."
                .to_owned(),
        unit: unit::RECORDS,
        queries: vec![queries.query(queries.aggregate("sum", &by, &waiting), "", &by)],
        thresholds: Vec::new(),
    }
}

fn overdue(delays: &str, context: Context) -> Chart {
    let metric = context.series.lag_seconds.unwrap_or(context.series.lag);
    Chart {
        title: "Overdue in retry topics".to_owned(),
        description: "How long ago the first record was due that waits in a retry topic: 0 while none is. \
                      KafkaConsumerRetryOverdue fires after 5 minutes above 5 minutes."
            .to_owned(),
        unit: unit::SECONDS,
        queries: vec![by_group("max", &of_delays(metric, delays, context), "", context)],
        thresholds: vec![(300.0, RED)],
    }
}

/// A query of each group.
fn by_group(operator: &str, values: &str, word: &str, context: Context) -> Query {
    let (queries, group) = (context.queries, context.series.group);
    queries.query(queries.aggregate(operator, &[group], values), word, &[group])
}

fn processing_time(runtime: &Runtime, context: Context) -> Chart {
    let buckets = context.of_groups(&format!("{}_bucket", runtime.process_duration));
    let rate = context.queries.aggregate(
        "sum",
        &["le", context.series.group],
        &format!("rate({buckets}[$__rate_interval])"),
    );
    let quantiles = [("0.5", "median of"), ("0.95", "95 % of"), ("0.99", "99 % of")];
    let queries = quantiles.map(|(quantile, word)| {
        context.queries.query(
            format!("histogram_quantile({quantile}, {rate})"),
            word,
            &[context.series.group],
        )
    });
    Chart {
        title: "Processing time".to_owned(),
        description: "How long a call of the handler takes: half, 95 % and 99 % of them take no longer. Calls that fail are \
                      among them. The first calls of a process, before Prometheus has scraped it, are not."
            .to_owned(),
        unit: unit::SECONDS,
        queries: queries.into(),
        thresholds: Vec::new(),
    }
}

fn retries(runtime: &Runtime, context: Context) -> Chart {
    let (queries, group) = (context.queries, context.series.group);
    let counted = |metric: &str| context.counted(&context.of_groups(metric), "5m", runtime);
    Chart {
        title: "Retries and skipped records within 5 minutes".to_owned(),
        description: "Attempts that failed and are repeated, and records that were committed without having been handled."
            .to_owned(),
        unit: unit::COUNT,
        queries: vec![
            queries.query(counted(runtime.retries), "retries of", &[group]),
            queries.query(counted(runtime.skipped), "skipped by", &[group]),
        ],
        thresholds: Vec::new(),
    }
}

fn in_flight(runtime: &Runtime, context: Context) -> Chart {
    Chart {
        title: "Records in flight".to_owned(),
        description:
            "Records that are fetched and not done, and those among them that wait for their next attempt."
                .to_owned(),
        unit: unit::RECORDS,
        queries: vec![
            by_group("sum", &context.of_groups(runtime.in_flight), "in flight in", context),
            by_group("sum", &context.of_groups(runtime.delayed), "wait for a retry in", context),
        ],
        thresholds: Vec::new(),
    }
}

fn oldest_in_flight(runtime: &Runtime, context: Context) -> Chart {
    Chart {
        title: "Oldest record in work".to_owned(),
        description: "How long ago the oldest record that is not done was fetched. A line that rises for hours is a handler that \
                      does not return, or a record that waits."
            .to_owned(),
        unit: unit::SECONDS,
        queries: vec![by_group("max", &context.of_groups(runtime.in_flight_age), "", context)],
        thresholds: Vec::new(),
    }
}

fn held(runtime: &Runtime, context: Context) -> Chart {
    let (queries, group) = (context.queries, context.series.group);
    let held = queries.aggregate("sum", &[group, REASON], &context.of_groups(runtime.held));
    Chart {
        title: "Breaker and held partitions".to_owned(),
        description: "Partitions whose breaker is open (KafkaConsumerBreakerOpen), and partitions that are held, by reason \
                      (KafkaConsumerHeld)."
            .to_owned(),
        unit: unit::COUNT,
        queries: vec![
            by_group("sum", &context.of_groups(runtime.breaker_open), "breaker open in", context),
            queries.query(held, "held", &[group, REASON]),
        ],
        thresholds: vec![(1.0, RED)],
    }
}

fn consumers(runtime: &Runtime, context: Context) -> Chart {
    Chart {
        title: "Consumers".to_owned(),
        description: "Consumers that run. KafkaConsumerDown fires where there is none.".to_owned(),
        unit: unit::COUNT,
        queries: vec![context.queries.query(context.running(runtime), "", &[context.series.group])],
        thresholds: Vec::new(),
    }
}

fn rebalances(runtime: &Runtime, context: Context) -> Chart {
    let (queries, group) = (context.queries, context.series.group);
    let kind = format!("{REBALANCE_KIND}=\"assign\"");
    let assigned = queries.select(runtime.rebalances, &[&kind, &context.matches_groups()]);
    Chart {
        title: "Rebalances within an hour".to_owned(),
        description: "Rebalances of the member that had the most, on all topics of the group. KafkaConsumerRebalancing fires \
                      above 20. As there, those before Prometheus has scraped a member first do not count: it joins once."
            .to_owned(),
        unit: unit::COUNT,
        queries: vec![queries.query(
            queries.aggregate("max", &[group], &format!("increase({assigned}[1h])")),
            "",
            &[group],
        )],
        thresholds: Vec::new(),
    }
}

fn commit_failures(runtime: &Runtime, context: Context) -> Chart {
    let failures = context.queries.select(runtime.commit_failures, &[&context.matches_groups()]);
    Chart {
        title: "Commits that failed within 5 minutes".to_owned(),
        description: "Commits that brokers refused or did not answer. They are repeated. KafkaConsumerCommitFailing fires after \
                      10 minutes above 0."
            .to_owned(),
        unit: unit::COUNT,
        queries: vec![context.queries.query(
            context.counted(&failures, "5m", runtime),
            "",
            &[context.series.group],
        )],
        thresholds: Vec::new(),
    }
}
