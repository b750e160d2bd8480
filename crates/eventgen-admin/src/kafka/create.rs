//! Creates and describes topics.

use std::collections::BTreeMap;
use std::time::Duration;

use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, ResourceSpecifier, TopicReplication};
use rdkafka::error::RDKafkaErrorCode;

use super::{Cluster, Context};
use crate::{Action, AdminError, ExistingTopic, Plan};

/// The topic configuration that limits how large a record may be, in bytes.
const MAX_MESSAGE_BYTES: &str = "max.message.bytes";
/// Bytes by which a dead letter may be larger than its record: ten headers, of which the error message takes up to 2 KiB
/// and the names of topic, group and error type a few hundred bytes each.
const DEAD_LETTER_ROOM: i32 = 16 * 1024;
/// How long the cluster may take.
const TIMEOUT: Duration = Duration::from_secs(15);

/// A topic to be created.
struct Creation<'a> {
    name: &'a str,
    partitions: Option<u32>,
    replication_factor: Option<u16>,
    config: BTreeMap<String, String>,
}

impl Cluster {
    /// Creates the topics of a plan: those that take dead letters after those that they belong to, because the cluster may
    /// be asked how large the records of the latter are.
    pub(crate) async fn create(&self, plan: &Plan) -> Result<(), AdminError> {
        let (mut topics, mut dead_letters) = (Vec::new(), Vec::new());
        for step in plan.creations() {
            let Action::Create { partitions, replication_factor, config, dead_letters_of } = &step.action
            else {
                continue;
            };
            let creation = Creation {
                name: &step.topic,
                partitions: *partitions,
                replication_factor: *replication_factor,
                config: config.clone(),
            };
            match dead_letters_of {
                None => topics.push(creation),
                Some(source) => dead_letters.push((source, creation)),
            }
        }
        if topics.is_empty() && dead_letters.is_empty() {
            return Ok(());
        }
        let admin = self.admin_client()?;
        create(&admin, &topics).await?;
        let mut with_room = Vec::with_capacity(dead_letters.len());
        for (source, mut creation) in dead_letters {
            creation.make_room(&admin, source).await;
            with_room.push(creation);
        }
        create(&admin, &with_room).await
    }

    /// Topics with their configuration, where the client may describe it.
    pub(crate) async fn describe(
        &self,
        partitions: BTreeMap<String, u32>,
    ) -> Result<BTreeMap<String, ExistingTopic>, AdminError> {
        let mut existing: BTreeMap<String, ExistingTopic> = partitions
            .into_iter()
            .map(|(name, count)| (name, ExistingTopic::new(count, BTreeMap::new())))
            .collect();
        let names: Vec<String> = existing.keys().cloned().collect();
        if names.is_empty() {
            return Ok(existing);
        }
        let resources: Vec<ResourceSpecifier<'_>> =
            names.iter().map(|name| ResourceSpecifier::Topic(name)).collect();
        let described = match self.admin_client()?.describe_configs(&resources, &options()).await {
            Ok(described) => described,
            Err(error) => {
                tracing::warn!(%error, "the configuration of topics is not compared: the cluster does not describe it");
                return Ok(existing);
            }
        };
        for (name, resource) in names.iter().zip(described) {
            if let (Some(topic), Ok(resource)) = (existing.get_mut(name), resource) {
                let entries = resource.entries.into_iter();
                topic.config = entries.filter_map(|entry| Some((entry.name, entry.value?))).collect();
            }
        }
        Ok(existing)
    }

    fn admin_client(&self) -> Result<AdminClient<Context>, AdminError> {
        self.config()
            .create_with_context(Context::default())
            .map_err(|error| AdminError::InvalidSettings { reason: error.to_string() })
    }
}

async fn create(admin: &AdminClient<Context>, creations: &[Creation<'_>]) -> Result<(), AdminError> {
    if creations.is_empty() {
        return Ok(());
    }
    let new_topics: Vec<NewTopic<'_>> = creations.iter().map(new_topic).collect();
    let results = admin
        .create_topics(&new_topics, &options())
        .await
        .map_err(|error| AdminError::request("creating topics", error))?;
    for result in results {
        match result {
            Ok(_) | Err((_, RDKafkaErrorCode::TopicAlreadyExists)) => {}
            Err((topic, code)) => {
                return Err(AdminError::TopicNotCreated { topic, reason: code.to_string() });
            }
        }
    }
    Ok(())
}

fn options() -> AdminOptions {
    AdminOptions::new().operation_timeout(Some(TIMEOUT)).request_timeout(Some(TIMEOUT))
}

fn new_topic<'a>(creation: &'a Creation<'a>) -> NewTopic<'a> {
    // -1 leaves the choice to the broker (KIP-464).
    let partitions = creation.partitions.map_or(-1, |count| i32::try_from(count).unwrap_or(i32::MAX));
    let replicas = creation.replication_factor.map_or(-1, i32::from);
    let topic = NewTopic::new(creation.name, partitions, TopicReplication::Fixed(replicas));
    creation.config.iter().fold(topic, |topic, (name, value)| topic.set(name, value))
}

impl Creation<'_> {
    /// Lets a dead-letter topic take the largest record of its source with the headers that are added. Where the contract
    /// leaves the source's limit to the cluster, the cluster is asked. One that does not answer (the right to describe the
    /// topic is missing) gives both topics its own limit; a letter that exceeds it loses its value.
    async fn make_room(&mut self, admin: &AdminClient<Context>, source: &str) {
        if self.config.contains_key(MAX_MESSAGE_BYTES) {
            return;
        }
        match largest_record(admin, source).await {
            Some(limit) => {
                let limit = limit.saturating_add(DEAD_LETTER_ROOM).to_string();
                self.config.insert(MAX_MESSAGE_BYTES.to_owned(), limit);
            }
            None => tracing::warn!(
                topic = source,
                dead_letter_topic = self.name,
                "the cluster does not report how large records may be: dead letters may lose their values"
            ),
        }
    }
}

/// How large a record of a topic may be, in bytes, as the cluster reports it. The broker that answers may not know a topic
/// that was created a moment ago: it says so, or answers without any setting.
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
