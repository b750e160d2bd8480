//! What a contract holds of each schema language.

use std::any::Any;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::types::TypeGraph;

/// Data that only the folder of its language can read.
pub(crate) type Data = Arc<dyn Any + Send + Sync>;

/// A schema as it is registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RegisteredSchema<'a> {
    /// The language, by its name in the API of a Schema Registry, such as `AVRO`.
    pub schema_type: &'static str,
    /// The text.
    pub text: &'a str,
    /// The names of the schemas that it refers to, in order.
    pub references: &'a [String],
}

/// A schema that other schemas refer to when they are registered.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReferencedSchema {
    /// The name by which others refer to it. [`ReferenceStrategy::subject`](super::ReferenceStrategy::subject) has the
    /// subject under which it is registered.
    pub name: String,
    /// Its text as it is registered.
    pub text: String,
    /// The names of the schemas that it refers to.
    pub references: Vec<String>,
}

impl ReferencedSchema {
    /// A schema with the names of those that it refers to.
    pub fn new(name: String, text: String, references: Vec<String>) -> Self {
        Self { name, text, references }
    }

    /// The schema as it is registered; `schema_type` is that of the schema that refers to it.
    pub fn registered(&self, schema_type: &'static str) -> RegisteredSchema<'_> {
        RegisteredSchema { schema_type, text: &self.text, references: &self.references }
    }
}

/// The schemas of one language.
#[derive(Debug, Clone, Default)]
pub(crate) struct Language {
    /// Its types, unless Rust is generated from them: those are [`Contract::types`](crate::Contract::types).
    pub(crate) types: Option<TypeGraph>,
    /// Schemas that others refer to, by name.
    pub(crate) referenced: BTreeMap<String, ReferencedSchema>,
    /// What else the language knows.
    pub(crate) data: Option<Data>,
}
