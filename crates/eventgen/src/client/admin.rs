//! Creates the topics that a contract asks for.

use std::time::Duration;

use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::error::RDKafkaErrorCode;

use super::{Client, Context, Settings};
use crate::{Error, Topic};

/// How long the cluster may take to create topics.
const TIMEOUT: Duration = Duration::from_secs(15);

/// Where an environment differs from the contract: a laptop has one broker, production has three.
#[derive(Debug, Clone, Copy, Default)]
pub struct TopicOverrides {
    /// Number of replicas, in place of the contract's. `min.insync.replicas` is lowered to it where it is higher.
    pub replication_factor: Option<u16>,
}

/// A topic to be created, dead-letter topics included.
struct Wanted<'a> {
    name: &'a str,
    partitions: Option<u32>,
    replication_factor: Option<u16>,
    config: Vec<(&'a str, String)>,
}

impl Client {
    /// Creates the topics of a contract and their dead-letter topics, as the contract wants them. Topics that exist
    /// stay as they are.
    ///
    /// # Errors
    /// [`Error::TopicNotCreated`] with the cluster's reason, [`Error::BrokersUnreachable`], [`Error::Authentication`].
    pub async fn create_topics(&self, topics: &[&Topic], overrides: TopicOverrides) -> Result<(), Error> {
        // The admin client waits long before it gives up on an unreachable cluster; the probe says why after seconds.
        let client = self.clone();
        super::blocking(move || {
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
        let wanted: Vec<Wanted<'_>> = topics.iter().flat_map(|topic| wanted(topic, overrides)).collect();
        let new_topics: Vec<NewTopic<'_>> = wanted.iter().map(new_topic).collect();
        let options = AdminOptions::new().operation_timeout(Some(TIMEOUT)).request_timeout(Some(TIMEOUT));
        let results = admin
            .create_topics(&new_topics, &options)
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
}

/// A topic and its dead-letter topic.
fn wanted<'a>(topic: &Topic, overrides: TopicOverrides) -> Vec<Wanted<'a>> {
    let replication_factor = overrides.replication_factor.or(topic.replication_factor);
    let wanted = |name, partitions, config| Wanted {
        name,
        partitions,
        replication_factor,
        config: adapted(config, overrides.replication_factor),
    };
    let source = wanted(topic.name, topic.partitions, topic.config);
    let dead_letter = topic.dead_letter.map(|dead_letter| {
        wanted(dead_letter.name, dead_letter.partitions.or(topic.partitions), dead_letter.config)
    });
    [Some(source), dead_letter].into_iter().flatten().collect()
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
