//! Compares what a contract asks for with the topics of a cluster.

use std::collections::BTreeMap;

use crate::{DeadLetterSpec, TopicSpec};

/// A topic of a cluster.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExistingTopic {
    /// The number of partitions.
    pub partitions: u32,
    /// Its configuration; empty where the client may not describe it.
    pub config: BTreeMap<String, String>,
}

impl ExistingTopic {
    /// A topic with this number of partitions and this configuration.
    pub fn new(partitions: u32, config: BTreeMap<String, String>) -> Self {
        Self { partitions, config }
    }
}

/// What has to be done, in this order: topics come before their dead-letter topics.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Plan {
    /// One or more steps for each topic.
    pub steps: Vec<Step>,
}

/// One change of one topic, or none.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Step {
    /// The topic.
    pub topic: String,
    /// The change.
    pub action: Action,
    /// Why.
    pub reason: String,
}

/// A change of a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Action {
    /// Create it.
    #[non_exhaustive]
    Create {
        /// The number of partitions; `None` leaves it to the cluster.
        partitions: Option<u32>,
        /// The number of replicas; `None` leaves it to the cluster.
        replication_factor: Option<u16>,
        /// Kafka topic configuration.
        config: BTreeMap<String, String>,
        /// The topic whose dead letters it takes. Where `config` has no `max.message.bytes`, it has to take records
        /// that are larger than those of this topic by the headers of a dead letter.
        dead_letters_of: Option<String>,
    },
    /// Add partitions. Keys are assigned to other partitions from then on.
    #[non_exhaustive]
    IncreasePartitions {
        /// The number today.
        from: u32,
        /// The number asked for.
        to: u32,
    },
    /// Change configuration.
    #[non_exhaustive]
    ChangeConfig {
        /// The differences, sorted by name.
        changes: Vec<ConfigChange>,
    },
    /// Leave it as it is.
    Leave,
}

/// A difference in the configuration of a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConfigChange {
    /// The property.
    pub name: String,
    /// The value today; `None` where the cluster does not report it.
    pub from: Option<String>,
    /// The value asked for.
    pub to: String,
}

impl Plan {
    /// The steps that create topics.
    pub fn creations(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(|step| matches!(step.action, Action::Create { .. }))
    }
}

/// A plan that makes a cluster with these topics, by name, have what the specifications ask for. Partitions are never
/// removed: Kafka cannot. Topics may share a dead-letter topic; the first of them describes it.
pub fn plan(specs: &[TopicSpec], existing: &BTreeMap<String, ExistingTopic>) -> Plan {
    let mut steps = Vec::new();
    for spec in specs {
        steps.extend(steps_of(&Wanted::topic(spec), existing));
    }
    let mut planned: Vec<&str> = Vec::new();
    for spec in specs {
        if let Some(dead_letter) = &spec.dead_letter
            && !planned.contains(&dead_letter.name.as_str())
        {
            planned.push(&dead_letter.name);
            steps.extend(steps_of(&Wanted::dead_letter(spec, dead_letter), existing));
        }
    }
    Plan { steps }
}

/// A topic, or a dead-letter topic.
struct Wanted<'a> {
    name: &'a str,
    partitions: Option<u32>,
    replication_factor: Option<u16>,
    config: &'a BTreeMap<String, String>,
    dead_letters_of: Option<&'a str>,
}

impl<'a> Wanted<'a> {
    fn topic(spec: &'a TopicSpec) -> Self {
        Self {
            name: &spec.name,
            partitions: spec.partitions,
            replication_factor: spec.replication_factor,
            config: &spec.config,
            dead_letters_of: None,
        }
    }

    fn dead_letter(source: &'a TopicSpec, spec: &'a DeadLetterSpec) -> Self {
        Self {
            name: &spec.name,
            partitions: spec.partitions.or(source.partitions),
            replication_factor: source.replication_factor,
            config: &spec.config,
            dead_letters_of: Some(&source.name),
        }
    }
}

fn steps_of(wanted: &Wanted<'_>, existing: &BTreeMap<String, ExistingTopic>) -> Vec<Step> {
    let step = |action, reason: String| Step { topic: wanted.name.to_owned(), action, reason };
    let Some(topic) = existing.get(wanted.name) else {
        let create = Action::Create {
            partitions: wanted.partitions,
            replication_factor: wanted.replication_factor,
            config: wanted.config.clone(),
            dead_letters_of: wanted.dead_letters_of.map(str::to_owned),
        };
        return vec![step(create, "the topic does not exist".to_owned())];
    };
    let mut steps = Vec::new();
    let mut reason = "the topic is as the contract asks".to_owned();
    match wanted.partitions {
        Some(to) if to > topic.partitions => {
            let reason = format!("it has {} partitions, the contract asks for {to}", topic.partitions);
            steps.push(step(Action::IncreasePartitions { from: topic.partitions, to }, reason));
        }
        Some(to) if to < topic.partitions => {
            reason = format!(
                "it has {} partitions, the contract asks for {to}; partitions cannot be removed",
                topic.partitions
            );
        }
        _ => {}
    }
    let changes = changes(wanted.config, &topic.config);
    if !changes.is_empty() {
        let names: Vec<&str> = changes.iter().map(|change| change.name.as_str()).collect();
        let reason = format!("the contract asks for another value of {}", names.join(", "));
        steps.push(step(Action::ChangeConfig { changes }, reason));
    }
    if steps.is_empty() {
        steps.push(step(Action::Leave, reason));
    }
    steps
}

/// The properties whose values differ. A cluster that reports no configuration is not compared.
fn changes(wanted: &BTreeMap<String, String>, found: &BTreeMap<String, String>) -> Vec<ConfigChange> {
    if found.is_empty() {
        return Vec::new();
    }
    let change = |(name, to): (&String, &String)| {
        let from = found.get(name);
        (from != Some(to)).then(|| ConfigChange { name: name.clone(), from: from.cloned(), to: to.clone() })
    };
    wanted.iter().filter_map(change).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

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
        };
        assert_eq!(steps[1].action, Action::ChangeConfig { changes: vec![change] });
        assert_eq!(steps[1].reason, "the contract asks for another value of retention.ms");
        assert_eq!(steps[2].action, Action::Leave);
        assert_eq!(
            steps[2].reason,
            "it has 24 partitions, the contract asks for 12; partitions cannot be removed"
        );
        assert_eq!(steps.len(), 3);
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
}
