//! Counts and reports records that were removed before the group read them.
//!
//! With `auto.offset.reset=earliest`, librdkafka continues with the oldest record if the next one was removed, and reports
//! this only in its log. The lost records are those between the offset that was to be read next and the start of the log.
//!
//! The committed offset is read for this, and with it what the previous owner of a partition did beyond it.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use super::finish::Check;
use super::observers::Observers;
use super::open_keys::{Committed, Scan};
use super::positions::{TIMEOUT, find, starts};
use super::scheduler::{AssignmentId, Gap, OffsetMap};
use super::start_from::{StartFrom, Target};
use super::stop::Stop;
use super::topics::{Place, TopicPartition, Topics};
use crate::kafka::{GroupConsumer, KafkaFailure};
use crate::observe::ConsumerEvent;

/// How often the committed offsets are asked for, and the pause in between.
const ATTEMPTS: u32 = 4;
const PAUSE: Duration = Duration::from_millis(250);

/// Partitions that were assigned.
type Assignments = Vec<(TopicPartition, AssignmentId)>;

/// Finds records that retention removed from the partitions of one consumer.
pub(super) struct Retention {
    pub(super) topics: Arc<Topics>,
    pub(super) observers: Arc<Observers>,
    pub(super) stop: Arc<Stop>,
    /// Whether librdkafka continues with the oldest record if the next one was removed (`auto.offset.reset=earliest`).
    pub(super) continues: bool,
    /// Where the group starts with partitions without a committed offset.
    pub(super) start: StartFrom,
    /// Whether no record that is done may be handled again, so that it must be known what the previous owner did.
    pub(super) is_exactly_once: bool,
    /// The number of partitions of each topic when the consumer started. Later ones are read from their beginning, because
    /// they were empty when this group began.
    pub(super) partitions: Vec<u32>,
    /// Reads retry topics; `None` if there are none.
    pub(super) scan: Option<Scan>,
}

impl Retention {
    /// Checks partitions that were just assigned. The group continues at its committed offset. Tells for each partition what
    /// its previous owner did, even if that cannot be found out: records wait for it. Returns the partitions of which the
    /// start is not known yet: they are to be checked again.
    pub(super) fn assigned(
        &self,
        consumer: &GroupConsumer,
        partitions: &[(TopicPartition, AssignmentId)],
        mut tell: impl FnMut(Check),
    ) -> Vec<(TopicPartition, AssignmentId)> {
        let all: Vec<TopicPartition> = partitions.iter().map(|(at, _)| *at).collect();
        let target = self.start.target();
        let committed = match (self.retried(|| committed(consumer, &self.topics, &all)), target) {
            (Ok(committed), _) => committed,
            (Err(error), None) if self.scan.is_none() && !self.is_exactly_once => {
                self.observers.cluster_error(&format!(
                    "the committed offsets are not known: {error}; records that were handled before may be handled again"
                ));
                HashMap::new()
            }
            // Without them it is not known which partitions start elsewhere, what is done, and what waits in retry topics.
            (Err(error), _) => {
                self.observers.cluster_error(&format!("the committed offsets are not known: {error}"));
                return partitions.to_vec();
            }
        };
        let (partitions, unscanned) = self.open_keys(consumer, partitions, &committed, &mut tell);
        let partitions = &*partitions;
        let starts_elsewhere = |at: TopicPartition| {
            if self.topics.place(at.topic) != Place::Source {
                return false;
            }
            let is_new = u32::try_from(at.partition).is_ok_and(|number| number >= self.partitions[at.topic]);
            target.is_some() && !committed.contains_key(&at) && !is_new
        };
        for &(at, assignment) in partitions.iter().filter(|(at, _)| !starts_elsewhere(*at)) {
            let (committed, map) = committed.get(&at).map(|(offset, map)| (*offset, map.clone())).unzip();
            let (map, may_skip) = (map.unwrap_or_default(), !self.continues);
            tell(Check::DoneBefore { assignment, at, committed, map, may_skip });
        }
        let new = partitions.iter().copied().filter(|(at, _)| starts_elsewhere(*at)).collect();
        let unknown = match target {
            Some(target) => self.start(consumer, target, new, &mut tell),
            None => new,
        };
        if !committed.is_empty() {
            self.check_starts(consumer, partitions, &committed, tell);
        }
        unknown.into_iter().chain(unscanned).collect()
    }

