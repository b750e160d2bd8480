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
    /// How long a stable group may make no progress.
    pub patience: Duration,
    /// How long one partition of it may make none while others with lag do: a member reads the partitions of a backlog in
    /// turns of thousands of records.
    pub turn: Duration,
    partitions: Vec<PartitionLag>,
    /// When each partition has last made progress or had no lag.
    moved: Vec<Instant>,
    answered: Instant,
}

/// The topic's name in the contract.
const TOPIC: &str = "chaos";

/// How much longer a group may stand still that is disturbed all the time, and a cluster may not answer.
const DISTURBED: u32 = 4;
/// How much longer a partition may wait for its turn.
const TURN: u32 = 4;

impl Watch {
    /// Watches a group.
    pub fn new(client: Client, group: String, patience: Duration) -> Self {
        let answered = Instant::now();
        let (partitions, moved) = (Vec::new(), Vec::new());
        Self { client, group, patience, turn: patience * TURN, partitions, moved, answered }
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
        let lagging = self.moved.iter().zip(&self.partitions).filter(|(_, partition)| partition.records > 0);
        let others_go_on = lagging.map(|(moved, _)| moved.elapsed()).min() < Some(self.patience);
        let limit = if others_go_on { self.turn } else { self.patience };
        let has_stalled = still.min(stable) > limit || all > self.patience * DISTURBED;
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
