//! What documentation shows of events: types in the words of their language, and examples that are values of the schema.

use std::fs;
use std::path::Path;

use eventgen_schema::contract::{Content, Description, FieldDescription, TypePart};
use eventgen_schema::types::encode_default;
use eventgen_schema::{Contract, Loader, describe};

fn loaded(file: &str, text: &str) -> Contract {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join(file), text).expect("a file");
    Loader::new().path(folder.path()).load().expect("a valid contract").contract
}

fn fields(description: &Description) -> &[FieldDescription] {
    match &description.types[0].content {
        Content::Record(fields) => fields,
        other => panic!("not a record: {other:?}"),
    }
}

fn type_of(description: &Description, field: &str) -> String {
    let field = fields(description).iter().find(|other| other.name == field).expect("the field");
    let parts = field.type_parts.iter().map(|part| match part {
        TypePart::Text(text) | TypePart::Name(text) => text.as_str(),
        _ => "",
    });
    parts.collect()
}

#[test]
fn types_of_avro_are_in_words() {
    let contract = loaded(
        "event.avsc",
        r#"{"type": "record", "name": "E", "kafka": {"topic": "t.v1", "key": "id"}, "fields": [
            {"name": "id", "type": "string"},
            {"name": "price", "type": {"type": "bytes", "logicalType": "decimal", "precision": 12, "scale": 2}},
            {"name": "note", "type": ["null", "string"], "default": null},
            {"name": "notes", "type": {"type": "array", "items": ["null", "int", "F"]}},
            {"name": "hash", "type": {"type": "fixed", "name": "F", "size": 3}}]}"#,
    );
    let description = describe(&contract, &contract.events[0]);
    let types = ["price", "note", "notes", "hash"].map(|field| type_of(&description, field));
    assert_eq!(types, ["decimal(12, 2) in bytes", "string or null", "array of (int or F or null)", "F"]);
    assert_eq!(fields(&description)[2].default.as_deref(), Some("null"));
    let names: Vec<&str> = description.types.iter().map(|ty| ty.name.as_str()).collect();
    assert_eq!(names, ["E", "F"]);
}

#[cfg(feature = "protobuf")]
#[test]
fn types_of_protobuf_are_those_of_its_files() {
    let contract = loaded(
        "event.proto",
        r#"syntax = "proto3";
        package p;
        import "eventgen/kafka.proto";
        import "google/protobuf/wrappers.proto";
        message E {
          option (eventgen.kafka) = { topic: "t.v1" key: "id" };
          uint64 id = 1;
          map<string, L> labels = 2;
          repeated sint32 numbers = 3;
          optional string note = 4;
          oneof choice { bytes raw = 5; L label = 6; }
          K kind = 7;
          google.protobuf.Int64Value size = 8;
          E parent = 9;
        }
        message L { string text = 1; }
        enum K {
          NONE = 0;
          // The only one.
          ONE = 1;
        }"#,
    );
    let description = describe(&contract, &contract.events[0]);
    let types = ["id", "labels", "numbers", "note", "raw", "label", "kind", "size", "parent"];
    assert_eq!(
        types.map(|field| type_of(&description, field)),
        [
            "uint64",
            "map of string to p.L",
            "repeated sint32",
            "optional string",
            "bytes",
            "p.L",
            "p.K",
            "google.protobuf.Int64Value",
            "p.E",
        ]
    );
    let raw = &fields(&description)[4];
    assert_eq!((raw.number, raw.oneof.as_deref()), (Some(5), Some("choice")));
    assert_eq!(fields(&description)[3].oneof, None);
    let kinds: Vec<(&str, &str)> = description.types.iter().map(|ty| (ty.name.as_str(), ty.kind)).collect();
    assert_eq!(kinds, [("p.E", "message"), ("p.L", "message"), ("p.K", "enum")]);
    let Content::Enum { symbols, .. } = &description.types[2].content else { panic!("not an enum") };
    assert_eq!((symbols[1].number, symbols[1].doc.as_deref()), (Some(1), Some("The only one.")));
    let json = description.example.expect("an example").json;
    let value: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(
        (&value["id"], &value["labels"]["name"]["text"], &value["numbers"][0]),
        (&"1".into(), &"text".into(), &1.into())
    );
    assert_eq!((&value["raw"], &value["kind"], &value["size"]), (&"AQ==".into(), &"ONE".into(), &"1".into()));
    // At most one member of a oneof is set.
    assert!(value.get("label").is_none() && value["parent"].is_object(), "{json}");
}

