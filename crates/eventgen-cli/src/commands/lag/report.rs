//! What is reported: each group of the contract on each of its topics, and the groups that are found on these topics.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::time::SystemTime;

use eventgen_admin::{
    GroupPartition, GroupSample, GroupStatus, LagHistory, LagLimit, LagQuery, LagSample, LagState,
};
use eventgen_schema::contract::RetryTopic;
use eventgen_schema::{Contract, did_you_mean};

use crate::count::count;
use crate::outcome::Outcome;

/// What a contract expects of groups.
pub(super) struct Expected {
    /// The topics, with the groups that read them and their limits.
    topics: BTreeMap<String, BTreeMap<String, Option<LagLimit>>>,
    dead_letters: BTreeSet<String>,
    retries: BTreeMap<String, RetryTopic>,
    only: Vec<String>,
}

impl Expected {
    /// Of a contract, or of some of its groups.
    pub(super) fn of(contract: &Contract, only: &[String]) -> Self {
        let topics = contract.topics.values().map(|topic| {
            let consumers = topic.consumers.iter();
            let groups = consumers.map(|found| (found.group.clone(), found.max_lag.map(LagLimit::from)));
            (topic.name.clone(), groups.collect())
        });
        let retries = contract.topics.values().flat_map(eventgen_schema::Topic::retry_topics);
        let dead_letters = contract.topics.values().filter_map(|topic| topic.dead_letter.as_ref());
        Self {
            topics: topics.collect(),
            dead_letters: dead_letters.map(|found| found.topic.clone()).collect(),
            retries: retries.map(|topic| (topic.name.clone(), topic)).collect(),
            only: only.to_vec(),
        }
    }

    /// A group that was selected, and that neither the contract nor a sample has, with a similar name.
    pub(super) fn unknown(&self, sample: &LagSample) -> Option<(String, Option<String>)> {
        let retries = || self.retries.values().map(|topic| &topic.group);
        let of_contract = || self.topics.values().flat_map(BTreeMap::keys).chain(retries());
        let is_there =
            |found: &GroupSample| !found.topics.is_empty() || found.members.is_some_and(|count| count > 0);
        let found = || sample.groups.iter().filter(|(_, found)| is_there(found)).map(|(group, _)| group);
        let known = || of_contract().chain(found()).map(String::as_str);
        let unknown = self.only.iter().find(|group| !known().any(|known| known == group.as_str()))?;
        Some((unknown.clone(), did_you_mean(unknown, known()).map(str::to_owned)))
    }

    pub(super) fn query(&self) -> LagQuery {
        let mut query = LagQuery::new();
        for (topic, groups) in &self.topics {
            query = query.topic(topic, groups.keys());
        }
        for (name, topic) in &self.retries {
            query = query.retry_topic(name, &topic.group);
        }
        query = self.dead_letters.iter().fold(query, LagQuery::offsets_of);
        if self.only.is_empty() { query } else { query.only_groups(&self.only) }
    }

    /// The groups of the contract with their topics.
    fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        let all = self
            .topics
            .iter()
            .flat_map(|(topic, groups)| groups.keys().map(move |group| (group.as_str(), topic.as_str())));
        all.filter(|(group, _)| self.only.is_empty() || self.only.iter().any(|only| only == group))
    }

    /// A topic, if it is a retry topic of a group.
    fn retry_topic(&self, topic: &str, group: &str) -> Option<&RetryTopic> {
        self.retries.get(topic).filter(|topic| topic.group == group)
    }

    /// The limit of a group on a topic, if the contract has the group.
    fn limit(&self, group: &str, topic: &str) -> Option<&Option<LagLimit>> {
        self.topics.get(topic)?.get(group)
    }
}

/// The state of all groups at one time.
pub(super) struct Report<'a> {
    pub(super) at: SystemTime,
    /// The addresses of the brokers.
    pub(super) cluster: &'a str,
    /// The groups on their topics, the worst first.
    pub(super) rows: Vec<Row>,
    /// What could not be found out.
    pub(super) problems: Vec<String>,
}

/// A group on a topic.
pub(super) struct Row {
    pub(super) group: String,
    pub(super) topic: String,
    /// Whether the contract names the group for the topic.
    pub(super) is_in_contract: bool,
    pub(super) members: Option<usize>,
    pub(super) status: GroupStatus,
    /// As the status has them.
    pub(super) partitions: Vec<GroupPartition>,
}

impl<'a> Report<'a> {
    /// The newest sample of a history.
    pub(super) fn new(history: &LagHistory, expected: &Expected, cluster: &'a str) -> Self {
        let Some(sample) = history.latest() else {
            return Self { at: SystemTime::now(), cluster, rows: Vec::new(), problems: Vec::new() };
        };
        let found = sample.groups.iter().flat_map(|(group, found)| {
            found.topics.keys().map(move |topic| (group.as_str(), topic.as_str()))
        });
        let pairs: BTreeSet<(&str, &str)> = expected.pairs().chain(found).collect();
        let mut rows: Vec<Row> = pairs
            .into_iter()
            .map(|(group, topic)| {
                let limit = expected.limit(group, topic);
                let retry_topic = expected.retry_topic(topic, group);
                let limit_of_group = limit.copied().flatten();
                let found = sample.groups.get(group);
                let mut partitions =
                    found.and_then(|found| found.topics.get(topic)).cloned().unwrap_or_default();
                if let Some(retry) = retry_topic {
                    // By its header alone, the age may be anything.
                    for found in &mut partitions {
                        found.age = found.overdue(sample.at, retry.delay);
                    }
                }
                Row {
                    group: group.to_owned(),
                    topic: topic.to_owned(),
                    is_in_contract: limit.is_some() || retry_topic.is_some(),
                    members: found.and_then(|found| found.members),
                    status: match retry_topic {
                        Some(retry) => history.waiting(group, topic, retry.delay),
                        None => history.status(group, topic, limit_of_group),
                    },
                    partitions,
                }
            })
            // A retry topic is worth a row while records wait in it.
            .filter(|row: &Row| {
                expected.retry_topic(&row.topic, &row.group).is_none() || row.status.lag > Some(0)
            })
            .collect();
        rows.sort_by_cached_key(|row| {
            let status = &row.status;
            (Reverse((status.state, status.age, status.lag)), row.group.clone(), row.topic.clone())
        });
        Self { at: sample.at, cluster, rows, problems: sample.problems.clone() }
    }

    /// The exit code: groups that the contract does not name are not its business.
    pub(super) fn outcome(&self) -> Outcome {
        let mut expected = self.rows.iter().filter(|row| row.is_in_contract);
        if expected.any(|row| row.status.state.is_error()) { Outcome::Behind } else { Outcome::Fine }
    }

    /// How many groups are in which state.
    pub(super) fn summary(&self) -> String {
        let groups: BTreeSet<&str> = self.rows.iter().map(|row| row.group.as_str()).collect();
        let topics: BTreeSet<&str> = self.rows.iter().map(|row| row.topic.as_str()).collect();
        let states = LagState::ALL.into_iter().rev().filter_map(|state| {
            let count = self.rows.iter().filter(|row| row.status.state == state).count();
            (count > 0).then(|| format!("{count} {state}"))
        });
        let states: Vec<String> = states.collect();
        let states = if states.is_empty() { "no groups".to_owned() } else { states.join(", ") };
        let (groups, topics) = (count(groups.len(), "group"), count(topics.len(), "topic"));
        format!("{groups} on {topics} of {}: {states}", self.cluster)
    }
}
