//! Watches the lag of a group, and notices when it stands still.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use eventgen::{Client, PartitionLag};

use crate::Failure;

/// The progress of a group.
#[derive(Debug)]
pub struct Watch {
    client: Client,
    group: String,
    /// How long a partition of a stable group may make no progress.
    pub patience: Duration,
    partitions: Vec<PartitionLag>,
    /// When each partition has last made progress or had no lag.
    moved: Vec<Instant>,
    answered: Instant,
}

/// The topic's name in the contract.
const TOPIC: &str = "chaos";

/// How much longer a group may stand still that is disturbed all the time, and a cluster may not answer.
const DISTURBED: u32 = 4;

impl Watch {
    /// Watches a group.
    pub fn new(client: Client, group: String, patience: Duration) -> Self {
        let answered = Instant::now();
        Self { client, group, patience, partitions: Vec::new(), moved: Vec::new(), answered }
    }

    /// Looks at the lag. `stable` is how long the group was not disturbed. Returns a description if it has stalled.
    pub async fn look(&mut self, stable: Duration) -> Option<String> {
        // A cluster whose brokers are killed may not answer for a while.
        let Ok(now) = self.read().await else {
            let silent = self.answered.elapsed() > self.patience * DISTURBED;
            return silent.then(|| "the cluster does not tell the lag".to_owned());
        };
        self.answered = Instant::now();
        self.moved.resize_with(now.len(), Instant::now);
        for (index, partition) in now.iter().enumerate() {
            let before = self.partitions.get(index).and_then(|before| before.committed);
            if partition.records == 0 || before != partition.committed {
                self.moved[index] = Instant::now();
            }
        }
        self.partitions = now;
        let still = self.moved.iter().map(Instant::elapsed).max().unwrap_or_default();
        let all = self.moved.iter().map(Instant::elapsed).min().unwrap_or_default();
        let has_stalled = still.min(stable) > self.patience || all > self.patience * DISTURBED;
        has_stalled.then(|| self.table())
    }

    async fn read(&self) -> Result<Vec<PartitionLag>, Failure> {
        let mut lag = self.client.lag(&self.group, TOPIC).await?;
        lag.sort_by_key(|partition| partition.partition);
        Ok(lag)
    }

    /// Forgets what it has seen: the topic is another one now, or the group had to stand still.
    pub fn start_anew(&mut self) {
        self.partitions.clear();
        self.moved.clear();
        self.answered = Instant::now();
    }

    /// The lag at the last look.
    pub fn lag(&self) -> u64 {
        self.partitions.iter().map(|partition| partition.records).sum()
    }

    /// Whether the group had no lag at the last look.
    pub fn is_caught_up(&self) -> bool {
        !self.partitions.is_empty() && self.lag() == 0
    }

    /// The partitions at the last look.
    pub fn partitions(&self) -> &[PartitionLag] {
        &self.partitions
    }

    /// The lag of each partition, and how long it has made no progress.
    fn table(&self) -> String {
        let mut table = "the group has stalled:".to_owned();
        for (PartitionLag { partition, committed, end, records, .. }, moved) in
            self.partitions.iter().zip(&self.moved)
        {
            let committed = committed.map_or("nothing".to_owned(), |offset| offset.to_string());
            let seconds = moved.elapsed().as_secs();
            let _ = write!(
                table,
                "\n      partition {partition:>2}: committed {committed:>7} of {end:>7}, lag {records:>7}, no progress for \
                 {seconds} s"
            );
        }
        table
    }
}
