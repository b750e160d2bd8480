//! JSON Schema: recognised, so that an error can name it. eventgen has no events in it.

use crate::SchemaType;

impl SchemaType {
    /// JSON Schema.
    pub const JSON: Self = Self::new("JSON");
}
