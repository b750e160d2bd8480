//! The groups of a cluster and their members.

use std::collections::{BTreeMap, HashMap};
use std::time::Instant;

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::groups::GroupInfo;

use super::offsets::Partition;
use super::{Context, left};
use crate::lag::{Owner, assigned};

/// The state in which a broker reports a group that this question does not show: it has the protocol of KIP-848.
const DEAD: &str = "Dead";

/// The groups of a cluster.
pub(super) struct Listed {
    pub(super) members: BTreeMap<String, Members>,
    /// Why there are none.
    pub(super) problem: Option<String>,
}

impl Listed {
    /// Asks the brokers for their groups.
    pub(super) fn read(probe: &BaseConsumer<Context>, deadline: Instant) -> Self {
        match probe.client().fetch_group_list(None, left(deadline)) {
            Ok(list) => {
                let members = list.groups().iter().map(|group| (group.name().to_owned(), Members::of(group)));
                Self { members: members.collect(), problem: None }
            }
            Err(error) => {
                let problem = format!("the groups of the cluster cannot be listed: {error}");
                Self { members: BTreeMap::new(), problem: Some(problem) }
            }
        }
    }

    /// Whether there may be more groups.
    pub(super) fn is_partial(&self) -> bool {
        self.problem.is_some()
    }
}

/// The members of a group.
pub(super) struct Members {
    count: Option<usize>,
    owners: HashMap<Partition, Owner>,
}

impl Members {
    fn of(group: &GroupInfo) -> Self {
        let members = group.members();
        let mut owners = HashMap::new();
        for member in members {
            let owner = Owner {
                client_id: member.client_id().to_owned(),
                host: member.client_host().trim_start_matches('/').to_owned(),
            };
            for (topic, partitions) in assigned(member.assignment().unwrap_or_default()) {
                for partition in partitions {
                    owners.insert((topic.clone(), partition), owner.clone());
                }
            }
        }
        Self { count: (group.state() != DEAD).then_some(members.len()), owners }
    }

    pub(super) fn count(&self) -> Option<usize> {
        self.count
    }

    pub(super) fn owner(&self, partition: &Partition) -> Option<&Owner> {
        self.owners.get(partition)
    }
}
