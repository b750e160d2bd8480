//! Replicas, which Kafka's own tool moves.

use super::{Contract, FAILURE, Hand, tool};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka: cargo xtask test"]
async fn other_replicas_are_moved_by_kafkas_own_tool() {
    let (contract, hand) = (Contract::new("replicas"), Hand::new());
    let topic = contract.topic("orders");
    hand.create(&topic, 4, 1).await;
    contract.event("orders", r#", "partitions": 4, "replicationFactor": 3, "deadLetter": false"#);
    let run = contract.run(&["apply", "--yes"]);
    assert_eq!(run.code, FAILURE);
    assert!(run.out.contains("refused, replicas: it has 1 replica, the contract asks for 3"), "{}", run.out);
    let file = contract.folder.join("reassignment.json");
    std::fs::write(&file, contract.plan()["reassignment"].to_string()).expect("a file");
    let file = file.to_str().expect("UTF-8");
    let class = "org.apache.kafka.tools.reassign.ReassignPartitionsCommand";
    println!("{}", tool(class, &["--reassignment-json-file", file, "--execute"]));
    hand.until(async || contract.run(&["plan", "--check"]).code == 0).await;
}
