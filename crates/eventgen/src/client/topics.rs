//! The topics of a client's cluster: their names, partitions, lag and creation.

use std::collections::HashMap;
use std::time::Duration;

use eventgen_admin::{
    Action, AdminError, DeadLetterSpec, ExistingTopic, PartitionLag, RetrySpec, TopicOverrides, TopicSpec,
};

use super::{Client, detached};
use crate::{Error, Topic};

/// How long a cluster may take to report how large records may be.
const DESCRIBED_WITHIN: Duration = Duration::from_secs(2);

impl Client {
    /// A contract's topic with the names that this client resolves for it and its dead-letter topic: see
    /// [`topic_prefix`](super::ClientBuilder::topic_prefix).
    pub fn topic(&self, topic: &Topic) -> Topic {
        let names = &self.inner.topic_names;
        let mut resolved = topic.renamed(names.resolve(topic.name));
        if let Some(mut dead_letter) = topic.dead_letter {
            dead_letter.name = names.resolve(dead_letter.name);
            resolved = resolved.with_dead_letter(dead_letter);
        }
        resolved
    }

    /// The number of partitions of a topic, by the contract's name of the topic.
    ///
    /// # Errors
    /// [`Error::UnknownTopic`], [`Error::BrokersUnreachable`] after 5 seconds, [`Error::Authentication`].
    pub async fn partition_count(&self, topic: &str) -> Result<u32, Error> {
        self.partition_count_of(&self.inner.topic_names.name(topic)).await
    }

    /// The number of partitions of a topic, by the cluster's name of the topic.
    pub(crate) async fn partition_count_of(&self, topic: &str) -> Result<u32, Error> {
        let (admin, name) = (self.inner.admin.clone(), topic.to_owned());
        // The request takes seconds if no broker answers, and the end of the process must not wait for it.
        let count = detached(async move { admin.partition_count(&name).await }).await;
        count.map_err(|error| Error::kafka(format!("asking for topic `{topic}`"), error))?.map_err(from_admin)
    }

    /// The largest records of topics in bytes, by the cluster's names, as far as the cluster reports them: the user needs the right
    /// to describe their configuration.
    pub(crate) async fn largest_records(&self, topics: Vec<String>) -> HashMap<String, usize> {
        let admin = self.inner.admin.clone();
        let specs: Vec<TopicSpec> = topics.into_iter().map(TopicSpec::new).collect();
        let asked = detached(async move { admin.existing(&specs).await });
        // An embedded cluster does not answer, and a start must not wait for that.
        let existing = match tokio::time::timeout(DESCRIBED_WITHIN, asked).await {
            Ok(Ok(Ok(existing))) => existing,
            Ok(Ok(Err(error))) => {
                tracing::debug!(%error, "the cluster does not report how large records may be");
                return HashMap::new();
            }
            Ok(Err(error)) => {
                tracing::debug!(%error, "the cluster is not asked how large records may be");
                return HashMap::new();
            }
            Err(_) => return HashMap::new(),
        };
        let largest = |topic: &ExistingTopic| topic.config.get("max.message.bytes")?.parse().ok();
        existing.iter().filter_map(|(name, topic)| Some((name.clone(), largest(topic)?))).collect()
    }

    /// The cluster's name of a topic, by the contract's name.
    pub(crate) fn topic_name(&self, topic: &str) -> String {
        self.inner.topic_names.name(topic)
    }

    /// The lag of a group on each partition of a topic, by the contract's name of the topic. Takes at most 10 seconds.
    /// The connections are kept for the next call with the same group: those of eight groups, for five minutes.
    ///
    /// # Errors
    /// [`Error::UnknownTopic`], [`Error::BrokersUnreachable`], [`Error::Authentication`], [`Error::Kafka`].
    pub async fn lag(&self, group: &str, topic: &str) -> Result<Vec<PartitionLag>, Error> {
        self.inner.admin.lag(group, &self.topic_name(topic)).await.map_err(from_admin)
    }

    /// The same in records and in time: [`PartitionLag::age`]. Where records wait, the first one is read for its timestamp, which
    /// takes at most 2 of the 10 seconds, and which the user has to be allowed to do.
    ///
    /// # Errors
    /// Those of [`lag`](Self::lag). The age of a record that cannot be read is `None`.
    pub async fn lag_with_age(&self, group: &str, topic: &str) -> Result<Vec<PartitionLag>, Error> {
        self.inner.admin.lag_with_age(group, &self.topic_name(topic)).await.map_err(from_admin)
    }

