//! Finds the keys that are out on retry, in what is not committed of the retry topics.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::Written;
use crate::consumer::config::Config;
use crate::consumer::positions;
use crate::consumer::record::{QueueId, is_ordered};
use crate::consumer::scheduler::OffsetMap;
use crate::consumer::stop::Stop;
use crate::consumer::topics::{Place, TopicPartition, Topics};
use crate::kafka::{GroupConsumer, LogPart, Message, Settings, read_logs};

/// What the group has committed: an offset, and what is done beyond it.
pub(crate) type Committed = HashMap<TopicPartition, (i64, OffsetMap)>;

/// The open keys of one partition of a source.
pub(crate) type FoundKeys = Vec<(QueueId, Written)>;

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// By partition of the source.
    pub(crate) keys: HashMap<TopicPartition, FoundKeys>,
    /// The log of each partition of the retry topics.
    pub(crate) logs: HashMap<TopicPartition, Range<i64>>,
    /// The partitions of sources of which a retry topic could not be read to its end. They have no keys here.
    pub(crate) unread: Vec<TopicPartition>,
}

/// Reads retry topics.
pub(crate) struct Scan {
    shared: Settings,
    own: Settings,
    /// Whether records come into the retry topics in transactions.
    is_transactional: bool,
    uncommitted: OnceLock<GroupConsumer>,
    topics: Arc<Topics>,
    stop: Arc<Stop>,
}

impl Scan {
    /// What reads the retry topics of a consumer; `None` if it has none.
    pub(crate) fn new(
        config: &Config,
        topics: &Arc<Topics>,
        stop: &Arc<Stop>,
        is_transactional: bool,
    ) -> Option<Self> {
        let mut own = config.settings.clone();
        own.set("group.id", &config.group);
        topics.have_retry_topics().then(|| Self {
            shared: config.client.settings().clone(),
            own,
            is_transactional,
            uncommitted: OnceLock::new(),
            topics: Arc::clone(topics),
            stop: Arc::clone(stop),
        })
    }

    /// Finds the open keys of partitions. Blocks for as long as reading takes: nothing is read if all is committed.
    ///
    /// # Errors
    /// Why the retry topics cannot be read.
    pub(crate) fn find(
        &self,
        consumer: &GroupConsumer,
        sources: &[TopicPartition],
        committed: &Committed,
    ) -> Result<Found, String> {
        let partitions = self.topics.with_retry_partitions(sources).split_off(sources.len());
        let logs = if self.is_transactional {
            positions::logs(self.uncommitted()?, &self.topics, &partitions)
        } else {
            positions::logs(consumer, &self.topics, &partitions)
        };
        let logs: HashMap<TopicPartition, Range<i64>> = logs.into_iter().collect();
        if let Some(at) = partitions.iter().find(|at| !logs.contains_key(at)) {
            let name = self.topics.get(at.topic).name;
            return Err(format!(
                "`{name}` partition {} does not exist, or its leader does not answer",
                at.partition
            ));
        }
        let keys = sources.iter().map(|at| (*at, FoundKeys::new())).collect();
        let mut found = Found { keys, logs, unread: Vec::new() };
        let part = |at: &TopicPartition| {
            let log = &found.logs[at];
            let start = committed.get(at).map_or(log.start, |(offset, _)| log.start.max(*offset));
            let topic = self.topics.get(at.topic).name;
            LogPart { topic, partition: at.partition, offsets: start..log.end.max(start) }
        };
        let parts: Vec<LogPart<'_>> = partitions.iter().map(part).collect();
        let is_empty = parts.iter().all(|part| part.offsets.is_empty());
        if is_empty {
            return Ok(found);
        }
        let mut followers = HashMap::new();
        let each = |message: &Message<'_>| self.add(message, committed, &mut found, &mut followers);
        let unread = read_logs(&self.shared, &self.own, &parts, || !self.stop.is_requested(), each)
            .map_err(|error| error.to_string())?;
        for ((source, queue), offset) in followers {
            found.keys.entry(source).or_default().push((queue, Written { tier: 0, offset }));
        }
        for at in unread.into_iter().map(|index| partitions[index]) {
            let source = TopicPartition { topic: self.topics.source(at.topic), ..at };
            if found.keys.remove(&source).is_some() {
                found.unread.push(source);
            }
        }
        Ok(found)
    }

    /// A client to which logs end where they do. For other clients of a transactional consumer they end at the first record of
    /// an open transaction. That may be one that the group knows as committed, of which the marker has not arrived here yet.
    fn uncommitted(&self) -> Result<&GroupConsumer, String> {
        if let Some(client) = self.uncommitted.get() {
            return Ok(client);
        }
        let mut own = self.own.clone();
        own.set("isolation.level", "read_uncommitted");
        let client = GroupConsumer::new(&self.shared, &[], &own, &[]).map_err(|error| error.to_string())?;
        Ok(self.uncommitted.get_or_init(|| client))
    }

    fn add(
        &self,
        message: &Message<'_>,
        committed: &Committed,
        found: &mut Found,
        followers: &mut HashMap<(TopicPartition, QueueId), i64>,
    ) {
        let Some(topic) = self.topics.find_bytes(message.topic()) else { return };
        let Place::Retry { source, tier } = self.topics.place(topic) else { return };
        let at = TopicPartition { topic, partition: message.partition() };
        let (ordering, key, offset) = (self.topics.get(topic).ordering, message.key(), message.offset());
        let is_done = committed.get(&at).is_some_and(|(_, map)| map.contains(offset));
        if is_done || !is_ordered(ordering, key) {
            return;
        }
        let source = TopicPartition { topic: source, ..at };
        let queue = QueueId::of(source, ordering, key, offset);
        if tier == 0 {
            // Only the last one counts.
            followers.insert((source, queue), offset);
        } else {
            found.keys.entry(source).or_default().push((queue, Written { tier, offset }));
        }
    }
}
