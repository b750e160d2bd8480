//! Samples the lag of groups with clients that live as long as the monitor: one for topics and members, one that reads the
//! records that groups handle next, and one for each group, because librdkafka's safe interface tells a client the offsets
//! of its own group only. None of them joins a group or commits.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::{Duration, Instant, SystemTime};

use rdkafka::consumer::BaseConsumer;

use super::context::drain;
use super::groups::{Listed, Members};
use super::next_records::{Ages, Position};
use super::offsets::Partition;
use super::silence::failed;
use super::{Cluster, Context, parallel};
use crate::AdminError;
use crate::lag::{GroupPartition, GroupSample, LagQuery, LagSample, PartitionOffsets};

/// How long a sample may take, besides the question which topics there are.
const TIMEOUT: Duration = Duration::from_secs(10);
/// How long one of its questions may take.
const QUESTION: Duration = Duration::from_secs(2);
/// How much of that remains for reading records.
const FOR_RECORDS: Duration = Duration::from_secs(3);
/// After this time a group without offsets on the topics is asked again.
const ASK_AGAIN: Duration = Duration::from_secs(300);
/// The most groups besides the expected ones whose clients are kept: each is a connection to each broker.
const MOST_OTHERS: usize = 50;

/// The clients, and what they have found out.
pub(crate) struct Monitor {
    cluster: Cluster,
    query: LagQuery,
    /// Asks about topics, their offsets, and members.
    probe: Option<BaseConsumer<Context>>,
    groups: HashMap<String, BaseConsumer<Context>>,
    /// Groups that had no offsets on the topics.
    elsewhere: HashMap<String, Instant>,
    ages: Ages,
}

/// The offsets of a group, and its client.
type Read = (String, Result<(BaseConsumer<Context>, HashMap<Partition, i64>), AdminError>);

impl Monitor {
    pub(crate) fn new(cluster: Cluster, query: LagQuery) -> Self {
        Self {
            cluster,
            query,
            probe: None,
            groups: HashMap::new(),
            elsewhere: HashMap::new(),
            ages: Ages::default(),
        }
    }

    pub(crate) fn sample(&mut self) -> Result<LagSample, AdminError> {
        let probe = match self.probe.take() {
            Some(probe) => probe,
            None => self.cluster.probe()?,
        };
        let sample = self.sample_with(&probe);
        // A client whose brokers are away reconnects by itself.
        self.probe = Some(probe);
        sample
    }

    fn sample_with(&mut self, probe: &BaseConsumer<Context>) -> Result<LagSample, AdminError> {
        drain(probe);
        let at = SystemTime::now();
        let (brokers, mut topics) = self.cluster.topic_partitions(probe, &self.query.all_topics())?;
        let deadline = Instant::now() + TIMEOUT;
        let mut problems = Vec::new();
        // A broker that does not answer takes the time of one question, not that of those behind it.
        if let Some(error) =
            super::offsets::add_offsets(probe, &mut topics, Instant::now() + QUESTION).first()
        {
            problems.push(format!("the offsets of some partitions are missing: {error}"));
        }
        let listed = Listed::read(probe, Instant::now() + QUESTION);
        if let Some(problem) = &listed.problem {
            problems.push(problem.clone());
        }
        let partitions = self.partitions(&topics);
        let (read, mut unread) = self.committed(&listed, &partitions, deadline, &mut problems);
        let mut groups = BTreeMap::new();
        for (group, committed) in read {
            let found = self.positions(&group, &committed, &topics, listed.members.get(&group));
            groups.insert(group, found);
        }
        self.add_ages(&mut groups, at, deadline, &mut problems);
        unread.retain(|group, _| !groups.contains_key(group));
        Ok(LagSample { at, brokers, topics, groups, unread, problems })
    }

    /// The partitions whose groups are asked about.
    fn partitions(&self, topics: &BTreeMap<String, Vec<PartitionOffsets>>) -> Vec<Partition> {
        let topics = self.query.topics().filter_map(|topic| Some((topic, topics.get(topic)?)));
        let partitions = topics.flat_map(|(topic, found)| {
            found.iter().map(move |partition| (topic.to_owned(), partition.partition))
        });
        partitions.collect()
    }

