//! Calls that block, for commands: none of them may be made by a task.

mod discard;
mod redrive;
mod run;

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::AdminError;
use crate::dead_letters::{DeadLetter, LetterFilter, Origin, Progress, Selection, SourceError, SourceRecord};
use crate::kafka::{Cluster, Ranges, Record, Records};

/// The dead letters of a cluster. Making one does not connect.
#[derive(Clone)]
pub struct DeadLetters {
    cluster: Arc<Cluster>,
}

impl fmt::Debug for DeadLetters {
    /// Without the settings, which may hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeadLetters").finish_non_exhaustive()
    }
}

impl DeadLetters {
    /// The letters of a cluster, by librdkafka's settings. `bootstrap.servers` is one of them.
    pub fn new<N: Into<String>, V: Into<String>>(settings: impl IntoIterator<Item = (N, V)>) -> Self {
        let settings = settings.into_iter().map(|(name, value)| (name.into(), value.into()));
        Self { cluster: Arc::new(Cluster::new(settings.collect())) }
    }

    /// The letters that a dead-letter topic has now. Those that are written later are not part of them.
    ///
    /// # Errors
    /// [`AdminError::UnknownTopic`], [`AdminError::BrokersUnreachable`] after 5 seconds, [`AdminError::Authentication`],
    /// [`AdminError::Denied`].
    pub fn open(&self, topic: &str) -> Result<LetterTopic, AdminError> {
        let records = self.cluster.records(topic)?;
        let ranges = records.ranges()?;
        Ok(LetterTopic { cluster: Arc::clone(&self.cluster), records, ranges })
    }

    /// The id of the cluster; `None` if the brokers do not report one.
    ///
    /// # Errors
    /// [`AdminError::BrokersUnreachable`] after 5 seconds, [`AdminError::Authentication`].
    pub fn cluster_id(&self) -> Result<Option<String>, AdminError> {
        self.cluster.id()
    }

    /// A reader of the records that letters are about.
    pub fn sources(&self) -> SourceReader {
        SourceReader { cluster: Arc::clone(&self.cluster), topics: HashMap::new() }
    }
}

/// Milliseconds since the Unix epoch.
fn now() -> i64 {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX)
}

/// The letters of one dead-letter topic.
pub struct LetterTopic {
    cluster: Arc<Cluster>,
    records: Records,
    ranges: Ranges,
}

impl fmt::Debug for LetterTopic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LetterTopic")
            .field("topic", &self.records.topic())
            .field("ranges", &self.ranges)
            .finish_non_exhaustive()
    }
}

impl LetterTopic {
    /// Its name.
    pub fn name(&self) -> &str {
        self.records.topic()
    }

    /// The number of offsets that it has: at least that of its letters.
    pub fn offsets(&self) -> u64 {
        self.ranges.values().map(|range| range.end.abs_diff(range.start)).sum()
    }

    /// What has become of the letters, by partition. A partition that is not there has open letters only.
    ///
    /// # Errors
    /// [`AdminError::Denied`] without the right to read the group [`PROGRESS_GROUP`](crate::dead_letters::PROGRESS_GROUP),
    /// [`AdminError::Request`].
    pub fn progress(&self) -> Result<BTreeMap<i32, Progress>, AdminError> {
        self.cluster.progress(self.name(), self.records.partitions(), false)
    }

    /// Calls `each` with every letter that is selected, those of a partition in their order, until it breaks. The answer is the
    /// number of letters before that which are [undecided](Selection::Undecided).
    ///
    /// # Errors
    /// [`AdminError::Denied`], [`AdminError::Request`] if brokers do not answer for 30 seconds.
    pub fn read(
        &self,
        filter: &LetterFilter,
        mut each: impl FnMut(DeadLetter) -> ControlFlow<()>,
    ) -> Result<u64, AdminError> {
        let mut undecided = 0;
        self.records.read(&self.narrowed(filter), |record| {
            let letter = self.letter(record);
            match filter.selection(&letter) {
                Selection::Selected => return each(letter),
                Selection::Other => {}
                Selection::Undecided => undecided += 1,
            }
            ControlFlow::Continue(())
        })?;
        Ok(undecided)
    }

    /// The offsets that have to be read to find what is selected.
    fn narrowed(&self, filter: &LetterFilter) -> Ranges {
        if filter.offsets.is_empty() {
            return self.ranges.clone();
        }
        let mut narrowed = Ranges::new();
        for wanted in &filter.offsets {
            if let Some(range) = self.ranges.get(&wanted.partition) {
                let first = wanted.first.max(range.start);
                let end = wanted.last.saturating_add(1).min(range.end);
                if first < end {
                    let known = narrowed.entry(wanted.partition).or_insert(first..end);
                    *known = known.start.min(first)..known.end.max(end);
                }
            }
        }
        narrowed
    }

    fn letter(&self, record: Record) -> DeadLetter {
        DeadLetter {
            topic: self.name().to_owned(),
            partition: record.partition,
            offset: record.offset,
            timestamp: record.timestamp,
            key: record.key,
            value: record.value,
            origin: Origin::of(&record.headers),
            headers: record.headers,
        }
    }
}

/// Reads the records that letters are about, where these do not have their values. One client for each topic.
pub struct SourceReader {
    cluster: Arc<Cluster>,
    topics: HashMap<String, Records>,
}

impl fmt::Debug for SourceReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SourceReader").finish_non_exhaustive()
    }
}

impl SourceReader {
    /// The record that a letter is about.
    ///
    /// # Errors
    /// Why it is not known or not there any more.
    pub fn record_of(&mut self, letter: &DeadLetter) -> Result<SourceRecord, SourceError> {
        let origin = &letter.origin;
        let (Some(topic), Some(partition), Some(offset)) = (&origin.topic, origin.partition, origin.offset)
        else {
            return Err(SourceError::Unknown);
        };
        let records = match self.topics.entry(topic.clone()) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => unknown.insert(self.cluster.records(topic)?),
        };
        let mut found = None;
        let wanted = Ranges::from([(partition, offset..offset.saturating_add(1))]);
        let inside = records.ranges()?.get(&partition).is_some_and(|range| range.contains(&offset));
        if inside {
            records.read(&wanted, |record| {
                found = (record.offset == offset).then_some(record);
                ControlFlow::Break(())
            })?;
        }
        let place = || format!("{topic} {partition}:{offset}");
        let record = found.ok_or_else(|| SourceError::Gone { place: place() })?;
        if letter.key.is_some() && record.key != letter.key {
            return Err(SourceError::Other { place: place() });
        }
        let Record { timestamp, key, value, headers, .. } = record;
        Ok(SourceRecord { timestamp, key, value, headers })
    }
}
