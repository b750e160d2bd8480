//! Visits the definitions of a file at every level of nesting.

use prost_reflect::prost_types::{
    DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorProto,
};

use super::spans::tag;

/// Every message with its full name and its path.
pub(super) fn messages(file: &FileDescriptorProto) -> Vec<(String, Vec<i32>, &DescriptorProto)> {
    let outer = (0..).zip(&file.message_type).map(|(index, message)| {
        (joined(file.package(), message.name()), vec![tag::FILE_MESSAGE, index], message)
    });
    let mut all: Vec<_> = outer.collect();
    let mut done = 0;
    while let Some((scope, path, message)) = all.get(done).cloned() {
        all.extend((0..).zip(&message.nested_type).map(|(index, nested)| {
            (joined(&scope, nested.name()), [&path[..], &[tag::MESSAGE_NESTED, index]].concat(), nested)
        }));
        done += 1;
    }
    all
}

/// Every field of a message with its path.
pub(super) fn fields(file: &FileDescriptorProto) -> Vec<(Vec<i32>, &FieldDescriptorProto)> {
    let fields = messages(file).into_iter().flat_map(|(_, path, message)| {
        let path = move |index| [&path[..], &[tag::MESSAGE_FIELD, index]].concat();
        (0..).zip(&message.field).map(move |(index, field)| (path(index), field))
    });
    fields.collect()
}

/// The full name in a scope. The scope may be empty.
pub(super) fn joined(scope: &str, name: &str) -> String {
    if scope.is_empty() { name.to_owned() } else { format!("{scope}.{name}") }
}

/// Every enum with its path.
pub(super) fn enums(file: &FileDescriptorProto) -> Vec<(Vec<i32>, &EnumDescriptorProto)> {
    let outer = (0..).zip(&file.enum_type).map(|(index, item)| (vec![tag::FILE_ENUM, index], item));
    let inner = messages(file).into_iter().flat_map(|(_, path, message)| {
        let path = move |index| [&path[..], &[tag::MESSAGE_ENUM, index]].concat();
        (0..).zip(&message.enum_type).map(move |(index, item)| (path(index), item))
    });
    outer.chain(inner).collect()
}
