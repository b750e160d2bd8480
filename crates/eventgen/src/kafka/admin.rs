//! Creates the topics that a contract asks for.

use std::time::Duration;

use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, ResourceSpecifier, TopicReplication};
use rdkafka::error::RDKafkaErrorCode;

use super::{Context, Settings};
use crate::client::blocking;
use crate::{Client, Error, Topic, dead_letter};

/// The topic configuration that limits how large a record may be, in bytes.
const MAX_MESSAGE_BYTES: &str = "max.message.bytes";
/// How long the cluster may take to create topics.
const TIMEOUT: Duration = Duration::from_secs(15);

/// Where an environment differs from the contract: a laptop has one broker, production has three.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
#[must_use]
pub struct TopicOverrides {
    /// Number of replicas, in place of the contract's. `min.insync.replicas` is lowered to it where it is higher.
    pub replication_factor: Option<u16>,
}

impl TopicOverrides {
    /// With this number of replicas; `None` takes the contract's.
    pub const fn with_replication_factor(mut self, replicas: Option<u16>) -> Self {
        self.replication_factor = replicas;
        self
    }
}

/// A topic to be created: a contract's, or its dead-letter topic.
struct Wanted<'a> {
    name: &'a str,
    /// The contract's topic.
    source: &'a str,
    partitions: Option<u32>,
    replication_factor: Option<u16>,
    config: Vec<(&'a str, String)>,
}

impl Client {
    /// Creates the topics of a contract and their dead-letter topics, as the contract wants them. Topics that exist
    /// stay as they are. A dead-letter topic takes records that are 16 KiB larger than those of its source, for the
    /// headers that are added.
    ///
    /// # Errors
    /// [`Error::TopicNotCreated`] with the cluster's reason, [`Error::BrokersUnreachable`], [`Error::Authentication`].
    pub async fn create_topics(&self, topics: &[&Topic], overrides: TopicOverrides) -> Result<(), Error> {
        // The admin client waits long before it gives up on an unreachable cluster; the probe says why after seconds.
        let client = self.clone();
        blocking(move || {
            let probe = client.probe()?;
            rdkafka::producer::Producer::client(&probe)
                .fetch_metadata(None, Duration::from_secs(5))
                .map_err(|error| client.unanswered(&probe, &error.to_string()))
        })
        .await?;
        let config = self.settings().configure(&[], &Settings::default(), &[])?;
        let admin: AdminClient<Context> = config
            .create_with_context(Context::default())
            .map_err(|error| Error::InvalidSettings { client: "admin client", reason: error.to_string() })?;
        let sources: Vec<Wanted<'_>> = topics.iter().map(|topic| wanted(topic, overrides)).collect();
        create(&admin, &sources).await?;
        let mut dead_letters: Vec<Wanted<'_>> = Vec::new();
        for wanted in topics.iter().filter_map(|topic| wanted_dead_letter(topic, overrides)) {
            // Topics may share one; the first of them says what it is like.
            if !dead_letters.iter().any(|other| other.name == wanted.name) {
                dead_letters.push(wanted);
            }
        }
        for wanted in &mut dead_letters {
            wanted.make_room(&admin).await;
        }
        create(&admin, &dead_letters).await
    }
}

