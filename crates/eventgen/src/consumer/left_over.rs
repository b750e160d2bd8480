//! Retry topics with records of a group that its contract no longer reads: delays were removed, or `ordering` became `none`.

use super::topics::Topics;
use crate::{Client, Error, Ordering, Topic};

/// Logs a warning for each retry topic in which records of a group wait, and that nothing of this build reads. They would wait for
/// ever, and later records of their keys do not wait for them.
pub(super) async fn warn(client: Client, group: String, topics: impl AsRef<Topics>) {
    for topic in topics.as_ref().sources() {
        // Whoever may not ask, or gets no answer, is not kept from consuming.
        let Ok(unread) = unread(&client, &group, topic).await else { continue };
        for name in unread {
            match client.records_behind(&group, std::slice::from_ref(&name)).await {
                Ok(0) | Err(_) => {}
                Ok(records) => tracing::warn!(
                    topic = topic.name,
                    group,
                    retry_topic = name,
                    records,
                    "records wait in a retry topic that the contract no longer reads: they are not handled, and later records \
                     of their keys do not wait for them; restore the delays until the topic is empty"
                ),
            }
        }
    }
}

/// The retry topics of a group that exist and are not read.
async fn unread(client: &Client, group: &str, topic: &Topic) -> Result<Vec<String>, Error> {
    let delays = topic.retry.delays.len();
    let mut unread = client.retry_topics_from(delays + 1, group, topic.name).await?;
    let may_have_followers = match (delays, topic.ordering) {
        (0, _) => !unread.is_empty(),
        (_, Ordering::None) => true,
        (_, Ordering::Key | Ordering::Total) => false,
    };
    if may_have_followers {
        unread.extend(client.followers(group, topic.name).await?);
    }
    Ok(unread)
}
