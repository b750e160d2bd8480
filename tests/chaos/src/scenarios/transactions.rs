//! Transactions of another client.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use eventgen::{KafkaEvent as _, wire};
use rdkafka::message::DeliveryResult;
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _, ProducerContext};
use rdkafka::{ClientContext, Message as _};

use crate::Failure;
use crate::history::{Key, Line, Writer, now};
use crate::random::Random;
use crate::stream::com::example::chaos::{Chaos, Fate, Step};
use crate::trial::Trial;

/// The most records of a transaction.
const MOST: u64 = 40;
const KEYS: u64 = 100;
/// How long a request of a transaction may take.
const REQUEST: Duration = Duration::from_secs(60);

/// Writes transactions, of which a third is aborted, and reads them with two members.
pub(super) async fn transactions(trial: &mut Trial) -> Result<(), Failure> {
    trial.create_topics(12).await?;
    trial.members.join()?;
    trial.members.join()?;
    let id = trial.client.register::<Chaos>().await?[0];
    let (topic, _) = trial.topics();
    let file = trial.producer_file(0);
    let mut config = trial.cluster.config();
    config.set("transactional.id", topic).set("partitioner", "murmur2_random");
    let (run, records, lasting) = (trial.run, u64::from(trial.size.records), trial.size.lasting);
    let random = Random::new(trial.random.number(), "transactions");
    let writing = tokio::task::spawn_blocking(move || {
        let producer: BaseProducer<Delivered> = config.create_with_context(Delivered::default())?;
        producer.init_transactions(REQUEST)?;
        let writer = Transactions { producer, topic, run, id, history: Writer::open(&file)?, random };
        writer.write(records, Instant::now() + lasting)
    });
    while !writing.is_finished() {
        trial.wait(Duration::from_millis(500)).await?;
    }
    let (committed, aborted) = writing.await??;
    trial.notes.push(format!("{committed} transactions committed, {aborted} aborted"));
    Ok(())
}

/// The records that have been delivered: key, sequence number, partition and offset.
#[derive(Default)]
struct Delivered(Mutex<Vec<(Key, u32, i32, i64)>>);

impl ClientContext for Delivered {}

impl ProducerContext for Delivered {
    type DeliveryOpaque = Box<(Key, u32)>;

    fn delivery(&self, result: &DeliveryResult<'_>, event: Box<(Key, u32)>) {
        let (key, sequence) = *event;
        if let (Ok(record), Ok(mut delivered)) = (result, self.0.lock()) {
            delivered.push((key, sequence, record.partition(), record.offset()));
        }
    }
}

struct Transactions {
    producer: BaseProducer<Delivered>,
    topic: &'static str,
    run: i64,
    id: eventgen::registry::SchemaId,
    history: Writer,
    random: Random,
}

impl Transactions {
    /// Writes about this many records, but not for longer than until a time. Returns how many transactions were committed and
    /// aborted.
    fn write(mut self, records: u64, until: Instant) -> Result<(usize, usize), Failure> {
        let (mut written, mut committed, mut aborted) = (0, 0, 0);
        let mut next = vec![0_u32; usize::try_from(KEYS)?];
        while written < records && Instant::now() < until {
            let count = self.random.below(1..MOST);
            let commits = self.random.below(0..3) > 0;
            self.producer.begin_transaction()?;
            let mut sent = Vec::new();
            for _ in 0..count {
                let number = u32::try_from(self.random.below(0..KEYS))?;
                let sequence = next[number as usize];
                next[number as usize] += 1;
                let key = Key { producer: 0, number };
                let value = self.value(key, sequence)?;
                let name = key.to_string();
                let record = BaseRecord::with_opaque_to(self.topic, Box::new((key, sequence))).key(&name);
                self.producer.send(record.payload(&value)).map_err(|(error, _)| error)?;
                sent.push((key, sequence));
            }
            self.producer.flush(REQUEST)?;
            if commits {
                self.producer.commit_transaction(REQUEST)?;
                committed += 1;
            } else {
                self.producer.abort_transaction(REQUEST)?;
                aborted += 1;
            }
            let time = now();
            let delivered = std::mem::take(&mut *self.producer.context().0.lock().map_err(|_| "a panic")?);
            if commits {
                for (key, sequence, partition, offset) in delivered {
                    self.history.write(&Line::Acknowledged { time, key, sequence, partition, offset })?;
                }
            } else {
                for (key, sequence) in sent {
                    self.history.write(&Line::Aborted { time, key, sequence })?;
                }
            }
            written += count;
        }
        Ok((committed, aborted))
    }

    fn value(&self, key: Key, sequence: u32) -> Result<Vec<u8>, Failure> {
        let mut value = Vec::new();
        wire::frame(self.id, &mut value);
        let step = Step {
            run: self.run,
            key: key.to_string(),
            sequence: i32::try_from(sequence)?,
            fate: Fate::Handled,
            millis: -1,
            padding: Vec::new(),
        };
        step.write_payload(&mut value)?;
        Ok(value)
    }
}
