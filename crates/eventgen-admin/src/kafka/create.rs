//! Creates topics.

use std::collections::BTreeMap;
use std::time::Duration;

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::RDKafkaErrorCode;

use super::native::{Answers, Mode, NewTopic, Refusal, Requests};
use super::{Cluster, Context};
use crate::plan::{MAX_MESSAGE_BYTES, ROOM};
use crate::{Action, AdminError, Plan, Step};

/// How many topics are created by one request. Brokers limit the partitions of one (KIP-599, `max.records.per.batch`).
const CHUNK: usize = 20;

/// A topic to be created.
pub(super) struct Creation<'a> {
    pub(super) name: &'a str,
    partitions: Option<u32>,
    replication_factor: Option<u16>,
    config: BTreeMap<String, String>,
    /// The topic whose retries or dead letters it takes.
    source: Option<&'a str>,
}

impl Cluster {
    /// Creates the topics of a plan: those that take retries and dead letters after those that they belong to, because the cluster may
    /// be asked how large the records of the latter are. One that exists already stays as it is.
    pub(crate) fn create(&self, plan: &Plan) -> Result<(), AdminError> {
        let creations = plan.creations().filter_map(Creation::of);
        let (with_source, topics): (Vec<_>, Vec<_>) =
            creations.partition(|creation| creation.source.is_some());
        if topics.is_empty() && with_source.is_empty() {
            return Ok(());
        }
        let probe = self.probe()?;
        for creations in [topics, with_source] {
            let created = create(&probe, creations);
            let created = created.map_err(|refusal| refusal.into_error("creating topics"))?;
            for (topic, created) in created {
                match created {
                    Ok(()) | Err(Refusal { code: RDKafkaErrorCode::TopicAlreadyExists, .. }) => {}
                    Err(refusal) => {
                        return Err(AdminError::TopicNotCreated { topic, reason: refusal.to_string() });
                    }
                }
            }
        }
        Ok(())
    }
}

/// Creates topics. The answer has each of them.
pub(super) fn create(
    probe: &BaseConsumer<Context>,
    creations: Vec<Creation<'_>>,
) -> Result<Answers<()>, Refusal> {
    let requests = Requests::new(probe.client());
    let mut answers = Vec::with_capacity(creations.len());
    let mut left = creations.into_iter().peekable();
    while left.peek().is_some() {
        let mut chunk: Vec<Creation<'_>> = left.by_ref().take(CHUNK).collect();
        for creation in &mut chunk {
            creation.make_room(&requests);
        }
        let topics: Vec<NewTopic<'_>> = chunk.iter().map(Creation::native).collect();
        answers.extend(requests.create_topics(&topics, Mode::Change)?);
    }
    Ok(answers)
}

impl<'a> Creation<'a> {
    /// The creation of a step, if it is one.
    pub(super) fn of(step: &'a Step) -> Option<Self> {
        let Action::Create { partitions, replication_factor, config, dead_letters_of, retries_of } =
            &step.action
        else {
            return None;
        };
        Some(Self {
            name: &step.topic,
            partitions: *partitions,
            replication_factor: *replication_factor,
            config: config.clone(),
            source: dead_letters_of.as_deref().or(retries_of.as_deref()),
        })
    }

    pub(super) fn native(&self) -> NewTopic<'_> {
        NewTopic {
            name: self.name,
            partitions: self.partitions,
            replication_factor: self.replication_factor,
            config: self.config.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect(),
        }
    }

    /// Lets a topic take the largest record of its source with the headers that are added. Where the contract
    /// leaves the source's limit to the cluster, the cluster is asked. One that does not answer (the right to describe the
    /// topic is missing) gives both topics its own limit; a record that exceeds it with its headers loses its value.
    fn make_room(&mut self, requests: &Requests<'_>) {
        let Some(source) = self.source.filter(|_| !self.config.contains_key(MAX_MESSAGE_BYTES)) else {
            return;
        };
        match largest_record(requests, source) {
            Some(limit) => {
                let limit = limit.saturating_add(ROOM).to_string();
                self.config.insert(MAX_MESSAGE_BYTES.to_owned(), limit);
            }
            None => tracing::warn!(
                source,
                topic = self.name,
                "the cluster does not report how large records may be: those that are too large with more headers may lose their values"
            ),
        }
    }
}

/// How large a record of a topic may be, in bytes, as the cluster reports it. The broker that answers may not know a topic
/// that was created a moment ago: it says so, or answers without any setting.
fn largest_record(requests: &Requests<'_>, topic: &str) -> Option<i32> {
    for _ in 0..20 {
        let described = requests.describe_configs(&[(topic, vec![MAX_MESSAGE_BYTES])]).ok()?;
        match described.into_iter().next()?.1 {
            Ok(entries) if !entries.is_empty() => return entries[0].value.as_ref()?.parse().ok(),
            Ok(_) | Err(Refusal { code: RDKafkaErrorCode::UnknownTopicOrPartition, .. }) => {
                std::thread::sleep(Duration::from_millis(100));
            }
            Err(_) => return None,
        }
    }
    None
}
