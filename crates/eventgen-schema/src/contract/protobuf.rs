//! The Protobuf files of a contract.

use std::collections::BTreeMap;

use crate::types::TypeGraph;

/// The Protobuf files of a contract.
#[derive(Debug, Clone, Default)]
pub struct Protobuf {
    /// Messages as records and enums: what keys and headers are resolved against. A union with null is what may be
    /// absent; a message that is absent counts as its default, as Protobuf has it, and so is no union.
    pub types: TypeGraph,
    /// Every file by the name that others import it by; Google's well-known types and our vocabulary aside.
    pub files: BTreeMap<String, ProtobufFile>,
    /// A `google.protobuf.FileDescriptorSet` of them, encoded, with comments and without our option; empty if there are
    /// none.
    pub descriptor_set: Vec<u8>,
}

/// A Protobuf file as it is registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProtobufFile {
    /// The name that others import it by; as a reference it is registered under a subject of this name.
    pub name: String,
    /// The author's text without our option and our import.
    pub text: String,
    /// The names of the files that it imports and that are registered too.
    pub imports: Vec<String>,
}
