//! What plans refuse, and what they remember.

use std::collections::BTreeMap;
use std::time::Duration;

use super::*;
use crate::{Action, DeadLetterSpec, ExistingTopic, Guard, Reliance};

const DAY: u64 = 86_400_000;

fn config(config: &[(&str, &str)]) -> BTreeMap<String, String> {
    config.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// A topic with its configuration on three brokers.
fn topic(partitions: u32, values: &[(&str, &str)]) -> ExistingTopic {
    let replicas = (0..partitions).map(|_| vec![1, 2, 3]).collect();
    ExistingTopic::new(partitions, config(values)).with_replicas(replicas)
}

fn cluster(topics: &[(&str, ExistingTopic)]) -> Observation {
    let topics = topics.iter().map(|(name, topic)| ((*name).to_owned(), topic.clone()));
    Observation::new(topics).with_cluster_id("one").with_brokers([1, 2, 3])
}

fn orders() -> TopicSpec {
    TopicSpec::new("orders")
        .with_partitions(6)
        .with_replication_factor(3)
        .with_reliance(Reliance::ordered_by_key())
}

fn planned(spec: TopicSpec, cluster: &Observation, options: PlanOptions) -> GuardedPlan {
    guarded_plan(&[spec], cluster, &options)
}

/// The guards that refuse something, with their reasons.
fn refused(plan: &GuardedPlan) -> Vec<(Guard, &str)> {
    let guard = |step: &'_ crate::Step| match step.action {
        Action::Refuse { guard, .. } => guard,
        _ => unreachable!("only refusals are listed"),
    };
    plan.plan.refusals().map(|step| (guard(step), step.reason.as_str())).collect()
}

#[test]
fn more_partitions_of_a_keyed_topic_need_consent() {
    let cluster = cluster(&[("orders", topic(3, &[("cleanup.policy", "compact")]))]);
    let plan = planned(orders(), &cluster, PlanOptions::default());
    assert_eq!(
        refused(&plan),
        [(
            Guard::Repartition,
            "it has 3 partitions, the contract asks for 6: keys move to other partitions, where new records overtake older \
             ones, and compaction keeps the last record of each partition"
        )]
    );
    assert_eq!(plan.plan.changes().count(), 0);
    let allowed = planned(orders(), &cluster, PlanOptions::default().allow_repartition(true));
    assert_eq!(allowed.plan.steps[0].action, Action::IncreasePartitions { from: 3, to: 6 });
    let unordered = planned(orders().with_reliance(Reliance::default()), &cluster, PlanOptions::default());
    assert_eq!(unordered.plan.changes().count(), 1, "without an order there is nothing to break");
}

#[test]
fn dead_letters_have_no_order_to_keep() {
    let spec = orders().with_dead_letter(DeadLetterSpec::new("orders.dlq"));
    let cluster = cluster(&[("orders", topic(6, &[])), ("orders.dlq", topic(3, &[]))]);
    let plan = planned(spec, &cluster, PlanOptions::default());
    assert_eq!(refused(&plan), []);
    assert_eq!(plan.plan.steps[1].action, Action::IncreasePartitions { from: 3, to: 6 });
}

#[test]
fn fewer_partitions_are_refused_with_any_option() {
    let cluster = cluster(&[("orders", topic(24, &[]))]);
    let options = PlanOptions::default().allow_repartition(true).allow_retention_cut(true);
    let plan = planned(orders(), &cluster, options);
    let reason = "it has 24 partitions, the contract asks for 6; partitions cannot be removed";
    assert_eq!(refused(&plan), [(Guard::FewerPartitions, reason)]);
}

