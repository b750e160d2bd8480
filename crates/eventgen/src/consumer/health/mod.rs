//! The health of a consumer and its counts, readable at any time through a [`ConsumerHandle`].
//!
//! The polling thread writes a few atomic values per turn, and five times a second a snapshot of its partitions. Readers
//! never wait for it, so that a thread that is stuck can be seen from outside.

mod delays;
mod holds;
mod seeks;
mod status;
mod vitals;

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use tokio::sync::oneshot;

pub(crate) use delays::{DelayGuard, Delays};
pub(crate) use holds::{HoldGuard, Holds};
pub(crate) use seeks::{SeekRequest, SeekRequests};
pub(crate) use status::Statuses;
pub use status::{Hold, HoldReason, PartitionStatus};
pub(crate) use vitals::{Phase, Vitals};

use super::Report;
use super::counters::Counters;
use super::start_from::Target;
use super::topics::TopicPartition;
use crate::Error;
use crate::observe::{ConsumerEvent, Observer};

/// What a consumer shares with its handles.
#[derive(Debug, Default)]
pub(crate) struct Health {
    counters: Counters,
    pub(crate) vitals: Vitals,
    pub(crate) holds: Arc<Holds>,
    pub(crate) delays: Arc<Delays>,
    pub(crate) seeks: SeekRequests,
    partitions: Mutex<Statuses>,
}

impl Health {
    pub(crate) fn report(&self) -> Report {
        self.counters.report()
    }

    /// Replaces the snapshot of the partitions, until the run has [ended](Self::end).
    pub(crate) fn publish(&self, partitions: Statuses) {
        let mut snapshot = self.partitions.lock().unwrap_or_else(PoisonError::into_inner);
        if !self.vitals.has_ended() {
            *snapshot = partitions;
        }
    }

    /// The run has ended. Its polling thread may go on for a while.
    pub(crate) fn end(&self) {
        self.vitals.enter(Phase::Ended);
        *self.partitions.lock().unwrap_or_else(PoisonError::into_inner) = Statuses::default();
        self.seeks.close();
    }

    /// The latest snapshot of some partitions, with what is held now.
    fn partitions(&self, of: fn(&Statuses) -> &[(TopicPartition, PartitionStatus)]) -> Vec<PartitionStatus> {
        let partitions = of(&self.partitions.lock().unwrap_or_else(PoisonError::into_inner)).to_vec();
        let with_hold = |(at, mut status): (TopicPartition, PartitionStatus)| {
            status.held = self.holds.of(at);
            status.delayed += self.delays.of(at);
            status
        };
        partitions.into_iter().map(with_hold).collect()
    }

    pub(crate) fn is_live(&self) -> bool {
        self.vitals.is_live()
    }

    pub(crate) fn is_ready(&self) -> bool {
        let vitals = &self.vitals;
        vitals.has_joined() && vitals.is_live() && vitals.hears_brokers() && !self.holds.any()
    }
}

impl Observer for Health {
    fn on_consumer_event(&self, group: &str, event: &ConsumerEvent<'_>) {
        match event {
            ConsumerEvent::RegistryAway { cause } => self.holds.registry_is_away(Some(cause)),
            ConsumerEvent::RegistryBack => self.holds.registry_is_away(None),
            _ => self.counters.on_consumer_event(group, event),
        }
    }
}

/// Reads the state of a consumer while it runs: for health checks, metrics and operators.
///
/// [`Consumer::handle`](super::Consumer::handle) returns it before the run. A clone is cheap, and a handle may be used on
/// any thread. No method but [`seek`](Self::seek) waits for the consumer.
///
/// A function that answers the probes of Kubernetes without a web framework, on a thread of its own:
///
/// ```no_run
/// use std::io::{Read as _, Write as _};
/// use std::net::TcpListener;
/// use std::time::Duration;
///
/// use eventgen::ConsumerHandle;
///
/// fn serve_probes(listener: &TcpListener, handle: &ConsumerHandle) {
///     for mut stream in listener.incoming().flatten() {
///         let _ = stream.set_read_timeout(Some(Duration::from_secs(1)));
///         let mut request = [0; 1024];
///         let read = stream.read(&mut request).unwrap_or(0);
///         let is_ready = request[..read].starts_with(b"GET /ready");
///         let passes = if is_ready { handle.is_ready() } else { handle.is_live() };
///         let status = if passes { "200 OK" } else { "503 Service Unavailable" };
///         let _ = write!(stream, "HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
///     }
/// }
/// ```
#[derive(Debug, Clone)]
pub struct ConsumerHandle {
    pub(super) health: Arc<Health>,
}

impl ConsumerHandle {
    /// The counts of the run until now; zeros before the run, and the final counts after it.
    pub fn report(&self) -> Report {
        self.health.report()
    }