    /// The committed offsets of the groups that have some or are expected to, and the groups that could not be asked.
    #[expect(clippy::type_complexity, reason = "the two halves of one answer")]
    fn committed(
        &mut self,
        listed: &Listed,
        partitions: &[Partition],
        deadline: Instant,
        problems: &mut Vec<String>,
    ) -> (Vec<(String, HashMap<Partition, i64>)>, BTreeMap<String, String>) {
        let known: BTreeSet<String> = self.query.known_groups().into_iter().map(str::to_owned).collect();
        self.elsewhere.retain(|_, asked| asked.elapsed() < ASK_AGAIN);
        let is_other = |group: &&String| {
            self.query.includes(group) && !known.contains(*group) && !self.elsewhere.contains_key(*group)
        };
        let mut others: Vec<String> = listed.members.keys().filter(is_other).cloned().collect();
        // Those that have had offsets first, so that groups do not come and go.
        others.sort_by_key(|group| !self.groups.contains_key(group));
        if partitions.is_empty() {
            others.clear();
        }
        self.groups.retain(|group, _| known.contains(group) || listed.is_partial() || others.contains(group));
        let mut wanted: Vec<(String, Option<BaseConsumer<Context>>)> = Vec::new();
        for group in known.iter().cloned().chain(others) {
            let client = self.groups.remove(&group);
            wanted.push((group, client));
        }
        let cluster = &self.cluster;
        let until = deadline.checked_sub(FOR_RECORDS).unwrap_or(deadline);
        let read: Vec<Read> = parallel::map(wanted, |(group, client)| {
            let read = client.map_or_else(|| cluster.offsets_of(&group), Ok).and_then(|client| {
                drain(&client);
                let committed = super::offsets::committed(&client, partitions, until).map_err(|error| {
                    failed("asking for its offsets, which needs the operation Describe on the group", &error)
                })?;
                Ok((client, committed))
            });
            (group, read)
        });
        let (mut found, mut unread, mut skipped) = (Vec::new(), BTreeMap::new(), 0);
        for (group, read) in read {
            let is_known = known.contains(&group);
            match read {
                Ok((_, committed)) if committed.is_empty() && !is_known => {
                    self.elsewhere.insert(group, Instant::now());
                }
                Ok((client, committed)) => {
                    if is_known || self.groups.len() < known.len() + MOST_OTHERS {
                        self.groups.insert(group.clone(), client);
                        found.push((group, committed));
                    } else {
                        skipped += 1;
                    }
                }
                Err(error) if is_known => {
                    unread.insert(group, error.to_string());
                }
                Err(_) => skipped += 1,
            }
        }
        if skipped > 0 {
            problems.push(format!("{skipped} groups that are not in the contract were not looked at"));
        }
        (found, unread)
    }

    /// The topics of a group with its offsets.
    fn positions(
        &self,
        group: &str,
        committed: &HashMap<Partition, i64>,
        topics: &BTreeMap<String, Vec<PartitionOffsets>>,
        members: Option<&Members>,
    ) -> GroupSample {
        let mut found = GroupSample { members: members.and_then(Members::count), topics: BTreeMap::new() };
        for topic in self.query.topics() {
            let Some(partitions) = topics.get(topic) else { continue };
            let positions: Vec<GroupPartition> = partitions
                .iter()
                .map(|offsets| {
                    let partition = (topic.to_owned(), offsets.partition);
                    let committed = committed.get(&partition).copied();
                    // A consumer reads its retry topics from their beginning.
                    let committed =
                        committed.or(offsets.oldest.filter(|_| self.query.is_retry_topic_of(topic, group)));
                    let lag = committed
                        .zip(offsets.end)
                        .map(|(committed, end)| u64::try_from(end - committed).unwrap_or(0));
                    GroupPartition {
                        partition: offsets.partition,
                        committed,
                        oldest: offsets.oldest,
                        end: offsets.end,
                        lag,
                        age: lag.filter(|lag| *lag == 0).map(|_| Duration::ZERO),
                        due: None,
                        appended: None,
                        owner: members.and_then(|members| members.owner(&partition)).cloned(),
                    }
                })
                .collect();
            let has_offsets = positions.iter().any(|position| position.committed.is_some());
            if has_offsets || self.query.expects(topic, group) {
                found.topics.insert(topic.to_owned(), positions);
            }
        }
        found
    }

    /// Adds the ages of the records that groups handle next.
    fn add_ages(
        &mut self,
        groups: &mut BTreeMap<String, GroupSample>,
        at: SystemTime,
        deadline: Instant,
        problems: &mut Vec<String>,
    ) {
        let mut waiting: Vec<(Position, &mut GroupPartition)> = Vec::new();
        for group in groups.values_mut() {
            for (topic, partitions) in &mut group.topics {
                for partition in partitions.iter_mut().filter(|partition| partition.has_lag()) {
                    let Some(committed) = partition.committed else { continue };
                    // What retention has deleted cannot be read.
                    let offset = committed.max(partition.oldest.unwrap_or(committed));
                    let position = Position { topic: topic.clone(), partition: partition.partition, offset };
                    waiting.push((position, partition));
                }
            }
        }
        let positions = waiting.iter().map(|(position, _)| position.clone()).collect();
        if let Err(error) = self.ages.read(|settings| self.cluster.consumer(settings), positions, deadline) {
            problems.push(format!("the ages of records are missing: {error}"));
        }
        for (position, partition) in waiting {
            partition.age = self.ages.age(&position, at);
            (partition.due, partition.appended) = self.ages.due(&position);
        }
    }
}
