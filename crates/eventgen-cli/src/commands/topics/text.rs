//! A plan for people.

use eventgen_admin::{Action, ConfigChange, GuardedPlan, Step};
use eventgen_schema::contract::readable;

use crate::count::count;

/// A block for each topic that is created, changed or refused. Empty if there is none.
pub(super) fn plan(plan: &GuardedPlan, cluster: &str) -> String {
    let mut out = Vec::new();
    for steps in plan.plan.steps.chunk_by(|one, other| one.topic == other.topic) {
        block(steps, &mut out);
    }
    for topic in &plan.leftovers {
        out.push(format!(
            "- {topic}: no topic of the contract has it any more; it stays, and so do its records"
        ));
    }
    if let Some(reassignment) = &plan.reassignment {
        out.push(format!(
            "kafka-reassign-partitions --bootstrap-server {cluster} --reassignment-json-file FILE --execute, with this in FILE:"
        ));
        out.push(reassignment.to_string());
    }
    out.join("\n")
}

fn block(steps: &[Step], out: &mut Vec<String>) {
    let Some(first) = steps.first() else { return };
    let is = |of: fn(&Action) -> bool| steps.iter().any(|step| of(&step.action));
    let sign = if is(|action| matches!(action, Action::Refuse { .. })) {
        '!'
    } else if is(|action| matches!(action, Action::Create { .. })) {
        '+'
    } else if is(Action::is_change) {
        '~'
    } else {
        return;
    };
    out.push(format!("{sign} {}", first.topic));
    for step in steps {
        out.extend(lines(step).into_iter().map(|line| format!("    {line}")));
    }
}

/// What a step does, one line for each setting.
fn lines(step: &Step) -> Vec<String> {
    match &step.action {
        Action::Create { partitions, replication_factor, config, dead_letters_of, retries_of, .. } => {
            let left = || "left to the cluster".to_owned();
            let mut lines = vec![
                format!("partitions: {}", partitions.map_or_else(left, |count| count.to_string())),
                format!("replicas: {}", replication_factor.map_or_else(left, |count| count.to_string())),
            ];
            lines.extend(config.iter().map(|(name, value)| format!("{name}: {}", readable(name, value))));
            let source = dead_letters_of.as_ref().or(retries_of.as_ref());
            if let Some(source) = source.filter(|_| !config.contains_key("max.message.bytes")) {
                lines.push(format!("max.message.bytes: that of {source}, and 16KiB for headers"));
            }
            lines
        }
        Action::IncreasePartitions { from, to, .. } => vec![format!("partitions: {from} -> {to}")],
        Action::ChangeConfig { changes, .. } => changes.iter().map(change).collect(),
        Action::Refuse { guard, help, .. } => {
            vec![format!("refused, {guard}: {}", step.reason), format!("help: {help}")]
        }
        _ => Vec::new(),
    }
}

fn change(change: &ConfigChange) -> String {
    let shown = |value: &str| readable(&change.name, value);
    let from = change.from.as_deref().map_or_else(|| "not set".to_owned(), shown);
    let step = if change.to == change.asked {
        String::new()
    } else {
        format!(", a step towards {}", shown(&change.asked))
    };
    format!("{}: {from} -> {}{step}", change.name, shown(&change.to))
}

/// What was done, in one line.
pub(super) fn done(step: &Step) -> String {
    let what = match &step.action {
        Action::Create { .. } => "created".to_owned(),
        _ => lines(step).join(", "),
    };
    format!("{}: {what}", step.topic)
}

/// How many topics are to be created, changed, refused and left.
pub(super) fn summary(plan: &GuardedPlan, cluster: &str) -> String {
    let (mut created, mut changed, mut refused, mut unchanged) = (0, 0, 0, 0);
    let topics = plan.plan.steps.chunk_by(|one, other| one.topic == other.topic);
    for steps in topics {
        let is = |of: fn(&Action) -> bool| steps.iter().any(|step| of(&step.action));
        if is(|action| matches!(action, Action::Refuse { .. })) {
            refused += 1;
        } else if is(|action| matches!(action, Action::Create { .. })) {
            created += 1;
        } else if is(Action::is_change) {
            changed += 1;
        } else {
            unchanged += 1;
        }
    }
    let topics = count(created + changed + refused + unchanged, "topic");
    format!(
        "{topics} at {cluster}: {created} to create, {changed} to change, {refused} refused, {unchanged} unchanged"
    )
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use eventgen_admin::{
        DeadLetterSpec, ExistingTopic, Observation, PlanOptions, Reliance, TopicSpec, guarded_plan,
    };

    use super::*;

    fn existing(partitions: u32, replicas: &[i32], config: &[(&str, &str)]) -> ExistingTopic {
        let config = config.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let replicas = (0..partitions).map(|_| replicas.to_vec()).collect();
        ExistingTopic::new(partitions, config.collect()).with_replicas(replicas)
    }

    /// One topic of each kind.
    fn sample() -> GuardedPlan {
        let created = TopicSpec::new("orders.created.v1")
            .with_partitions(12)
            .with_config([("retention.ms", "604800000"), ("cleanup.policy", "compact,delete")])
            .with_dead_letter(DeadLetterSpec::new("orders.created.v1.dlq"));
        let changed = TopicSpec::new("orders.changed.v1")
            .with_partitions(12)
            .with_config([("retention.ms", "86400000"), ("segment.bytes", "1073741824")]);
        let refused = TopicSpec::new("orders.refused.v1")
            .with_partitions(12)
            .with_replication_factor(3)
            .with_config([("retention.bytes", "1048576"), ("segment.ms", "3600000")])
            .with_reliance(Reliance::ordered_by_key());
        let hidden = TopicSpec::new("orders.hidden.v1");
        let unchanged = TopicSpec::new("orders.unchanged.v1");
        let cluster = Observation::new([
            (
                "orders.changed.v1".to_owned(),
                existing(6, &[1, 2], &[("retention.ms", "604800000"), ("flush.ms", "7")]),
            ),
            (
                "orders.refused.v1".to_owned(),
                existing(6, &[3], &[("retention.bytes", "-1"), ("segment.ms", "1000")]),
            ),
            ("orders.unchanged.v1".to_owned(), existing(1, &[1], &[])),
        ])
        .with_cluster_id("one")
        .with_brokers([1, 2, 3])
        .with_hidden("orders.hidden.v1", "Authorization failed (TopicAuthorizationFailed)")
        .with_other("orders.changed.v1.dlq");
        let options = PlanOptions::default().retention_step(Some(Duration::from_secs(86_400)));
        guarded_plan(&[created, changed, refused, hidden, unchanged], &cluster, &options)
    }

    #[test]
    fn a_plan_shows_what_is_done_and_what_is_refused_and_why() {
        let plan = sample();
        let printed = format!("{}\n{}\n", super::plan(&plan, "kafka:9092"), summary(&plan, "kafka:9092"));
        expectorate::assert_contents("src/commands/topics/goldens/plan.txt", &printed);
    }

    #[test]
    fn a_plan_is_an_object_of_json_that_is_read_again() {
        let plan = sample();
        let json = plan.to_json();
        expectorate::assert_contents("src/commands/topics/goldens/plan.json", &format!("{json}\n"));
        assert_eq!(GuardedPlan::from_json(&json).expect("a plan"), plan);
    }
}
