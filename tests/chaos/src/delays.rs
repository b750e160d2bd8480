//! Retry topics of a run: their delays, and when nothing waits in them any more.

use std::time::{Duration, Instant};

use eventgen::{Retry, Topic, TopicEvents as _, retry_topic_name};

use crate::Failure;
use crate::stream::com::example::chaos::Chaos;
use crate::trial::Trial;

/// How long a record waits after each failure.
pub const DELAYS: &[Duration] = &[Duration::from_millis(500), Duration::from_secs(1)];
/// How long the last records may wait.
const PATIENCE: Duration = Duration::from_secs(120);
const LOOK: Duration = Duration::from_millis(250);

impl Trial {
    /// The topic with its delays.
    fn delayed(&self) -> Topic {
        self.client.topic(&Chaos::TOPIC.with_retry(Retry::DEFAULT.with_delays(DELAYS)))
    }

    /// The names of the retry topics of the group, in the cluster.
    pub fn retry_topics(&self) -> Vec<String> {
        self.delayed().retry_topics(&self.group)
    }

    /// Lets members have retry topics, which must exist.
    pub fn with_retry_topics(&mut self) {
        self.members.consuming.arguments.push("--retry-topics".to_owned());
        self.set_delays(DELAYS);
    }

    /// Waits until nothing waits in retry topics.
    ///
    /// # Errors
    /// The cluster does not answer, or something waits for too long.
    pub async fn nothing_waits(&mut self) -> Result<(), Failure> {
        let begun = Instant::now();
        loop {
            let mut waiting = 0;
            for tier in 0..=DELAYS.len() {
                // The client adds the prefix of the run.
                let name = retry_topic_name(Chaos::TOPIC.name, &self.group, tier);
                let lag = self.client.lag(&self.group, &name).await?;
                waiting += lag.iter().map(|partition| partition.records).sum::<u64>();
            }
            if waiting == 0 {
                return Ok(());
            }
            if begun.elapsed() > PATIENCE {
                return Err(format!("{waiting} records wait in retry topics after {PATIENCE:?}").into());
            }
            tokio::time::sleep(LOOK).await;
            self.look().await?;
        }
    }
}