    /// Whether the consumer works. Restart the process of one that is not live.
    ///
    /// It is live while it starts, and while both of these are more recent than the
    /// [`liveness_limit`](super::Consumer::liveness_limit) (60 s):
    ///
    /// - the last turn of its polling thread,
    /// - the moment at which it was last a stable member of its group: joining and rebalancing count against the limit, unless
    ///   the brokers are silent, which a restart does not change.
    ///
    /// It is not live before the run and after the end of it, whatever the reason.
    pub fn is_live(&self) -> bool {
        self.health.is_live()
    }

    /// Whether the consumer makes progress: it is [live](Self::is_live), has joined its group, a broker has answered within the
    /// [`liveness_limit`](super::Consumer::liveness_limit), and no partition is [held](PartitionStatus::held). It is not ready
    /// while it starts, and once it has been asked to stop.
    ///
    /// A member without partitions is ready.
    pub fn is_ready(&self) -> bool {
        self.health.is_ready()
    }

    /// The partitions that are assigned to this consumer, in the order of their topics and numbers. Their positions and
    /// numbers are those of a snapshot, which the consumer takes five times a second. Empty before and after the run.
    pub fn partitions(&self) -> Vec<PartitionStatus> {
        self.health.partitions(|statuses| &statuses.assigned)
    }

    /// The same of the retry topics: the partitions with the numbers of those that are assigned. They are not part of the group's
    /// assignment, and [`seek`](Self::seek) refuses them. One can be [held](PartitionStatus::held) as any other.
    pub fn retry_partitions(&self) -> Vec<PartitionStatus> {
        self.health.partitions(|statuses| &statuses.retry_topics)
    }

    /// Continues with a partition at another offset: for the replay of records, or to skip some. The topic is that of
    /// [`PartitionStatus`], by its name in the cluster. Waits until the partition is read from there, and returns the offset.
    ///
    /// Records of the partition that wait for their turn are dropped. Running handlers finish, or are cancelled at the
    /// [`drain_deadline`](super::Consumer::drain_deadline), and what is done is committed. Then the group's offset is set to
    /// `offset` and committed, with nothing done beyond it. So every record from there on is handled, also if it was
    /// handled before; and a record before it is not, also if it was never done. Other partitions are not affected.
    ///
    /// Only the member that has the partition can do this.
    ///
    /// What waits in retry topics stays there, and is handled when it is due. After a seek to before such a record it is handled twice,
    /// as are later records of its key that wait behind it. A seek to behind it does not skip it.
    ///
    /// # Errors
    /// [`Error::NotSought`] if the partition is not assigned to this consumer, which may not be running, if the partition
    /// does not have the offset, if it is one of a retry topic, or if the cluster does not answer. If the consumer stops or the partition is revoked
    /// meanwhile, the offset may have been committed or not: repeat the seek with the member that has the partition now.
    pub async fn seek(&self, topic: &str, partition: i32, offset: i64) -> Result<i64, Error> {
        self.request_seek(topic, partition, Target::Offset(offset)).await
    }

    /// Continues with a partition at the first record whose timestamp is `time` or later; at the end if there is none. See
    /// [`seek`](Self::seek).
    ///
    /// # Errors
    /// As [`seek`](Self::seek).
    pub async fn seek_to_time(&self, topic: &str, partition: i32, time: DateTime<Utc>) -> Result<i64, Error> {
        self.request_seek(topic, partition, Target::Time(time)).await
    }

    async fn request_seek(&self, topic: &str, partition: i32, target: Target) -> Result<i64, Error> {
        let (answer, sought) = oneshot::channel();
        let request = SeekRequest { topic: topic.to_owned(), partition, target, answer };
        let not_running =
            |reason: &str| Error::NotSought { topic: topic.to_owned(), partition, reason: reason.to_owned() };
        if !self.health.seeks.add(request) {
            return Err(not_running("the consumer does not run"));
        }
        sought.await.unwrap_or_else(|_| Err(not_running("the consumer stopped meanwhile")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_polling_thread_that_outlives_the_run_publishes_nothing() {
        let health = Health::default();
        let at = TopicPartition { topic: 0, partition: 0 };
        let status = PartitionStatus {
            topic: "t".to_owned(),
            partition: 0,
            position: None,
            in_flight: 0,
            in_flight_bytes: 0,
            delayed: 0,
            is_paused: false,
            is_leaving: false,
            held: None,
        };
        let handle = ConsumerHandle { health: Arc::new(health) };
        let statuses = Statuses { assigned: vec![(at, status.clone())], retry_topics: vec![(at, status)] };
        handle.health.publish(statuses.clone());
        assert_eq!((handle.partitions().len(), handle.retry_partitions().len()), (1, 1));
        handle.health.end();
        handle.health.publish(statuses);
        assert_eq!((handle.partitions(), handle.retry_partitions()), (vec![], vec![]));
    }
}
