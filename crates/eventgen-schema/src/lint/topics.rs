//! Rules about the settings of one topic.

use crate::annotation::{DEFAULT_RETENTION_MS, EventWords, RetryMode, TopicWords};
use crate::code;
use crate::contract::Ordering;
use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// Fewer replicas than these lose acknowledged records when one broker is down and another one fails.
const PRODUCTION_REPLICAS: u16 = 3;

/// Checks a topic and the events on it.
pub(crate) fn check_topic(
    topic: &str,
    words: &TopicWords,
    events: &[&EventWords],
    mistakes: &mut Vec<Diagnostic>,
) {
    check_in_sync(words, mistakes);
    check_compaction(topic, words, events, mistakes);
    check_retry(words, mistakes);
    check_dead_letter(words, mistakes);
}

/// Checks the replicas of a topic in an environment that is marked as production at `marked`.
pub(crate) fn check_replicas(
    topic: &str,
    words: &TopicWords,
    environment: &str,
    marked: &Span,
    mistakes: &mut Vec<Diagnostic>,
) {
    let Some(factor) = words.replication_factor.as_ref().filter(|factor| factor.value < PRODUCTION_REPLICAS)
    else {
        return;
    };
    let replicas =
        if factor.value == 1 { "one replica".to_owned() } else { format!("{} replicas", factor.value) };
    mistakes.push(
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

fn check_in_sync(words: &TopicWords, mistakes: &mut Vec<Diagnostic>) {
    let (Some(factor), Some(in_sync)) = (&words.replication_factor, words.config.get("min.insync.replicas"))
    else {
        return;
    };
    // With one replica there is nothing to choose.
    if factor.value > 1 && in_sync.value.parse() == Ok(factor.value) {
        mistakes.push(
            Diagnostic::lint(code::ALL_IN_SYNC, "every replica must be in sync for a record to be accepted")
                .at(&in_sync.span, "as many as there are replicas: producers stop when one broker is down")
                .at(&factor.span, "the replicas")
                .help(format!("set min.insync.replicas to {}", factor.value - 1)),
        );
    }
}

fn check_compaction(topic: &str, words: &TopicWords, events: &[&EventWords], mistakes: &mut Vec<Diagnostic>) {
    let compacts = |policy: &str| policy.split(',').any(|policy| policy.trim() == "compact");
    let Some(policy) = words.config.get("cleanup.policy").filter(|policy| compacts(&policy.value)) else {
        return;
    };
    // Under an order by key a missing key is an error of its own.
    if words.ordering() == Ordering::Key {
        return;
    }
    for event in events.iter().filter(|event| event.has_no_key()) {
        mistakes.push(
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

fn check_retry(words: &TopicWords, mistakes: &mut Vec<Diagnostic>) {
    let mode = words.retry.as_ref().and_then(|retry| retry.value.mode.as_ref());
    let Some(mode) = mode.filter(|mode| mode.value == RetryMode::Topics) else { return };
    let order = match words.ordering() {
        Ordering::None => return,
        Ordering::Key => "the order of a key",
        Ordering::Total => "the total order",
    };
    mistakes.push(
        Diagnostic::lint(code::RETRY_ORDER, format!("retry topics break {order}"))
            .at(&mode.span, "a failed record is handled after those that came behind it")
            .help("retry in place: leave `mode` out; or set `ordering` to none if the order does not matter"),
    );
}

fn check_dead_letter(words: &TopicWords, mistakes: &mut Vec<Diagnostic>) {
    let dead_letter = words.dead_letter.as_ref().and_then(|word| word.value.as_ref());
    let Some(kept) = dead_letter.and_then(|words| words.config.get("retention.ms")) else { return };
    let source = words.config.get("retention.ms");
    let milliseconds = |text: &str| text.parse().ok().map(retention);
    let source_ms = source.map_or(Some(DEFAULT_RETENTION_MS), |source| milliseconds(&source.value));
    let (Some(kept_ms), Some(source_ms)) = (milliseconds(&kept.value), source_ms) else { return };
    if kept_ms < source_ms {
        let mut mistake = Diagnostic::lint(
            code::DEAD_LETTER_RETENTION,
            "dead letters are kept shorter than the records of their source",
        )
        .at(&kept.span, "gone while the records around them are still there");
        if let Some(source) = source {
            mistake = mistake.at(&source.span, "the source's records are kept this long");
        }
        mistakes.push(
            mistake.help("leave it out: dead letters are kept 14 days, or as long as the source if longer"),
        );
    }
}

/// A retention in milliseconds or bytes as a number that can be compared: -1 is no limit.
pub(super) fn retention(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(u64::MAX)
}
