//! Rules about the settings of one topic.

use std::collections::BTreeMap;

use super::keys::check_keys;
use super::retry::check_retry;
use crate::annotation::{EventProperties, TopicProperties};
use crate::contract::{DEFAULT_RETENTION_MS, Ordering, compacts, retention};
use crate::diagnostics::{Diagnostic, code};
use crate::source::{Span, Spanned};

/// Fewer replicas than these lose acknowledged records when one broker is down and another one fails.
const PRODUCTION_REPLICAS: u16 = 3;

/// Checks a topic and the events on it.
pub(crate) fn check_topic(
    topic: &str,
    properties: &TopicProperties,
    events: &[&EventProperties],
    diagnostics: &mut Vec<Diagnostic>,
) {
    check_in_sync(properties, diagnostics);
    check_compaction_lag(&properties.config, diagnostics);
    let letters = properties.dead_letter.as_ref().and_then(|property| property.value.as_ref());
    if let Some(letters) = letters {
        check_compaction_lag(&letters.config, diagnostics);
    }
    check_compaction(topic, properties, events, diagnostics);
    check_keys(topic, properties, events, diagnostics);
    check_dead_letter(properties, diagnostics);
    check_retry(topic, properties, diagnostics);
}

/// Checks the replicas of a topic in an environment that is marked as production at `marked`.
pub(crate) fn check_replicas(
    topic: &str,
    properties: &TopicProperties,
    environment: &str,
    marked: &Span,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let Some(factor) =
        properties.replication_factor.as_ref().filter(|factor| factor.value < PRODUCTION_REPLICAS)
    else {
        return;
    };
    let replicas =
        if factor.value == 1 { "one replica".to_owned() } else { format!("{} replicas", factor.value) };
    diagnostics.push(
        Diagnostic::lint(
            code::FEW_REPLICAS,
            format!("topic `{topic}` has {replicas} in the production environment `{environment}`"),
        )
        .at(&factor.span, "records are lost with the brokers that hold them")
        .at(marked, "marked as production here")
        .help(format!(
            "keep {PRODUCTION_REPLICAS} replicas in production: set it for [environments.{environment}]"
        )),
    );
}

fn check_in_sync(properties: &TopicProperties, diagnostics: &mut Vec<Diagnostic>) {
    let (Some(factor), Some(in_sync)) =
        (&properties.replication_factor, properties.config.get("min.insync.replicas"))
    else {
        return;
    };
    // With one replica there is nothing to choose.
    if factor.value > 1 && in_sync.value.parse() == Ok(factor.value) {
        diagnostics.push(
            Diagnostic::lint(code::ALL_IN_SYNC, "every replica must be in sync for a record to be accepted")
                .at(&in_sync.span, "as many as there are replicas: producers stop when one broker is down")
                .at(&factor.span, "the replicas")
                .help(format!("set min.insync.replicas to {}", factor.value - 1)),
        );
    }
}

/// Kafka's `LogConfig.validateValues`: brokers refuse a shortest time before compaction that is above the longest.
fn check_compaction_lag(config: &BTreeMap<String, Spanned<String>>, diagnostics: &mut Vec<Diagnostic>) {
    let (Some(least), Some(most)) =
        (config.get("min.compaction.lag.ms"), config.get("max.compaction.lag.ms"))
    else {
        return;
    };
    let milliseconds = |value: &Spanned<String>| value.value.trim().parse::<i64>().ok();
    let (Some(least_ms), Some(most_ms)) = (milliseconds(least), milliseconds(most)) else { return };
    if least_ms > most_ms {
        diagnostics.push(
            Diagnostic::error(code::WRONG_VALUE, "`min.compaction.lag.ms` is above `max.compaction.lag.ms`")
                .at(&least.span, "a broker refuses a topic with these values")
                .at(&most.span, "the longest time before compaction")
                .help("make the shortest time the smaller one, or leave one of them out"),
        );
    }
}

fn check_compaction(
    topic: &str,
    properties: &TopicProperties,
    events: &[&EventProperties],
    diagnostics: &mut Vec<Diagnostic>,
) {
    let Some(policy) = properties.config.get("cleanup.policy").filter(|policy| compacts(&policy.value))
    else {
        return;
    };
    // Under an order by key a missing key is an error of its own.
    if properties.ordering() == Ordering::Key {
        return;
    }
    for event in events.iter().filter(|event| event.has_no_key()) {
        diagnostics.push(
            Diagnostic::lint(
                code::COMPACTION_WITHOUT_KEY,
                format!("topic `{topic}` is compacted and carries an event without a key"),
            )
            .at(&event.annotation, "this event names no key: brokers refuse its records")
            .at(&policy.span, "compaction keeps the last record of each key")
            .help("give the event a key, or set cleanup.policy to delete"),
        );
    }
}

fn check_dead_letter(properties: &TopicProperties, diagnostics: &mut Vec<Diagnostic>) {
    let dead_letter = properties.dead_letter.as_ref().and_then(|property| property.value.as_ref());
    let Some(kept) = dead_letter.and_then(|properties| properties.config.get("retention.ms")) else { return };
    let source = properties.config.get("retention.ms");
    let milliseconds = |text: &str| text.parse().ok().map(retention);
    let source_ms = source.map_or(Some(DEFAULT_RETENTION_MS), |source| milliseconds(&source.value));
    let (Some(kept_ms), Some(source_ms)) = (milliseconds(&kept.value), source_ms) else { return };
    if kept_ms < source_ms {
        let mut diagnostic = Diagnostic::lint(
            code::DEAD_LETTER_RETENTION,
            "dead letters are kept shorter than the records of their source",
        )
        .at(&kept.span, "gone while the records around them are still there");
        if let Some(source) = source {
            diagnostic = diagnostic.at(&source.span, "the source's records are kept this long");
        }
        diagnostics.push(
            diagnostic
                .help("leave it out: dead letters are kept 14 days, or as long as the source if longer"),
        );
    }
}
