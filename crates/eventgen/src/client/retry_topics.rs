//! The retry topics that a cluster has, whatever the contract says today.

use super::topics::from_admin;
use super::{Client, detached};
use crate::{Error, retry_topic_name};

impl Client {
    /// The retry topics of a group for the delays from number `first` on, until one is missing. All names are those of the cluster.
    pub(crate) async fn retry_topics_from(
        &self,
        first: usize,
        group: &str,
        topic: &str,
    ) -> Result<Vec<String>, Error> {
        let mut found = Vec::new();
        for number in first.. {
            let name = retry_topic_name(topic, group, number);
            if !self.has_topic(&name).await? {
                break;
            }
            found.push(name);
        }
        Ok(found)
    }

    /// The retry topic of the followers of a group, if the cluster has it. The names are those of the cluster.
    pub(crate) async fn followers(&self, group: &str, topic: &str) -> Result<Option<String>, Error> {
        let name = retry_topic_name(topic, group, 0);
        Ok(self.has_topic(&name).await?.then_some(name))
    }

    /// How many records a group has not done of these topics, by the cluster's names. They are asked for one after another.
    pub(crate) async fn records_behind(&self, group: &str, topics: &[String]) -> Result<u64, Error> {
        let mut records = 0_u64;
        for topic in topics {
            let (admin, group, topic) = (self.inner.admin.clone(), group.to_owned(), topic.clone());
            let lag = detached(async move { admin.lag(&group, &topic).await }).await;
            let lag = lag.map_err(|error| Error::kafka("asking for the lag", error))?.map_err(from_admin)?;
            records += lag.iter().map(|partition| partition.records).sum::<u64>();
        }
        Ok(records)
    }

    async fn has_topic(&self, name: &str) -> Result<bool, Error> {
        let (admin, topic) = (self.inner.admin.clone(), name.to_owned());
        let found = detached(async move { admin.has_topic(&topic).await }).await;
        found.map_err(|error| Error::kafka(format!("asking for topic `{name}`"), error))?.map_err(from_admin)
    }
}

/// The retry topics that a group of a topic has in the cluster, in the order in which records pass through them, by the cluster's names.
/// `topic` is the contract's name.
///
/// # Errors
/// The cluster does not answer.
pub async fn retry_topics(client: &Client, group: &str, topic: &str) -> Result<Vec<String>, Error> {
    let topic = client.topic_name(topic);
    let delays = client.retry_topics_from(1, group, &topic).await?;
    let followers = if delays.is_empty() { None } else { client.followers(group, &topic).await? };
    Ok(followers.into_iter().chain(delays).collect())
}

/// How many records a group has not done of some topics, by the cluster's names.
///
/// # Errors
/// A topic does not exist, or the cluster does not answer.
pub async fn records_behind(client: &Client, group: &str, topics: &[String]) -> Result<u64, Error> {
    client.records_behind(group, topics).await
}
