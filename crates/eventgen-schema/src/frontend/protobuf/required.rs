//! Finds messages that require themselves, which no finite message satisfies, and scalars that are read lazily.

use std::collections::BTreeSet;

use prost_reflect::{Cardinality, FileDescriptor, Kind, MessageDescriptor};

use super::error::Violation;
use super::spans::{Spans, tag};
use crate::diagnostics::code;

/// Reports every message of a file that requires itself, directly or through others. Imports have no cycles, so the
/// others are in the same file.
pub(super) fn check_required(file: &FileDescriptor, spans: &Spans) -> Vec<Violation> {
    let (mut open, mut violations) = (file.messages().collect::<Vec<_>>(), Vec::new());
    while let Some(message) = open.pop() {
        if requires_itself(&message) {
            let range = spans.get(&[message.path(), &[tag::NAME]].concat()).unwrap_or_default();
            violations.push(Violation {
                code: code::NOT_SUPPORTED,
                message: format!("`{}` requires itself: no finite message exists", message.full_name()),
                labels: vec![(range, "this message".to_owned())],
                help: "make a field of the cycle optional or repeated".to_owned(),
            });
        }
        open.extend(message.child_messages());
    }
    violations
}

/// Reports fields with the option `unverified_lazy` that are not messages. `FieldOptions` of prost-types has no such field.
pub(super) fn check_unverified_lazy(file: &FileDescriptor, spans: &Spans) -> Vec<Violation> {
    let (mut open, mut violations) = (file.messages().collect::<Vec<_>>(), Vec::new());
    while let Some(message) = open.pop() {
        for field in message.fields() {
            let options = field.options();
            let option = options.get_field_by_name("unverified_lazy");
            let is_set = option.and_then(|option| option.as_bool()).unwrap_or_default();
            if is_set && (!matches!(field.kind(), Kind::Message(_)) || field.is_group()) {
                let range = spans.get(&[field.path(), &[tag::NAME]].concat()).unwrap_or_default();
                let message = "only a message is read lazily";
                violations.push(Violation::invalid(message, range, "this field", "remove `unverified_lazy`"));
            }
        }
        open.extend(message.child_messages());
    }
    violations
}

fn requires_itself(message: &MessageDescriptor) -> bool {
    let (mut seen, mut open) = (BTreeSet::new(), vec![message.clone()]);
    while let Some(current) = open.pop() {
        let required = current.fields().filter(|field| field.cardinality() == Cardinality::Required);
        for field in required {
            if let Kind::Message(inner) = field.kind() {
                if inner.full_name() == message.full_name() {
                    return true;
                }
                if seen.insert(inner.full_name().to_owned()) {
                    open.push(inner);
                }
            }
        }
    }
    false
}
