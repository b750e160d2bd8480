//! Which definitions prost writes.

use prost_types::{DescriptorProto, FileDescriptorProto, MessageOptions};

/// Google's well-known types are part of prost.
pub(super) fn is_generated(file: &FileDescriptorProto) -> bool {
    file.package() != "google.protobuf"
}

/// Whether a message is an entry of a map, for which prost writes no type.
pub(super) fn is_map_entry(message: &DescriptorProto) -> bool {
    message.options.as_ref().is_some_and(MessageOptions::map_entry)
}
