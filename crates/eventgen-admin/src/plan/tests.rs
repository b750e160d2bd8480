//! Plans without guards.

use super::*;
use crate::{DeadLetterSpec, RetrySpec};

fn orders() -> TopicSpec {
    TopicSpec::new("orders")
        .with_partitions(12)
        .with_replication_factor(3)
        .with_config([("retention.ms", "1000")])
        .with_dead_letter(DeadLetterSpec::new("orders.dlq"))
}

fn existing(partitions: u32, config: &[(&str, &str)]) -> ExistingTopic {
    let config = config.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    ExistingTopic::new(partitions, config.collect())
}

#[test]
fn missing_topics_are_created_and_dead_letter_topics_after_them() {
    let refunds = TopicSpec::new("refunds").with_dead_letter(DeadLetterSpec::new("orders.dlq"));
    let plan = plan(&[orders(), refunds], &BTreeMap::new());
    let names: Vec<&str> = plan.creations().map(|step| step.topic.as_str()).collect();
    assert_eq!(names, ["orders", "refunds", "orders.dlq"], "a shared dead-letter topic is planned once");
    assert_eq!(
        plan.steps[2].action,
        Action::Create {
            partitions: Some(12),
            replication_factor: Some(3),
            config: BTreeMap::new(),
            dead_letters_of: Some("orders".to_owned()),
            retries_of: None,
        }
    );
}

#[test]
fn differences_are_steps_with_reasons() {
    let mut cluster = BTreeMap::new();
    cluster.insert("orders".to_owned(), existing(6, &[("retention.ms", "2000")]));
    cluster.insert("orders.dlq".to_owned(), existing(24, &[]));
    let steps = plan(&[orders()], &cluster).steps;
    assert_eq!(steps[0].action, Action::IncreasePartitions { from: 6, to: 12 });
    assert_eq!(steps[0].reason, "it has 6 partitions, the contract asks for 12");
    let change = ConfigChange {
        name: "retention.ms".to_owned(),
        from: Some("2000".to_owned()),
        to: "1000".to_owned(),
        asked: "1000".to_owned(),
    };
    assert_eq!(steps[1].action, Action::ChangeConfig { changes: vec![change] });
    assert_eq!(steps[1].reason, "the contract asks for another value of retention.ms");
    assert_eq!(steps[2].action, Action::Leave);
    assert_eq!(steps[2].reason, "it has 24 partitions, more than its source");
    assert_eq!(steps.len(), 3);
}

#[test]
fn a_dead_letter_topic_takes_the_records_of_its_source_with_more_headers() {
    let limit = |limit: &str| existing(12, &[("retention.ms", "1000"), ("max.message.bytes", limit)]);
    let steps = |letters: &str, spec: TopicSpec| {
        let cluster = [("orders", limit("1048588")), ("orders.dlq", limit(letters))];
        plan(&[spec], &cluster.map(|(name, topic)| (name.to_owned(), topic)).into()).steps
    };
    let too_small = steps("1048588", orders());
    let change = ConfigChange {
        name: "max.message.bytes".to_owned(),
        from: Some("1048588".to_owned()),
        to: "1064972".to_owned(),
        asked: "1064972".to_owned(),
    };
    assert_eq!(too_small[1].action, Action::ChangeConfig { changes: vec![change] });
    assert_eq!(steps("1064972", orders())[1].action, Action::Leave);
    let own = DeadLetterSpec::new("orders.dlq").with_config([("max.message.bytes", "1000")]);
    assert_eq!(steps("1000", orders().with_dead_letter(own))[1].action, Action::Leave);
}

#[test]
fn the_configuration_of_a_topic_changes_in_one_step() {
    let limit = ("max.message.bytes", "1048588");
    let letters = DeadLetterSpec::new("orders.dlq").with_config([("retention.ms", "9000")]);
    let retry = RetrySpec::new(["orders.billing.retry.0"]).with_config([("retention.ms", "9000")]);
    let cluster = ["orders", "orders.billing.retry.0", "orders.dlq"]
        .map(|name| (name.to_owned(), existing(12, &[("retention.ms", "1000"), limit])));
    let steps = plan(&[orders().with_dead_letter(letters).with_retry(retry)], &cluster.into()).steps;
    let topics: Vec<&str> = steps.iter().map(|step| step.topic.as_str()).collect();
    assert_eq!(
        topics,
        ["orders", "orders.billing.retry.0", "orders.dlq"],
        "one request changes a topic once"
    );
    for step in &steps[1..] {
        let Action::ChangeConfig { changes } = &step.action else { panic!("{step:?}") };
        let changes = changes.iter().map(|change| (change.name.as_str(), change.to.as_str()));
        let expected = [("max.message.bytes", "1064972"), ("retention.ms", "9000")];
        assert_eq!(changes.collect::<Vec<_>>(), expected);
        assert_eq!(
            step.reason,
            "the contract asks for another value of retention.ms; records of `orders` take more bytes with the headers \
             that are added"
        );
    }
}

