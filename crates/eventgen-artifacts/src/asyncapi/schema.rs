//! Schemas of payloads. One in Avro is embedded as JSON with the schemas that it refers to; one in another language is text.

use std::collections::BTreeMap;

use eventgen_schema::Contract;
use eventgen_schema::contract::Event;
use serde_json::Value;

use super::path::FILE;
use crate::error::Error;

/// The schema of a payload.
pub(super) struct Payload {
    pub(super) content_type: &'static str,
    pub(super) format: &'static str,
    pub(super) schema: Value,
    /// Whether tools compare an example with the schema.
    pub(super) has_examples: bool,
}

pub(super) fn payload(contract: &Contract, event: &Event) -> Result<Payload, Error> {
    if event.avro_fingerprint().is_none() {
        return Ok(Payload {
            content_type: "application/x-protobuf",
            format: "application/vnd.google.protobuf;version=3",
            schema: event.schema.as_str().into(),
            has_examples: false,
        });
    }
    let parse = |name: &str, text: &str| -> Result<Value, Error> {
        serde_json::from_str(text)
            .map_err(|cause| Error::Json { file: FILE.to_owned(), cause: format!("{name}: {cause}") })
    };
    let mut referenced = BTreeMap::new();
    for schema in contract.references(&event.registered()) {
        referenced.insert(schema.name.as_str(), parse(&schema.name, &schema.text)?);
    }
    let mut schema = parse(&event.name, &event.schema)?;
    embed(&mut schema, &mut referenced);
    Ok(Payload {
        content_type: "application/vnd.apache.avro",
        format: "application/vnd.apache.avro;version=1.9.0",
        schema,
        has_examples: true,
    })
}

/// Puts the definition of each type that is registered apart where it is first named. The parser limits the depth.
fn embed(schema: &mut Value, referenced: &mut BTreeMap<&str, Value>) {
    match schema {
        Value::String(name) => {
            if let Some(mut definition) = referenced.remove(name.as_str()) {
                embed(&mut definition, referenced);
                *schema = definition;
            }
        }
        Value::Array(branches) => branches.iter_mut().for_each(|branch| embed(branch, referenced)),
        Value::Object(object) => {
            for part in ["type", "items", "values"] {
                if let Some(part) = object.get_mut(part) {
                    embed(part, referenced);
                }
            }
            if let Some(Value::Array(fields)) = object.get_mut("fields") {
                for field in fields {
                    if let Some(ty) = field.get_mut("type") {
                        embed(ty, referenced);
                    }
                }
            }
        }
        _ => {}
    }
}