    /// Finds the open keys of partitions that have retry topics. Returns the partitions that go on, and those whose retry
    /// topics could not be read: they wait, so that no record overtakes one that waits there.
    fn open_keys(
        &self,
        consumer: &GroupConsumer,
        partitions: &[(TopicPartition, AssignmentId)],
        committed: &Committed,
        mut tell: impl FnMut(Check),
    ) -> (Assignments, Assignments) {
        let Some(scan) = &self.scan else { return (partitions.to_vec(), Vec::new()) };
        let is_retry = |at: TopicPartition| self.topics.place(at.topic) != Place::Source;
        let source = |at: TopicPartition| TopicPartition { topic: self.topics.source(at.topic), ..at };
        // They are assigned together. A partition that is checked again for another reason has been read before.
        let retried: Vec<_> = partitions.iter().filter(|(at, _)| is_retry(*at)).collect();
        let mut sources: Vec<TopicPartition> = retried.iter().map(|(at, _)| source(*at)).collect();
        sources.sort_unstable();
        sources.dedup();
        if sources.is_empty() {
            return (partitions.to_vec(), Vec::new());
        }
        let found = match scan.find(consumer, &sources, committed) {
            Ok(found) => found,
            Err(reason) => {
                let cause = format!("the retry topics are not read yet, and their sources wait: {reason}");
                self.observers.cluster_error(&cause);
                return partitions.iter().partition(|(at, _)| !sources.contains(&source(*at)));
            }
        };
        for (at, keys) in found.keys {
            let own =
                partitions.iter().filter(|(of, _)| source(*of) == at).map(|(_, assignment)| *assignment);
            let since = own.reduce(|first, next| if next.is_before(first) { next } else { first });
            if let Some(since) = since {
                tell(Check::OpenKeys { source: at, since, keys });
            }
        }
        let (waiting, mut go_on): (Assignments, Assignments) =
            partitions.iter().partition(|(at, _)| found.unread.contains(&source(*at)));
        for at in &found.unread {
            let (topic, partition) = (self.topics.get(at.topic).name, at.partition);
            let cause = "its retry topics are not read to their ends yet, and it waits: their leaders do not answer, or a \
                         transaction of an earlier member is open";
            self.observers.cluster_error_at(topic, partition, cause);
        }
        if !self.continues {
            // Without a committed offset the client would begin at their ends.
            go_on.retain(|(at, assignment)| match found.logs.get(at) {
                Some(log) if !committed.contains_key(at) => {
                    tell(Check::Starts { assignment: *assignment, offset: log.start });
                    false
                }
                _ => true,
            });
        }
        (go_on, waiting)
    }

    /// Finds where the group starts with partitions. Returns those of which that is not known.
    fn start(
        &self,
        consumer: &GroupConsumer,
        target: Target,
        mut partitions: Vec<(TopicPartition, AssignmentId)>,
        mut tell: impl FnMut(Check),
    ) -> Vec<(TopicPartition, AssignmentId)> {
        if partitions.is_empty() {
            return partitions;
        }
        let wanted: Vec<_> = partitions.iter().map(|(at, _)| *at).collect();
        let reason = match find(consumer, &self.topics, &wanted, target) {
            Ok(found) => {
                partitions.retain(|&(at, assignment)| match found.get(&at) {
                    Some(&offset) => {
                        tell(Check::Starts { assignment, offset });
                        false
                    }
                    None => true,
                });
                "its leader does not answer".to_owned()
            }
            Err(error) => error.to_string(),
        };
        for (at, _) in &partitions {
            let (topic, partition) = (self.topics.get(at.topic).name, at.partition);
            let cause = format!(
                "the position to start from is not known of `{topic}` partition {partition}: {reason}"
            );
            self.observers.cluster_error_at(topic, partition, &cause);
        }
        partitions
    }

