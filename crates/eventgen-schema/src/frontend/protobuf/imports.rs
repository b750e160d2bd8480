//! Which imported files the given files use.

use std::collections::BTreeSet;

use prost_reflect::{DescriptorPool, FileDescriptor, Kind, MessageDescriptor};

use super::find::Files;
use super::provided::CONFLUENT_META;

/// The files that are only imported and whose types no given file uses, directly or through other types, and the built-in
/// file of options.
pub(super) fn unused(pool: &DescriptorPool, files: &Files) -> BTreeSet<String> {
    let mut unused = files.imported.clone();
    let given = files.by_name.keys().filter(|name| !files.imported.contains(*name));
    let mut to_do: Vec<FileDescriptor> = given.filter_map(|name| pool.get_file_by_name(name)).collect();
    while let Some(file) = to_do.pop() {
        let mut messages: Vec<MessageDescriptor> = file.messages().collect();
        while let Some(message) = messages.pop() {
            messages.extend(message.child_messages());
            for field in message.fields() {
                let of = match field.kind() {
                    Kind::Message(message) => message.parent_file(),
                    Kind::Enum(definition) => definition.parent_file(),
                    _ => continue,
                };
                if unused.remove(of.name()) {
                    to_do.push(of);
                }
            }
        }
    }
    let options = CONFLUENT_META.0;
    if files.has_own(options) && pool.get_file_by_name(options).is_some() {
        unused.insert(options.to_owned());
    }
    unused
}
