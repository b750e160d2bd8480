//! Changes of typed keys: every one makes other keys of the same values, whatever a registry says of it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use eventgen_schema::comparison::{Comparison, RegisteredKey, VersionText};
use eventgen_schema::compatibility::RuleSet;
use eventgen_schema::lock::{Lock, Locked};
use eventgen_schema::{Loaded, Loader, lint};
use tempfile::TempDir;

/// An event with these properties of the annotation, and these fields.
fn load(properties: &str, fields: &str) -> (TempDir, Loaded) {
    let folder = tempfile::tempdir().expect("a folder");
    let text = format!(
        r#"{{ "type": "record", "name": "Order", "namespace": "com.example",
             "kafka": {{ "topic": "orders.v1", {properties} }}, "fields": [ {fields} ] }}"#
    );
    fs::write(folder.path().join("order.avsc"), text).expect("a file");
    let loaded = Loader::new().path(folder.path()).load().unwrap_or_else(|errors| panic!("{errors}"));
    (folder, loaded)
}

const FIELDS: &str = r#"{ "name": "id", "type": "string" }, { "name": "shop", "type": "int" }"#;
const TYPED: &str = r#""key": ["shop", "id"], "keyFormat": "avro""#;

/// The codes and the messages of what changed.
fn changes(before: (&str, &str), after: (&str, &str)) -> Vec<(&'static str, String)> {
    let (old, new) = (load(before.0, before.1), load(after.0, after.1));
    let found = lint::changes(&old.1.contract, &new.1.contract).into_iter();
    found.map(|diagnostic| (diagnostic.code.id, diagnostic.message)).collect()
}