    /// Compares committed offsets with the starts of the logs.
    fn check_starts(
        &self,
        consumer: &GroupConsumer,
        partitions: &[(TopicPartition, AssignmentId)],
        committed: &HashMap<TopicPartition, (i64, OffsetMap)>,
        mut tell: impl FnMut(Check),
    ) {
        let all: Vec<TopicPartition> = partitions.iter().map(|(at, _)| *at).collect();
        match starts(consumer, &self.topics, &all) {
            Ok(starts) => {
                for &(at, assignment) in partitions {
                    let (Some((from, _)), Some(start)) = (committed.get(&at), starts.get(&at)) else {
                        continue;
                    };
                    let (from, start) = (*from, *start);
                    if start <= from {
                        continue;
                    }
                    if self.continues {
                        tell(Check::StartsLate { at, assignment, from, start });
                    } else {
                        lost(&self.observers, &self.topics, at, from, start);
                    }
                }
            }
            // There is no second attempt: the group commits in the meantime, which replaces the offset it started at.
            Err(error) => {
                self.observers.cluster_error(&format!("the check for lost records failed: {error}"));
            }
        }
    }

    /// Repeats a request that failed, since a coordinator that moves does not answer for a moment.
    fn retried<T>(&self, request: impl Fn() -> Result<T, KafkaFailure>) -> Result<T, KafkaFailure> {
        for _ in 1..ATTEMPTS {
            match request() {
                Err(_) if !self.stop.is_requested() => std::thread::sleep(PAUSE),
                answer => return answer,
            }
        }
        request()
    }

    /// Checks offsets that were skipped. Those after the start of the log were skipped by compaction and transactions.
    pub(super) fn gaps(&self, consumer: &GroupConsumer, gaps: Vec<Gap>, mut tell: impl FnMut(Check)) {
        let partitions: Vec<TopicPartition> = gaps.iter().map(|gap| gap.at).collect();
        match starts(consumer, &self.topics, &partitions) {
            Ok(starts) => {
                for Gap { at, offsets } in &gaps {
                    let start = starts.get(at).copied().unwrap_or(offsets.start);
                    lost(&self.observers, &self.topics, *at, offsets.start, start.min(offsets.end));
                }
            }
            Err(error) => {
                self.observers.cluster_error(&format!("the check for lost records failed: {error}"));
                tell(Check::Unchecked(gaps));
            }
        }
    }
}

/// Reports the records of these offsets as lost.
pub(super) fn lost(observers: &Observers, topics: &Topics, at: TopicPartition, from: i64, to: i64) {
    if let Some(count) = u64::try_from(to - from).ok().filter(|count| *count > 0) {
        let topic = topics.get(at.topic).name;
        observers.notify(&ConsumerEvent::Lost { topic, partition: at.partition, from, count });
    }
}

/// The offsets that the group has committed, and what is done beyond them, of the partitions that have one.
fn committed(
    consumer: &GroupConsumer,
    topics: &Topics,
    partitions: &[TopicPartition],
) -> Result<HashMap<TopicPartition, (i64, OffsetMap)>, KafkaFailure> {
    let mut found = HashMap::new();
    let list = consumer.committed(&topics.list(partitions), TIMEOUT)?;
    list.for_each_committed(|topic, partition, offset, metadata| {
        if let Some(topic) = topics.find(topic) {
            let map = OffsetMap::from_text(offset, metadata);
            found.insert(TopicPartition { topic, partition }, (offset, map));
        }
    });
    Ok(found)
}
