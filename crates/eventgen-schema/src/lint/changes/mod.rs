//! Compares a contract with the previous one: changes that no registry sees and that break readers.

mod event;
mod found;
mod handling;
mod key;
mod scales;
mod topic;

use std::collections::BTreeSet;

pub(crate) use self::event::KEY_SUBJECT;
pub(crate) use self::found::Whereabouts;
use self::found::{Change, Changes};
pub(crate) use self::key::OTHER_KEYS;
use crate::contract::Contract;
use crate::diagnostics::Diagnostic;

/// Returns the breaking changes from `old` to `new`: another key or another schema of keys, more partitions of a keyed topic, an order that
/// is dropped, a shorter retention, another scale of a decimal, retry topics that are gone, events that move to another topic or are gone, other dead
/// letters, another subject, fewer retries, higher lag limits. Topics are matched by name, events as [`Contract::counterparts`] matches them.
/// Added ones are not reported.
///
/// The diagnostics have the default levels of their lints; [`Levels::apply`](super::Levels::apply) applies other levels.
/// They have no labels, because a contract has no source locations: their messages name the topic or the event.
/// [`Comparison`](crate::comparison::Comparison) adds the locations.
pub fn changes(old: &Contract, new: &Contract) -> Vec<Diagnostic> {
    compare(old, new).found.into_iter().map(|change| change.diagnostic).collect()
}

/// The same with where to look for each change.
pub(crate) fn located_changes(old: &Contract, new: &Contract) -> Vec<Change> {
    compare(old, new).found
}

fn compare(old: &Contract, new: &Contract) -> Changes {
    let mut found = Changes::new(old, new);
    for topic in new.topics.values() {
        if let Some(before) = old.topics.get(&topic.name) {
            topic::partition_increase(before, topic, &mut found);
            topic::order_dropped(before, topic, &mut found);
            topic::retention_cuts(
                &topic.name,
                (&topic.name, "config"),
                &before.config,
                &topic.config,
                &mut found,
            );
            topic::policy_changed(
                &topic.name,
                (&topic.name, "config"),
                &before.config,
                &topic.config,
                &mut found,
            );
            topic::retry_topics_removed(before, topic, &mut found);
            handling::dead_letter_changed(before, topic, &mut found);
            handling::retry_reduced(before, topic, &mut found);
            handling::lag_limit_raised(before, topic, &mut found);
            if let (Some(before), Some(after)) = (&before.dead_letter, &topic.dead_letter)
                && before.topic == after.topic
            {
                let of = (&*topic.name, "deadLetter");
                topic::retention_cuts(&after.topic, of, &before.config, &after.config, &mut found);
                topic::policy_changed(&after.topic, of, &before.config, &after.config, &mut found);
            }
        }
    }
    let pairs = new.counterparts(old);
    for (event, before) in &pairs {
        key::key_changed((old, before), (new, event), &mut found);
        event::event_moved(before, event, &mut found);
        event::subject_changed(before, event, &mut found);
        event::key_subject_changed(before, event, &mut found);
        scales::scales((old, before), (new, event), &mut found);
    }
    // Where all events of a topic are replaced by others, the format of its keys still is that of the topic.
    for topic in new.topics.values() {
        let is_compared =
            pairs.iter().any(|(event, before)| event.topic == topic.name && before.topic == topic.name);
        if !is_compared {
            key::keys_of_topic_changed(old, new, &topic.name, &mut found);
        }
    }
    let kept: BTreeSet<&str> = new.events.iter().map(|event| event.name.as_str()).collect();
    for event in old.events.iter().filter(|event| !kept.contains(event.name.as_str())) {
        event::event_removed(event, &mut found);
    }
    found
}
