//! The handle of an administrator.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::kafka::{Asked, Cluster};
use crate::plan::Wanted;
use crate::{AdminError, ExistingTopic, Observation, Plan, TopicSpec};

/// Asks a cluster about topics and lag, and creates topics. Cheap to clone; making one does not connect.
#[derive(Clone)]
pub struct Admin {
    cluster: Arc<Cluster>,
}

impl fmt::Debug for Admin {
    /// Without the settings, which may hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Admin").finish_non_exhaustive()
    }
}

/// The lag of a group on one partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct PartitionLag {
    /// The partition.
    pub partition: i32,
    /// The offset of the record that the group handles next; `None` if it has not committed an offset.
    pub committed: Option<i64>,
    /// The offset after the last record.
    pub end: i64,
    /// The number of offsets between the two; without a commit, between the start and the end of the partition.
    pub records: u64,
    /// How long ago the record that the group handles next was written, by its timestamp; without a commit, the oldest record.
    /// Zero if no record waits, or if the timestamp is in the future. `None` where records wait and [`Admin::lag_with_age`] was
    /// not asked, the record has no timestamp, or it could not be read: in time, or by this user.
    pub age: Option<Duration>,
}

impl Admin {
    /// An administrator with librdkafka's settings, by their names. `bootstrap.servers` is one of them.
    pub fn new<N: Into<String>, V: Into<String>>(settings: impl IntoIterator<Item = (N, V)>) -> Self {
        let settings = settings.into_iter().map(|(name, value)| (name.into(), value.into()));
        Self { cluster: Arc::new(Cluster::new(settings.collect())) }
    }

    /// How many partitions a topic has. A topic that was created a moment ago is waited for, at most 2 seconds.
    ///
    /// # Errors
    /// [`AdminError::UnknownTopic`], [`AdminError::Denied`], [`AdminError::BrokersUnreachable`] after 5 seconds,
    /// [`AdminError::Authentication`].
    pub async fn partition_count(&self, topic: &str) -> Result<u32, AdminError> {
        let topic = topic.to_owned();
        self.blocking(move |cluster| cluster.partition_count(&topic)).await
    }

    /// Whether a topic exists and the user may see it. Unlike [`partition_count`](Self::partition_count) it does not wait for one
    /// that is being created.
    ///
    /// # Errors
    /// [`AdminError::BrokersUnreachable`] after 5 seconds, [`AdminError::Authentication`].
    pub async fn has_topic(&self, topic: &str) -> Result<bool, AdminError> {
        let topic = topic.to_owned();
        self.blocking(move |cluster| cluster.has_topic(&topic)).await
    }

    /// The topics of the specifications, retry topics and dead-letter topics included, that the cluster has.
    ///
    /// # Errors
    /// [`AdminError::BrokersUnreachable`] after 5 seconds, [`AdminError::Authentication`].
    pub async fn existing(&self, specs: &[TopicSpec]) -> Result<BTreeMap<String, ExistingTopic>, AdminError> {
        Ok(self.observe(specs).await?.topics)
    }

    /// The state of a cluster, as far as a plan for these specifications needs it. Reads only.
    ///
    /// # Errors
    /// [`AdminError::BrokersUnreachable`] after 5 seconds, [`AdminError::Authentication`]. A topic
    /// that may not be seen is no error: see [`Observation::hidden`] and [`ExistingTopic::undescribed`].
    pub async fn observe(&self, specs: &[TopicSpec]) -> Result<Observation, AdminError> {
        let mut asked = Asked::new();
        for wanted in Wanted::all(specs) {
            let names = asked.entry(wanted.name.to_owned()).or_default();
            names.extend(wanted.config.keys().cloned());
        }
        // The admin client waits long before it gives up on an unreachable cluster; metadata is an error after seconds.
        self.blocking(move |cluster| cluster.observe(&asked)).await
    }

    /// Creates the topics that the plan creates. A topic that was created meanwhile stays as it is. Retry topics and dead-letter
    /// topics take records that are 16 KiB larger than those of their source, for the headers that are added.
    ///
    /// # Errors
    /// [`AdminError::TopicNotCreated`] with the cluster's reason.
    pub async fn create(&self, plan: &Plan) -> Result<(), AdminError> {
        let plan = plan.clone();
        self.blocking(move |cluster| cluster.create(&plan)).await
    }

    /// The lag of a group on a topic, by partition. All questions together have a deadline of 10 seconds. The client that asks
    /// them is kept for the next call with the same group: those of at most eight groups, each for five minutes.
    ///
    /// # Errors
    /// [`AdminError::UnknownTopic`], [`AdminError::BrokersUnreachable`], [`AdminError::Authentication`],
    /// [`AdminError::Request`].
    pub async fn lag(&self, group: &str, topic: &str) -> Result<Vec<PartitionLag>, AdminError> {
        let (group, topic) = (group.to_owned(), topic.to_owned());
        self.blocking(move |cluster| cluster.lag(&group, &topic)).await
    }

    /// The same in records and in time. Where records wait, the first one is read for its timestamp, by another client that is
    /// kept as well. That takes at most 2 of the 10 seconds.
    ///
    /// # Errors
    /// Those of [`lag`](Self::lag). A record that cannot be read is no error: its [age](PartitionLag::age) is unknown.
    pub async fn lag_with_age(&self, group: &str, topic: &str) -> Result<Vec<PartitionLag>, AdminError> {
        let (group, topic) = (group.to_owned(), topic.to_owned());
        self.blocking(move |cluster| cluster.lag_with_age(&group, &topic)).await
    }

    /// Runs one of librdkafka's calls that block where it holds up no other task.
    pub(crate) async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Cluster) -> T + Send + 'static,
    ) -> T {
        let cluster = Arc::clone(&self.cluster);
        match tokio::task::spawn_blocking(move || work(&cluster)).await {
            Ok(value) => value,
            Err(failure) => std::panic::resume_unwind(failure.into_panic()),
        }
    }
}