async fn create(admin: &AdminClient<Context>, wanted: &[Wanted<'_>]) -> Result<(), Error> {
    if wanted.is_empty() {
        return Ok(());
    }
    let new_topics: Vec<NewTopic<'_>> = wanted.iter().map(new_topic).collect();
    let results = admin
        .create_topics(&new_topics, &options())
        .await
        .map_err(|error| Error::kafka("creating topics", error))?;
    for result in results {
        match result {
            Ok(_) | Err((_, RDKafkaErrorCode::TopicAlreadyExists)) => {}
            Err((topic, code)) => return Err(Error::TopicNotCreated { topic, reason: code.to_string() }),
        }
    }
    Ok(())
}

fn options() -> AdminOptions {
    AdminOptions::new().operation_timeout(Some(TIMEOUT)).request_timeout(Some(TIMEOUT))
}

fn wanted<'a>(topic: &Topic, overrides: TopicOverrides) -> Wanted<'a> {
    Wanted {
        name: topic.name,
        source: topic.name,
        partitions: topic.partitions,
        replication_factor: overrides.replication_factor.or(topic.replication_factor),
        config: adapted(topic.config, overrides.replication_factor),
    }
}

fn wanted_dead_letter<'a>(topic: &Topic, overrides: TopicOverrides) -> Option<Wanted<'a>> {
    let dead_letter = topic.dead_letter?;
    Some(Wanted {
        name: dead_letter.name,
        partitions: dead_letter.partitions.or(topic.partitions),
        config: adapted(dead_letter.config, overrides.replication_factor),
        ..wanted(topic, overrides)
    })
}

impl Wanted<'_> {
    /// Lets a dead-letter topic take the largest record of its source with the headers that are added. Where the contract
    /// leaves the source's limit to the cluster, the cluster knows it. One that does not tell (the right to describe the
    /// topic is missing) gives both topics its own limit; a letter that exceeds it loses its value.
    async fn make_room(&mut self, admin: &AdminClient<Context>) {
        if self.config.iter().any(|(name, _)| *name == MAX_MESSAGE_BYTES) {
            return;
        }
        match largest_record(admin, self.source).await {
            Some(limit) => {
                self.config.push((MAX_MESSAGE_BYTES, limit.saturating_add(dead_letter::ROOM).to_string()));
            }
            None => tracing::warn!(
                topic = self.source,
                dead_letter_topic = self.name,
                "the cluster does not tell how large records may be: dead letters may lose their values"
            ),
        }
    }
}

/// How large a record of a topic may be, in bytes, by the cluster's word. The broker that answers may not have heard yet
/// of a topic that was made a moment ago: it says so, or answers without any setting.
async fn largest_record(admin: &AdminClient<Context>, topic: &str) -> Option<i32> {
    for _ in 0..20 {
        let described = admin.describe_configs(&[ResourceSpecifier::Topic(topic)], &options()).await.ok()?;
        match described.into_iter().next()? {
            Ok(resource) if !resource.entries.is_empty() => {
                return resource.get(MAX_MESSAGE_BYTES)?.value.as_ref()?.parse().ok();
            }
            Ok(_) | Err(RDKafkaErrorCode::UnknownTopicOrPartition) => {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            Err(_) => return None,
        }
    }
    None
}

/// The configuration, with no more in-sync replicas asked for than there are replicas.
fn adapted<'a>(config: &[(&'a str, &'a str)], replicas: Option<u16>) -> Vec<(&'a str, String)> {
    let adapt = |&(name, value): &(&'a str, &'a str)| match (name, value.parse::<u16>(), replicas) {
        ("min.insync.replicas", Ok(wanted), Some(replicas)) => (name, wanted.min(replicas).to_string()),
        _ => (name, value.to_owned()),
    };
    config.iter().map(adapt).collect()
}

fn new_topic<'a>(wanted: &'a Wanted<'a>) -> NewTopic<'a> {
    // -1 leaves the choice to the broker (KIP-464).
    let partitions = wanted.partitions.map_or(-1, |count| i32::try_from(count).unwrap_or(i32::MAX));
    let replicas = wanted.replication_factor.map_or(-1, i32::from);
    let topic = NewTopic::new(wanted.name, partitions, TopicReplication::Fixed(replicas));
    wanted.config.iter().fold(topic, |topic, (name, value)| topic.set(name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fewer_replicas_ask_for_fewer_in_sync() {
        let config = [("min.insync.replicas", "2"), ("retention.ms", "1000")];
        assert_eq!(
            adapted(&config, Some(1)),
            [("min.insync.replicas", "1".to_owned()), ("retention.ms", "1000".to_owned())]
        );
        assert_eq!(adapted(&config, Some(3))[0].1, "2");
        assert_eq!(adapted(&config, None)[0].1, "2");
    }
}
