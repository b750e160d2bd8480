//! What a language is asked for and answers about the schema of a typed key, and about the fields that make one.

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

/// A field that a key can be made of.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeyField {
    /// The names of the field and of those around it, outermost first. Empty for a schema that is not a record.
    pub path: Vec<String>,
    /// Its type in the schema of a key. Equal texts are equal types.
    pub type_text: String,
}

impl KeyField {
    /// The fields are not nested deeper. A record may contain itself.
    pub(super) const DEEPEST: usize = 8;
    /// The most fields of a schema.
    pub(super) const MOST: usize = 10_000;

    pub(super) fn new(path: Vec<String>, type_text: String) -> Self {
        Self { path, type_text }
    }
}