/// The encoder of defaults is the judge of Avro: it accepts values of the type only, those of logical types included.
#[test]
fn examples_of_avro_are_values_of_their_schema() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let (mut examples, mut without) = (0, Vec::new());
    for folder in ["schemas/orders", "examples/programs/schemas", "tests/conformance/features"] {
        for entry in fs::read_dir(repository.join(folder)).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.extension().is_none_or(|extension| extension != "avsc") {
                continue;
            }
            let contract = Loader::new().path(&path).load().expect("a valid contract").contract;
            for event in &contract.events {
                let Some(example) = describe(&contract, event).example else {
                    without.push(event.name.clone());
                    continue;
                };
                let value = serde_json::from_str(&example.json).expect("JSON");
                let encoded = encode_default(&contract.types, event.type_id, &value).expect("a value");
                assert_eq!((&encoded.bytes, encoded.unreadable), (&example.bytes, None), "{}", event.name);
                examples += 1;
            }
        }
    }
    // It has a fixed of 5,000 bytes.
    assert_eq!(without, ["feature.shapes.Failure"]);
    assert!(examples > 10, "{examples}");
}

#[test]
fn an_event_that_is_too_large_has_no_example() {
    let contract = loaded(
        "event.avsc",
        r#"{"type": "record", "name": "E", "kafka": {"topic": "t.v1", "key": "id"}, "fields": [
            {"name": "id", "type": "string"}, {"name": "large", "type": {"type": "fixed", "name": "F", "size": 100000}}]}"#,
    );
    assert_eq!(describe(&contract, &contract.events[0]).example, None);
}

/// Every place with tags or rules, as text.
fn governed(description: &Description) -> Vec<String> {
    let place = |at: eventgen_schema::contract::Governed<'_>| {
        let rules = at.rules.iter().map(|rule| {
            format!("{:?} {:?} {:?} {:?}", rule.name, rule.doc, rule.expression, rule.sql).replace('"', "")
        });
        let field = at.field.unwrap_or("itself");
        format!("{} {field}: {}; {}", at.type_name, at.tags.join(","), rules.collect::<Vec<_>>().join(","))
    };
    description.governed().map(place).collect()
}

#[test]
fn tags_and_rules_of_avro_are_described() {
    let contract = loaded(
        "event.avsc",
        r#"{"type": "record", "name": "E", "namespace": "n", "kafka": {"topic": "t.v1", "key": "id"},
            "confluent:rules": [{"name": "paid", "doc": "Why.", "expr": "this.id != ''", "sql": "id <> ''"}, 7],
            "fields": [
              {"name": "id", "type": "string", "confluent:tags": ["PII", "EMAIL"]},
              {"name": "at", "confluent:tags": "one", "type": {"type": "record", "name": "At", "confluent:tags": ["PLACE"],
                "fields": [{"name": "street", "type": "string", "confluent:rules": [{"expr": "size(this) > 0"}]}]}},
              {"name": "also", "type": ["null", "At", {"type": "string", "confluent:tags": ["BRANCH"]}]}]}"#,
    );
    let event = &contract.events[0];
    assert_eq!(
        governed(&describe(&contract, event)),
        [
            "n.E itself: ; Some(paid) Some(Why.) Some(this.id != '') Some(id <> '')",
            "n.E id: PII,EMAIL; ",
            "n.At itself: PLACE; ",
            "n.At street: ; None None Some(size(this) > 0) None",
        ]
    );
    // What clients do not read is registered all the same.
    for kept in [r#""confluent:tags":"one""#, r#"{"type":"string","confluent:tags":["BRANCH"]}"#] {
        assert!(event.schema.contains(kept), "{}", event.schema);
    }
}

#[cfg(feature = "protobuf")]
#[test]
fn tags_and_rules_of_protobuf_are_described() {
    let contract = loaded(
        "event.proto",
        r#"syntax = "proto3";
        package p;
        import "confluent/meta.proto";
        import "eventgen/kafka.proto";
        message E {
          option (eventgen.kafka) = { topic: "t.v1" key: "id" };
          option (confluent.message_meta) = { rules: { name: "paid" doc: "Why." expr: "this.id != ''" } };
          string id = 1 [(confluent.field_meta).tags = "PII", (confluent.field_meta).tags = "EMAIL"];
          K kind = 2;
        }
        enum K {
          option (confluent.enum_meta).tags = "KINDS";
          NONE = 0;
          OLD = 1 [(confluent.enum_value_meta) = { tags: "LEGACY" rules: { sql: "never" } }];
        }"#,
    );
    let event = &contract.events[0];
    assert_eq!(
        governed(&describe(&contract, event)),
        [
            "p.E itself: ; Some(paid) Some(Why.) Some(this.id != '') None",
            "p.E id: PII,EMAIL; ",
            "p.K itself: KINDS; ",
            "p.K OLD: LEGACY; None None None Some(never)",
        ]
    );
    assert!(event.schema.contains("import \"confluent/meta.proto\";"), "{}", event.schema);
    assert!(event.references.is_empty(), "registries have the file built in");
}
