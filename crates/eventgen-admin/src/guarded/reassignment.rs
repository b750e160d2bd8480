//! Other replicas: librdkafka cannot move them, `kafka-reassign-partitions` can.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Observation;

/// Replicas that have to move. Displayed as the JSON that `kafka-reassign-partitions --reassignment-json-file` reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reassignment {
    version: u32,
    partitions: Vec<Partition>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Partition {
    topic: String,
    #[serde(rename = "partition")]
    number: usize,
    replicas: Vec<i32>,
}

/// The replicas that have to move.
pub(super) struct Moves<'a> {
    brokers: &'a [i32],
    /// How many replicas each broker has, of the topics that are known.
    load: BTreeMap<i32, usize>,
    partitions: Vec<Partition>,
}

impl<'a> Moves<'a> {
    pub(super) fn new(cluster: &'a Observation) -> Self {
        let mut load: BTreeMap<i32, usize> = cluster.brokers.iter().map(|broker| (*broker, 0)).collect();
        for broker in cluster.topics.values().flat_map(|topic| topic.replicas.iter().flatten()) {
            *load.entry(*broker).or_default() += 1;
        }
        Self { brokers: &cluster.brokers, load, partitions: Vec::new() }
    }

    /// Gives a topic this number of replicas. The preferred leaders stay; a new replica goes to the broker with the fewest.
    /// Racks are not known. Fails with the number of brokers if there are too few.
    pub(super) fn add(&mut self, topic: &str, current: &[Vec<i32>], asked: u16) -> Result<(), usize> {
        let asked = usize::from(asked);
        if asked > self.brokers.len() {
            return Err(self.brokers.len());
        }
        for (number, replicas) in current.iter().enumerate() {
            let mut replicas = replicas.clone();
            for dropped in replicas.split_off(replicas.len().min(asked)) {
                self.count(dropped, |count| count.saturating_sub(1));
            }
            while replicas.len() < asked {
                let others = self.brokers.iter().filter(|broker| !replicas.contains(broker));
                let Some(&next) = others.min_by_key(|broker| self.load.get(broker)) else { break };
                self.count(next, |count| count + 1);
                replicas.push(next);
            }
            self.partitions.push(Partition { topic: topic.to_owned(), number, replicas });
        }
        Ok(())
    }

    fn count(&mut self, broker: i32, change: impl Fn(usize) -> usize) {
        let count = self.load.entry(broker).or_default();
        *count = change(*count);
    }

    /// The moves, if there are some.
    pub(super) fn into_reassignment(self) -> Option<Reassignment> {
        let reassignment = Reassignment { version: 1, partitions: self.partitions };
        (!reassignment.partitions.is_empty()).then_some(reassignment)
    }
}

impl fmt::Display for Reassignment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}
