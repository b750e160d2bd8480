//! Letters are counted and shown, whoever has written them and in whichever language.

use eventgen::registry::{NewSchema, SchemaType, wire};
use serde_json::json;

use super::families::{Family, Headers};
use super::fixture::{Fixture, GROUP};
use crate::{client, variable};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn letters_are_counted_by_group_and_cause_and_filtered() {
    let fixture = Fixture::new("listed", "").await;
    fixture.fill(25);
    let list = fixture.json(&["list"]);
    let rows = list["letters"].as_array().expect("letters");
    assert_eq!(rows.len(), 5, "one for each family: {list}");
    for row in rows {
        assert_eq!((&row["open"], &row["topic"]), (&json!(5), &json!(fixture.topic)), "{row}");
        assert!(row["cause"].as_str().expect("a cause").contains("account # is closed"), "{row}");
    }
    let of_group = |group| rows.iter().filter(|row| row["group"] == json!(group)).count();
    assert_eq!((of_group(Some(GROUP)), of_group(None)), (3, 2));

    for (filter, count) in [
        (&["--group", GROUP][..], 15),
        (&["--error", "Listener failed"], 5),
        (&["--disposition", "exhausted"], 5),
        (&["--key", "key-7", "--key", "key-8"], 2),
        (&["--offset", "0:0-3", "--offset", "2:1"], 5),
        (&["--since", "1h"], 25),
        (&["--until", "1h"], 0),
        (&["--topic", &fixture.topic], 25),
        (&["--topic", &fixture.letters, "--group", "other"], 0),
    ] {
        let list = fixture.json(&[&["list"], filter].concat());
        let rows = list["letters"].as_array().expect("letters");
        let open: u64 = rows.iter().map(|row| row["open"].as_u64().expect("a number")).sum();
        assert_eq!(open, count, "{filter:?}");
    }
    let run = fixture.run(&["list"]);
    assert!(run.out.starts_with("OPEN") && run.out.contains(GROUP), "{}", run.out);
    assert!(run.err.contains("25 open, 0 parked, 0 done in 1 dead-letter topic"), "{}", run.err);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn values_are_read_with_the_schemas_that_they_were_written_with() {
    let fixture = Fixture::new("shown", "").await;
    let registry = client();
    let registry = registry.registry();
    let avro = r#"{"type":"record","name":"Foreign","namespace":"com.example","fields":[{"name":"id","type":"string"},
        {"name":"at","type":{"type":"long","logicalType":"timestamp-millis"}}]}"#;
    let protobuf = "syntax = \"proto3\"; package com.example; message First { string a = 1; } message Second { string id = 1; }";
    let subject = |language: &str| format!("{}-{language}", fixture.topic);
    let schema = NewSchema::new(SchemaType::AVRO, avro);
    let avro = registry.register(&subject("avro"), &schema).await.expect("registered");
    let schema = NewSchema::new(SchemaType::PROTOBUF, protobuf);
    let protobuf = registry.register(&subject("protobuf"), &schema).await.expect("registered");
    let framed = |id, payload: &[u8]| {
        let mut value = Vec::new();
        wire::frame(id, &mut value);
        value.extend_from_slice(payload);
        value
    };
    let headers = |offset| Family::Dlq.headers(&fixture.topic, 0, offset, GROUP);
    let write =
        |topic: &str, value: Option<&[u8]>, headers: Headers| fixture.write(topic, 0, "ada", value, &headers);
    write(&fixture.letters, Some(&framed(avro, &[4, b'4', b'2', 2])), headers(0));
    write(&fixture.letters, Some(&framed(protobuf, &[2, 2, 10, 1, b'7'])), headers(1));
    write(&fixture.letters, Some(b"no frame"), headers(2));
    // A letter without its value, whose record is still there.
    write(&fixture.topic, Some(&framed(avro, &[2, b'9', 0])), Vec::new());
    fixture.flush();
    let mut omitted = headers(0);
    omitted.push(("__dlq.errors.omitted".to_owned(), b"value".to_vec()));
    write(&fixture.letters, None, omitted);
    let mut gone = headers(77);
    gone.push(("__dlq.errors.omitted".to_owned(), b"value".to_vec()));
    write(&fixture.letters, None, gone);
    fixture.flush();

    let registry = variable("EVENTGEN_REGISTRY");
    let shown = fixture.json(&["show", "--schema-registry", &registry]);
    let letters = shown["letters"].as_array().expect("letters");
    assert_eq!(letters[0]["value"], json!({ "id": "42", "at": "1970-01-01T00:00:00.001Z" }));
    assert_eq!(
        (&letters[1]["event"], &letters[1]["value"]),
        (&json!("com.example.Second"), &json!({ "id": "7" }))
    );
    assert_eq!((&letters[2]["value"], &letters[2]["bytes"]), (&json!(null), &json!("no frame")));
    assert_eq!(letters[3]["value"]["id"], "9", "{}", letters[3]);
    assert!(letters[4]["problem"].as_str().expect("a problem").contains("is gone"), "{}", letters[4]);
    assert_eq!((&letters[0]["group"], &letters[0]["deliveries"]), (&json!(GROUP), &json!(5)));

    let text = fixture.run(&["show", "--schema-registry", &registry, "--offset", "0:0"]).out;
    assert!(text.contains(r#"{"id":"42","at":"1970-01-01T00:00:00.001Z"}"#), "{text}");
    assert!(text.contains("exhausted: account 17 is closed"), "{text}");
    let run = fixture.run(&["show"]);
    assert!(run.code == 0 && run.err.contains("SCHEMA_REGISTRY_URL"), "{}", run.err);
    let run = fixture.run(&["show", "--schema-registry", "http://127.0.0.1:1", "--limit", "1"]);
    assert!(run.code == 0 && run.err.contains("values are shown as bytes"), "{}", run.err);
    assert!(run.err.contains("there are more: raise --limit"), "{}", run.err);
}
