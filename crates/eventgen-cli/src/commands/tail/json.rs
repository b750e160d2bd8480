//! A record as a line of JSON. The page about records documents it.

use eventgen_admin::Record;
use eventgen_admin::values::Value;
use eventgen_registry::SchemaKey;
use serde::Serialize;

use super::values::{Decoded, Key};
use crate::bytes::Bytes;
use crate::failure::Failure;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    topic: &'a str,
    partition: i32,
    offset: i64,
    timestamp: Option<String>,
    key: KeyJson<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key_schema_id: Option<SchemaKey>,
    /// Why the key was not decoded.
    #[serde(skip_serializing_if = "Option::is_none")]
    key_error: Option<String>,
    headers: Vec<Header<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    schema_id: Option<SchemaKey>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<&'a str>,
    /// Null for a tombstone; absent where the value was not decoded.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a Value>,
    /// Why the value was not decoded.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    /// The value that was not decoded.
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<Value>,
}

#[derive(Serialize)]
struct Header<'a> {
    name: Bytes<'a>,
    value: Option<Bytes<'a>>,
}

/// A key. One that was decoded is its value.
#[derive(Serialize)]
#[serde(untagged)]
enum KeyJson<'a> {
    Decoded(&'a Value),
    Bytes(Option<Bytes<'a>>),
}

pub(super) fn record(topic: &str, record: &Record, key: &Key, value: &Decoded) -> Result<String, Failure> {
    let headers = record.headers.iter().map(|header| Header {
        name: Bytes::of(&header.name),
        value: header.value.as_deref().map(Bytes::of),
    });
    let mut line = Line {
        topic,
        partition: record.partition,
        offset: record.offset,
        timestamp: record.time(),
        key: KeyJson::Bytes(record.key.as_deref().map(Bytes::of)),
        key_schema_id: None,
        key_error: None,
        headers: headers.collect(),
        schema_id: None,
        event: None,
        value: None,
        error: None,
        bytes: None,
    };
    match key {
        Key::Plain => {}
        Key::Typed(key) => {
            line.key = KeyJson::Decoded(&key.value);
            line.key_schema_id = Some(key.schema_id);
        }
        Key::Undecoded(error) => {
            line.key_schema_id = error.schema_id();
            line.key_error = Some(error.to_string());
        }
    }
    match value {
        Decoded::Tombstone => line.value = Some(&Value::Null),
        Decoded::Value(decoded) => {
            line.schema_id = Some(decoded.schema_id);
            line.event = Some(&decoded.event);
            line.value = Some(&decoded.value);
        }
        Decoded::Undecoded(error) => {
            line.schema_id = error.schema_id();
            line.error = Some(error.to_string());
            line.bytes = record.value.clone().map(Value::Bytes);
        }
    }
    Ok(serde_json::to_string(&line)?)
}
