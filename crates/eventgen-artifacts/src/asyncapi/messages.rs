//! Messages: events with their keys, headers and schemas.

use eventgen_schema::Contract;
use eventgen_schema::contract::{Event, HeaderValue, SubjectStrategy};
use eventgen_schema::types::Type;
use serde_json::{Map, Value, json};

use super::binding::kafka;
use super::{example, key, schema};
use crate::error::Error;

/// The messages by the full names of the events.
pub(super) fn of(contract: &Contract) -> Result<Map<String, Value>, Error> {
    contract.events.iter().map(|event| Ok((event.name.clone(), message(contract, event)?))).collect()
}

fn message(contract: &Contract, event: &Event) -> Result<Value, Error> {
    let types = contract.types_of(event);
    let short = event.name.rsplit('.').next().unwrap_or(&event.name);
    let payload = schema::payload(contract, event)?;
    let mut message = json!({
        "name": event.name,
        "title": short,
        "contentType": payload.content_type,
        "headers": headers(event),
        "payload": { "schemaFormat": payload.format, "schema": payload.schema },
        "bindings": kafka(binding(contract, event)),
    });
    if let Type::Record(record) = types.get(event.type_id)
        && let Some(doc) = &record.doc
    {
        message["description"] = doc.as_str().into();
    }
    if payload.has_examples
        && let Some(example) = example::of(types, event.type_id)
    {
        message["examples"] = json!([{ "payload": example }]);
    }
    Ok(message)
}

fn headers(event: &Event) -> Value {
    let schema = |value: &HeaderValue| match value {
        HeaderValue::Literal(text) => json!({ "type": "string", "enum": [text] }),
        HeaderValue::Field(path) => {
            json!({ "type": "string", "description": format!("The field `{}`", path.fields.join(".")) })
        }
    };
    let properties: Map<_, _> =
        event.headers.iter().map(|(name, value)| (name.clone(), schema(value))).collect();
    json!({ "type": "object", "properties": properties })
}

fn binding(contract: &Contract, event: &Event) -> Value {
    let strategy = contract.topics.get(&event.topic).map(|topic| topic.subject_strategy);
    let mut binding = json!({
        "schemaIdLocation": "payload",
        "schemaIdPayloadEncoding": "confluent",
    });
    // No strategy of clients finds a subject that the annotation names.
    if !event.names_subject {
        binding["schemaLookupStrategy"] = json!(match strategy {
            Some(SubjectStrategy::RecordName) => "RecordNameStrategy",
            Some(SubjectStrategy::TopicRecordName) => "TopicRecordNameStrategy",
            Some(SubjectStrategy::TopicName) | None => "TopicNameStrategy",
        });
    }
    if !event.key.is_empty() {
        binding["key"] = key::schema(contract.types_of(event), event);
    }
    binding
}
