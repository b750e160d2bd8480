//! Reads what is on the topics when a run has ended, or before a topic is deleted.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::{Duration, Instant};

use eventgen::{Client, DecodeOptions, Headers, KafkaEvent as _, dead_letter, wire};
use eventgen_testkit::{Record, records};
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::KafkaError;
use rdkafka::{Message as _, Offset, TopicPartitionList};

use crate::Failure;
use crate::checker::{self, Generation, Letter, Place, Written};
use crate::cluster::Cluster;
use crate::history::Key;
use crate::stream::com::example::chaos::{Fate, Step};

/// How long nothing may arrive.
const SILENCE: Duration = Duration::from_secs(30);

/// The records of a topic.
#[derive(Debug, Default)]
pub struct Snapshot {
    pub written: Vec<Written>,
    /// Digests of the records that must become dead letters.
    digests: HashMap<Place, u64>,
}

/// A digest of a key and a value.
fn digest(key: Option<&[u8]>, value: Option<&[u8]>) -> u64 {
    let mut hasher = DefaultHasher::new();
    (key, value).hash(&mut hasher);
    hasher.finish()
}

/// The event of a record, if it is one of this run.
fn event(run: i64, value: Option<&[u8]>) -> Option<Step> {
    let (_, payload) = wire::parse(value?).ok()?;
    let event = Step::read_payload_with(payload, DecodeOptions::DEFAULT).ok()?;
    (event.run == run).then_some(event)
}

impl Snapshot {
    /// Reads the committed records of a topic. They replace those that were read of this generation before.
    ///
    /// # Errors
    /// The topic cannot be read.
    pub fn read(
        &mut self,
        cluster: &Cluster,
        topic: &str,
        generation: Generation,
        run: i64,
    ) -> Result<(), Failure> {
        self.written.retain(|written| written.at.generation != generation);
        tokio::task::block_in_place(|| {
            read(cluster, topic, |message| {
                let at = Place { generation, partition: message.0, offset: message.1 };
                self.add(at, run, message.2, message.3);
            })
        })
    }

    fn add(&mut self, at: Place, run: i64, key: Option<&[u8]>, value: Option<&[u8]>) {
        let event = event(run, value);
        let fate = event.as_ref().map_or(checker::Fate::Poison, |event| match event.fate {
            Fate::Handled | Fate::Blocks => checker::Fate::Handled,
            Fate::FailsOnce => checker::Fate::FailsOnce,
            Fate::FailsAlways => checker::Fate::FailsAlways,
            Fate::Rejected => checker::Fate::Rejected,
        });
        if fate.disposition().is_some() {
            self.digests.insert(at, digest(key, value));
        }
        let event = event.and_then(|event| {
            let key: Key = event.key.parse().ok()?;
            Some((key, u32::try_from(event.sequence).ok()?))
        });
        self.written.push(Written { at, event, fate });
    }

    /// Reads the dead letters of a topic.
    ///
    /// # Errors
    /// The topic cannot be read, or a letter does not name its record.
    pub async fn letters(&self, client: &Client, generation: Generation) -> Result<Vec<Letter>, Failure> {
        let mut attempt = 1;
        let read = loop {
            match records(client, "chaos.dlq").await {
                Ok(records) => break records,
                Err(error) if attempt == 5 => return Err(error.into()),
                Err(_) => attempt += 1,
            }
        };
        read.iter().map(|letter| self.letter(letter, generation)).collect()
    }

    fn letter(&self, letter: &Record, generation: Generation) -> Result<Letter, Failure> {
        let text = |name: &str| text(&letter.headers, name);
        let (partition, offset) =
            (text(dead_letter::PARTITION)?.parse()?, text(dead_letter::OFFSET)?.parse()?);
        let from = Place { generation, partition, offset };
        let is_whole = letter.headers.text(dead_letter::OMITTED).is_none();
        let same =
            || self.digests.get(&from) == Some(&digest(letter.key.as_deref(), letter.value.as_deref()));
        let is_unchanged = !is_whole || same();
        Ok(Letter { from, disposition: text(dead_letter::DISPOSITION)?.to_owned(), is_unchanged })
    }
}

fn text<'a>(headers: &'a Headers, name: &str) -> Result<&'a str, Failure> {
    headers.text(name).ok_or_else(|| format!("a dead letter has no header {name}").into())
}

/// The partition, the offset, the key and the value of a record.
pub(crate) type Raw<'a> = (i32, i64, Option<&'a [u8]>, Option<&'a [u8]>);

/// Reads all committed records of a topic, up to the ends of its partitions.
pub(crate) fn read(cluster: &Cluster, topic: &str, mut each: impl FnMut(Raw<'_>)) -> Result<(), Failure> {
    let mut config = cluster.config();
    config.set("group.id", "chaos-snapshot").set("enable.auto.commit", "false");
    config.set("enable.partition.eof", "true").set("isolation.level", "read_committed");
    let consumer: BaseConsumer = config.create()?;
    let metadata = consumer.fetch_metadata(Some(topic), SILENCE)?;
    let partitions = metadata.topics().first().map_or(0, |topic| topic.partitions().len());
    let mut assignment = TopicPartitionList::new();
    for partition in 0..i32::try_from(partitions)? {
        assignment.add_partition_offset(topic, partition, Offset::Beginning)?;
    }
    consumer.assign(&assignment)?;
    let (mut ended, mut heard) = (std::collections::HashSet::new(), Instant::now());
    while ended.len() < partitions {
        match consumer.poll(Duration::from_millis(100)) {
            Some(Ok(message)) => {
                heard = Instant::now();
                each((message.partition(), message.offset(), message.key(), message.payload()));
            }
            Some(Err(KafkaError::PartitionEOF(partition))) => {
                heard = Instant::now();
                ended.insert(partition);
            }
            // Errors of brokers are temporary here.
            Some(Err(_)) | None if heard.elapsed() < SILENCE => {}
            Some(Err(error)) => return Err(error.into()),
            None => return Err(format!("{topic} cannot be read to its end").into()),
        }
    }
    Ok(())
}
