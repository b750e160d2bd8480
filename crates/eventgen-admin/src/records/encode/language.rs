//! What a schema language has to do.

use eventgen_registry::SchemaType;
use eventgen_schema::contract::FieldPath;
use eventgen_schema::{Contract, Event};
use serde_json::Value as Json;

use super::problem::Problem;
use crate::values::Definition;

/// Reads fields of an event's JSON, and encodes it.
pub(super) trait Encoder: Send {
    /// Appends the value.
    fn encode(&self, value: &Json, payload: &mut Vec<u8>) -> Result<(), Problem>;

    /// Finds members of objects that are no fields, at fields that are records: for values that are not complete.
    fn check_names(&self, value: &Json) -> Result<(), Problem>;

    /// The text of a field in keys and headers; `None` if it is null or absent.
    fn text(&self, value: &Json, path: &FieldPath) -> Result<Option<String>, Problem>;

    /// The typed key, as what follows the id of its schema; `Err` with the field if one of them is null or absent.
    fn key(&self, value: &Json, paths: &[FieldPath]) -> Result<Result<Vec<u8>, usize>, Problem>;
}

/// The encoder of an event. The error is a reason.
pub(super) type MakeEncoder = fn(&Contract, &Event) -> Result<Box<dyn Encoder>, String>;

/// Encodes a value of a type, as what follows the id of its schema. `None` for a type of another language.
pub(super) type EncodeValue = fn(&Definition<'_>, &Json) -> Option<Result<Vec<u8>, Problem>>;

/// A schema language.
pub(super) struct Language {
    pub(super) schema_type: SchemaType,
    pub(super) encoder: MakeEncoder,
    pub(super) value: EncodeValue,
}
