//! Extensions: a number of a message is extended once.

use std::collections::BTreeMap;

use prost_reflect::{ExtensionDescriptor, FileDescriptor, MessageDescriptor};

use super::error::Violation;
use super::spans::{Spans, tag};

/// All extensions of a file, those inside of messages among them.
pub(super) fn extensions(file: &FileDescriptor) -> Vec<ExtensionDescriptor> {
    let mut all: Vec<ExtensionDescriptor> = file.extensions().collect();
    let mut open: Vec<MessageDescriptor> = file.messages().collect();
    while let Some(message) = open.pop() {
        all.extend(message.child_extensions());
        open.extend(message.child_messages());
    }
    all
}

/// Reports the extensions of a file with a number that another extension has. `known` are the full names of those in
/// other files.
pub(super) fn check_extensions(
    file: &FileDescriptor,
    known: &BTreeMap<(String, u32), String>,
    spans: &Spans,
) -> Vec<Violation> {
    let mut own: BTreeMap<(String, u32), ExtensionDescriptor> = BTreeMap::new();
    let mut violations = Vec::new();
    let place = |extension: &ExtensionDescriptor| {
        spans.get(&[extension.path(), &[tag::FIELD_NUMBER]].concat()).unwrap_or_default()
    };
    let mut extensions = extensions(file);
    extensions.sort_by_key(|extension| place(extension).start);
    for extension in extensions {
        let key = (extension.containing_message().full_name().to_owned(), extension.number());
        let first = own.get(&key).map(|first| (first.full_name().to_owned(), Some(place(first))));
        let first = first.or_else(|| known.get(&key).map(|first| (first.clone(), None)));
        if let Some((name, first)) = first {
            let message = format!("extension {} of `{}` is `{name}` already", key.1, key.0);
            let help = "choose a number that no extension of the message has";
            let violation = Violation::invalid(message, place(&extension), "the same number", help);
            violations.push(match first {
                Some(first) => violation.at(first, "first here"),
                None => violation,
            });
        } else {
            own.insert(key, extension);
        }
    }
    violations
}
