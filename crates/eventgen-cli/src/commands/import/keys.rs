//! Schemas of typed keys: eventgen makes them of the fields of the event, so that they need no file.

use serde_json::{Map, Value};

use super::schema::Schema;

/// What follows the topic in the subject of its keys.
const KEY: &str = "-key";
/// The types of fields that keys are made of.
const PLAIN: [&str; 4] = ["string", "int", "long", "boolean"];

/// Comments and the order of declarations do not count in Protobuf: another command compares the schemas.
const PROTOBUF: &str = "set `key_format: \"protobuf\"`, a `key_name` and the fields of the message as `key`, and \
    `eventgen diff --against registry` says whether that makes the same schema";

/// What becomes of the schema of a topic's keys.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Key {
    /// The properties of the annotation that make it.
    Annotation(String),
    /// Why it is left as a file.
    Left(String),
}

/// The topic of a subject of keys, and what becomes of the schema. `None` for a schema that is no key, or that others refer to.
pub(super) fn key(schema: &Schema) -> Option<(&str, Key)> {
    let topic = schema.topic().strip_suffix(KEY).filter(|topic| !topic.is_empty())?;
    let file = schema.file.as_ref().ok().filter(|_| schema.names.is_empty())?;
    let key = match serde_json::from_str::<Value>(&file.text) {
        Ok(written) => avro(&written).map_or_else(
            |reason| Key::Left(format!("`keyFormat` does not make it, because {reason}")),
            Key::Annotation,
        ),
        Err(_) => Key::Left(PROTOBUF.to_owned()),
    };
    Some((topic, key))
}

/// The properties that make an Avro schema, or why none do. The id of a schema is part of the keys, so that it has to be made
/// exactly.
fn avro(written: &Value) -> Result<String, String> {
    let object = match written {
        Value::Object(object) if object.get("type").and_then(Value::as_str) == Some("record") => object,
        other => {
            field(other)?;
            return Ok(r#""keyFormat": "avro", and name one field of this type in "key""#.to_owned());
        }
    };
    only(object, &["type", "name", "namespace", "fields"], "the record")?;
    let name = object.get("name").and_then(Value::as_str).unwrap_or_default();
    let namespace = object.get("namespace").and_then(Value::as_str);
    let name = match namespace.filter(|namespace| !namespace.is_empty() && !name.contains('.')) {
        Some(namespace) => format!("{namespace}.{name}"),
        None => name.to_owned(),
    };
    let fields = object.get("fields").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut names = Vec::with_capacity(fields.len());
    for one in fields {
        let name = one.get("name").and_then(Value::as_str).unwrap_or_default();
        let of = format!("field `{name}`");
        only(one.as_object().ok_or_else(|| of.clone())?, &["name", "type"], &of)?;
        field(&one["type"]).map_err(|reason| format!("{of}: {reason}"))?;
        names.push(format!("\"{name}\""));
    }
    if names.is_empty() {
        return Err("the record has no fields".to_owned());
    }
    let names = names.join(", ");
    Ok(format!(r#""keyFormat": "avro", "keyName": "{name}", and name the fields in "key": [{names}]"#))
}

/// A type that a field of a key can have.
fn field(written: &Value) -> Result<(), String> {
    let kind = |name: &str| {
        // The definition of a name is before it.
        if PLAIN.contains(&name) || name.contains('.') { Ok(()) } else { Err(format!("its type is {name}")) }
    };
    match written {
        Value::String(name) => kind(name),
        Value::Object(object) => match object.get("type").and_then(Value::as_str) {
            Some("enum") => only(object, &["type", "name", "namespace", "symbols"], "the enum"),
            Some("fixed") => {
                only(object, &["type", "name", "namespace", "size", "logicalType"], "the fixed")?;
                match object.get("logicalType").and_then(Value::as_str) {
                    Some("uuid") => Ok(()),
                    _ => Err("its type is fixed".to_owned()),
                }
            }
            Some(name) => {
                only(object, &["type", "logicalType"], "its type")?;
                kind(name)
            }
            None => Err("its type is not that of one value".to_owned()),
        },
        _ => Err("its type is not that of one value".to_owned()),
    }
}

/// Refuses other properties: those that eventgen makes have none.
fn only(object: &Map<String, Value>, known: &[&str], of: &str) -> Result<(), String> {
    match object.keys().find(|name| !known.contains(&name.as_str())) {
        Some(name) => Err(format!("{of} has the property `{name}`")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<String, String> {
        avro(&serde_json::from_str(text).expect("JSON"))
    }

    #[test]
    fn what_the_annotation_makes_is_said() {
        let one = r#""keyFormat": "avro", and name one field of this type in "key""#;
        for text in [
            r#""string""#,
            r#"{"type": "long"}"#,
            r#"{"type": "string", "logicalType": "uuid"}"#,
            r#"{"type": "enum", "name": "State", "symbols": ["OPEN"]}"#,
        ] {
            assert_eq!(of(text).as_deref(), Ok(one), "{text}");
        }
        let record = r#"{"type": "record", "name": "Key", "namespace": "a.b", "fields": [
            {"name": "tenant", "type": "string"}, {"name": "day", "type": {"type": "int", "logicalType": "date"}} ]}"#;
        let expected =
            r#""keyFormat": "avro", "keyName": "a.b.Key", and name the fields in "key": ["tenant", "day"]"#;
        assert_eq!(of(record).as_deref(), Ok(expected));
    }

    #[test]
    fn what_would_have_another_id_is_left() {
        for (text, reason) in [
            (
                r#"{"type": "string", "avro.java.string": "String"}"#,
                "its type has the property `avro.java.string`",
            ),
            (r#""double""#, "its type is double"),
            (r#"["null", "string"]"#, "its type is not that of one value"),
            (
                r#"{"type": "record", "name": "Key", "doc": "A key.", "fields": []}"#,
                "the record has the property `doc`",
            ),
            (
                r#"{"type": "record", "name": "Key", "fields": [{"name": "a", "type": "int", "default": 1}]}"#,
                "field `a` has the property `default`",
            ),
            (r#"{"type": "record", "name": "Key", "fields": []}"#, "the record has no fields"),
        ] {
            assert_eq!(of(text).as_ref().err().map(String::as_str), Some(reason), "{text}");
        }
    }
}
