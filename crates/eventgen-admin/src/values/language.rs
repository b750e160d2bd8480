//! What a schema language has to do.

use eventgen_registry::wire::ParsedValue;
use eventgen_registry::{ReferencedSchema, RegisteredSchema, SchemaType};

#[cfg(feature = "records")]
use eventgen_avro::parse::ParsedSchema;
#[cfg(feature = "records")]
use prost_reflect::MessageDescriptor;

use super::value::Value;

/// Reads values of one schema.
pub(crate) trait Writer: Send {
    /// The full name of the event and the value, or why the schema does not allow it.
    fn read(&self, value: ParsedValue<'_>) -> Result<(String, Value), String>;

    /// The type of a value, or why the schema has none for it.
    #[cfg(feature = "records")]
    fn definition(&self, value: ParsedValue<'_>) -> Result<Definition<'_>, String>;
}

/// The type of a value, for those who write one like it.
#[cfg(feature = "records")]
pub(crate) enum Definition<'a> {
    Avro(&'a ParsedSchema),
    /// A message, and its path in its file.
    Protobuf(MessageDescriptor, Vec<u32>),
}

/// Parses a registered schema with those that it refers to. The error is a reason.
pub(super) type Parse = fn(&RegisteredSchema, &[ReferencedSchema]) -> Result<Box<dyn Writer>, String>;

/// A schema language.
pub(super) struct Language {
    pub(super) schema_type: SchemaType,
    pub(super) parse: Parse,
}
