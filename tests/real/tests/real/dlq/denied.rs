//! A user whose rights do not suffice.

use std::process::Command;

use super::fixture::{Fixture, sent_back};
use crate::variable;

/// Adds an access control list for alice.
fn allow(resource: &[&str], operation: &str) {
    let output = Command::new("java")
        .args(["-XX:TieredStopAtLevel=1", "-cp", &variable("EVENTGEN_KAFKA_CLASS_PATH")])
        .args(["org.apache.kafka.tools.AclCommand", "--bootstrap-server", &variable("EVENTGEN_KAFKA")])
        .args(["--add", "--allow-principal", "User:alice", "--operation", operation])
        .args(resource)
        .output()
        .expect("java");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka: cargo xtask test"]
async fn a_right_that_is_missing_is_named() {
    let fixture = Fixture::new("denied", "").await;
    fixture.fill(5);
    let servers = variable("EVENTGEN_KAFKA_SASL");
    let alice = |command: &[&str]| {
        let mut arguments = command.to_vec();
        arguments.extend(["--topic", &fixture.letters, "--bootstrap-servers", &servers]);
        for property in [
            "security.protocol=SASL_PLAINTEXT",
            "sasl.mechanism=PLAIN",
            "sasl.username=alice",
            "sasl.password=alice-secret",
        ] {
            arguments.extend(["-X", property]);
        }
        fixture.run(&arguments)
    };
    // With a list, what is not allowed is denied.
    allow(&["--topic", &fixture.topic], "Describe");
    allow(&["--topic", &fixture.letters], "Describe");
    let run = alice(&["list"]);
    assert!(run.code == 1 && run.err.contains("Describe and Read on topic"), "{}", run.err);
    allow(&["--topic", &fixture.letters], "Read");
    let run = alice(&["redrive", "--yes"]);
    assert!(run.code == 1 && run.err.contains("denied"), "{}", run.err);
    assert_eq!(sent_back(&fixture.topic).len(), 0);
    assert_eq!(fixture.count("open"), 5);
}
