//! Typed keys: the schema and the subject that a contract gives to a key.

use std::fs;
use std::path::Path;

use eventgen_schema::contract::KeySchema;
use eventgen_schema::{Contract, Diagnostics, Loader, Manifest, Severity, code};

/// The schema of an event with these properties beside the topic, and fields that keys are made of.
fn event(name: &str, properties: &str) -> String {
    format!(
        r#"{{ "type": "record", "name": "{name}", "namespace": "com.example", "doc": "An event.",
             "kafka": {{ "topic": "orders.v1", {properties} }},
             "fields": [
               {{ "name": "id", "doc": "Its id.", "type": "string" }},
               {{ "name": "number", "type": "int", "default": 7 }},
               {{ "name": "count", "type": ["null", "long"], "default": null }},
               {{ "name": "isOpen", "type": "boolean" }},
               {{ "name": "uuid", "type": {{ "type": "string", "logicalType": "uuid" }} }},
               {{ "name": "day", "type": {{ "type": "int", "logicalType": "date" }} }},
               {{ "name": "at", "type": {{ "type": "long", "logicalType": "timestamp-micros" }} }},
               {{ "name": "raw", "type":
                    {{ "type": "fixed", "name": "Raw", "size": 16, "logicalType": "uuid" }} }},
               {{ "name": "state", "type": {{ "type": "enum", "name": "State", "namespace": "com.states",
                    "doc": "A state.", "aliases": ["Status"], "symbols": ["OPEN", "DONE"], "default": "OPEN" }} }},
               {{ "name": "before", "type": "com.states.State" }},
               {{ "name": "customer", "type": {{ "type": "record", "name": "Customer", "fields": [
                    {{ "name": "id", "type": "string" }}, {{ "name": "place_id", "type": "string" }} ] }} }},
               {{ "name": "customer_place", "type": {{ "type": "record", "name": "Place", "fields": [
                    {{ "name": "id", "type": "string" }} ] }} }}
             ] }}"#
    )
}

/// Loads events, by the names of their files.
fn load(events: &[(&str, &str)], manifest: Option<&str>) -> Result<Contract, Diagnostics> {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, properties) in events {
        fs::write(folder.path().join(format!("{name}.avsc")), event(name, properties)).expect("a file");
    }
    let manifest = manifest.map(|text| {
        let path = folder.path().join("eventgen.toml");
        fs::write(&path, text).expect("a file");
        Manifest::read(Path::new(&path)).expect("a manifest")
    });
    let loader = Loader::new().path(folder.path()).environment(manifest.as_ref().map(|_| "dev"));
    Ok(loader.manifest(manifest).load()?.contract)
}

/// The key of an event with these properties.
#[track_caller]
fn key(properties: &str) -> KeySchema {
    let contract = load(&[("Order", properties)], None).unwrap_or_else(|errors| panic!("{errors}"));
    contract.events[0].typed_key.clone().expect("a typed key")
}

/// The message of the one error of events.
#[track_caller]
fn error(events: &[(&str, &str)], code: code::Code) -> String {
    let errors = load(events, None).expect_err("an error");
    let mut found = errors.iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
    let (first, others) = (found.next().expect("an error"), found.count());
    assert_eq!((first.code.id, others), (code.id, 0), "{errors}");
    first.message.clone()
}

