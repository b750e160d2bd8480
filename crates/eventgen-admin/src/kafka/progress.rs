//! What has become of dead letters, as the group for it has committed it.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::{Offset, TopicPartitionList};

use super::native::metadata;
use super::silence::failed;
use super::{Cluster, Context, left};
use crate::AdminError;
use crate::dead_letters::{PROGRESS_GROUP, Progress};

/// How long the coordinator of the group may take, which a new cluster has to choose first.
const TIMEOUT: Duration = Duration::from_secs(20);
/// The pause before it is asked again.
const PAUSE: Duration = Duration::from_millis(200);

impl Cluster {
    /// What has become of the letters of some partitions. With `settled` it waits for transactions that are open.
    pub(crate) fn progress(
        &self,
        topic: &str,
        partitions: &[i32],
        settled: bool,
    ) -> Result<BTreeMap<i32, Progress>, AdminError> {
        let isolation = if settled { "read_committed" } else { "read_uncommitted" };
        let consumer = self.consumer(&[("group.id", PROGRESS_GROUP), ("isolation.level", isolation)])?;
        let mut asked = TopicPartitionList::with_capacity(partitions.len());
        for partition in partitions {
            asked.add_partition(topic, *partition);
        }
        let committed = committed(&consumer, &asked)?;
        let mut progress = BTreeMap::new();
        for element in committed.elements() {
            if let Offset::Offset(offset) = element.offset() {
                let partition = element.partition();
                let parsed = Progress::parse(offset, &metadata(&committed, topic, partition));
                let what = format!("reading what was done with partition {partition} of `{topic}`");
                progress.insert(partition, parsed.map_err(|reason| AdminError::request(what, reason))?);
            }
        }
        Ok(progress)
    }
}

fn committed(
    consumer: &BaseConsumer<Context>,
    asked: &TopicPartitionList,
) -> Result<TopicPartitionList, AdminError> {
    let deadline = Instant::now() + TIMEOUT;
    loop {
        match consumer.committed_offsets(asked.clone(), left(deadline)) {
            Ok(list) => return Ok(list),
            Err(error) if is_denied(&error) => return Err(denied()),
            Err(_) if Instant::now() + PAUSE < deadline => std::thread::sleep(PAUSE),
            Err(error) => {
                return Err(failed(format!("reading the offsets of `{PROGRESS_GROUP}`"), &error));
            }
        }
    }
}

fn is_denied(error: &KafkaError) -> bool {
    error.rdkafka_error_code() == Some(RDKafkaErrorCode::GroupAuthorizationFailed)
}

/// A user who may not see or commit what has become of letters.
pub(super) fn denied() -> AdminError {
    AdminError::Denied {
        what: format!("the use of group `{PROGRESS_GROUP}`, which knows what was done with the letters,"),
        right: format!("the operation Read on group `{PROGRESS_GROUP}`"),
    }
}
