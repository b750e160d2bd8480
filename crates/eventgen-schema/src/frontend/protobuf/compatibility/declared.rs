//! The fields of a message by number, and which messages are declared.

use std::collections::BTreeMap;

use prost_reflect::{FieldDescriptor, Kind, MessageDescriptor};

pub(super) type Fields = BTreeMap<u32, FieldDescriptor>;

pub(super) fn by_number(message: &MessageDescriptor) -> Fields {
    message.fields().map(|field| (field.number(), field)).collect()
}

/// Whether a message is one of its own, not the entry of a map or the contents of a group.
pub(super) fn is_declared(message: &MessageDescriptor) -> bool {
    let holds_it = |field: FieldDescriptor| {
        field.is_group() && matches!(field.kind(), Kind::Message(contents) if contents == *message)
    };
    let is_contents = || message.parent_message().is_some_and(|parent| parent.fields().any(holds_it));
    !message.is_map_entry() && !is_contents()
}
