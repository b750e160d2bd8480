//! Schemas of typed keys: eventgen makes them of the fields of the event, so that they need no file.

use eventgen_schema::KeyField;
use serde_json::{Map, Value};

use super::schema::Schema;

/// What follows the topic in the subject of its keys.
const KEY: &str = "-key";
/// The types of fields that keys are made of.
const PLAIN: [&str; 4] = ["string", "int", "long", "boolean"];

/// What becomes of the schema of a topic's keys.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Key {
    /// The properties of the annotation that make it.
    Annotation(String),
    /// Why it is left as a file.
    Left(String),
}

/// The subject of the events of a topic, by that of its keys.
pub(super) fn subject_of_events(subject: &str) -> Option<String> {
    let topic = subject.strip_suffix(KEY).filter(|topic| !topic.is_empty() && !topic.ends_with(':'))?;
    Some(format!("{topic}-value"))
}

/// The topic of a subject of keys, and what becomes of the schema. `None` for a schema that is no key, or that others refer to.
/// `all` has the schemas of events, whose fields make the key.
pub(super) fn key<'a>(schema: &'a Schema, all: &[&Schema]) -> Option<(&'a str, Key)> {
    let topic = schema.topic().strip_suffix(KEY).filter(|topic| !topic.is_empty())?;
    let file = schema.file.as_ref().ok().filter(|_| schema.names.is_empty())?;
    let left = |reason: String| Key::Left(format!("`keyFormat` does not make it, because {reason}"));
    let Some(parsed) = schema.parsed(all) else {
        return Some((topic, left("it does not parse".to_owned())));
    };
    let message = parsed.key_message();
    let has_messages = message.is_some();
    let name = match message {
        Some(name) => name.map(Some),
        None => serde_json::from_str::<Value>(&file.text)
            .map_err(|error| error.to_string())
            .and_then(|written| avro(&written)),
    };
    let name = match name {
        Ok(name) => name,
        Err(reason) => return Some((topic, left(reason))),
    };
    let of_key = parsed.key_fields();
    let subject = subject_of_events(&schema.subject).unwrap_or_default();
    let event = all.iter().filter(|other| other.subject == subject).max_by_key(|other| other.version);
    let of_event = event.and_then(|event| event.parsed(all)).map(|event| event.key_fields());
    let (fields, remarks) = paths(&of_key, of_event.as_deref(), &subject);
    let properties =
        if has_messages { protobuf_properties(name, &fields) } else { avro_properties(name, &fields) };
    Some((topic, Key::Annotation([&[properties], &remarks[..]].concat().join("; "))))
}

/// The fields of a key as the annotation names them.
enum Fields {
    /// The paths in the event.
    Paths(Vec<String>),
    /// The names in the key. Some of them may be paths.
    Names(Vec<String>),
}

/// Finds the fields of the event that make the fields of a key: those of the same type whose paths, joined by `_`, are their
/// names. With remarks on those for which there is not exactly one.
fn paths(of_key: &[KeyField], of_event: Option<&[KeyField]>, subject: &str) -> (Fields, Vec<String>) {
    let names = || of_key.iter().map(|field| field.path.join("_")).collect();
    let Some(of_event) = of_event else {
        let remark = format!(
            "the parts of a path are joined by `_`, and there is no schema of events under `{subject}`"
        );
        return (Fields::Names(names()), vec![remark]);
    };
    let (mut paths, mut remarks) = (Vec::new(), Vec::new());
    for field in of_key {
        let is_it = |candidate: &&KeyField| {
            let is_named = field.path.is_empty() || candidate.path.join("_") == field.path.join("_");
            is_named && candidate.type_text == field.type_text
        };
        let found: Vec<String> = of_event.iter().filter(is_it).map(|found| found.path.join(".")).collect();
        let what =
            if field.path.is_empty() { "the key".to_owned() } else { format!("`{}`", field.path.join("_")) };
        match &found[..] {
            [only] => paths.push(only.clone()),
            [] => remarks.push(format!("no field of the event in `{subject}` makes {what}")),
            several => remarks.push(format!("{what} is one of `{}`", several.join("`, `"))),
        }
    }
    if remarks.is_empty() { (Fields::Paths(paths), remarks) } else { (Fields::Names(names()), remarks) }
}

