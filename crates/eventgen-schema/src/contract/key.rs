//! Typed keys: record keys that have a schema of their own in a registry.

use super::language::RegisteredSchema;

/// The schema of the record keys of an event, of the property `keyFormat`. All events of a topic have the same one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeySchema {
    /// The registry subject: `<topic>-key`, or one by the property `keySubjectStrategy`. The prefix of an environment is
    /// not part of it.
    pub subject: String,
    /// The language, by its name in the API of a Schema Registry, such as `AVRO`. It is that of the event.
    pub schema_type: &'static str,
    /// The full name of the record or message. `None` if the key is one value without a record around it.
    pub name: Option<String>,
    /// The schema as it is registered. It follows from the fields of the key alone: documentation, aliases and defaults of
    /// the event are not in it, because another schema has another id, and another id makes other keys.
    pub text: String,
    /// The names of the schemas that it refers to.
    pub references: Vec<String>,
}

impl KeySchema {
    /// The schema as it is registered.
    pub fn registered(&self) -> RegisteredSchema<'_> {
        RegisteredSchema { schema_type: self.schema_type, text: &self.text, references: &self.references }
    }
}

/// The form of the record keys of a topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyFormat {
    /// Text, as a JVM `StringSerializer` writes it.
    String,
    /// A schema in the language of this type.
    Typed(&'static str),
    /// Bytes as they are. Not supported yet.
    Bytes,
}
