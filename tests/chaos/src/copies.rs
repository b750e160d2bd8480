//! What transactional members have written: a reader beside them, and what is there when a run has ended.

use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::{Duration, Instant};

use eventgen::{DecodeOptions, KafkaEvent as _, wire};
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::{Message as _, Offset, TopicPartitionList};

use crate::Failure;
use crate::checker::{Copies, Copy, Place};
use crate::cluster::Cluster;
use crate::snapshot::read;
use crate::stream::com::example::chaos::Copied;

/// The number of partitions of the copies.
pub(crate) const PARTITIONS: i32 = 3;
/// How long the reader may take for what is there when a run has ended.
const READ_WITHIN: Duration = Duration::from_secs(60);

/// Reads what is committed while members write it.
#[derive(Debug)]
pub(crate) struct Reader {
    cluster: Cluster,
    topic: &'static str,
    run: i64,
    /// The partition and the offset of each record, in the order in which they are read.
    polled: Receiver<(i32, i64)>,
}

impl Reader {
    /// Reads the copies of a run from now on.
    pub(crate) fn start(cluster: &Cluster, topic: &'static str, run: i64) -> Result<Self, Failure> {
        let mut config = cluster.config();
        config.set("group.id", "chaos-reader").set("enable.auto.commit", "false");
        let consumer: BaseConsumer = config.set("isolation.level", "read_committed").create()?;
        let mut assignment = TopicPartitionList::new();
        for partition in 0..PARTITIONS {
            assignment.add_partition_offset(topic, partition, Offset::Beginning)?;
        }
        consumer.assign(&assignment)?;
        let (sender, polled) = mpsc::channel();
        thread::spawn(move || poll(&consumer, &sender));
        Ok(Self { cluster: cluster.clone(), topic, run, polled })
    }

    /// What is there when the run has ended, and what was read meanwhile.
    pub(crate) fn finish(self) -> Result<Copies, Failure> {
        let mut copies = Vec::new();
        read(&self.cluster, self.topic, |(partition, offset, _, value)| {
            copies.push(copy(self.run, (partition, offset), value));
        })?;
        let written = copies.into_iter().collect::<Result<Vec<Copy>, Failure>>()?;
        let (mut polled, until) = (Vec::with_capacity(written.len()), Instant::now() + READ_WITHIN);
        while polled.len() < written.len() {
            let left = until.saturating_duration_since(Instant::now());
            let Ok(at) = self.polled.recv_timeout(left) else { break };
            polled.push(at);
        }
        polled.extend(self.polled.try_iter());
        Ok(Copies { written, polled })
    }
}

/// Reads until nobody receives it.
fn poll(consumer: &BaseConsumer, sender: &Sender<(i32, i64)>) {
    loop {
        // Errors of brokers are temporary here.
        let at = match consumer.poll(Duration::from_millis(500)) {
            Some(Ok(message)) => (message.partition(), message.offset()),
            Some(Err(_)) | None => continue,
        };
        if sender.send(at).is_err() {
            return;
        }
    }
}

/// The copy at a place.
fn copy(run: i64, at: (i32, i64), value: Option<&[u8]>) -> Result<Copy, Failure> {
    let (_, payload) = wire::parse(value.ok_or("a copy has no value")?)?;
    let copied = Copied::read_payload_with(payload, DecodeOptions::DEFAULT)?;
    if copied.run != run {
        return Err(format!("a copy of run {}", copied.run).into());
    }
    Ok(Copy {
        at,
        event: (copied.key.parse()?, u32::try_from(copied.sequence)?),
        from: Place { generation: 0, partition: copied.partition, offset: copied.offset },
        attempt: u32::try_from(copied.attempt)?,
    })
}
