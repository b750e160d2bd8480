//! The lag of one group on one topic.

use std::collections::{BTreeSet, HashMap};
use std::time::{Duration, Instant, SystemTime};

use rdkafka::Offset;
use rdkafka::consumer::BaseConsumer;

use super::context::drain;
use super::kept::Asking;
use super::next_records::{Ages, Position};
use super::offsets::{Partition, committed, listed};
use super::silence::failed;
use super::{Cluster, Context};
use crate::{AdminError, PartitionLag};

/// How long all questions together may take.
const TIMEOUT: Duration = Duration::from_secs(10);

impl Cluster {
    /// The lag of a group on a topic. The client that asks is kept.
    pub(crate) fn lag(&self, group: &str, topic: &str) -> Result<Vec<PartitionLag>, AdminError> {
        self.asking(group, |asking| {
            let lag = self.lag_with(&asking.offsets, group, topic, Instant::now() + TIMEOUT)?;
            Ok(lag.into_iter().map(|(lag, _)| lag).collect())
        })
    }

    /// The lag of a group on a topic, with the ages of the records that it handles next. The clients that ask are kept.
    pub(crate) fn lag_with_age(&self, group: &str, topic: &str) -> Result<Vec<PartitionLag>, AdminError> {
        self.asking(group, |asking| {
            let (at, deadline) = (SystemTime::now(), Instant::now() + TIMEOUT);
            let mut lag = self.lag_with(&asking.offsets, group, topic, deadline)?;
            self.add_ages(&mut asking.ages, topic, &mut lag, at, deadline);
            Ok(lag.into_iter().map(|(lag, _)| lag).collect())
        })
    }

    /// Asks a question with the clients of a group. After an error they are dropped.
    fn asking<T>(
        &self,
        group: &str,
        question: impl FnOnce(&mut Asking) -> Result<T, AdminError>,
    ) -> Result<T, AdminError> {
        let mut asking = match self.kept.take(group) {
            Some(asking) => {
                drain(&asking.offsets);
                asking
            }
            None => Asking { offsets: self.offsets_of(group)?, ages: Ages::default() },
        };
        let answer = question(&mut asking)?;
        self.kept.put(group, asking);
        Ok(answer)
    }

    /// Adds the ages of the records that the group handles next. One that cannot be read has none: the number of records is
    /// known without it.
    fn add_ages(
        &self,
        ages: &mut Ages,
        topic: &str,
        lag: &mut [(PartitionLag, i64)],
        at: SystemTime,
        deadline: Instant,
    ) {
        let waiting: Vec<(&mut PartitionLag, Position)> = lag
            .iter_mut()
            .filter(|(lag, _)| lag.records > 0)
            .map(|(lag, next)| {
                let partition = lag.partition;
                (lag, Position { topic: topic.to_owned(), partition, offset: *next })
            })
            .collect();
        let positions: BTreeSet<Position> = waiting.iter().map(|(_, position)| position.clone()).collect();
        // What was read before an error has an age.
        let _ = ages.read(|settings| self.consumer(settings), positions, deadline);
        for (lag, position) in waiting {
            lag.age = ages.age(&position, at);
        }
    }

    /// The lag of each partition without ages, and the offset of the record that the group handles next.
    fn lag_with(
        &self,
        consumer: &BaseConsumer<Context>,
        group: &str,
        topic: &str,
        deadline: Instant,
    ) -> Result<Vec<(PartitionLag, i64)>, AdminError> {
        let partitions = i32::try_from(self.partition_count_by(consumer, topic)?).unwrap_or(i32::MAX);
        let all: Vec<Partition> = (0..partitions).map(|partition| (topic.to_owned(), partition)).collect();
        let committed = committed(consumer, &all, deadline)
            .map_err(|error| failed(format!("asking for the offsets of group `{group}`"), &error))?;
        let listed = |partitions: &[Partition], at| {
            listed(consumer, partitions, at, deadline)
                .map_err(|error| failed(format!("asking for the offsets of `{topic}`"), &error))
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
            let age = (records == 0).then_some(Duration::ZERO);
            Ok((PartitionLag { partition, committed, end, records, age }, from))
        };
        all.into_iter().map(lag).collect()
    }

    /// A consumer that asks for the offsets of a group and does not join it.
    pub(super) fn offsets_of(&self, group: &str) -> Result<BaseConsumer<Context>, AdminError> {
        self.consumer(&[("group.id", group), ("statistics.interval.ms", "0")])
    }
}
