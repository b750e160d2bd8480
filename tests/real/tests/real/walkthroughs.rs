//! Runs the walkthroughs of `examples/` on the real cluster.

use std::path::Path;
use std::process::Command;

use crate::{oracles, variable};

/// Runs a walkthrough and returns its output.
fn walkthrough(package: &str) -> String {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let output = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--locked", "-p", package, "--", "--bootstrap-servers"])
        .args([&variable("EVENTGEN_KAFKA"), "--schema-registry", &variable("EVENTGEN_REGISTRY")])
        .current_dir(repository)
        .output()
        .expect("cargo");
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    println!("{printed}{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success());
    printed
}

/// Runs the command-line tool and returns its output.
fn eventgen(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--locked", "-p", "eventgen-cli", "--"])
        .args(arguments)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))
        .output()
        .expect("cargo");
    let printed =
        [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    println!("{printed}");
    assert!(output.status.success());
    printed
}

#[test]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
fn the_orders_example_runs_on_a_real_cluster() {
    let printed = walkthrough("orders");
    assert!(printed.contains("dead letters  5 in orders.events.v1.dlq"));
    assert!(printed.contains("lag           0"));
}

#[test]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
fn the_derive_example_runs_on_a_real_cluster_and_its_exported_schema_is_the_registered_one() {
    let printed = walkthrough("derive-example");
    assert!(printed.contains("dead letters  5 in shipments.events.v1.dlq"));
    assert!(printed.contains("lag           0"));
    assert!(printed.contains("scans         119 in Protobuf handled by group depot-board"));
    assert!(printed.contains("1 dead letter, lag 0"));

    // The exported file is checked like any other schema. The registry has this text already, so it adds no version.
    let checked = eventgen(&["check", "examples/derive/schemas"]);
    assert!(checked.contains("2 events on 2 topics, read from 3 files: no errors"), "{checked}");
    let registry = variable("EVENTGEN_REGISTRY");
    let registered = eventgen(&["register", "examples/derive/schemas", "--schema-registry", &registry]);
    assert!(registered.contains("0 changed, 3 unchanged, 0 refused"), "{registered}");

    // Python reads the messages of prost with the schema that is derived from prost's attributes.
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/derive/schemas");
    let scans = oracles::python_protobuf_values(&folder, "parcels.scans.v1", 120);
    for scan in &scans {
        let value = &scan["value"];
        assert_eq!(value["depot"]["id"], scan["key"], "{scan}");
        assert_eq!(value["depot"]["position"]["latitude"], 52.52, "{scan}");
        assert_eq!(
            scan["schema"]["references"],
            serde_json::json!([["com/example/common/position.proto", 1]])
        );
    }
    let of = |direction: &str| scans.iter().filter(|scan| scan["value"]["direction"] == direction).count();
    assert_eq!((of("DIRECTION_ARRIVING"), of("DIRECTION_LEAVING")), (90, 29));
}

#[test]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
fn the_payments_example_runs_on_a_real_cluster_and_other_clients_read_its_records() {
    let printed = walkthrough("payments");
    assert!(printed.contains("dead letters  3 in payments.events.v1.dlq"));
    assert!(printed.contains("lag           0"));

    // All events, and the record that is not an event.
    let values = oracles::python_protobuf_values(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas/payments"),
        "payments.events.v1",
        301,
    );
    let (poison, events): (Vec<_>, Vec<_>) =
        values.into_iter().partition(|record| record.get("error").is_some());
    assert_eq!(poison.len(), 1, "{poison:?}");
    for event in &events {
        let value = &event["value"];
        assert_eq!(value["payment"]["account_id"], event["key"], "{event}");
        assert_eq!(value["payment"]["amount"]["minor_units"], "1995", "{event}");
        assert_eq!(event["schema"]["type"], "PROTOBUF");
        assert_eq!(event["schema"]["references"], serde_json::json!([["common/money.proto", 1]]));
        let text = event["schema"]["text"].as_str().expect("a text");
        assert!(
            text.contains("// A payment that its bank will settle.") && !text.contains("eventgen"),
            "{text}"
        );
    }
    let of = |name: &str| events.iter().filter(|event| event["type"] == name).collect::<Vec<_>>();
    let refused = of("com.example.payments.PaymentRefused");
    assert_eq!((of("com.example.payments.PaymentAuthorized").len(), refused.len()), (270, 30));
    assert!(refused.iter().all(|event| event["value"]["reason"] == "REASON_INSUFFICIENT_FUNDS"));
    assert!(refused.iter().all(|event| event["message_indexes"] == serde_json::json!([1])));
}

#[test]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
fn the_replay_example_starts_at_a_time_and_goes_back_to_another() {
    let output = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--locked", "-p", "programs", "--bin", "replay"])
        .env("KAFKA_BOOTSTRAP_SERVERS", variable("EVENTGEN_KAFKA"))
        .env("SCHEMA_REGISTRY_URL", variable("EVENTGEN_REGISTRY"))
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))
        .output()
        .expect("cargo");
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{printed}{}", String::from_utf8_lossy(&output.stderr));
    let lines: Vec<&str> = printed.lines().collect();
    let expected =
        ["order-2", "order-3", "all of today once more:", "order-1", "order-2", "order-3", "handled: 5"];
    assert_eq!(lines, expected);
}
