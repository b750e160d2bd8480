//! What a schema language has to do.

use eventgen_registry::wire::ParsedValue;
use eventgen_registry::{ReferencedSchema, RegisteredSchema, SchemaType};

use super::value::Value;

/// Reads values of one schema.
pub(crate) trait Writer: Send {
    /// The full name of the event and the value, or why the schema does not allow it.
    fn read(&self, value: ParsedValue<'_>) -> Result<(String, Value), String>;
}

/// Parses a registered schema with those that it refers to. The error is a reason.
pub(super) type Parse = fn(&RegisteredSchema, &[ReferencedSchema]) -> Result<Box<dyn Writer>, String>;

/// A schema language.
pub(super) struct Language {
    pub(super) schema_type: SchemaType,
    pub(super) parse: Parse,
}
