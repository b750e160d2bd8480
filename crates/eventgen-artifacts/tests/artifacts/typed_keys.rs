//! Typed keys in all that shows a contract: their schemas, their subjects and the types of their fields.

use std::fs;

use eventgen_artifacts::catalogue::{Catalogue, Export, Settings};
use eventgen_artifacts::{asyncapi, json};
use eventgen_schema::{Contract, Loader};
use serde_json::{Value, json};
use tempfile::TempDir;

const AVRO: &str = r#"{ "type": "record", "name": "Sold", "namespace": "com.example",
  "kafka": { "topic": "sold.v1", "key": ["shop", "at", "kind", "id"], "keyFormat": "avro", "keyName": "SaleKey" },
  "fields": [
    { "name": "shop", "type": "int" },
    { "name": "at", "type": { "type": "long", "logicalType": "timestamp-millis" } },
    { "name": "kind", "type": { "type": "enum", "name": "Kind", "symbols": ["SALE", "GIFT"] } },
    { "name": "id", "type": { "type": "string", "logicalType": "uuid" } } ] }"#;
const ONE: &str = r#"{ "type": "record", "name": "Counted", "namespace": "com.example",
  "kafka": { "topic": "counted.v1", "key": "shop", "keyFormat": "avro" },
  "fields": [ { "name": "shop", "type": "long" } ] }"#;
const PROTOBUF: &str = "syntax = \"proto3\"; package com.example; import \"eventgen/kafka.proto\";
message Moved {
  option (eventgen.kafka) = { topic: \"moved.v1\" key: [\"item.id\", \"is_new\"] key_format: \"protobuf\" };
  message Item { string id = 1; }
  Item item = 1;
  bool is_new = 2;
}";

fn contract() -> Contract {
    let folder = TempDir::new().expect("a folder");
    for (name, text) in [("sold.avsc", AVRO), ("counted.avsc", ONE), ("moved.proto", PROTOBUF)] {
        fs::write(folder.path().join(name), text).expect("a file");
    }
    Loader::new().path(folder.path()).load().unwrap_or_else(|errors| panic!("{errors}")).contract
}

#[test]
fn documents_have_json_schemas_of_keys() {
    let contract = contract();
    let file = asyncapi::document(&contract, &asyncapi::Settings::new("Keys", "1.0.0")).expect("a document");
    let document: Value = serde_json::from_str(&file.text).expect("JSON");
    let key = |event: &str| {
        let messages = &document["components"]["messages"];
        let mut key = messages[format!("com.example.{event}")]["bindings"]["kafka"]["key"].clone();
        let text = key.as_object_mut().and_then(|key| key.remove("x-schema")).expect("a schema");
        let of_event = |known: &&eventgen_schema::Event| known.name == format!("com.example.{event}");
        let typed = contract.events.iter().find(of_event).and_then(|event| event.typed_key.as_ref());
        assert_eq!(text, typed.expect("a typed key").text.as_str());
        key
    };
    let sold = json!({
        "type": "object",
        "description": "The fields `shop`, `at`, `kind`, `id`, by the schema of subject `sold.v1-key`",
        "x-schema-type": "AVRO",
        "properties": {
            "shop": { "type": "integer" },
            "at": { "type": "integer", "title": "timestamp-millis" },
            "kind": { "type": "string", "enum": ["SALE", "GIFT"] },
            "id": { "type": "string", "format": "uuid" },
        },
    });
    assert_eq!(key("Sold"), sold);
    let counted = json!({
        "type": "integer",
        "description": "The field `shop`, by the schema of subject `counted.v1-key`",
        "x-schema-type": "AVRO",
    });
    assert_eq!(key("Counted"), counted);
    let moved = json!({
        "type": "object",
        "description": "The fields `item.id`, `is_new`, by the schema of subject `moved.v1-key`",
        "x-schema-type": "PROTOBUF",
        "properties": { "item_id": { "type": "string" }, "is_new": { "type": "boolean" } },
    });
    assert_eq!(key("Moved"), moved);
}

#[test]
fn the_contract_as_json_and_the_catalogue_have_the_schemas_of_keys() {
    let contract = contract();
    let written: Value =
        serde_json::from_str(&json::contract(&contract, None).expect("a file").text).expect("JSON");
    let settings = Settings::new("Keys").version("1.0.0");
    let pages = Catalogue::new(&contract, &settings).files().expect("pages");
    let exported: Vec<_> = Export::ALL.iter().flat_map(|export| export.files(&contract, &settings)).collect();
    for (event, written) in contract.events.iter().zip(written["events"].as_array().expect("events")) {
        let key = event.typed_key.as_ref().expect("a typed key");
        let subject = key.subject.as_str();
        assert_eq!(
            (&written["keySchema"]["subject"], &written["keySchema"]["schema"]),
            (&subject.into(), &key.text.as_str().into())
        );
        let page =
            pages.iter().find(|page| page.path.contains(&event.name) && page.path.starts_with("events/"));
        let page = &page.expect("a page").text;
        for said in [subject, "Schema of the key", "Of the key"] {
            assert!(page.contains(said), "{}: {said}", event.name);
        }
        let found = exported.iter().filter(|file| file.text.contains(subject)).count();
        assert_eq!(found, 2, "EventCatalog and ODCS have {subject}");
    }
}
