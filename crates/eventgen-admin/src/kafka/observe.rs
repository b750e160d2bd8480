//! Asks the cluster for topics and their configuration.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::RDKafkaErrorCode;
use rdkafka::metadata::Metadata;

use super::native::{Answers, ConfigEntry, Refusal, Requests};
use super::silence::is_silence;
use super::{Cluster, Context};
use crate::{AdminError, ExistingTopic, Observation};

/// How many topics are described by one request.
const CHUNK: usize = 500;
/// How long two brokers may disagree about a topic that was created a moment ago.
const SETTLES_WITHIN: Duration = Duration::from_secs(2);

/// The configurations that guards look at, beside those of the contract.
const GUARDED: [&str; 5] =
    ["cleanup.policy", "max.message.bytes", "min.insync.replicas", "retention.bytes", "retention.ms"];

/// Topics with the configurations that are asked for.
pub(crate) type Asked = BTreeMap<String, BTreeSet<String>>;

/// A topic as one of the two questions answers it.
enum Described {
    As(Vec<ConfigEntry>),
    /// There is no such topic.
    Unknown,
    Refused(String),
}

impl Cluster {
    /// The state of some topics.
    pub(crate) fn observe(&self, asked: &Asked) -> Result<Observation, AdminError> {
        self.observe_by(&self.probe()?, asked)
    }

    /// The state of some topics, asked for by a client.
    pub(super) fn observe_by(
        &self,
        probe: &BaseConsumer<Context>,
        asked: &Asked,
    ) -> Result<Observation, AdminError> {
        let deadline = Instant::now() + SETTLES_WITHIN;
        loop {
            let mut observation = Observation::default();
            let metadata = self.metadata(probe)?;
            observation.brokers =
                metadata.brokers().iter().map(rdkafka::metadata::MetadataBroker::id).collect();
            observation.brokers.sort_unstable();
            let mut found = layouts(&metadata, asked);
            observation.names = metadata.topics().iter().map(|topic| topic.name().to_owned()).collect();
            // The brokers have told it with the metadata: this does not ask again.
            observation.cluster_id = probe.client().fetch_cluster_id(Duration::from_secs(1));
            let mut settled = true;
            let described = describe(&Requests::new(probe.client()), asked, observation.brokers.len())?;
            for (topic, described) in described {
                match (found.remove(&topic), described) {
                    (Some(layout), Described::As(entries)) => {
                        let entries = entries.into_iter();
                        let config = entries.filter_map(|entry| Some((entry.name, entry.value?))).collect();
                        observation.topics.insert(topic, ExistingTopic { config, ..layout });
                    }
                    (Some(layout), Described::Refused(reason)) => {
                        let layout = ExistingTopic { undescribed: Some(reason), ..layout };
                        observation.topics.insert(topic, layout);
                    }
                    (None, Described::Unknown) => {}
                    (None, Described::Refused(reason)) => {
                        observation.hidden.insert(topic, reason);
                    }
                    (Some(layout), Described::Unknown) => {
                        settled = false;
                        let undescribed = Some("the brokers disagree about whether it exists".to_owned());
                        observation.topics.insert(topic, ExistingTopic { undescribed, ..layout });
                    }
                    // It was created after the metadata were asked for, or its configuration may be described and it may not.
                    (None, Described::As(_)) => {
                        settled = false;
                        observation.hidden.insert(topic, "the user may not describe it".to_owned());
                    }
                }
            }
            if settled || Instant::now() > deadline {
                return Ok(observation);
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

/// The partitions of those topics that exist.
fn layouts(metadata: &Metadata, asked: &Asked) -> BTreeMap<String, ExistingTopic> {
    let existing = metadata.topics().iter().filter(|topic| {
        topic.error().is_none() && !topic.partitions().is_empty() && asked.contains_key(topic.name())
    });
    let layout = |topic: &rdkafka::metadata::MetadataTopic| {
        let mut partitions: Vec<_> = topic.partitions().iter().collect();
        partitions.sort_by_key(|partition| partition.id());
        let replicas = partitions.iter().map(|partition| partition.replicas().to_vec()).collect();
        let count = u32::try_from(partitions.len()).unwrap_or(u32::MAX);
        (topic.name().to_owned(), ExistingTopic::new(count, BTreeMap::new()).with_replicas(replicas))
    };
    existing.map(layout).collect()
}

/// Asks for the configuration of topics. Any broker can answer: where there are several, another one may be asked if one is silent.
fn describe(
    requests: &Requests<'_>,
    asked: &Asked,
    brokers: usize,
) -> Result<Vec<(String, Described)>, AdminError> {
    let all: Vec<(&str, Vec<&str>)> = asked
        .iter()
        .map(|(topic, names)| {
            let guarded = GUARDED.into_iter().filter(|name| !names.contains(*name));
            (topic.as_str(), names.iter().map(String::as_str).chain(guarded).collect())
        })
        .collect();
    let mut described = Vec::with_capacity(all.len());
    let mut failed: Option<String> = None;
    for chunk in all.chunks(CHUNK) {
        let answers = match &failed {
            None => match described_by_one_of(requests, chunk, brokers) {
                Err(refusal) if is_silence(refusal.code) => {
                    return Err(refusal.into_error("asking for the configuration of topics"));
                }
                answers => answers.map_err(|refusal| refusal.to_string()),
            },
            // Each request may take long to fail.
            Some(reason) => Err(reason.clone()),
        };
        match answers {
            Ok(answers) => {
                described.extend(answers.into_iter().map(|(topic, answer)| (topic, Described::of(answer))));
            }
            Err(reason) => {
                if failed.is_none() {
                    tracing::warn!(reason, "the cluster does not describe the configuration of topics");
                }
                let refused = |(topic, _): &(&str, Vec<&str>)| {
                    ((*topic).to_owned(), Described::Refused(reason.clone()))
                };
                described.extend(chunk.iter().map(refused));
                failed = Some(reason);
            }
        }
    }
    Ok(described)
}

fn described_by_one_of(
    requests: &Requests<'_>,
    chunk: &[(&str, Vec<&str>)],
    brokers: usize,
) -> Result<Answers<Vec<ConfigEntry>>, Refusal> {
    match requests.describe_configs(chunk) {
        Err(refusal) if is_silence(refusal.code) && brokers > 1 => requests.describe_configs(chunk),
        answers => answers,
    }
}

impl Described {
    fn of(answer: Result<Vec<ConfigEntry>, Refusal>) -> Self {
        match answer {
            Ok(entries) if entries.is_empty() => Self::Unknown,
            Ok(entries) => Self::As(entries),
            Err(Refusal { code: RDKafkaErrorCode::UnknownTopicOrPartition, .. }) => Self::Unknown,
            Err(refusal) => Self::Refused(refusal.to_string()),
        }
    }
}