#[test]
fn every_change_of_the_schema_or_the_format_is_another_key() {
    let schema_of = |shop: &str| {
        let of = r#"{"type":"record","name":"OrderKey","namespace":"com.example","fields":[{"name":"shop","type":"#;
        format!(r#"{of}"{shop}"}},{{"name":"id","type":"string"}}]}}"#)
    };
    let (int, long) = (schema_of("int"), schema_of("long"));
    let wider = FIELDS.replace("int", "long");
    // As text they would be equal, and a registry would take the new schema.
    let message = format!("the schema of the key of event `com.example.Order` was {int} and is {long}");
    assert_eq!(changes((TYPED, FIELDS), (TYPED, &wider)), [("EG0401", message)]);
    let text = TYPED.replace("avro", "string");
    assert_eq!(changes((&text, FIELDS), (&text, &wider)), []);

    let was_text = "the key of event `com.example.Order` was text and has a schema".to_owned();
    assert_eq!(changes((&text, FIELDS), (TYPED, FIELDS)), [("EG0401", was_text)]);
    let is_text = "the key of event `com.example.Order` had a schema and is text".to_owned();
    assert_eq!(changes((TYPED, FIELDS), (&text, FIELDS)), [("EG0401", is_text)]);

    // A renamed field is the same value, under another name in the schema.
    let renamed = FIELDS.replace(r#""name": "id""#, r#""name": "number", "aliases": ["id"]"#);
    let found = changes((TYPED, FIELDS), (&TYPED.replace("\"id\"", "\"number\""), &renamed));
    assert_eq!(found.iter().map(|(code, _)| *code).collect::<Vec<_>>(), ["EG0401"]);
    let named = format!(r#"{TYPED}, "keyName": "Key""#);
    assert_eq!(changes((TYPED, FIELDS), (&named, FIELDS)).len(), 1);
}

#[test]
fn what_is_not_in_the_schema_of_the_key_is_no_change() {
    let more = format!(r#"{FIELDS}, {{ "name": "note", "type": "string", "default": "" }}"#);
    let documented = more.replace(r#""name": "id""#, r#""name": "id", "doc": "Its id.""#);
    assert_eq!(changes((TYPED, FIELDS), (TYPED, &documented)), []);
    // The key of one field has no names.
    let one = r#""key": "id", "keyFormat": "avro""#;
    let renamed = FIELDS.replace(r#""name": "id""#, r#""name": "number", "aliases": ["id"]"#);
    assert_eq!(changes((one, FIELDS), (&one.replace("\"id\"", "\"number\""), &renamed)), []);
}

#[test]
fn another_subject_of_keys_is_a_change() {
    let by_record = format!(r#"{TYPED}, "keySubjectStrategy": "RecordName""#);
    let found = changes((TYPED, FIELDS), (&by_record, FIELDS));
    let message = "the key of event `com.example.Order` is registered under `com.example.OrderKey`, and was under \
                   `orders.v1-key`";
    assert_eq!(found, [("EG0412", message.to_owned())]);
}

#[test]
fn the_lock_has_keys_and_tells_their_changes() {
    let (_folder, typed) = load(TYPED, FIELDS);
    let (_folder, text) = load(&TYPED.replace("avro", "string"), FIELDS);
    let fingerprints = typed.contract.fingerprints();
    assert_eq!(fingerprints.keys().collect::<Vec<_>>(), ["orders.v1-key", "orders.v1-value"]);
    let locked = |fingerprint: &str| Locked::new(1, Some(1), fingerprint.to_owned());
    let compared = |loaded: &Loaded, subjects: &[(&str, Locked)]| {
        let mut lock = Lock::default();
        for (subject, locked) in subjects {
            lock.set("prod", subject, locked.clone());
        }
        let mut comparison = Comparison::new(loaded, RuleSet::Registry);
        comparison.with_lock(&lock, None);
        let found = comparison.finish(&lint::Levels::default());
        found.iter().map(|diagnostic| diagnostic.code.id).collect::<Vec<_>>()
    };
    let value = ("orders.v1-value", locked(&fingerprints["orders.v1-value"][0]));
    let key = locked(&fingerprints["orders.v1-key"][0]);
    let other = locked("0123456789abcdef");
    assert_eq!(compared(&typed, &[("orders.v1-key", key.clone()), value.clone()]), [""; 0]);
    assert_eq!(compared(&typed, &[("orders.v1-key", other.clone()), value.clone()]), ["EG0401"]);
    // Nothing is registered yet.
    assert_eq!(compared(&typed, &[("gone-value", other.clone())]), ["EG0410", "EG0411", "EG0411"]);
    // The event is, so that its keys were text.
    assert_eq!(compared(&typed, std::slice::from_ref(&value)), ["EG0401"]);
    assert_eq!(compared(&text, &[("orders.v1-key", key.clone()), value.clone()]), ["EG0401"]);
    // Another subject: of the same schema, and of another.
    let marked = |locked: &Locked| ("com.example.OrderKey", locked.clone().with_keys_of("orders.v1"));
    assert_eq!(compared(&typed, &[marked(&key), value.clone()]), ["EG0412"]);
    assert_eq!(compared(&typed, &[marked(&other), value.clone()]), ["EG0401"]);
    assert_eq!(compared(&text, &[marked(&key), value.clone()]), ["EG0401"]);
    let of_another = ("com.example.OrderKey", key.with_keys_of("customers.v1"));
    assert_eq!(compared(&text, &[of_another, value]), ["EG0410"]);
}

#[test]
fn the_newest_version_of_a_registry_is_the_schema_of_the_keys() {
    let (_folder, typed) = load(TYPED, FIELDS);
    let (_folder, text) = load(&TYPED.replace("avro", "string"), FIELDS);
    let compared = |loaded: &Loaded, subject: &str, is_same: bool| {
        let mut comparison = Comparison::new(loaded, RuleSet::Registry);
        let version = VersionText::new("AVRO", r#""string""#.to_owned(), BTreeMap::new());
        let shown = format!("{subject} version 3");
        comparison.with_key("orders.v1", &RegisteredKey::new(subject, shown, version, is_same));
        let found = comparison.finish(&lint::Levels::default());
        assert_eq!(found.iter().count(), found.error_count());
        found.iter().map(|diagnostic| diagnostic.code.id).collect::<Vec<_>>()
    };
    assert_eq!(compared(&typed, "orders.v1-key", true), [""; 0]);
    assert_eq!(compared(&typed, "orders.v1-key", false), ["EG0401"]);
    assert_eq!(compared(&typed, "com.example.OrderKey", true), ["EG0412"]);
    assert_eq!(compared(&typed, "com.example.OrderKey", false), ["EG0401"]);
    assert_eq!(compared(&text, "orders.v1-key", false), ["EG0401"]);
}

#[test]
fn keys_of_two_topics_with_one_subject_have_one_schema() {
    let event = |name: &str, topic: &str, ty: &str| {
        format!(
            r#"{{ "type": "record", "name": "{name}", "namespace": "com.example",
                 "kafka": {{ "topic": "{topic}", "key": ["id"], "keyFormat": "avro", "keyName": "Key",
                 "keySubjectStrategy": "RecordName" }}, "fields": [ {{ "name": "id", "type": "{ty}" }} ] }}"#
        )
    };
    let load = |ty: &str, other: &str| {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |file: &str, text: &str| fs::write(folder.path().join(file), text).expect("a file");
        write("a.avsc", &event("A", "a.v1", "int"));
        write("b.avsc", &event("B", "b.v1", ty));
        write("c.avsc", other);
        Loader::new().path(Path::new(folder.path())).load()
    };
    let other = r#"{ "type": "record", "name": "Other", "fields": [] }"#;
    assert!(load("int", other).is_ok());
    let errors = load("long", other).expect_err("two schemas of one name").to_string();
    let message = "the keys of topic `a.v1` and the keys of topic `b.v1` would be registered under one subject, \
                   `com.example.Key`";
    assert!(errors.contains(&format!("error[EG0131]: {message}")), "{errors}");
    let event = r#"{ "type": "record", "name": "C", "namespace": "com.example", "fields": [ { "name": "id", "type": "string" } ],
        "kafka": { "topic": "c.v1", "key": "id", "subject": "com.example.Key" } }"#;
    let errors = load("int", event).expect_err("an event of that subject").to_string();
    assert!(errors.contains("`a.v1` and event `com.example.C` would be registered"), "{errors}");
}
