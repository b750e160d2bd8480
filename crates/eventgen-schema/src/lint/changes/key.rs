//! Changes of a key: its fields, and how their values are written.

use super::event::key_subject_changed;
use super::found::Changes;
use crate::contract::{Contract, Event, FieldPath, KeySchema};
use crate::diagnostics::{Diagnostic, code};
use crate::lock::fingerprint;
use crate::types::{Field, Logical, Type, TypeGraph, TypeId};

/// Reports other fields, and fields whose values have another text. A field that is renamed is the same.
pub(super) fn key_changed(
    (old, before): (&Contract, &Event),
    (new, event): (&Contract, &Event),
    found: &mut Changes,
) {
    let pairs = || before.key.iter().zip(&event.key);
    let is_same = before.key.len() == event.key.len()
        && pairs().all(|(was, is)| is_same_field((old, before, was), (new, event, is)));
    let key = |event: &Event| match &event.key[..] {
        [] => "none".to_owned(),
        paths => paths.iter().map(shown).collect::<Vec<_>>().join(", "),
    };
    let mut report = |message: String| {
        let diagnostic = Diagnostic::lint(code::KEY_CHANGED, message).help(
            "records of one thing go to two partitions, out of order, and compaction keeps the old ones: keep the key, \
             or move to a new topic",
        );
        found.event(&before.name, &event.name, "key", diagnostic);
    };
    if !is_same {
        report(format!("the key of event `{}` goes from {} to {}", event.name, key(before), key(event)));
        return;
    }
    let whose = format!("event `{}`", event.name);
    if let Some((property, message)) = schema_changed(&whose, (old, before), (new, event)) {
        let diagnostic = Diagnostic::lint(code::KEY_CHANGED, message).help(OTHER_KEYS);
        found.event(&before.name, &event.name, property, diagnostic);
        return;
    }
    for (was, is) in pairs() {
        let (before, after) =
            (text(old.types_of(before), was.type_id), text(new.types_of(event), is.type_id));
        if before != after {
            report(format!(
                "`{}` in the key of event `{}` was {before} and is {after}",
                shown(is),
                event.name
            ));
        }
    }
}

/// What to do about a key with another schema.
pub(crate) const OTHER_KEYS: &str = "the id of its schema is part of a key: records of one thing go to two partitions, out of \
     order, and compaction keeps the old ones: keep the key as it is, or move to a new topic";

/// Reports other keys of a topic none of whose events has a counterpart. Keys of text are those of their events: which fields
/// of another event are the same is not known.
pub(super) fn keys_of_topic_changed(old: &Contract, new: &Contract, topic: &str, found: &mut Changes) {
    let keyed = |event: &&Event| !event.key.is_empty();
    let (Some(before), Some(event)) = (old.events_on(topic).find(keyed), new.events_on(topic).find(keyed))
    else {
        return;
    };
    if let Some((property, message)) =
        schema_changed(&format!("topic `{topic}`"), (old, before), (new, event))
    {
        let diagnostic = Diagnostic::lint(code::KEY_CHANGED, message).help(OTHER_KEYS);
        found.event(&before.name, &event.name, property, diagnostic);
    }
    key_subject_changed(before, event, found);
}

/// The property that says it, and what changed of the schema of the keys, or of their format.
fn schema_changed(
    whose: &str,
    (old, before): (&Contract, &Event),
    (new, event): (&Contract, &Event),
) -> Option<(&'static str, String)> {
    match (&before.typed_key, &event.typed_key) {
        (None, None) => None,
        (None, Some(_)) => Some(("keyFormat", format!("the key of {whose} was text and has a schema"))),
        (Some(_), None) => Some(("keyFormat", format!("the key of {whose} had a schema and is text"))),
        (Some(was), Some(is)) => (forms(old, was) != forms(new, is)).then(|| {
            ("key", format!("the schema of the key of {whose} was {} and is {}", was.text, is.text))
        }),
    }
}

/// The normal forms of a schema and of those that it refers to.
fn forms(contract: &Contract, key: &KeySchema) -> Vec<String> {
    let schema = key.registered();
    let referred = contract.references(&schema).into_iter();
    let referred = referred.map(|referred| fingerprint(&referred.registered(key.schema_type)));
    referred.chain([fingerprint(&schema)]).collect()
}

fn shown(path: &FieldPath) -> String {
    path.fields.join(".")
}

/// Whether two paths lead to one field, by their names, numbers or aliases.
fn is_same_field(
    (old, before, was): (&Contract, &Event, &FieldPath),
    (new, event, is): (&Contract, &Event, &FieldPath),
) -> bool {
    if was.fields == is.fields {
        return true;
    }
    let (old_numbers, new_numbers) = (old.field_numbers(before, was), new.field_numbers(event, is));
    if !new_numbers.is_empty() {
        return old_numbers == new_numbers;
    }
    let (old_fields, new_fields) = (fields(old, before, was), fields(new, event, is));
    let is_alias = |was: &Field, is: &Field| was.name == is.name || is.aliases.contains(&was.name);
    old_fields.len() == new_fields.len()
        && new_fields.len() == is.fields.len()
        && old_fields.iter().zip(&new_fields).all(|(was, is)| is_alias(was, is))
}

/// The fields on the way of a path.
fn fields<'a>(contract: &'a Contract, event: &Event, path: &FieldPath) -> Vec<&'a Field> {
    let types = contract.types_of(event);
    let (mut found, mut id) = (Vec::new(), event.type_id);
    for name in &path.fields {
        let Some(Type::Record(record)) = record(types, id) else { break };
        let Some(field) = record.fields.iter().find(|field| field.name == *name) else { break };
        found.push(field);
        id = field.type_id;
    }
    found
}

/// The type, or the branch of a union that is not null.
fn record(types: &TypeGraph, id: TypeId) -> Option<&Type> {
    match types.get(id) {
        Type::Union(branches) => branches.iter().map(|&id| types.get(id)).find(|ty| **ty != Type::Null),
        ty => Some(ty),
    }
}

/// Names the text that values of a type have in a key. Whole numbers of all sizes have the same, and a text of digits is that
/// of a number: whether one reads the other is said by the rules for schemas.
fn text(types: &TypeGraph, id: TypeId) -> String {
    match types.get(id) {
        Type::Int | Type::Long | Type::String | Type::Enum(_) | Type::Boolean => "a plain value".to_owned(),
        Type::Logical { logical: Logical::Decimal { scale, .. }, .. } => {
            format!("a decimal of scale {scale}")
        }
        Type::Logical { logical, .. } => format!("a {logical}"),
        Type::Fixed(_) => "a fixed".to_owned(),
        other => format!("a {other:?}").to_lowercase(),
    }
}
