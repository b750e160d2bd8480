//! Groups that contain themselves. prost-build boxes messages that do, and does not follow groups.

use std::collections::{BTreeMap, BTreeSet};

use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{DescriptorProto, FieldDescriptorProto, FileDescriptorProto};

/// The paths of the fields to box, as prost-build's settings have them.
pub(super) fn recursive_groups(files: &[&FileDescriptorProto]) -> Vec<String> {
    let mut messages = BTreeMap::new();
    for file in files {
        enter(&dotted("", file.package()), &file.message_type, &mut messages);
    }
    let mut boxed = Vec::new();
    for (name, message) in &messages {
        for field in held(message).filter(|field| field.r#type() == Type::Group) {
            if reaches(field.type_name(), name, &messages) {
                let oneof = field.oneof_index.filter(|_| !field.proto3_optional());
                let oneof = oneof.and_then(|index| message.oneof_decl.get(usize::try_from(index).ok()?));
                let scope = oneof.map_or_else(|| name.clone(), |oneof| dotted(name, oneof.name()));
                boxed.push(dotted(&scope, field.name()));
            }
        }
    }
    boxed
}

/// The compiler bounds the depth.
fn enter<'a>(scope: &str, messages: &'a [DescriptorProto], all: &mut BTreeMap<String, &'a DescriptorProto>) {
    for message in messages {
        let name = dotted(scope, message.name());
        enter(&name, &message.nested_type, all);
        all.insert(name, message);
    }
}

/// A name inside of another one, with a dot in front; a package may be none.
fn dotted(scope: &str, name: &str) -> String {
    if name.is_empty() { scope.to_owned() } else { format!("{scope}.{name}") }
}

/// The fields that hold one message in place.
fn held(message: &DescriptorProto) -> impl Iterator<Item = &FieldDescriptorProto> {
    let holds = |field: &&FieldDescriptorProto| {
        field.label() != Label::Repeated && matches!(field.r#type(), Type::Message | Type::Group)
    };
    message.field.iter().filter(holds)
}

/// Whether a message holds another one, through others too.
pub(super) fn reaches(from: &str, to: &str, messages: &BTreeMap<String, &DescriptorProto>) -> bool {
    let (mut seen, mut open) = (BTreeSet::new(), vec![from]);
    while let Some(name) = open.pop() {
        if name == to {
            return true;
        }
        if let Some(message) = messages.get(name).filter(|_| seen.insert(name)) {
            open.extend(held(message).map(FieldDescriptorProto::type_name));
        }
    }
    false
}
