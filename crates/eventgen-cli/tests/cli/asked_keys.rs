//! Typed keys that are asked for, and those that cannot be compared.

use eventgen_testkit::TestCluster;

use crate::typed_keys::{FILE, REGISTER, project, write};

const TOPIC: &str = "orders.placed.v1";

#[test]
fn a_key_that_cannot_be_compared_is_told() {
    let cluster = TestCluster::builder().brokers(1).start().expect("a cluster");
    let url = cluster.schema_registry().url();
    let mut project = project(&url);
    project.set("SCHEMA_REGISTRY_URL", &url);
    project.set("KAFKA_BOOTSTRAP_SERVERS", &cluster.bootstrap_servers());
    assert_eq!(project.run(&REGISTER).code, 0);
    let write = |key: &[u8]| write(&cluster, TOPIC, key);
    // Of a schema that the registry lacks, cut, of a number of a JVM, and of text.
    write(&[0, 0, 0, 0, 99, 2, 2, b'a']);
    write(&[0, 0, 0, 0, 1, 2, 2]);
    let wanted = r#"{"shop": 1, "customer_id": "a"}"#;
    let tail = |options: &[&str]| project.run(&[&["tail", TOPIC], options].concat());
    let unknown = "the registry has no schema 99: the record was written with another registry, or the schema was deleted";
    tail(&["--key", wanted]).ends(
        1,
        "",
        &format!(
            "warning: 2 records were not compared with --key, because the key is not decoded: {unknown}\n0 records of \
             orders.placed.v1\n"
        ),
    );
    write(&[0, 0, 0, 0, 0, 0, 0, 7]);
    write(b"text");
    let found = tail(&["--key", "text"]);
    assert!(found.stdout.ends_with("  text  deleted\n"), "{found:?}");
    found.fails(0, &["warning: 2 records were not compared with --key"]);
    let all = tail(&[]);
    let lines: Vec<&str> = all.stdout.lines().collect();
    let shown = format!("  0x0000000063020261 (key NOT DECODED: {unknown})  deleted");
    assert!(lines[0].ends_with(&shown), "{}\n{shown}", lines[0]);
    assert!(lines[1].contains("(key NOT DECODED: the bytes do not decode with schema 1: "), "{}", lines[1]);
    assert!(!lines[2].contains("NOT DECODED") && !lines[3].contains("NOT DECODED"), "{all:?}");
    assert!(
        all.stderr.ends_with("4 records of orders.placed.v1, the keys of 2 of them not decoded\n"),
        "{all:?}"
    );
    let json = tail(&["--output", "json", "--limit", "1", "--from", "beginning"]);
    let line: serde_json::Value = serde_json::from_str(&json.stdout).expect("JSON");
    assert_eq!((&line["keySchemaId"], &line["keyError"]), (&99.into(), &unknown.into()));

    // A registry that does not answer: the first key that needs it ends the run.
    write(&[0, 0, 0, 0, 1, 2, 2, b'a']);
    let tail = |registry: &str, options: &[&str]| {
        project.run(&[&["tail", TOPIC, "--schema-registry", registry], options].concat())
    };
    let found = tail(&url, &["--key", wanted, "--output", "json"]);
    let line: serde_json::Value = serde_json::from_str(&found.stdout).expect("JSON");
    assert_eq!((&line["offset"], &line["keySchemaId"]), (&4.into(), &1.into()));
    let unreachable = "error: it cannot be decided which records are shown: the key at 0:0 is not decoded: schema 99 cannot be \
                       looked up: ";
    tail("http://127.0.0.1:1", &["--key", wanted]).fails(1, &[unreachable, "127.0.0.1:1"]);
    // Values are looked into alike.
    tail(&url, &["--where", "shop=1"]).ends(0, "", "0 records of orders.placed.v1\n");
}

const PARCEL: &str = r#"syntax = "proto3";
package com.example.parcels;
import "eventgen/kafka.proto";
message ParcelSorted {
  option (eventgen.kafka) = {
    topic: "parcels.sorted.v1"
    key: ["depot.code", "big_number", "is_fragile", "size"]
    key_format: "protobuf"
    config: { key: "cleanup.policy" value: "compact" }
  };
  message Depot { string code = 1; }
  enum Size { SMALL = 0; LARGE = 4; }
  Depot depot = 1;
  int64 big_number = 2;
  bool is_fragile = 3;
  Size size = 4;
}
"#;

#[test]
fn keys_in_protobuf_are_asked_for_in_every_form_of_their_json() {
    let cluster = TestCluster::builder().brokers(1).start().expect("a cluster");
    let url = cluster.schema_registry().url();
    let mut project = project(&url);
    std::fs::remove_file(project.path().join(FILE)).expect("a file");
    project.write("schemas/parcel_sorted.proto", PARCEL);
    project.set("SCHEMA_REGISTRY_URL", &url);
    project.set("KAFKA_BOOTSTRAP_SERVERS", &cluster.bootstrap_servers());
    assert_eq!(project.run(&REGISTER).code, 0);
    write(&cluster, "parcels.sorted.v1", b"first");
    project.write(
        "lines",
        "{\"depot\":{\"code\":\"b7\"},\"big_number\":9007199254740993}\n{\"depot\":{\"code\":\"b7\"},\"isFragile\":true,\"size\":\"LARGE\"}\n",
    );
    let sent = project.run(&["send", "parcels.sorted.v1", "lines"]);
    assert_eq!(sent.code, 0, "{sent:?}");
    let first = [
        r#"{"depot_code":"b7","big_number":9007199254740993}"#,
        r#"{"depotCode":"b7","bigNumber":"9007199254740993"}"#,
        r#"{"big_number":"9007199254740993","is_fragile":false,"size":"SMALL","depotCode":"b7"}"#,
        r#"{"bigNumber":9007199254740993,"isFragile":false,"size":0,"depot_code":"b7"}"#,
    ];
    let second = [
        r#"{"depot_code":"b7","is_fragile":true,"size":4}"#,
        r#"{"depotCode":"b7","isFragile":true,"size":"LARGE","bigNumber":"0"}"#,
    ];
    let other = [r#"{"depotCode":"b7"}"#, r#"{"depotCode":"b7","bigNumber":9007199254740992}"#];
    let found = |key: &str| {
        let ran = project.run(&["tail", "parcels.sorted.v1", "--output", "json", "--key", key]);
        assert_eq!(ran.code, 0, "{key}: {ran:?}");
        ran.stdout
            .lines()
            .map(|line| line.contains("isFragile") || line.contains("\"is_fragile\":true"))
            .collect::<Vec<_>>()
    };
    for key in first {
        assert_eq!(found(key), [false], "{key}");
    }
    for key in second {
        assert_eq!(found(key), [true], "{key}");
    }
    for key in other {
        assert_eq!(found(key), [false; 0], "{key}");
    }
    let ran = project.run(&["tail", "parcels.sorted.v1", "--key", r#"{"depotKode":"b7"}"#]);
    ran.fails(
        0,
        &["warning: --key is no value of the schema of a key that was read: ", "did you mean `depot_code`?"],
    );
}