    /// Creates the topics of a contract, their dead-letter topics, and the retry topics of the
    /// [groups that the contract names](Topic::groups). Topics that exist are not changed; a warning is logged if one differs
    /// from the contract. Retry topics and dead-letter topics accept records that are 16 KiB larger than those of their source,
    /// which leaves room for the headers that are added. Retry topics have as many partitions as their source in the cluster.
    ///
    /// # Errors
    /// [`Error::TopicNotCreated`], [`Error::BrokersUnreachable`], [`Error::Authentication`].
    pub async fn create_topics(&self, topics: &[&Topic], overrides: TopicOverrides) -> Result<(), Error> {
        let specs: Vec<TopicSpec> =
            topics.iter().map(|topic| spec(&self.topic(topic)).overridden(overrides)).collect();
        let existing = self.inner.admin.existing(&specs).await.map_err(from_admin)?;
        let plan = eventgen_admin::plan(&specs, &existing);
        for step in &plan.steps {
            let differs = matches!(
                step.action,
                Action::IncreasePartitions { .. } | Action::ChangeConfig { .. } | Action::Refuse { .. }
            );
            if differs {
                let (topic, reason) = (&step.topic, &step.reason);
                tracing::warn!(topic, reason, "a topic differs from its contract and is not changed");
            }
        }
        self.inner.admin.create(&plan).await.map_err(from_admin)
    }
}

// Functions instead of `From`: the types of `eventgen-admin` are not part of this crate's interface.

fn spec(topic: &Topic) -> TopicSpec {
    let dead_letter = topic.dead_letter.map(|dead_letter| {
        DeadLetterSpec::new(dead_letter.name)
            .with_partitions(dead_letter.partitions)
            .with_config(dead_letter.config.iter().copied())
    });
    let names: Vec<String> = topic.groups.iter().flat_map(|group| topic.retry_topics(group)).collect();
    let retry =
        (!names.is_empty()).then(|| RetrySpec::new(names).with_config(topic.retry_config.iter().copied()));
    TopicSpec::new(topic.name)
        .with_partitions(topic.partitions)
        .with_replication_factor(topic.replication_factor)
        .with_config(topic.config.iter().copied())
        .with_retry(retry)
        .with_dead_letter(dead_letter)
}

pub(super) fn from_admin(error: AdminError) -> Error {
    match error {
        AdminError::InvalidSettings { reason } => Error::InvalidSettings { client: "admin client", reason },
        AdminError::BrokersUnreachable { bootstrap_servers, waited, reason } => {
            Error::BrokersUnreachable { bootstrap_servers, waited, reason }
        }
        AdminError::Authentication { bootstrap_servers, reason } => {
            Error::Authentication { bootstrap_servers, reason }
        }
        AdminError::UnknownTopic { topic, bootstrap_servers } => {
            Error::UnknownTopic { topic, bootstrap_servers }
        }
        AdminError::TopicNotCreated { topic, reason } => Error::TopicNotCreated { topic, reason },
        AdminError::Request { what, reason } => Error::Kafka { what, reason },
        error => Error::Kafka { what: "a request to the cluster".to_owned(), reason: error.to_string() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DeadLetterTopic, Retry};

    const ORDERS: Topic = Topic::new("orders")
        .with_partitions(12)
        .with_config(&[("retention.ms", "1000")])
        .with_dead_letter(DeadLetterTopic::new("orders.dlq"));

    fn client() -> super::super::ClientBuilder {
        Client::builder("localhost:1", "http://localhost:1")
    }

    #[test]
    fn a_client_resolves_the_names_of_topics_and_dead_letter_topics() {
        let names = |client: &Client| {
            let topic = client.topic(&ORDERS);
            (topic.name, topic.dead_letter.expect("a dead-letter topic").name, client.topic_name("orders"))
        };
        let plain = client().build().expect("a client");
        assert_eq!(names(&plain), ("orders", "orders.dlq", "orders".to_owned()));
        let prefixed = client().topic_prefix("test-1.").build().expect("a client");
        assert_eq!(names(&prefixed), ("test-1.orders", "test-1.orders.dlq", "test-1.orders".to_owned()));
        let suffixed = client().topic_names(|name| format!("{name}.eu")).build().expect("a client");
        assert_eq!(names(&suffixed), ("orders.eu", "orders.dlq.eu", "orders.eu".to_owned()));
    }

    #[test]
    fn a_topic_of_generated_code_converts_into_a_specification() {
        let spec = spec(&ORDERS);
        assert_eq!((spec.name.as_str(), spec.partitions), ("orders", Some(12)));
        assert_eq!(spec.config.get("retention.ms").map(String::as_str), Some("1000"));
        assert_eq!((spec.dead_letter, spec.retry), (Some(DeadLetterSpec::new("orders.dlq")), None));
    }

    #[test]
    fn the_retry_topics_of_a_renamed_topic_have_its_new_name() {
        const DELAYS: &[Duration] = &[Duration::from_secs(10), Duration::from_secs(60)];
        let topic = ORDERS
            .with_retry(Retry::DEFAULT.with_delays(DELAYS))
            .with_groups(&["billing"])
            .with_retry_config(&[("cleanup.policy", "delete")]);
        let client = client().topic_prefix("test-1.").build().expect("a client");
        let names = [0, 1, 2].map(|number| format!("test-1.orders.billing.retry.{number}"));
        assert_eq!(
            spec(&client.topic(&topic)).retry,
            Some(RetrySpec::new(names).with_config([("cleanup.policy", "delete")]))
        );
    }
}