#[test]
fn a_key_of_one_field_has_the_schema_of_its_type() {
    for (field, text) in [
        ("id", r#""string""#),
        ("number", r#""int""#),
        ("isOpen", r#""boolean""#),
        ("uuid", r#"{"type":"string","logicalType":"uuid"}"#),
        ("day", r#"{"type":"int","logicalType":"date"}"#),
        ("at", r#"{"type":"long","logicalType":"timestamp-micros"}"#),
        ("raw", r#"{"type":"fixed","name":"Raw","namespace":"com.example","size":16,"logicalType":"uuid"}"#),
        ("state", r#"{"type":"enum","name":"State","namespace":"com.states","symbols":["OPEN","DONE"]}"#),
        ("customer.id", r#""string""#),
    ] {
        let key = key(&format!(r#""key": "{field}", "keyFormat": "avro""#));
        assert_eq!((key.subject.as_str(), key.text.as_str()), ("orders.v1-key", text), "{field}");
        assert_eq!((key.schema_type, key.name, key.references.len()), ("AVRO", None, 0));
    }
}

#[test]
fn a_key_of_several_fields_is_a_record_in_their_order() {
    let key = key(r#""key": ["state", "customer.id", "before"], "keyFormat": "avro""#);
    let text = r#"{"type":"record","name":"OrderKey","namespace":"com.example","fields":[{"name":"state","type":{"type":"enum","name":"State","namespace":"com.states","symbols":["OPEN","DONE"]}},{"name":"customer_id","type":"string"},{"name":"before","type":"com.states.State"}]}"#;
    assert_eq!(key.text, text);
    assert_eq!(key.name.as_deref(), Some("com.example.OrderKey"));
    assert_eq!(key.subject, "orders.v1-key");
}

#[test]
fn a_name_makes_a_record_and_is_in_the_namespace_of_the_event() {
    let named = key(r#""key": "id", "keyFormat": "avro", "keyName": "Id""#);
    let text =
        r#"{"type":"record","name":"Id","namespace":"com.example","fields":[{"name":"id","type":"string"}]}"#;
    assert_eq!((named.text.as_str(), named.name.as_deref()), (text, Some("com.example.Id")));
    let full = key(r#""key": "id", "keyFormat": "avro", "keyName": "org.keys.Id""#);
    assert_eq!(full.name.as_deref(), Some("org.keys.Id"));
}

#[test]
fn the_subject_is_by_the_strategy_of_keys_alone() {
    for (strategy, subject) in [
        ("TopicName", "orders.v1-key"),
        ("RecordName", "com.example.OrderKey"),
        ("TopicRecordName", "orders.v1-com.example.OrderKey"),
    ] {
        let properties = format!(
            r#""key": ["id", "number"], "keyFormat": "avro", "keySubjectStrategy": "{strategy}", "subject": "o""#
        );
        assert_eq!(key(&properties).subject, subject);
    }
    let of_values = key(r#""key": "id", "keyFormat": "avro", "subjectStrategy": "RecordName""#);
    assert_eq!(of_values.subject, "orders.v1-key");
}

#[test]
fn a_subject_has_no_prefix_of_an_environment() {
    let manifest = "[environments.dev]\nbootstrap-servers = \"localhost:9092\"\ntopic-prefix = \"dev.\"\n";
    let contract = load(&[("Order", r#""key": "id", "keyFormat": "avro""#)], Some(manifest));
    let contract = contract.unwrap_or_else(|errors| panic!("{errors}"));
    let event = &contract.events[0];
    assert_eq!(event.topic, "dev.orders.v1");
    assert_eq!(event.typed_key.as_ref().expect("a typed key").subject, "orders.v1-key");
}

#[test]
fn the_format_may_come_from_the_manifest_and_text_is_the_default() {
    let manifest = "[defaults]\nkey-format = \"avro\"\n[environments.dev]\n";
    let contract = load(&[("Order", r#""key": "id""#)], Some(manifest)).expect("a contract");
    assert!(contract.events[0].typed_key.is_some());
    let text = load(&[("Order", r#""key": "id", "keyFormat": "string""#)], Some(manifest));
    assert_eq!(text.expect("a contract").events[0].typed_key, None);
    assert_eq!(load(&[("Order", r#""key": "id""#)], None).expect("a contract").events[0].typed_key, None);
}

#[test]
fn a_key_of_a_nullable_field_has_the_type_without_null() {
    assert_eq!(key(r#""key": "count", "ordering": "none", "keyFormat": "avro""#).text, r#""long""#);
}

#[test]
fn events_of_one_topic_share_the_schema_of_their_keys() {
    let named = [
        ("Order", r#""key": ["id", "number"], "keyFormat": "avro", "keyName": "OrderKey""#),
        ("Paid", r#""key": ["id", "number"]"#),
    ];
    let contract = load(&named, None).unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(contract.events[0].typed_key, contract.events[1].typed_key);

    let message = error(&[named[0], ("Paid", r#""key": ["id", "day"]"#)], code::KEY_SCHEMAS_DIFFER);
    assert_eq!(message, "the keys of two events of topic `orders.v1` have different schemas");
}

#[test]
fn keys_without_a_schema_are_refused() {
    for (properties, expected) in [
        (
            r#""key": "id", "keyFormat": "protobuf""#,
            "the key of `com.example.Order` is in another language than the event",
        ),
        (r#""ordering": "none", "keyFormat": "avro""#, "an event without a key cannot have a typed key"),
        (
            r#""key": ["customer.place_id", "customer_place.id"], "keyFormat": "avro""#,
            "two fields of the key of `com.example.Order` would be `customer_place_id`",
        ),
        (r#""key": "id", "keyName": "Id""#, "`keyName` has no effect on keys of text"),
        (
            r#""key": "id", "keySubjectStrategy": "RecordName""#,
            "`keySubjectStrategy` has no effect on keys of text",
        ),
        (
            r#""key": "id", "keyFormat": "avro", "keySubjectStrategy": "RecordName""#,
            "a key that is not a record has no name for its subject",
        ),
        (
            r#""key": "id", "keyFormat": "avro", "subject": "orders.v1-key""#,
            "a key and an event have one subject, `orders.v1-key`",
        ),
    ] {
        assert_eq!(error(&[("Order", properties)], code::TYPED_KEY), expected);
    }
    let unnamed = [("Order", r#""key": ["id", "number"], "keyFormat": "avro""#), ("Paid", r#""key": "id""#)];
    assert_eq!(
        error(&unnamed, code::TYPED_KEY),
        "the events of topic `orders.v1` share the record of their keys, which has no name"
    );
    let wrong =
        error(&[("Order", r#""key": "id", "keyFormat": "avro", "keyName": "a..b""#)], code::WRONG_VALUE);
    assert_eq!(wrong, "`a..b` is not the name of a type");
}

#[test]
fn the_record_of_a_key_has_a_name_of_its_own() {
    let load = |files: &[(&str, &str)]| {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in files {
            fs::write(folder.path().join(name), text).expect("a file");
        }
        Loader::new().path(folder.path()).load().map(|_| ()).map_err(|errors| errors.to_string())
    };
    let refused = |files: &[(&str, &str)], other: &str| {
        let errors = load(files).expect_err("a name that is taken");
        let message = format!(
            "error[EG0131]: the record of the key of `com.example.A` would have the name of {other}\n"
        );
        assert!(errors.contains(&message), "{errors}");
    };
    let avro = |name: &str, topic: &str, properties: &str| {
        format!(
            r#"{{ "type": "record", "name": "{name}", "namespace": "com.example",
                 "kafka": {{ "topic": "{topic}", "key": ["id", "shop"], {properties} }},
                 "fields": [ {{ "name": "id", "type": "string" }}, {{ "name": "shop", "type": "int" }} ] }}"#
        )
    };
    let named = |name: &str| avro("A", "a.v1", &format!(r#""keyFormat": "avro", "keyName": "{name}""#));
    let plain = |name: &str| avro(name, "b.v1", r#""keyFormat": "string""#);
    let ty = |rest: &str| format!(r#"{{ "name": "Key", "namespace": "com.example", {rest} }}"#);
    // An event evolves, though it has the fields of the key now.
    refused(&[("a.avsc", &named("A"))], "the record `com.example.A`");
    refused(&[("a.avsc", &named("B")), ("b.avsc", &plain("B"))], "the record `com.example.B`");
    let more = r#"{ "name": "note", "type": "string" }, { "name": "id""#;
    refused(&[("a.avsc", &named("A").replace(r#"{ "name": "id""#, more))], "the record `com.example.A`");
    let other = plain("B").replace("\"int\"", "\"long\"");
    refused(&[("a.avsc", &named("B")), ("b.avsc", &other)], "the record `com.example.B`");
    // `<Event>Key` may be taken, too.
    let default = avro("A", "a.v1", r#""keyFormat": "avro""#);
    let other = plain("AKey").replace("\"int\"", "\"long\"");
    refused(&[("a.avsc", &default), ("b.avsc", &other)], "the record `com.example.AKey`");
    let symbols = ty(r#""type": "enum", "symbols": ["X"]"#);
    refused(&[("a.avsc", &named("Key")), ("b.avsc", &symbols)], "the enum `com.example.Key`");
    let bytes = ty(r#""type": "fixed", "size": 4"#);
    refused(&[("a.avsc", &named("Key")), ("b.avsc", &bytes)], "the fixed type `com.example.Key`");
    // What another service makes such keys from.
    let fields = r#"{ "name": "id", "type": "string", "doc": "Its id." }, { "name": "shop", "type": "int" }"#;
    let same = ty(&format!(r#""type": "record", "fields": [ {fields} ]"#));
    assert_eq!(load(&[("a.avsc", &named("Key")), ("b.avsc", &same)]), Ok(()));
    // Keys of two topics.
    let two = |key: &str| {
        let other =
            avro("B", "b.v1", r#""keyFormat": "avro", "keyName": "Key""#).replace(r#"["id", "shop"]"#, key);
        load(&[("a.avsc", &named("Key")), ("b.avsc", &other)])
    };
    assert_eq!(two(r#"["id", "shop"]"#), Ok(()));
    let errors = two(r#"["shop", "id"]"#).expect_err("two records of one name");
    let message =
        "the records of the keys of topics `a.v1` and `b.v1` have one name, `com.example.Key`, and differ";
    assert!(errors.contains(&format!("error[EG0131]: {message}")), "{errors}");

    let proto = |key: &str| {
        format!(
            "syntax = \"proto3\";\npackage com.example;\nimport \"eventgen/kafka.proto\";\nmessage Other {{\n  enum Kind {{\n    NONE = 0;\n  }}\n}}\n\
             message A {{\n  option (eventgen.kafka) = {{ topic: \"a.v1\" key: \"id\" key_format: \"protobuf\" key_name: \"{key}\" }};\n  \
             string id = 1;\n}}\n"
        )
    };
    assert_eq!(load(&[("a.proto", &proto("AKey"))]), Ok(()));
    for (key, other) in [
        ("A", "the message `com.example.A`"),
        ("com.example.Other", "the message `com.example.Other`"),
        ("com.example.Other.Kind", "the message `com.example.Other`"),
        ("com.example.A.Key", "the message `com.example.A`"),
        ("com.example", "the package `com.example`"),
    ] {
        refused(&[("a.proto", &proto(key))], other);
    }
}
