//! The oneofs that `optional` fields imply: they get names that no field and no other oneof of their message has.

use prost_reflect::prost_types::{DescriptorProto, FileDescriptorProto};

/// Renames the implied oneofs of a file as protoc does: the parser names them without regard to other names.
pub(super) fn rename_synthetic(file: &mut FileDescriptorProto) {
    file.message_type.iter_mut().for_each(rename);
}

/// The parser bounds the depth.
fn rename(message: &mut DescriptorProto) {
    for index in 0..message.field.len() {
        let field = &message.field[index];
        let oneof = field.oneof_index.filter(|_| field.proto3_optional());
        let Some(oneof) = oneof.and_then(|oneof| usize::try_from(oneof).ok()) else { continue };
        let name = free_name(message, field.name(), Some(oneof));
        if let Some(oneof) = message.oneof_decl.get_mut(oneof) {
            oneof.name = Some(name);
        }
    }
    message.nested_type.iter_mut().for_each(rename);
}

/// The name of the oneof that a field implies; `own` is the index of that oneof if there is one.
pub(super) fn free_name(message: &DescriptorProto, field: &str, own: Option<usize>) -> String {
    let mut name = if field.starts_with('_') { field.to_owned() } else { format!("_{field}") };
    let is_taken = |name: &str| {
        let mut oneofs = message.oneof_decl.iter().enumerate();
        message.field.iter().any(|field| field.name() == name)
            || oneofs.any(|(index, oneof)| Some(index) != own && oneof.name() == name)
    };
    while is_taken(&name) {
        name.insert(0, 'X');
    }
    name
}
