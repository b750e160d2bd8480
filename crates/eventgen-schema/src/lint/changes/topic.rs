//! Changes of a topic: what becomes of its records.

use std::collections::BTreeMap;

use super::found::Changes;
use crate::contract::{DEFAULT_RETENTION_MS, Ordering, RetryTopic, Topic, readable, retention};
use crate::diagnostics::{Diagnostic, code};

pub(super) fn partition_increase(old: &Topic, new: &Topic, found: &mut Changes) {
    let (Some(before), Some(after)) = (old.partitions, new.partitions) else { return };
    // An order that is given up by the same change was relied on until now.
    if after > before && [old.ordering, new.ordering].contains(&Ordering::Key) {
        let message = format!("topic `{}` goes from {before} to {after} partitions", new.name);
        let diagnostic = Diagnostic::lint(code::PARTITION_INCREASE, message).help(
            "keys move to other partitions, and their new records overtake the old ones: keep the number, or move to \
             a new topic",
        );
        found.topic(&new.name, "partitions", diagnostic);
    }
}

/// An order of the old contract that the new one does not promise.
pub(super) fn order_dropped(old: &Topic, new: &Topic, found: &mut Changes) {
    let (lost, risk) = match (old.ordering, new.ordering) {
        (Ordering::Key, Ordering::None) => (
            " of one key",
            "two records of a key are handled at the same time, and an older state may replace a newer one",
        ),
        (Ordering::Total, Ordering::None) => {
            ("", "any two records are handled at the same time, and an older state may replace a newer one")
        }
        (Ordering::Total, Ordering::Key) => {
            (" of different keys", "records of different keys overtake each other")
        }
        (Ordering::Key | Ordering::Total | Ordering::None, _) => return,
    };
    let message = format!("records{lost} on topic `{}` lose their order", new.name);
    let help = format!("{risk}: keep `ordering`, or make sure that every consumer allows for it");
    found.topic(&new.name, "ordering", Diagnostic::lint(code::ORDER_DROPPED, message).help(help));
}

/// The limits of a topic, or of the dead letters of one: `of` is the topic in the contract, `property` what sets them.
pub(super) fn retention_cuts(
    topic: &str,
    (of, property): (&str, &'static str),
    old: &BTreeMap<String, String>,
    new: &BTreeMap<String, String>,
    found: &mut Changes,
) {
    // Compaction by itself deletes nothing by age or size.
    if new.get("cleanup.policy").is_some_and(|policy| policy.trim() == "compact") {
        return;
    }
    let limits = [("retention.ms", DEFAULT_RETENTION_MS), ("retention.bytes", u64::MAX)];
    for (name, default) in limits {
        let limit = |config: &BTreeMap<String, String>| match config.get(name) {
            Some(text) => text.parse().ok().map(retention),
            None => Some(default),
        };
        let (Some(before), Some(after)) = (limit(old), limit(new)) else { continue };
        if after < before {
            let shown = |config: &BTreeMap<String, String>| match config.get(name) {
                Some(value) => readable(name, value),
                None if default == u64::MAX => "no limit".to_owned(),
                None => format!("{} (Kafka's default)", readable(name, &default.to_string())),
            };
            let message = format!("{name} of topic `{topic}` goes from {} to {}", shown(old), shown(new));
            let diagnostic = Diagnostic::lint(code::RETENTION_CUT, message)
                .help("older records are deleted at once, and nothing brings them back: keep the limit");
            found.topic(of, property, diagnostic);
        }
    }
}

/// Another `cleanup.policy` that removes records which were kept before.
pub(super) fn policy_changed(
    topic: &str,
    (of, property): (&str, &'static str),
    old: &BTreeMap<String, String>,
    new: &BTreeMap<String, String>,
    found: &mut Changes,
) {
    const NAME: &str = "cleanup.policy";
    let has = |config: &BTreeMap<String, String>, policy: &str| {
        let set = config.get(NAME).map_or("delete", String::as_str);
        set.split(',').any(|part| part.trim() == policy)
    };
    let is_added = |policy: &str| has(new, policy) && !has(old, policy);
    let help = if is_added("delete") {
        "records that are older than the limits are deleted, the last one of a key, too: keep the policy"
    } else if is_added("compact") {
        "of every key only the last record is kept, and nothing brings the others back: keep the policy"
    } else {
        return;
    };
    let shown = |config: &BTreeMap<String, String>| {
        config.get(NAME).map_or("delete (Kafka's default)", String::as_str).to_owned()
    };
    let message = format!("{NAME} of topic `{topic}` goes from {} to {}", shown(old), shown(new));
    found.topic(of, property, Diagnostic::lint(code::RETENTION_CUT, message).help(help));
}

pub(super) fn retry_topics_removed(old: &Topic, new: &Topic, found: &mut Changes) {
    let kept = new.retry_topics();
    let gone = |topic: &RetryTopic| kept.iter().all(|kept| kept.name != topic.name);
    for removed in old.retry_topics().into_iter().filter(gone) {
        let (name, group) = (&removed.name, &removed.group);
        let message = format!("`{name}` is no longer a retry topic of group `{group}`");
        let diagnostic = Diagnostic::lint(code::RETRY_TOPIC_REMOVED, message).help(
            "nothing reads the records that wait in it: keep the delays and the group until it is empty",
        );
        found.topic(&new.name, "retry", diagnostic);
    }
}