fn quoted(names: &[String]) -> String {
    format!("\"{}\"", names.join("\", \""))
}

fn avro_properties(name: Option<String>, fields: &Fields) -> String {
    let name_property = name.as_ref().map(|name| format!(", \"keyName\": \"{name}\"")).unwrap_or_default();
    let fields = match (fields, name) {
        (Fields::Paths(paths), None) => format!(", \"key\": {}", quoted(paths)),
        (Fields::Paths(paths), Some(_)) => format!(", \"key\": [{}]", quoted(paths)),
        (Fields::Names(_), None) => ", and name one field of this type in \"key\"".to_owned(),
        (Fields::Names(names), Some(_)) => format!(", and name the fields in \"key\": [{}]", quoted(names)),
    };
    format!("\"keyFormat\": \"avro\"{name_property}{fields}")
}

fn protobuf_properties(name: Option<String>, fields: &Fields) -> String {
    let fields = match fields {
        Fields::Paths(paths) => format!("key: [{}]", quoted(paths)),
        Fields::Names(names) => format!("and name the fields in key: [{}]", quoted(names)),
    };
    format!("key_format: \"protobuf\", key_name: \"{}\", {fields}", name.unwrap_or_default())
}

/// The full name of the record, if the annotation makes this Avro schema; `None` for a key of one value. Or why nothing makes it:
/// the id of a schema is part of the keys, so that it has to be made exactly.
fn avro(written: &Value) -> Result<Option<String>, String> {
    let object = match written {
        Value::Object(object) if object.get("type").and_then(Value::as_str) == Some("record") => object,
        other => {
            field(other)?;
            return Ok(None);
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
    if fields.is_empty() {
        return Err("the record has no fields".to_owned());
    }
    for one in fields {
        let name = one.get("name").and_then(Value::as_str).unwrap_or_default();
        let of = format!("field `{name}`");
        only(one.as_object().ok_or_else(|| of.clone())?, &["name", "type"], &of)?;
        field(&one["type"]).map_err(|reason| format!("{of}: {reason}"))?;
    }
    Ok(Some(name))
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

    fn of(text: &str) -> Result<Option<String>, String> {
        avro(&serde_json::from_str(text).expect("JSON"))
    }

    #[test]
    fn what_the_annotation_makes_is_said() {
        for text in [
            r#""string""#,
            r#"{"type": "long"}"#,
            r#"{"type": "string", "logicalType": "uuid"}"#,
            r#"{"type": "enum", "name": "State", "symbols": ["OPEN"]}"#,
        ] {
            assert_eq!(of(text), Ok(None), "{text}");
        }
        let record = r#"{"type": "record", "name": "Key", "namespace": "a.b", "fields": [
            {"name": "tenant", "type": "string"}, {"name": "day", "type": {"type": "int", "logicalType": "date"}} ]}"#;
        assert_eq!(of(record), Ok(Some("a.b.Key".to_owned())));
    }

    fn schema(subject: &str, schema_type: &'static str, text: &str) -> Schema {
        let file = eventgen_schema::schema_file(schema_type, text).ok_or_else(|| schema_type.to_owned());
        let (subject, language) = (subject.to_owned(), schema_type.to_owned());
        Schema { subject, version: 1, language, file, names: Vec::new() }
    }

    /// What is said of the key of a topic whose events have the other schema.
    fn said(schema_type: &'static str, key: &str, event: &str) -> String {
        let (key, event) = (schema("t-key", schema_type, key), schema("t-value", schema_type, event));
        match super::key(&key, &[&key, &event]) {
            Some(("t", Key::Annotation(text))) => text,
            other => panic!("{other:?}"),
        }
    }

    const EVENT: &str = r#"{"type": "record", "name": "E", "fields": [
        {"name": "in", "type": ["null", {"type": "record", "name": "In", "fields": [
            {"name": "k", "type": "string"}, {"name": "n_o", "type": "int"}]}]},
        {"name": "in_n", "type": {"type": "record", "name": "N", "fields": [{"name": "o", "type": "int"}]}},
        {"name": "in_k", "type": "long"}, {"name": "day", "type": {"type": "int", "logicalType": "date", "doc": "D"}}]}"#;

    #[test]
    fn the_paths_that_make_the_fields_of_a_key_are_found_in_the_event() {
        let record = |fields: &str| format!(r#"{{"type": "record", "name": "K", "fields": [{fields}]}}"#);
        let day = r#"{"name": "day", "type": {"type": "int", "logicalType": "date"}}"#;
        let key = record(&format!(r#"{{"name": "in_k", "type": "string"}}, {day}"#));
        let expected = r#""keyFormat": "avro", "keyName": "K", "key": ["in.k", "day"]"#;
        assert_eq!(said("AVRO", &key, EVENT), expected, "the field `in_k` has another type");
        let key = record(r#"{"name": "in_n_o", "type": "int"}, {"name": "gone", "type": "int"}"#);
        let expected = r#""keyFormat": "avro", "keyName": "K", and name the fields in "key": ["in_n_o", "gone"]; `in_n_o` is one of `in.n_o`, `in_n.o`; no field of the event in `t-value` makes `gone`"#;
        assert_eq!(said("AVRO", &key, EVENT), expected);
        assert_eq!(said("AVRO", "\"string\"", EVENT), r#""keyFormat": "avro", "key": "in.k""#);
        let expected = r#""keyFormat": "avro", and name one field of this type in "key"; the key is one of `in.n_o`, `in_n.o`"#;
        assert_eq!(said("AVRO", "\"int\"", EVENT), expected);
    }

    #[test]
    fn the_properties_of_keys_in_protobuf_are_said() {
        let event = r#"syntax = "proto3"; package a; message E { message In { string k = 7; } enum Size { NO = 0; BIG = 4; }
            In in = 1; Size size = 2; repeated int64 n = 3; map<string, int64> m = 4; optional sint64 o = 5; }"#;
        let key = r#"syntax = "proto3"; package a; message EKey { enum Size { NO = 0; BIG = 4; } // A comment.
            string in_k = 1; Size size = 2; sint64 o = 3; }"#;
        let expected = r#"key_format: "protobuf", key_name: "a.EKey", key: ["in.k", "size", "o"]"#;
        assert_eq!(said("PROTOBUF", key, event), expected);
        let key = r#"syntax = "proto3"; message K { int64 n = 1; }"#;
        let expected = r#"key_format: "protobuf", key_name: "K", and name the fields in key: ["n"]; no field of the event in `t-value` makes `n`"#;
        assert_eq!(said("PROTOBUF", key, event), expected);
        for (key, reason) in [
            (
                "syntax = \"proto3\"; message K { optional string a = 1; }",
                "it has more than the fields of a key in proto3",
            ),
            ("syntax = \"proto3\"; message K { string a = 2; }", "field `a` has the number 2, not 1"),
            ("syntax = \"proto3\"; message K { double a = 1; }", "`a` is neither a string"),
            ("syntax = \"proto3\"; message K {} message L {}", "it has several messages"),
            (
                "syntax = \"proto2\"; message K { optional string a = 1; }",
                "it has more than the fields of a key in proto3",
            ),
        ] {
            let key = schema("t-key", "PROTOBUF", key);
            let Some((_, Key::Left(said))) = super::key(&key, &[&key]) else { panic!("{reason}") };
            assert!(said.contains(reason), "{said}");
        }
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
