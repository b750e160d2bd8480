//! Compares a contract with the previous one: changes that no registry sees and that break readers.

use std::collections::{BTreeMap, BTreeSet};

use crate::contract::{
    Contract, DEFAULT_RETENTION_MS, Event, Ordering, RetryTopic, Topic, readable, retention,
};
use crate::diagnostics::{Diagnostic, code};
use crate::types::{Logical, Type, TypeGraph, TypeId};

/// Returns the breaking changes from `old` to `new`: another key, more partitions of a keyed topic, a shorter retention,
/// another scale of a decimal, retry topics that are gone. Topics and events are matched by name. Added and removed ones are not reported.
///
/// The diagnostics have the default levels of their lints; [`Levels::apply`](super::Levels::apply) applies other levels.
/// They have no labels, because a contract has no source locations: their messages name the topic or the event.
pub fn changes(old: &Contract, new: &Contract) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for topic in new.topics.values() {
        if let Some(before) = old.topics.get(&topic.name) {
            partition_increase(before, topic, &mut found);
            retention_cuts(&topic.name, &before.config, &topic.config, &mut found);
            retry_topics_removed(before, topic, &mut found);
            if let (Some(before), Some(after)) = (&before.dead_letter, &topic.dead_letter)
                && before.topic == after.topic
            {
                retention_cuts(&after.topic, &before.config, &after.config, &mut found);
            }
        }
    }
    let before: BTreeMap<&str, &Event> =
        old.events.iter().map(|event| (event.name.as_str(), event)).collect();
    for event in &new.events {
        let Some(before) = before.get(event.name.as_str()) else { continue };
        key_changed(before, event, &mut found);
        let mut scales = Scales {
            old: old.types_of(before),
            new: new.types_of(event),
            event,
            seen: BTreeSet::new(),
            found: &mut found,
        };
        scales.compare(before.type_id, event.type_id, "");
    }
    found
}

fn partition_increase(old: &Topic, new: &Topic, found: &mut Vec<Diagnostic>) {
    let (Some(before), Some(after)) = (old.partitions, new.partitions) else { return };
    if after > before && new.ordering == Ordering::Key {
        let message = format!("topic `{}` goes from {before} to {after} partitions", new.name);
        found.push(Diagnostic::lint(code::PARTITION_INCREASE, message).help(
            "keys move to other partitions, and their new records overtake the old ones: keep the number, or move to \
             a new topic",
        ));
    }
}

fn retention_cuts(
    topic: &str,
    old: &BTreeMap<String, String>,
    new: &BTreeMap<String, String>,
    found: &mut Vec<Diagnostic>,
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
            found.push(
                Diagnostic::lint(code::RETENTION_CUT, message)
                    .help("older records are deleted at once, and nothing brings them back: keep the limit"),
            );
        }
    }
}

fn retry_topics_removed(old: &Topic, new: &Topic, found: &mut Vec<Diagnostic>) {
    let kept = new.retry_topics();
    let gone = |topic: &RetryTopic| kept.iter().all(|kept| kept.name != topic.name);
    for removed in old.retry_topics().into_iter().filter(gone) {
        let (name, group) = (&removed.name, &removed.group);
        let message = format!("`{name}` is no longer a retry topic of group `{group}`");
        found.push(Diagnostic::lint(code::RETRY_TOPIC_REMOVED, message).help(
            "nothing reads the records that wait in it: keep the delays and the group until it is empty",
        ));
    }
}

fn key_changed(old: &Event, new: &Event, found: &mut Vec<Diagnostic>) {
    let paths = |event: &Event| event.key.iter().map(|path| path.fields.join(".")).collect::<Vec<_>>();
    let (before, after) = (paths(old), paths(new));
    if before != after {
        let shown = |paths: &[String]| if paths.is_empty() { "none".to_owned() } else { paths.join(", ") };
        let message =
            format!("the key of event `{}` goes from {} to {}", new.name, shown(&before), shown(&after));
        found.push(Diagnostic::lint(code::KEY_CHANGED, message).help(
            "records of one thing go to two partitions, out of order, and compaction keeps the old ones: keep the key, \
             or move to a new topic",
        ));
    }
}

/// Walks two versions of an event's types side by side.
struct Scales<'a, 'f> {
    old: &'a TypeGraph,
    new: &'a TypeGraph,
    event: &'a Event,
    /// Pairs that have been compared: types may contain themselves.
    seen: BTreeSet<(TypeId, TypeId)>,
    found: &'f mut Vec<Diagnostic>,
}

impl Scales<'_, '_> {
    fn compare(&mut self, old_id: TypeId, new_id: TypeId, path: &str) {
        if !self.seen.insert((old_id, new_id)) {
            return;
        }
        let (old, new) = (self.old.get(old_id), self.new.get(new_id));
        match (old, new) {
            (Type::Record(old), Type::Record(new)) => {
                for field in &new.fields {
                    let known = |name: &String| *name == field.name || field.aliases.contains(name);
                    if let Some(before) = old.fields.iter().find(|before| known(&before.name)) {
                        let inner = join(path, &field.name);
                        self.compare(before.type_id, field.type_id, &inner);
                    }
                }
            }
            (Type::Array(old), Type::Array(new)) | (Type::Map(old), Type::Map(new)) => {
                let (old, new) = (*old, *new);
                self.compare(old, new, &format!("{path}[]"));
            }
            (Type::Union(_), _) | (_, Type::Union(_)) => self.branches(old_id, new_id, path),
            _ => self.scale(old, new, path),
        }
    }

    /// Compares branches of the same kind, or the one type with its branch of the union that it became or came from.
    fn branches(&mut self, old_id: TypeId, new_id: TypeId, path: &str) {
        let branches = |types: &TypeGraph, id: TypeId| match types.get(id) {
            Type::Union(branches) => branches.clone(),
            _ => vec![id],
        };
        for old in branches(self.old, old_id) {
            for new in branches(self.new, new_id) {
                if kind(self.old, old) == kind(self.new, new) {
                    self.compare(old, new, path);
                }
            }
        }
    }

    fn scale(&mut self, old: &Type, new: &Type, path: &str) {
        let scale = |ty: &Type| match ty {
            Type::Logical { logical: Logical::Decimal { scale, .. }, .. } => Some(*scale),
            _ => None,
        };
        let is = |scale: Option<u32>| match scale {
            Some(scale) => format!("a decimal of scale {scale}"),
            None => "no such decimal".to_owned(),
        };
        let (before, after) = (scale(old), scale(new));
        if before != after {
            let message =
                format!("`{path}` of event `{}` was {} and is {}", self.event.name, is(before), is(after));
            self.found.push(Diagnostic::lint(code::DECIMAL_SCALE, message).help(
                "the same bytes mean another number, and no registry sees it: keep the type, and add a field for the \
                 new one",
            ));
        }
    }
}

fn join(path: &str, field: &str) -> String {
    if path.is_empty() { field.to_owned() } else { format!("{path}.{field}") }
}

/// Identifies a branch of a union: by name for a named type, by encoding for any other.
fn kind(types: &TypeGraph, id: TypeId) -> String {
    match types.get(id) {
        Type::Logical { base, .. } => kind(types, *base),
        Type::Array(_) => "array".to_owned(),
        Type::Map(_) => "map".to_owned(),
        ty => ty.name().map_or_else(|| format!("{ty:?}"), ToString::to_string),
    }
}
