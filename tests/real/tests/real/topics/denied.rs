//! A user whose rights do not suffice.

use super::{Contract, FAILURE, Hand, tool};
use crate::variable;

const ACLS: &str = "org.apache.kafka.tools.AclCommand";

/// Adds an access control list for alice. `who` is `--allow-principal` or `--deny-principal`.
fn acl(topic: &str, who: &str, operation: &str) {
    tool(ACLS, &["--add", who, "User:alice", "--operation", operation, "--topic", topic]);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka: cargo xtask test"]
async fn what_a_user_may_not_do_is_said_before_the_first_change() {
    let (contract, hand) = (Contract::new("denied"), Hand::new());
    let servers = variable("EVENTGEN_KAFKA_SASL");
    let alice = [
        "--bootstrap-servers",
        &servers,
        "-X",
        "security.protocol=SASL_PLAINTEXT",
        "-X",
        "sasl.mechanism=PLAIN",
        "-X",
        "sasl.username=alice",
        "-X",
        "sasl.password=alice-secret",
    ];
    let settings = r#", "partitions": 1, "deadLetter": false, "config": { "retention.ms": "1h" }"#;
    let (free, fixed) = (contract.event("free", settings), contract.event("fixed", settings));
    hand.create(&fixed, 1, 3).await;
    // With a list, what is not allowed is denied.
    acl(&fixed, "--allow-principal", "DescribeConfigs");
    acl(&fixed, "--allow-principal", "Describe");
    let apply = [&["apply", "--yes", "--allow-retention-cut"], &alice[..]].concat();
    let run = contract.run(&apply);
    assert_eq!(run.code, FAILURE);
    assert!(run.err.contains(&format!("{fixed}: changing its configuration")), "{}", run.err);
    assert!(
        run.err.contains("TopicAuthorizationFailed") && run.err.contains("nothing was changed"),
        "{}",
        run.err
    );
    assert_eq!(hand.partitions(&free), 0, "the other topic was not created");

    acl(&fixed, "--deny-principal", "DescribeConfigs");
    let run = contract.run(&apply);
    assert_eq!(run.code, FAILURE);
    assert!(run.out.contains("refused, not-visible: its configuration cannot be compared"), "{}", run.out);
    acl(&fixed, "--deny-principal", "Describe");
    let run = contract.run(&apply);
    assert!(run.out.contains("refused, not-visible: it cannot be seen"), "{}", run.out);
    assert_eq!(hand.partitions(&free), 0);
}
