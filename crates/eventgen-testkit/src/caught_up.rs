//! Waits until a consumer group has caught up.

use std::time::{Duration, Instant};

use eventgen::{Client, Error};

/// The pause between two requests for the lag.
const INTERVAL: Duration = Duration::from_millis(200);

/// Waits until a group has committed every record of a topic, for at most `within`. Returns the remaining lag in
/// records: 0 if the group has caught up.
///
/// # Errors
/// [`Error::UnknownTopic`] if the topic does not exist, or the cluster does not answer.
pub async fn caught_up(client: &Client, group: &str, topic: &str, within: Duration) -> Result<u64, Error> {
    let begun = Instant::now();
    loop {
        let lag = client.lag(group, topic).await?.iter().map(|partition| partition.records).sum();
        if lag == 0 || begun.elapsed() >= within {
            return Ok(lag);
        }
        tokio::time::sleep(INTERVAL).await;
    }
}
