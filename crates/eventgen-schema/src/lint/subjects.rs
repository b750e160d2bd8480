//! Rules about subjects: those of the events of one topic, and those of the schemas that events refer to.

use std::collections::BTreeMap;

use crate::contract::{Compatibility, Contract, Event, KeySchema};
use crate::diagnostics::{Diagnostic, code};
use crate::source::Span;

/// Reports events with different schemas under one subject: a registry compares them with each other.
pub(crate) fn check_subjects(topic: &str, events: &[(&Event, &Span)], diagnostics: &mut Vec<Diagnostic>) {
    for (index, (event, span)) in events.iter().enumerate() {
        if event.compatibility == Compatibility::None {
            continue;
        }
        let is_other = |(other, _): &&(&Event, &Span)| {
            let forms = [event, other].map(|event| (event.schema_type, &event.schema));
            other.subject == event.subject && forms[0] != forms[1]
        };
        let Some((other, before)) = events[..index].iter().find(is_other) else { continue };
        let message = format!("two events of topic `{topic}` are registered under `{}`", event.subject);
        diagnostics.push(
            Diagnostic::lint(code::SHARED_SUBJECT, message)
                .at(span, format!("the schema of `{}`", event.name))
                .at(before, format!("and that of `{}`", other.name))
                .help(
                    "the registry compares the two schemas and refuses one: set `subjectStrategy` to `TopicRecordName`, or \
                     `compatibility` to `NONE`",
                ),
        );
    }
}

/// Reports schemas that events refer to under a subject that another schema has: a reference is to a version of a subject,
/// and it would not be known of which schema. `setting` is where the strategy of their subjects is set.
pub(crate) fn check_references(
    contract: &Contract,
    setting: Option<&Span>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let strategy = contract.reference_strategy;
    let mut referred: BTreeMap<String, (&str, &str)> = BTreeMap::new();
    let mut found = BTreeMap::new();
    for event in &contract.events {
        let key = event.typed_key.as_ref().map(KeySchema::registered);
        for schema in [Some(event.registered()), key].iter().flatten().flat_map(|it| contract.references(it))
        {
            let subject = strategy.subject(&schema.name);
            match referred.get(&subject) {
                Some((name, text)) if *text != schema.text => {
                    found.insert(subject, (schema.name.as_str(), *name));
                }
                _ => {
                    referred.insert(subject, (&schema.name, &schema.text));
                }
            }
        }
    }
    for event in &contract.events {
        if let Some((name, _)) = referred.get(&event.subject).filter(|(_, text)| *text != event.schema) {
            found.entry(event.subject.clone()).or_insert((event.name.as_str(), *name));
        }
    }
    for (subject, (one, other)) in found {
        let message = format!("`{one}` and `{other}` would be registered under one subject, `{subject}`");
        let diagnostic = Diagnostic::error(code::WRONG_VALUE, message);
        diagnostics.push(match setting {
            Some(span) => diagnostic
                .at(span, "it makes this subject of the import path")
                .help("rename a file, or name another subject in the annotation of the event"),
            None => diagnostic.help("name another subject in the annotation of the event"),
        });
    }
}

/// Reports keys under a subject that keys of another topic, an event or a schema that others refer to have with another schema:
/// the versions of a subject are versions of one schema.
pub(crate) fn check_key_subjects(contract: &Contract, diagnostics: &mut Vec<Diagnostic>) {
    let mut keys: BTreeMap<&str, (&Event, &KeySchema)> = BTreeMap::new();
    let mut others: BTreeMap<String, String> = BTreeMap::new();
    for event in &contract.events {
        let Some(key) = &event.typed_key else { continue };
        let (other, first) = *keys.entry(&key.subject).or_insert((event, key));
        // Events of one topic have been compared.
        if first.text != key.text && other.topic != event.topic {
            others.insert(key.subject.clone(), format!("the keys of topic `{}`", event.topic));
        }
    }
    for event in &contract.events {
        for schema in contract.references(&event.registered()) {
            let subject = contract.reference_strategy.subject(&schema.name);
            if keys.get(subject.as_str()).is_some_and(|(_, key)| key.text != schema.text) {
                others.entry(subject).or_insert_with(|| format!("`{}`", schema.name));
            }
        }
        let key = keys.get(event.subject.as_str()).filter(|(other, _)| other.topic != event.topic);
        if key.is_some_and(|(_, key)| key.text != event.schema) {
            others.entry(event.subject.clone()).or_insert_with(|| format!("event `{}`", event.name));
        }
    }
    for (subject, other) in others {
        let topic = keys.get(subject.as_str()).map_or("", |(event, _)| &event.topic);
        let message = format!(
            "the keys of topic `{topic}` and {other} would be registered under one subject, `{subject}`"
        );
        diagnostics.push(
            Diagnostic::error(code::TYPED_KEY, message).help("set another `keyName` or `keySubjectStrategy`"),
        );
    }
}

/// Reports records of keys of two topics that have one name and differ: they are two types in every service that reads both.
pub(crate) fn check_key_names(contract: &Contract, diagnostics: &mut Vec<Diagnostic>) {
    let mut names: BTreeMap<(&str, &str), (&Event, &KeySchema)> = BTreeMap::new();
    let mut found: BTreeMap<&str, [&str; 2]> = BTreeMap::new();
    for event in &contract.events {
        let Some(key) = &event.typed_key else { continue };
        let Some(name) = &key.name else { continue };
        let (first, other) = *names.entry((key.schema_type, name)).or_insert((event, key));
        // Events of one topic and keys of one subject have been compared.
        if other.text != key.text && first.topic != event.topic && other.subject != key.subject {
            found.entry(name).or_insert([&first.topic, &event.topic]);
        }
    }
    for (name, [one, other]) in found {
        let message = format!(
            "the records of the keys of topics `{one}` and `{other}` have one name, `{name}`, and differ"
        );
        diagnostics.push(
            Diagnostic::error(code::TYPED_KEY, message).help("set another `keyName` for one of the topics"),
        );
    }
}
