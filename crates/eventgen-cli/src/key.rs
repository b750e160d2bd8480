//! The key of an event, for people.

use eventgen_schema::Event;

/// The fields of the key; of a typed key also its language and its subject.
pub(crate) fn key(event: &Event) -> String {
    let fields: Vec<String> = event.key.iter().map(|path| path.fields.join(".")).collect();
    if fields.is_empty() {
        return "without a key".to_owned();
    }
    let fields = fields.join(", ");
    match &event.typed_key {
        Some(typed) => {
            format!("key {fields} ({}, subject {})", typed.schema_type.to_lowercase(), typed.subject)
        }
        None => format!("key {fields}"),
    }
}
