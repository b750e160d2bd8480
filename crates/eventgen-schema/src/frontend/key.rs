//! What a language is asked for and answers about the schema of a typed key.

use super::schemas::{EventSchema, Schemas};
use crate::contract::FieldPath;

/// A key that a schema is made of.
#[derive(Debug)]
pub struct KeyDefinition<'a> {
    /// The schemas of the language.
    pub schemas: &'a Schemas,
    /// The schema of the event.
    pub event: &'a EventSchema,
    /// The full name of the event.
    pub full_name: &'a str,
    /// The fields of the key, at least one. Each has a text form.
    pub paths: &'a [FieldPath],
    /// The names of these fields in a record of the key: no two are equal.
    pub fields: &'a [String],
    /// The name of that record, if the contract has one; without a namespace, it is in that of the event.
    pub name: Option<&'a str>,
}

/// Why a key has no schema.
#[derive(Debug)]
#[non_exhaustive]
pub enum KeyProblem {
    /// Its fields have none, for this reason.
    Fields(String),
    /// Its record would have the name of something else, which this describes, such as "the record `shop.Order`".
    NameTaken(String),
}

impl From<String> for KeyProblem {
    fn from(reason: String) -> Self {
        Self::Fields(reason)
    }
}

/// The schema of a key.
#[derive(Debug)]
pub struct KeyText {
    /// The full name of the record; `None` if the key is one value.
    pub name: Option<String>,
    /// The schema as it is registered.
    pub text: String,
    /// The names of the schemas that it refers to.
    pub references: Vec<String>,
}
