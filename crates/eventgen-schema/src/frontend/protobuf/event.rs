//! The data of contracts and events that only Protobuf has.

use std::collections::{BTreeMap, BTreeSet};

use prost_reflect::{DescriptorPool, Kind};

use super::find::Files;
use crate::contract::{Contract, Event, FieldPath, ReferencedSchema};

/// The name of the language in the API of a Schema Registry.
pub(super) const SCHEMA_TYPE: &str = "PROTOBUF";

/// The message of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct EventMessage {
    /// The file that defines the message: a key of [`ProtobufFiles::files`].
    pub file: String,
    /// Which of the messages that the file declares it is: the index of the outermost message, then those of nested
    /// ones (Confluent's wire format).
    pub message_indexes: Vec<u32>,
}

impl EventMessage {
    pub(super) fn new(file: String, message_indexes: Vec<u32>) -> Self {
        Self { file, message_indexes }
    }
}

/// The Protobuf files of a contract.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct ProtobufFiles<'a> {
    /// Every file by the name that others import it by, without those that are built in; `eventgen/kafka.proto` only if the
    /// annotations are registered.
    pub files: &'a BTreeMap<String, ReferencedSchema>,
    /// A `google.protobuf.FileDescriptorSet` of them, encoded, with comments and without the annotations; empty if
    /// there are none.
    pub descriptor_set: &'a [u8],
    /// Imported files with messages and enums that no file of the contract uses, and built-in files of options: no Rust is
    /// generated from them.
    pub unused: &'a BTreeSet<String>,
}

/// What is kept of the files.
#[derive(Debug)]
pub(super) struct Parsed {
    pub(super) files: Files,
    pub(super) descriptor_set: Vec<u8>,
    /// The files as descriptors, for documentation.
    pub(super) pool: Option<DescriptorPool>,
    pub(super) unused: BTreeSet<String>,
}

impl Contract {
    /// The Protobuf files.
    pub fn protobuf(&self) -> ProtobufFiles<'_> {
        static NO_FILES: BTreeMap<String, ReferencedSchema> = BTreeMap::new();
        static NO_NAMES: BTreeSet<String> = BTreeSet::new();
        let parsed = self.data::<Parsed>(SCHEMA_TYPE);
        ProtobufFiles {
            files: self.language(SCHEMA_TYPE).map_or(&NO_FILES, |language| &language.referenced),
            descriptor_set: parsed.map(|parsed| &parsed.descriptor_set[..]).unwrap_or_default(),
            unused: parsed.map_or(&NO_NAMES, |parsed| &parsed.unused),
        }
    }

    /// The numbers of the fields of a path; none if one of them is not known.
    pub(super) fn protobuf_numbers(&self, event: &Event, path: &FieldPath) -> Vec<u32> {
        let pool = self.data::<Parsed>(SCHEMA_TYPE).and_then(|parsed| parsed.pool.as_ref());
        let mut message = pool.and_then(|pool| pool.get_message_by_name(&event.name));
        let numbers = path.fields.iter().map(|name| {
            let field = message.take()?.get_field_by_name(name)?;
            if let Kind::Message(inner) = field.kind() {
                message = Some(inner);
            }
            Some(field.number())
        });
        numbers.collect::<Option<Vec<_>>>().unwrap_or_default()
    }
}

impl Event {
    /// For an event in Protobuf: its message.
    pub fn protobuf_message(&self) -> Option<&EventMessage> {
        self.data()
    }
}
