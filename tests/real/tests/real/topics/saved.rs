//! Saved plans, and runs that end in between.

use std::ops::ControlFlow;

use eventgen_admin::{Admin, PlanOptions, TopicSpec, guarded_plan};

use super::{Contract, DIFFERS, FAILURE, FINE, Hand};
use crate::variable;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka: cargo xtask test"]
async fn a_saved_plan_is_applied_as_it_is_or_not_at_all() {
    let (contract, hand) = (Contract::new("saved"), Hand::new());
    let with = |retention: &str| {
        let config = format!(
            r#", "partitions": 2, "deadLetter": false, "config": {{ "retention.ms": "{retention}" }}"#
        );
        contract.event("orders", &config)
    };
    let topic = with("1d");
    assert_eq!(contract.run(&["plan", "--out", "first.json"]).code, FINE);
    // The plan counts, and not what the contract has become.
    with("9d");
    contract.apply(&["first.json"]);
    assert_eq!(hand.value(&topic, "retention.ms").await.as_deref(), Some("86400000"));
    assert_eq!(contract.run(&["apply", "--yes", "first.json"]).code, FINE, "it has nothing left to do");

    assert_eq!(contract.run(&["plan", "--out", "second.json"]).code, FINE);
    hand.set(&topic, &[("retention.ms", "7200000")]).await;
    let run = contract.run(&["apply", "--yes", "second.json"]);
    assert_eq!(run.code, DIFFERS);
    assert!(run.err.contains("retention.ms was 86400000 and is 7200000"), "{}", run.err);
    assert_eq!(hand.value(&topic, "retention.ms").await.as_deref(), Some("7200000"));

    assert_eq!(contract.run(&["plan", "--out", "third.json"]).code, FINE);
    hand.add_partitions(&topic, 3).await;
    let run = contract.run(&["apply", "--yes", "third.json"]);
    assert_eq!(run.code, DIFFERS);
    assert!(run.err.contains("it had 2 partitions and has 3"), "{}", run.err);

    // Three partitions where the contract asks for two: such a plan is not saved.
    assert_eq!(contract.run(&["plan", "--out", "fourth.json"]).code, FAILURE);
    assert!(!contract.folder.join("fourth.json").exists());
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka: cargo xtask test"]
async fn a_run_that_was_killed_is_completed_by_another_one() {
    let contract = Contract::new("killed");
    let count = 30;
    let with = |retention: &str| {
        for number in 0..count {
            let config = format!(
                r#", "partitions": 1, "deadLetter": false, "config": {{ "retention.ms": "{retention}" }}"#
            );
            contract.event(&format!("t{number:02}"), &config);
        }
    };
    with("1d");
    contract.apply(&[]);
    contract.is_met();
    with("2d");
    assert_eq!(contract.run(&["plan", "--out", "saved.json"]).code, FINE);
    contract.apply_and_kill();
    let plan = contract.plan();
    let topics = plan["topics"].as_array().expect("topics");
    let left = topics.iter().filter(|topic| topic["steps"][0]["action"] == "changeConfig").count();
    println!("{left} of {count} are left");
    assert!(left > 0 && left < count, "{left}");
    contract.apply(&["saved.json"]);
    contract.is_met();
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka: cargo xtask test"]
async fn a_run_that_ends_between_two_changes_is_completed_by_another_one() {
    let (contract, hand) = (Contract::new("ended"), Hand::new());
    let names = ["one", "two", "three"].map(|name| contract.topic(name));
    for name in &names {
        hand.create(name, 1, 3).await;
    }
    let specs = names.clone().map(|name| TopicSpec::new(name).with_config([("flush.messages", "7")]));
    let admin = Admin::new([("bootstrap.servers", variable("EVENTGEN_KAFKA"))]);
    let plan = async || {
        guarded_plan(&specs, &admin.observe(&specs).await.expect("a cluster"), &PlanOptions::default())
    };
    let first = plan().await;
    let applied = admin.apply(&first, |_| ControlFlow::Break(())).await.expect("one change");
    assert_eq!((applied.done, applied.left), (1, 2));
    let again = admin.apply(&first, |_| ControlFlow::Continue(())).await.expect("the others");
    assert_eq!((again.done, again.left), (2, 0));
    assert!(plan().await.is_empty());
    for name in &names {
        assert_eq!(hand.value(name, "flush.messages").await.as_deref(), Some("7"));
    }
}
