//! Waits until a consumer group has caught up.

use std::time::{Duration, Instant};

use eventgen::{Client, Error, private};

/// The pause between two requests for the lag.
const INTERVAL: Duration = Duration::from_millis(200);

/// Waits until a group has committed every record of a topic and of the group's retry topics, for at most `within`. Returns the
/// remaining lag in records: 0 if the group has caught up. A record that waits for a delay of the contract counts until it is
/// done, so that `within` has to be longer than the delays that it goes through. [`Client::lag`] has the lag of the topic alone.
///
/// # Errors
/// [`Error::UnknownTopic`] if the topic does not exist, or the cluster does not answer.
pub async fn caught_up(client: &Client, group: &str, topic: &str, within: Duration) -> Result<u64, Error> {
    let begun = Instant::now();
    let mut retry_topics = None;
    loop {
        let mut lag = client.lag(group, topic).await?.iter().map(|partition| partition.records).sum::<u64>();
        let is_over = begun.elapsed() >= within;
        if lag == 0 || is_over {
            let retry_topics = match &mut retry_topics {
                Some(topics) => topics,
                none => none.insert(private::retry_topics(client, group, topic).await?),
            };
            let mut behind = private::records_behind(client, group, retry_topics).await?;
            if behind == 0 {
                // A record may have gone back to a topic that was already asked for.
                behind = private::records_behind(client, group, retry_topics).await?;
            }
            lag += behind;
        }
        if lag == 0 || is_over {
            return Ok(lag);
        }
        tokio::time::sleep(INTERVAL).await;
    }
}
