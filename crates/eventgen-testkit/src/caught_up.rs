//! Waits for a group: the readiness that tests and demos stop by.

use std::time::{Duration, Instant};

use eventgen::{Client, Error};

/// How often the lag is asked for.
const INTERVAL: Duration = Duration::from_millis(200);

/// Waits until a group has committed every record of a topic, at most `within`. Returns the records it is still behind
/// by: 0 when it has caught up.
///
/// # Errors
/// A topic that does not exist, a cluster that does not answer.
pub async fn caught_up(client: &Client, group: &str, topic: &str, within: Duration) -> Result<u64, Error> {
    let deadline = Instant::now() + within;
    loop {
        let lag = client.lag(group, topic).await?.iter().map(|partition| partition.records).sum();
        if lag == 0 || Instant::now() >= deadline {
            return Ok(lag);
        }
        tokio::time::sleep(INTERVAL).await;
    }
}
