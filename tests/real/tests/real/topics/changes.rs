//! Topics that are created and changed, and what is refused.

use super::{Contract, DIFFERS, FAILURE, FINE, Hand, Setting, UNREACHABLE};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka: cargo xtask test"]
async fn topics_are_created_and_changed_and_everything_else_stays() {
    let (contract, hand) = (Contract::new("changed"), Hand::new());
    let settings = |retention: &str| {
        format!(
            r#", "partitions": 3, "replicationFactor": 3, "config": {{ "retention.ms": "{retention}", "cleanup.policy": "compact, delete" }}"#
        )
    };
    let topic = contract.event("orders", &settings("1d"));
    assert_eq!(contract.run(&["plan", "--check"]).code, DIFFERS);
    assert_eq!(hand.partitions(&topic), 0, "a plan changes nothing");
    contract.apply(&[]);
    let letters = format!("{topic}.dlq");
    hand.until(async || (hand.partitions(&topic), hand.partitions(&letters)) == (3, 3)).await;
    let room = hand.value(&format!("{topic}.dlq"), "max.message.bytes").await;
    assert_eq!(room, Some((1_048_588 + 16_384).to_string()));
    contract.is_met();

    // What the contract does not name: a setting made by hand, defaults of the broker, and what is sensitive.
    let by_hand =
        [("retention.ms", "86400000"), ("cleanup.policy", "delete,compact"), ("flush.messages", "4711")];
    hand.set(&topic, &by_hand).await;
    contract.is_met();
    let (before, broker) = (hand.config(&topic).await, hand.broker_config(1).await);
    assert!(broker.iter().any(|entry| entry.is_sensitive && entry.source == "StaticBroker"));
    contract.event("orders", &settings("2d"));
    let run = contract.apply(&[]);
    assert!(run.out.contains(&format!("{topic}: retention.ms: 1d -> 2d\n")), "{}", run.out);
    let (after, unchanged) = (hand.config(&topic).await, hand.broker_config(1).await);
    assert_eq!(unchanged, broker);
    let entry = |entries: &[Setting], name: &str| {
        entries.iter().find(|entry| entry.name == name).cloned().expect("a configuration")
    };
    assert_eq!(entry(&after, "retention.ms").value.as_deref(), Some("172800000"));
    assert_eq!(entry(&after, "flush.messages").value.as_deref(), Some("4711"));
    assert_ne!(entry(&after, "min.insync.replicas").source, "DynamicTopic");
    assert_eq!(entry(&after, "max.message.bytes").source, "Default");
    let others = |entries: Vec<Setting>| {
        entries.into_iter().filter(|entry| entry.name != "retention.ms").collect::<Vec<_>>()
    };
    assert_eq!(others(after.clone()), others(before));

    let again = contract.apply(&[]);
    assert_eq!(again.out, "", "a second run changes nothing");
    assert_eq!(hand.config(&topic).await, after);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka: cargo xtask test"]
async fn other_numbers_of_partitions_are_refused() {
    let (contract, hand) = (Contract::new("partitions"), Hand::new());
    let wide = contract.topic("wide");
    hand.create(&wide, 24, 3).await;
    contract.event("wide", r#", "partitions": 12, "deadLetter": false"#);
    let run = contract.run(&["apply", "--yes"]);
    assert_eq!(run.code, FAILURE);
    assert!(run.out.contains("it has 24 partitions, the contract asks for 12"), "{}", run.out);
    assert_eq!(hand.partitions(&wide), 24);

    contract.event("wide", r#", "partitions": 24, "deadLetter": false"#);
    let keyed = contract.topic("keyed");
    hand.create(&keyed, 3, 3).await;
    contract.event("keyed", r#", "partitions": 6, "deadLetter": false"#);
    let run = contract.run(&["apply", "--yes"]);
    assert_eq!((run.code, hand.partitions(&keyed)), (FAILURE, 3));
    assert!(run.out.contains("refused, repartition: it has 3 partitions"), "{}", run.out);
    contract.apply(&["--allow-repartition"]);
    assert_eq!(hand.partitions(&keyed), 6);
    contract.is_met();

    // Without an order there is nothing to break.
    contract.event("keyed", r#", "partitions": 7, "ordering": "none", "deadLetter": false"#);
    contract.apply(&[]);
    assert_eq!(hand.partitions(&keyed), 7);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka: cargo xtask test"]
async fn a_change_made_by_hand_is_found_and_reverted() {
    let (contract, hand) = (Contract::new("drift"), Hand::new());
    let topic = contract.event(
        "orders",
        r#", "partitions": 1, "deadLetter": false, "config": { "retention.ms": "7d", "compression.type": "lz4" }"#,
    );
    contract.apply(&[]);
    hand.set(&topic, &[("retention.ms", "1000"), ("compression.type", "zstd")]).await;
    let run = contract.run(&["plan", "--check"]);
    assert_eq!(run.code, DIFFERS);
    let block = format!("~ {topic}\n    compression.type: zstd -> lz4\n    retention.ms: 1s -> 7d\n");
    assert_eq!(run.out, block);
    contract.apply(&[]);
    contract.is_met();
    assert_eq!(hand.value(&topic, "compression.type").await.as_deref(), Some("lz4"));

    // Topics that are older than the contract: one differs in a value of its own and in one that follows from its source.
    let (adopted, letters) = (contract.topic("adopted"), contract.topic("adopted.dlq"));
    hand.create(&adopted, 1, 3).await;
    hand.create(&letters, 1, 3).await;
    contract.event("adopted", r#", "partitions": 1"#);
    contract.apply(&[]);
    contract.is_met();
    assert_eq!(hand.value(&letters, "retention.ms").await.as_deref(), Some("1209600000"));
    assert_eq!(hand.value(&letters, "max.message.bytes").await.as_deref(), Some("1064972"));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka: cargo xtask test"]
async fn retention_is_cut_in_steps() {
    let (contract, hand) = (Contract::new("steps"), Hand::new());
    let with = |retention: &str| {
        contract.event(
            "orders",
            &format!(
                r#", "partitions": 1, "deadLetter": false, "config": {{ "retention.ms": "{retention}" }}"#
            ),
        )
    };
    let topic = with("3d");
    contract.apply(&[]);
    with("36h");
    let run = contract.run(&["apply", "--yes"]);
    assert_eq!(run.code, FAILURE);
    assert!(run.out.contains("retention.ms goes from 3d to 36h"), "{}", run.out);
    let hours = async || {
        hand.value(&topic, "retention.ms").await.expect("a value").parse::<u64>().expect("a number")
            / 3_600_000
    };
    assert_eq!(hours().await, 72);
    contract.apply(&["--retention-step", "24h"]);
    assert_eq!(hours().await, 48);
    contract.apply(&["--retention-step", "24h"]);
    assert_eq!(hours().await, 36);
    contract.is_met();
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka: cargo xtask test"]
async fn what_the_cluster_would_refuse_is_said_in_its_words_before_the_first_change() {
    let (contract, hand) = (Contract::new("invalid"), Hand::new());
    let good = contract.event("a", r#", "partitions": 1, "deadLetter": false"#);
    contract.event("b", r#", "partitions": 1, "deadLetter": false, "replicationFactor": 9"#);
    let changed = contract.event("c", r#", "partitions": 1, "deadLetter": false"#);
    hand.create(&changed, 1, 3).await;
    contract.event("c", r#", "partitions": 1, "deadLetter": false, "config": { "no.such.config": "1" }"#);
    let run = contract.run(&["apply", "--yes"]);
    assert_eq!(run.code, FAILURE);
    for reason in [
        "nothing was changed",
        "InvalidReplicationFactor",
        "replication factor",
        "no.such.config",
        "InvalidConfig",
    ] {
        assert!(run.err.contains(reason), "{reason}: {}", run.err);
    }
    assert_eq!(hand.partitions(&good), 0);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka: cargo xtask test"]
async fn the_cluster_is_the_one_that_the_environment_names() {
    let (contract, hand) = (Contract::new("cluster"), Hand::new());
    let topic = contract.event("orders", r#", "partitions": 1, "deadLetter": false"#);
    let id = contract.plan()["clusterId"].as_str().expect("an id").to_owned();
    let manifest = |id: &str| {
        let text = format!(
            "schemas = [\".\"]\n[environments.prod]\nbootstrap-servers = \"${{KAFKA_BOOTSTRAP_SERVERS}}\"\ncluster-id = \"{id}\"\n"
        );
        std::fs::write(contract.folder.join("eventgen.toml"), text).expect("a file");
    };
    manifest("another");
    for command in [&["plan", "--env", "prod"][..], &["apply", "--env", "prod", "--yes"]] {
        let run = contract.run(command);
        assert_eq!(run.code, FAILURE);
        assert!(run.err.contains(&format!("is cluster another, and this is {id}")), "{}", run.err);
    }
    assert_eq!(hand.partitions(&topic), 0);
    manifest(&id);
    contract.apply(&["--env", "prod"]);
    assert_eq!(contract.run(&["plan", "--env", "prod", "--check"]).code, FINE);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka: cargo xtask test"]
async fn brokers_that_do_not_answer_are_an_error_within_seconds() {
    let contract = Contract::new("unreachable");
    contract.event("orders", "");
    let run = contract.run(&["apply", "--yes", "--bootstrap-servers", "127.0.0.1:1"]);
    assert_eq!(run.code, UNREACHABLE);
    assert!(run.err.contains("Connection refused") && run.out.is_empty(), "{}", run.err);
}
