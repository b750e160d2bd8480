//! Rules about retry topics.

use std::time::Duration;

use crate::annotation::{MAX_TOPIC_NAME, TopicProperties, foreign_char};
use crate::contract::{
    ConsumerGroup, DEFAULT_RETENTION_MS, MaxLag, compacts, readable, retention, retry_topics,
};
use crate::diagnostics::{Diagnostic, code};
use crate::source::{Span, Spanned};

/// Checks the retry topics of a topic, if it has them.
pub(crate) fn check_retry(topic: &str, properties: &TopicProperties, diagnostics: &mut Vec<Diagnostic>) {
    let Some(delays) = properties.delays() else { return };
    check_order(topic, properties, &delays.span, diagnostics);
    if properties.groups().is_empty() {
        diagnostics.push(
            Diagnostic::error(
                code::RETRY_WITHOUT_GROUPS,
                format!("topic `{topic}` has retry topics and names no group"),
            )
            .at(&delays.span, "each group has topics of its own, and there are no `consumers`")
            .help("name the groups in `consumers`, or retry in place"),
        );
    }
    for group in properties.groups() {
        check_names(topic, group, delays.value.len(), properties, diagnostics);
    }
    let longest = Spanned { value: delays.value.iter().sum(), span: delays.span.clone() };
    check_retention(properties, &longest, diagnostics);
    for group in properties.groups() {
        check_lag(group, &longest, diagnostics);
    }
}

fn check_order(topic: &str, properties: &TopicProperties, delays: &Span, diagnostics: &mut Vec<Diagnostic>) {
    let Some(ordering) = properties.total_order() else { return };
    diagnostics.push(
        Diagnostic::error(
            code::RETRY_TOTAL_ORDER,
            format!("topic `{topic}` has a total order, and retry topics"),
        )
        .at(delays, "every later record would have to wait with the first one that fails")
        .at(ordering, "a total order is required here")
        .help("retry in place, which stops the topic as well, or order records by key"),
    );
}

fn check_names(
    topic: &str,
    group: &Spanned<ConsumerGroup>,
    delays: usize,
    properties: &TopicProperties,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let name = &group.value.group;
    if let Some(char) = foreign_char(name) {
        diagnostics.push(
            Diagnostic::error(
                code::INVALID_TOPIC_NAME,
                format!("group {name:?} cannot be in the names of its retry topics"),
            )
            .at(&group.span, format!("{char:?} is not allowed in the name of a topic"))
            .help("use ASCII letters, digits, `.`, `_` and `-` for the group, or retry in place"),
        );
    }
    // What is wrong with the topic's own name is reported with that.
    let longest = retry_topics(topic, name, delays, properties.ordering()).map(|(_, name)| name.len()).max();
    if let Some(length) = longest.filter(|length| *length > MAX_TOPIC_NAME && topic.len() <= MAX_TOPIC_NAME) {
        diagnostics.push(
            Diagnostic::error(
                code::LONG_TOPIC_NAME,
                format!("the names of the group's retry topics have {length} characters"),
            )
            .at(&group.span, format!("Kafka allows {MAX_TOPIC_NAME}"))
            .help("shorten the name of the topic or the group: the names are `<topic>.<group>.retry.<n>`"),
        );
    }
}

/// A record that waits for longer than its source keeps it is handled when it is of no use.
fn check_retention(
    properties: &TopicProperties,
    longest: &Spanned<Duration>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    // Compaction by itself deletes nothing by age.
    let policy = properties.config.get("cleanup.policy");
    if policy.is_some_and(|policy| compacts(&policy.value) && !policy.value.contains("delete")) {
        return;
    }
    let source = properties.config.get("retention.ms");
    let kept = match source {
        Some(source) => source.value.parse().ok().map(retention),
        None => Some(DEFAULT_RETENTION_MS),
    };
    let Some(kept) = kept.filter(|kept| longest.value > Duration::from_millis(*kept)) else { return };
    let kept = readable("retention.ms", &kept.to_string());
    let mut diagnostic = Diagnostic::lint(
        code::RETRY_PAST_RETENTION,
        format!("records wait for up to {} in retry topics and are kept for {kept}", human(longest.value)),
    )
    .at(&longest.span, "handled when the records around them are gone");
    if let Some(source) = source {
        diagnostic = diagnostic.at(&source.span, "the source's records are kept this long");
    }
    diagnostics
        .push(diagnostic.help("shorten the delays, or keep records for longer than all delays together"));
}

/// Lag is measured on the source, where a record that waits elsewhere counts as handled.
fn check_lag(group: &Spanned<ConsumerGroup>, longest: &Spanned<Duration>, diagnostics: &mut Vec<Diagnostic>) {
    let Some(MaxLag::Time(limit)) = group.value.max_lag else { return };
    if longest.value > limit {
        let name = &group.value.group;
        let waits = human(longest.value);
        diagnostics.push(
            Diagnostic::lint(
                code::RETRY_PAST_LAG,
                format!(
                    "group `{name}` may be {} behind, and its records wait for up to {waits} in retry topics",
                    human(limit)
                ),
            )
            .at(&longest.span, "no alert about lag counts these records")
            .at(&group.span, "the group with the limit")
            .help("shorten the delays, or raise `maxLag` to what the events really need"),
        );
    }
}

fn human(duration: Duration) -> String {
    readable("retention.ms", &duration.as_millis().to_string())
}