#[test]
fn other_replicas_are_a_reassignment_for_kafkas_own_tool() {
    let small = ExistingTopic::new(2, BTreeMap::new()).with_replicas(vec![vec![2], vec![1]]);
    let plan = planned(orders().with_partitions(2), &cluster(&[("orders", small)]), PlanOptions::default());
    let reason = "it has 1 replica, the contract asks for 3: only Kafka's own tool moves replicas";
    assert_eq!(refused(&plan), [(Guard::Replicas, reason)]);
    assert_eq!(
        plan.reassignment.map(|moves| moves.to_string()).as_deref(),
        Some(
            r#"{"version":1,"partitions":[{"topic":"orders","partition":0,"replicas":[2,3,1]},{"topic":"orders","partition":1,"replicas":[1,2,3]}]}"#
        )
    );
    let fewer = planned(
        orders().with_replication_factor(2),
        &cluster(&[("orders", topic(6, &[]))]),
        PlanOptions::default(),
    );
    let json: serde_json::Value = serde_json::to_value(fewer.reassignment).expect("JSON");
    assert_eq!(json["partitions"][5]["replicas"], serde_json::json!([1, 2]), "the preferred leader stays");
    let too_many = planned(
        orders().with_replication_factor(5),
        &cluster(&[("orders", topic(6, &[]))]),
        PlanOptions::default(),
    );
    assert_eq!(too_many.reassignment, None);
    assert!(
        matches!(&too_many.plan.steps[0].action, Action::Refuse { help, .. } if help.contains("3 brokers"))
    );
}

#[test]
fn a_retention_cut_needs_consent_or_steps() {
    let day = |count: u64| (count * DAY).to_string();
    let spec = orders().with_config([("retention.ms", day(1)), ("retention.bytes", "100".to_owned())]);
    let seven = day(7);
    let cluster =
        cluster(&[("orders", topic(6, &[("retention.ms", seven.as_str()), ("retention.bytes", "200")]))]);
    let plan = planned(spec.clone(), &cluster, PlanOptions::default());
    assert_eq!(
        refused(&plan),
        [
            (
                Guard::RetentionCut,
                "retention.bytes goes from 200B to 100B: what exceeds it is deleted at once"
            ),
            (Guard::RetentionCut, "retention.ms goes from 7d to 1d: older records are deleted at once"),
        ]
    );
    let hours = |hours: u64| Some(Duration::from_secs(hours * 3_600));
    let stepped = planned(spec.clone(), &cluster, PlanOptions::default().retention_step(hours(24)));
    assert_eq!(refused(&stepped).len(), 1, "sizes have no steps");
    let Action::ChangeConfig { changes } = &stepped.plan.steps[0].action else { panic!("{stepped:?}") };
    assert_eq!((changes[0].to.as_str(), changes[0].asked.as_str()), (day(6).as_str(), day(1).as_str()));
    let last = planned(spec.clone(), &cluster, PlanOptions::default().retention_step(hours(24 * 30)));
    let Action::ChangeConfig { changes } = &last.plan.steps[0].action else { panic!("{last:?}") };
    assert_eq!(changes[0].to, day(1), "no step goes beyond what is asked");
    let allowed = planned(spec, &cluster, PlanOptions::default().allow_retention_cut(true));
    assert_eq!(refused(&allowed), []);
}

#[test]
fn there_are_no_steps_from_no_limit() {
    let spec = orders().with_config([("retention.ms", DAY.to_string())]);
    let cluster = cluster(&[("orders", topic(6, &[("retention.ms", "-1")]))]);
    let step = PlanOptions::default().retention_step(Some(Duration::from_secs(86_400)));
    let plan = planned(spec, &cluster, step);
    let reason = "retention.ms goes from no limit to 1d: older records are deleted at once";
    assert_eq!(refused(&plan), [(Guard::RetentionCut, reason)]);
}

#[test]
fn compaction_alone_deletes_nothing_by_age() {
    let spec = orders().with_config([("cleanup.policy", "compact"), ("retention.ms", "1000")]);
    let found = topic(6, &[("cleanup.policy", "compact"), ("retention.ms", "2000")]);
    assert_eq!(refused(&planned(spec, &cluster(&[("orders", found)]), PlanOptions::default())), []);
}