#[test]
fn a_shared_dead_letter_topic_is_large_enough_for_all_its_sources() {
    let source = |name: &str, partitions, replicas| {
        TopicSpec::new(name)
            .with_partitions(partitions)
            .with_replication_factor(replicas)
            .with_dead_letter(DeadLetterSpec::new("shared"))
    };
    let specs = [source("one", 1, 1), source("two", 6, 3), source("three", 2, 2)];
    let created = plan(&specs, &BTreeMap::new()).steps.remove(3);
    assert!(
        matches!(created.action, Action::Create { partitions: Some(6), replication_factor: Some(3), .. }),
        "{created:?}"
    );
    let limit = |limit: &str| existing(6, &[("max.message.bytes", limit)]);
    let cluster = [("one", "1000"), ("two", "4000000"), ("three", "1000"), ("shared", "1000000")];
    let cluster = cluster.map(|(name, bytes)| (name.to_owned(), limit(bytes)));
    let changed = plan(&specs, &cluster.into()).steps.pop().expect("a step");
    let Action::ChangeConfig { changes } = &changed.action else { panic!("{changed:?}") };
    assert_eq!(changes[0].to, "4016384");
}

#[test]
fn a_topic_that_is_as_asked_is_left() {
    let mut cluster = BTreeMap::new();
    cluster.insert("orders".to_owned(), existing(12, &[("retention.ms", "1000"), ("flush.ms", "7")]));
    let spec = orders().with_dead_letter(None);
    let steps = plan(&[spec], &cluster).steps;
    assert_eq!(steps.len(), 1);
    assert_eq!(
        (&steps[0].action, steps[0].reason.as_str()),
        (&Action::Leave, "the topic is as the contract asks")
    );
}

#[test]
fn fewer_partitions_are_refused_where_the_contract_names_them() {
    let mut cluster = BTreeMap::new();
    cluster.insert("orders".to_owned(), existing(24, &[("retention.ms", "1000")]));
    let steps = plan(&[orders().with_dead_letter(None)], &cluster).steps;
    assert_eq!(
        steps[0].reason,
        "it has 24 partitions, the contract asks for 12; partitions cannot be removed"
    );
    assert!(matches!(steps[0].action, Action::Refuse { guard: Guard::FewerPartitions, .. }));
    assert_eq!(steps.len(), 1);
}

#[test]
fn values_that_kafka_reads_alike_are_no_difference() {
    let mut cluster = BTreeMap::new();
    cluster.insert("orders".to_owned(), existing(12, &[("cleanup.policy", "compact,delete")]));
    let spec = TopicSpec::new("orders").with_config([("cleanup.policy", "delete, compact")]);
    assert_eq!(plan(&[spec], &cluster).changes().count(), 0);
}

#[test]
fn retry_topics_have_the_partitions_that_their_source_has() {
    let retry = RetrySpec::new(["orders.billing.retry.0", "orders.billing.retry.1"])
        .with_config([("cleanup.policy", "delete")]);
    let orders = orders().with_retry(retry);
    let created = |cluster: &BTreeMap<String, ExistingTopic>| {
        let plan = plan(std::slice::from_ref(&orders), cluster);
        let step = |step: &Step| match &step.action {
            Action::Create { partitions, replication_factor, config, retries_of, .. } => {
                assert_eq!(*replication_factor, Some(3));
                assert_eq!(retries_of.is_some(), config.contains_key("cleanup.policy"), "{config:?}");
                (step.topic.clone(), *partitions, retries_of.clone())
            }
            action => panic!("{action:?}"),
        };
        plan.creations().map(step).collect::<Vec<_>>()
    };
    let topic = |name: &str, partitions, source: Option<&str>| {
        (name.to_owned(), Some(partitions), source.map(str::to_owned))
    };
    let retries = |partitions| {
        ["orders.billing.retry.0", "orders.billing.retry.1"]
            .map(|name| topic(name, partitions, Some("orders")))
    };
    let all = [vec![topic("orders", 12, None)], retries(12).to_vec(), vec![topic("orders.dlq", 12, None)]];
    assert_eq!(created(&BTreeMap::new()), all.concat(), "after their source, before dead letters");
    let mut cluster = BTreeMap::new();
    cluster.insert("orders".to_owned(), existing(24, &[]));
    assert_eq!(created(&cluster)[..2], retries(24), "as many as there are");
    cluster.insert("orders".to_owned(), existing(6, &[]));
    assert_eq!(created(&cluster)[..2], retries(12), "as many as there will be");
    cluster.insert("orders.billing.retry.0".to_owned(), existing(6, &[]));
    let grown = plan(std::slice::from_ref(&orders), &cluster).steps;
    let grown = grown.iter().find(|step| step.topic == "orders.billing.retry.0").expect("a step");
    assert_eq!(grown.action, Action::IncreasePartitions { from: 6, to: 12 });
}
