//! Typed keys that are asked for, as JSON or as the text of one value.

use eventgen_registry::wire::{self, ParsedValue};
use eventgen_schema::{Contract, Event};
use serde_json::Value as Json;

use super::problem::Problem;
use super::{LANGUAGES, json, unregistered};
use crate::values::{Definition, ValueError, ValueReader, Writer, decoded, key_writer_of, parsed};

/// What a key is beside one that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyComparison {
    /// The same key.
    Equal,
    /// Another key.
    Different,
    /// Another key, because what is asked for is not a value of the schema of the key.
    Unfit(Problem),
}

impl ValueReader {
    /// Compares a key with one that is asked for, by the bytes; a key with a schema of the registry also by its JSON, or by the
    /// text of one value. Fields that are left out have their defaults. In Protobuf they have their names in the file or their
    /// JSON names, and numbers of 64 bits may be strings. `header` is what the record has in
    /// [`KEY_HEADER`](wire::KEY_HEADER).
    ///
    /// # Errors
    /// Why the key was not read, so that it may be the same one.
    pub fn compare_key(
        &mut self,
        key: &[u8],
        header: Option<&[u8]>,
        wanted: &str,
    ) -> Result<KeyComparison, ValueError> {
        if key == wanted.as_bytes() {
            return Ok(KeyComparison::Equal);
        }
        if !wire::is_framed(key, header) {
            return Ok(KeyComparison::Different);
        }
        let key = parsed(key, header)?;
        compare(self.writer(key.schema)?, key, wanted)
    }
}

/// Compares a typed key with one that is asked for, in the form in which both are shown.
pub(in crate::records) fn compare(
    writer: &dyn Writer,
    key: ParsedValue<'_>,
    wanted: &str,
) -> Result<KeyComparison, ValueError> {
    let id = key.schema;
    let found = decoded(writer, key)?.value;
    let definition = writer.definition(key).map_err(|reason| ValueError::Value { id, reason })?;
    let wanted = of_text(wanted, |value| {
        let payload = payload(&definition, value)?;
        writer.read(unregistered(&payload)).map(|(_, value)| value).map_err(Problem::new)
    });
    // Members of an object have no order.
    let json = |value| serde_json::to_value(value).unwrap_or_default();
    Ok(match wanted {
        Ok(wanted) if json(&wanted) == json(&found) => KeyComparison::Equal,
        Ok(_) => KeyComparison::Different,
        Err(problem) => KeyComparison::Unfit(problem),
    })
}

/// Encodes a typed key of an event from its own JSON, which for a key of one value may be the text of a string: what follows the
/// id of its schema. `None` if the keys of the event are text.
///
/// # Errors
/// The field that is wrong, and why.
pub fn typed_key_payload(contract: &Contract, event: &Event, text: &str) -> Result<Option<Vec<u8>>, Problem> {
    let Some(writer) = key_writer_of(contract, event).map_err(Problem::new)? else { return Ok(None) };
    // A key in Protobuf is the first message of its file.
    let definition = writer.definition(unregistered(&[0])).map_err(Problem::new)?;
    of_text(text, |value| payload(&definition, value)).map(Some)
}

/// Reads JSON. What is not, or is not a value of the schema, is tried as the text of a string.
fn of_text<T>(text: &str, read: impl Fn(&Json) -> Result<T, Problem>) -> Result<T, Problem> {
    let as_json = json::parse(text).and_then(|value| read(&value));
    as_json.or_else(|problem| read(&Json::from(text)).map_err(|_| problem))
}

/// A value of a type, as what follows the id of its schema.
fn payload(definition: &Definition<'_>, value: &Json) -> Result<Vec<u8>, Problem> {
    let encoded = LANGUAGES.iter().find_map(|language| (language.value)(definition, value));
    encoded.unwrap_or_else(|| Err(Problem::new("its language is not supported")))
}
