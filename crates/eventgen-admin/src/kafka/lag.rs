//! The lag of one group on one topic.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use rdkafka::Offset;
use rdkafka::consumer::BaseConsumer;

use super::offsets::{Partition, committed, listed};
use super::{Cluster, Context, drain};
use crate::{AdminError, PartitionLag};

/// How long all questions together may take.
const TIMEOUT: Duration = Duration::from_secs(10);

impl Cluster {
    /// The lag of a group on a topic. The client that asks is kept.
    pub(crate) fn lag(&self, group: &str, topic: &str) -> Result<Vec<PartitionLag>, AdminError> {
        let consumer = match self.kept.take(group) {
            Some(consumer) => {
                drain(&consumer);
                consumer
            }
            None => self.offsets_of(group)?,
        };
        let lag = self.lag_with(&consumer, group, topic)?;
        self.kept.put(group, consumer);
        Ok(lag)
    }

    fn lag_with(
        &self,
        consumer: &BaseConsumer<Context>,
        group: &str,
        topic: &str,
    ) -> Result<Vec<PartitionLag>, AdminError> {
        let deadline = Instant::now() + TIMEOUT;
        let partitions = i32::try_from(self.partition_count_by(consumer, topic)?).unwrap_or(i32::MAX);
        let all: Vec<Partition> = (0..partitions).map(|partition| (topic.to_owned(), partition)).collect();
        let committed = committed(consumer, &all, deadline).map_err(|error| {
            AdminError::request(format!("asking for the offsets of group `{group}`"), error)
        })?;
        let listed = |partitions: &[Partition], at| {
            listed(consumer, partitions, at, deadline)
                .map_err(|error| AdminError::request(format!("asking for the offsets of `{topic}`"), error))
        };
        let ends = listed(&all, Offset::End)?;
        let uncommitted: Vec<Partition> =
            all.iter().filter(|at| !committed.contains_key(at)).cloned().collect();
        let starts: HashMap<Partition, i64> = listed(&uncommitted, Offset::Beginning)?;
        let lag = |key: Partition| {
            let partition = key.1;
            let end = ends.get(&key).copied().ok_or_else(|| {
                AdminError::request(format!("asking for the end of `{topic}` {partition}"), "no answer")
            })?;
            let committed = committed.get(&key).copied();
            let from = committed.or(starts.get(&key).copied()).unwrap_or(end);
            let records = u64::try_from(end - from).unwrap_or(0);
            Ok(PartitionLag { partition, committed, end, records })
        };
        all.into_iter().map(lag).collect()
    }

    /// A consumer that asks for the offsets of a group and does not join it.
    pub(super) fn offsets_of(&self, group: &str) -> Result<BaseConsumer<Context>, AdminError> {
        self.consumer(&[("group.id", group), ("statistics.interval.ms", "0")])
    }
}