#[test]
fn another_cleanup_policy_deletes_records() {
    let cases = [
        ("compact", "delete", Some("older than the retention")),
        ("delete", "compact", Some("all but the last")),
    ];
    let more = [("compact,delete", "delete", None), ("compact,delete", "compact", None)];
    for (from, to, lost) in cases.into_iter().chain(more) {
        let spec = orders().with_config([("cleanup.policy", to)]);
        let cluster = cluster(&[("orders", topic(6, &[("cleanup.policy", from)]))]);
        let plan = planned(spec, &cluster, PlanOptions::default());
        let reasons = refused(&plan);
        match lost {
            Some(lost) => {
                assert!(reasons.len() == 1 && reasons[0].1.contains(lost), "{from} {to}: {reasons:?}");
            }
            None => assert_eq!(reasons, [], "{from} {to}"),
        }
    }
}

#[test]
fn settings_that_contradict_each_other_are_refused_where_a_step_brings_them_about() {
    let reliance = Reliance::ordered_by_key()
        .with_max_age("billing", Duration::from_secs(7_200))
        .with_max_age("search", Duration::from_secs(10))
        .with_event_without_key("com.example.Ping");
    let spec = orders().with_reliance(reliance).with_config([
        ("retention.ms", "3600000"),
        ("cleanup.policy", "compact,delete"),
        ("min.insync.replicas", "3"),
    ]);
    let created = planned(spec.clone(), &cluster(&[]), PlanOptions::default());
    let guards: Vec<Guard> = refused(&created).into_iter().map(|(guard, _)| guard).collect();
    assert_eq!(guards, [Guard::InSyncReplicas, Guard::RetentionBelowMaxLag, Guard::CompactionWithoutKey]);
    assert_eq!(
        refused(&created)[1].1,
        "records are kept for 1h, and group `billing` may be behind by 2h (maxLag): it would lose records that it has not \
         read"
    );
    // A cluster that has been so for long is not changed, and somebody should know.
    let found = topic(
        6,
        &[("retention.ms", "3600000"), ("cleanup.policy", "delete,compact"), ("min.insync.replicas", "3")],
    );
    let found = planned(spec, &cluster(&[("orders", found)]), PlanOptions::default());
    assert_eq!(refused(&found), []);
    assert_eq!(found.warnings.len(), 3);
    assert!(found.is_empty());
}

#[test]
fn dead_letters_outlive_the_records_of_their_source() {
    let letters = |ms: &str| DeadLetterSpec::new("orders.dlq").with_config([("retention.ms", ms)]);
    let spec = orders().with_config([("retention.ms", "2000")]);
    let plan = planned(spec.clone().with_dead_letter(letters("1000")), &cluster(&[]), PlanOptions::default());
    let reason = "dead letters are kept for 1s, and the records of `orders` for 2s";
    assert_eq!(refused(&plan), [(Guard::DeadLetterRetention, reason)]);
    for kept in ["2000", "-1"] {
        let plan =
            planned(spec.clone().with_dead_letter(letters(kept)), &cluster(&[]), PlanOptions::default());
        assert_eq!(refused(&plan), [], "{kept}");
    }
}

#[test]
fn what_cannot_be_seen_is_not_created() {
    let hidden = cluster(&[]).with_hidden("orders", "Authorization failed (TopicAuthorizationFailed)");
    let plan = planned(orders(), &hidden, PlanOptions::default());
    let reason = "it cannot be seen: Authorization failed (TopicAuthorizationFailed)";
    assert_eq!(refused(&plan), [(Guard::NotVisible, reason)]);
    assert_eq!(plan.plan.steps.len(), 1);
    let mut undescribed = topic(6, &[]);
    undescribed.undescribed = Some("no right".to_owned());
    let spec = orders().with_config([("retention.ms", "1")]);
    let plan = planned(spec, &cluster(&[("orders", undescribed)]), PlanOptions::default());
    assert_eq!(refused(&plan), [(Guard::NotVisible, "its configuration cannot be compared: no right")]);
}

#[test]
fn topics_that_the_contract_has_no_more_stay() {
    let cluster = [
        "orders.dlq",
        "orders.eu.billing.retry.1",
        "orders.retry.1",
        "others.dlq",
        "orders.retry.x",
        "order.dlq",
    ]
    .into_iter()
    .fold(cluster(&[("orders", topic(6, &[]))]), Observation::with_other);
    let plan = planned(orders(), &cluster, PlanOptions::default());
    assert_eq!(plan.leftovers, ["orders.dlq", "orders.eu.billing.retry.1"]);
}
