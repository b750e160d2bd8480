//! The text of one version of a schema.

use std::collections::BTreeMap;

use crate::contract::{Contract, Event, RegisteredSchema};

/// One version of a schema, as a registry stores it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct VersionText {
    /// The language, by its name in the API of a Schema Registry, such as `AVRO`.
    pub schema_type: String,
    /// The text.
    pub text: String,
    /// The texts of the schemas that it refers to, and of those that they refer to, by name.
    pub references: BTreeMap<String, String>,
}

impl VersionText {
    /// A version with the texts of all schemas that it refers to.
    pub fn new(schema_type: &str, text: String, references: BTreeMap<String, String>) -> Self {
        Self { schema_type: schema_type.to_owned(), text, references }
    }

    /// The version of an event.
    pub(super) fn of_event(contract: &Contract, event: &Event) -> Self {
        Self::of(contract, &event.registered())
    }

    pub(super) fn of(contract: &Contract, schema: &RegisteredSchema<'_>) -> Self {
        let references = contract.references(schema).into_iter();
        let references = references.map(|referred| (referred.name.clone(), referred.text.clone())).collect();
        Self { schema_type: schema.schema_type.to_owned(), text: schema.text.to_owned(), references }
    }
}
