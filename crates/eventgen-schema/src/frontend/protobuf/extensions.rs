//! Extensions: a number of a message is extended once.

use std::collections::BTreeMap;

use prost_reflect::prost_types::FileDescriptorProto;
use prost_reflect::{ExtensionDescriptor, FileDescriptor, MessageDescriptor};

use super::error::Violation;
use super::spans::{Spans, tag};
use super::walk::messages;

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

/// What to do about two extensions with one number.
const HELP: &str = "choose a number that no extension of the message has";

/// Reports the extensions of a file with a number that an extension in another file has, before options are resolved: an
/// option that such an extension defines has the type of the other one there.
pub(super) fn check_numbers(
    descriptor: &FileDescriptorProto,
    known: &BTreeMap<(String, u32), String>,
    spans: &Spans,
) -> Vec<Violation> {
    let outer = (0..).zip(&descriptor.extension);
    let outer = outer.map(|(index, extension)| (vec![tag::FILE_EXTENSION, index], extension));
    let messages = messages(descriptor);
    let inner = messages.iter().flat_map(|(_, path, message)| {
        let path = |index| [&path[..], &[tag::MESSAGE_EXTENSION, index]].concat();
        (0..).zip(&message.extension).map(move |(index, extension)| (path(index), extension))
    });
    let clashing = outer.chain(inner).filter_map(|(path, extension)| {
        let of = extension.extendee().trim_start_matches('.');
        let number = u32::try_from(extension.number()).ok()?;
        let first = known.get(&(of.to_owned(), number))?;
        let range = spans.get(&[&path[..], &[tag::FIELD_NUMBER]].concat()).unwrap_or_default();
        let message = format!("extension {number} of `{of}` is `{first}` already");
        Some(Violation::invalid(message, range, "the same number", HELP))
    });
    clashing.collect()
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
            let violation = Violation::invalid(message, place(&extension), "the same number", HELP);
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
