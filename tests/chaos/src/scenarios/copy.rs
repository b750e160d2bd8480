//! Transactional members copy a topic, and are killed and restarted like the brokers. The shape is that of Kafka's own system
//! test of transactions.

use std::time::{Duration, Instant};

use eventgen::{PartitionLag, TopicEvents as _};

use super::brokers;
use super::members::KEYS;
use crate::Failure;
use crate::checker::{Member, Replays};
use crate::copies::{self, Reader};
use crate::feed::{Feed, Mix};
use crate::stream::com::example::chaos::ChaosCopies;
use crate::trial::{Size, Trial};

/// The number of partitions of the topic, and of members.
const PARTITIONS: i32 = 2;
const MEMBERS: usize = 2;
const CONCURRENCY: usize = 16;
/// 1 of 100 records is a dead letter, by each of the three reasons, and 1 fails once.
const MIX: Mix =
    Mix { poison: 30, fails_once: 100, fails_always: 30, rejected: 40, padding: 0, special: None };

/// What happens to a member or to a broker. It is started again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bounce {
    KillMember,
    StopMember,
    KillBroker,
    StopBroker,
}

impl Bounce {
    pub(super) const ALL: &[Self] = &[Self::KillMember, Self::KillBroker, Self::StopMember, Self::StopBroker];
    /// Those that do not disturb others on the cluster.
    pub const OF_MEMBERS: &[Self] = &[Self::KillMember, Self::StopMember];
    /// Kills only.
    pub const KILLS: &[Self] = &[Self::KillMember; 3];
}

/// Copies the records in transactions of 750, and lets these things happen in turn, each of them at least once.
///
/// # Errors
/// The cluster does not answer, or what [`Trial::look`] finds.
pub async fn copy(trial: &mut Trial, bounces: &[Bounce]) -> Result<(), Failure> {
    copy_mix(trial, bounces, MIX).await
}

/// The same with 2 of 100 records that fail after each delay but the last. They wait in retry topics, and later records of their
/// keys behind them.
///
/// # Errors
/// As [`copy`].
pub async fn copy_with_retries(trial: &mut Trial, bounces: &[Bounce]) -> Result<(), Failure> {
    for name in trial.retry_topics() {
        trial.cluster.create_topic(&name, PARTITIONS).await?;
    }
    trial.with_retry_topics();
    copy_mix(trial, bounces, Mix { fails_once: 200, ..MIX }).await
}

async fn copy_mix(trial: &mut Trial, bounces: &[Bounce], mix: Mix) -> Result<(), Failure> {
    let Size { records, lasting } = trial.size;
    // While a broker is down, a transaction may wait until it has another coordinator, and what is done meanwhile is not
    // committed either.
    let of_waiting = u128::from(records) * 10_000 / lasting.as_millis().max(1);
    trial.replays = Replays::PerKill(usize::try_from(of_waiting)? + CONCURRENCY);
    // The backlog takes the whole time.
    let of_each = lasting * u32::try_from(CONCURRENCY * MEMBERS)? / records.max(1);
    trial.members.consuming.millis = u64::try_from(of_each.as_millis())?.max(1);
    trial.members.consuming.concurrency = CONCURRENCY;
    trial.create_topics(PARTITIONS).await?;
    trial.client.register::<ChaosCopies>().await?;
    let copies = trial.client.topic(ChaosCopies::TOPIC).name;
    trial.cluster.create_topic(copies, copies::PARTITIONS).await?;
    trial.reader = Some(Reader::start(&trial.cluster, copies, trial.run)?);
    let feed = Feed { mix, millis: 0, ..trial.feed(KEYS) };
    trial.start(feed)?;
    trial.fed().await?;
    let mut members = Vec::with_capacity(MEMBERS);
    for slot in 0..MEMBERS {
        members.push(join(trial, slot)?);
    }
    begun_to_commit(trial).await?;
    let (begun, mut broker, mut counts) = (Instant::now(), 0, [0_usize; 4]);
    loop {
        for bounce in bounces {
            trial.pause(3_000..6_000).await?;
            match bounce {
                Bounce::KillMember | Bounce::StopMember => {
                    let slot = usize::try_from(trial.random.below(0..2))?;
                    members[slot] = restart(trial, members[slot], slot, *bounce).await?;
                }
                Bounce::KillBroker | Bounce::StopBroker => {
                    brokers::bounce(trial, broker % 3 + 1, *bounce == Bounce::KillBroker).await?;
                    broker += 1;
                }
            }
            counts[*bounce as usize] += 1;
        }
        if trial.is_over(begun) {
            let [killed, stopped, killed_brokers, stopped_brokers] = counts;
            trial.notes.push(format!(
                "{killed} kills and {stopped} restarts of members, {killed_brokers} kills and {stopped_brokers} restarts of \
                 brokers"
            ));
            return Ok(());
        }
    }
}

/// Waits until something of each partition is committed. Members that have nothing yet are not disturbed by being killed.
async fn begun_to_commit(trial: &mut Trial) -> Result<(), Failure> {
    let is_committed = |partition: &PartitionLag| partition.committed.is_some_and(|offset| offset > 0);
    while trial.watch.partitions().is_empty() || !trial.watch.partitions().iter().all(is_committed) {
        trial.wait(Duration::from_millis(500)).await?;
    }
    Ok(())
}

/// Kills a member or asks it to leave, and starts another one with its transactional id.
async fn restart(trial: &mut Trial, member: Member, slot: usize, bounce: Bounce) -> Result<Member, Failure> {
    if bounce == Bounce::KillMember {
        trial.members.kill(member)?;
    } else {
        trial.members.leave(member)?;
        // A second one with its id would fence it.
        trial.members.settle().await?;
    }
    let millis = trial.random.below(0..3_000);
    trial.wait(Duration::from_millis(millis)).await?;
    join(trial, slot)
}

impl Trial {
    /// The transactional ids of the members, in the cluster.
    pub fn transactional_ids(&self) -> Vec<String> {
        (0..MEMBERS).map(|slot| format!("{}{}", self.prefix, transactional_id(slot))).collect()
    }
}

/// The transactional id of a slot, to which the client adds the prefix of the run.
fn transactional_id(slot: usize) -> String {
    format!("copier-{slot}")
}

/// Starts a member with the transactional id of its slot.
fn join(trial: &mut Trial, slot: usize) -> Result<Member, Failure> {
    trial.members.join_with(&[format!("--transactional-id={}", transactional_id(slot))])
}
