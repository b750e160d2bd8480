//! Asks the cluster about topics, and turns silence into an error with the reason.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::metadata::{Metadata, MetadataPartition, MetadataTopic};
use rdkafka::types::RDKafkaRespErr;

use super::context::KEPT_ERRORS;
use super::{Cluster, Context};
use crate::{AdminError, PartitionOffsets};

/// How long a cluster may take to answer.
const TIMEOUT: Duration = Duration::from_secs(5);
/// How much of that the first of two questions gets.
const FIRST: Duration = Duration::from_secs(2);
/// How long a topic may be unknown to the broker that answers, after it was created.
const SETTLES_WITHIN: Duration = Duration::from_secs(2);

impl Cluster {
    pub(crate) fn partition_count(&self, topic: &str) -> Result<u32, AdminError> {
        self.partition_count_by(&self.probe()?, topic)
    }

    /// Whether a topic exists and may be seen.
    pub(crate) fn has_topic(&self, topic: &str) -> Result<bool, AdminError> {
        let metadata = self.asked(&self.probe()?, Some(topic))?;
        Ok(metadata.topics().iter().any(|found| found.name() == topic && partitions(found).is_some()))
    }

    /// The number of partitions of a topic, asked for by a client.
    pub(super) fn partition_count_by(
        &self,
        probe: &BaseConsumer<Context>,
        topic: &str,
    ) -> Result<u32, AdminError> {
        let deadline = Instant::now() + SETTLES_WITHIN;
        loop {
            let metadata = self.asked(probe, Some(topic))?;
            let found = metadata.topics().iter().find(|found| found.name() == topic);
            match found.and_then(partitions) {
                Some(partitions) => return Ok(partitions),
                None if Instant::now() < deadline && found.is_some_and(|found| settles(found.error())) => {
                    std::thread::sleep(Duration::from_millis(100));
                }
                None if found.is_some_and(|found| is_denied(found.error())) => {
                    return Err(AdminError::Denied {
                        what: format!("asking for topic `{topic}`"),
                        right: format!(
                            "the operation Describe on topic `{topic}`, which Read and Write include"
                        ),
                    });
                }
                None => {
                    return Err(AdminError::UnknownTopic {
                        topic: topic.to_owned(),
                        bootstrap_servers: self.bootstrap_servers(),
                    });
                }
            }
        }
    }

    /// The brokers and all topics that the user may see.
    pub(super) fn metadata(&self, probe: &BaseConsumer<Context>) -> Result<Metadata, AdminError> {
        self.asked(probe, None)
    }

    fn asked(&self, probe: &BaseConsumer<Context>, topic: Option<&str>) -> Result<Metadata, AdminError> {
        // A broker that has died a moment ago may be asked first. The others answer the second question.
        let ask = |within| probe.client().fetch_metadata(topic, within);
        let metadata = ask(FIRST).or_else(|_| ask(TIMEOUT.saturating_sub(FIRST)));
        metadata.map_err(|error| self.unanswered(probe, &error.to_string()))
    }

    /// The number of partitions of a topic that may be seen.
    #[cfg(any(feature = "dead-letters", feature = "records"))]
    pub(super) fn visible_partitions(
        &self,
        probe: &BaseConsumer<Context>,
        topic: &str,
        right: &str,
    ) -> Result<u32, AdminError> {
        self.partition_count_by(probe, topic).map_err(|error| match error {
            AdminError::Denied { .. } => denied(topic, right),
            error => error,
        })
    }

    /// The number of brokers, and the partitions of those of the topics that exist, without their offsets.
    pub(super) fn topic_partitions(
        &self,
        probe: &BaseConsumer<Context>,
        topics: &BTreeSet<&str>,
    ) -> Result<(usize, BTreeMap<String, Vec<PartitionOffsets>>), AdminError> {
        let metadata = self.metadata(probe)?;
        let found = metadata.topics().iter().filter(|found| topics.contains(found.name()));
        let found = found.filter(|found| found.error().is_none() && !found.partitions().is_empty());
        let topics = found.map(|found| {
            let mut partitions: Vec<PartitionOffsets> =
                found.partitions().iter().map(without_offsets).collect();
            partitions.sort_by_key(|partition| partition.partition);
            (found.name().to_owned(), partitions)
        });
        Ok((metadata.brokers().len(), topics.collect()))
    }

    /// A client that only asks questions. A consumer, because the questions of a producer create the topics that they ask
    /// about where the cluster creates topics by itself.
    pub(super) fn probe(&self) -> Result<BaseConsumer<Context>, AdminError> {
        let mut config = self.config();
        config.remove("group.id");
        config
            .set("allow.auto.create.topics", "false")
            .create_with_context(Context::new(&self.settings))
            .map_err(|error| self.refused(&error))
    }

    /// Why a question got no answer, by what librdkafka reported while it waited.
    fn unanswered(&self, probe: &BaseConsumer<Context>, fallback: &str) -> AdminError {
        // Reported errors wait in a queue until they are polled, one by one.
        for _ in 0..KEPT_ERRORS {
            if probe.poll(Duration::from_millis(10)).is_none() {
                break;
            }
        }
        let context: &Context = probe.client().context();
        let bootstrap_servers = self.bootstrap_servers();
        match context.authentication_error() {
            Some(reason) => AdminError::Authentication { bootstrap_servers, reason },
            None => AdminError::BrokersUnreachable {
                bootstrap_servers,
                waited: TIMEOUT,
                reason: context.transport_error().unwrap_or_else(|| fallback.to_owned()),
            },
        }
    }
}

/// A user who may not read a topic, or may not write to it.
#[cfg(any(feature = "dead-letters", feature = "records"))]
pub(super) fn denied(topic: &str, right: &str) -> AdminError {
    let what = if right == "Write" { "writing to" } else { "reading" };
    AdminError::Denied {
        what: format!("{what} `{topic}`"),
        right: format!("the operations Describe and {right} on topic `{topic}`"),
    }
}

fn partitions(topic: &MetadataTopic) -> Option<u32> {
    let count = u32::try_from(topic.partitions().len()).expect("Kafka counts partitions in 32 bits");
    (topic.error().is_none() && count > 0).then_some(count)
}

fn without_offsets(partition: &MetadataPartition) -> PartitionOffsets {
    // Without a leader it is -1.
    let leader = Some(partition.leader()).filter(|leader| *leader >= 0);
    PartitionOffsets {
        partition: partition.id(),
        oldest: None,
        end: None,
        leader,
        is_led_by_preferred: leader.is_some() && leader == partition.replicas().first().copied(),
        replicas: partition.replicas().len(),
        in_sync: partition.isr().len(),
    }
}

/// Whether a topic in this state may be there a moment later.
fn is_denied(error: Option<RDKafkaRespErr>) -> bool {
    error == Some(RDKafkaRespErr::RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED)
}

fn settles(error: Option<RDKafkaRespErr>) -> bool {
    matches!(
        error,
        None | Some(
            RDKafkaRespErr::RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE
                | RDKafkaRespErr::RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART
        )
    )
}
