//! Produces a stream of events that are numbered by key, and writes down what was acknowledged.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use eventgen::{Client, EncodedRecord, Headers, Producer, TopicEvents as _};
use futures_util::stream::{FuturesOrdered, StreamExt as _};
use tokio::task::JoinSet;

use crate::Failure;
use crate::history::{Key, Line, Writer, now};
use crate::random::Random;
use crate::stream::com::example::chaos::{Chaos, Fate, Step};

/// The most records of a key that are in flight.
const IN_FLIGHT: usize = 500;

/// A producer of a stream.
#[derive(Debug, Clone, clap::Args)]
pub struct Feed {
    /// The number of the producer.
    #[arg(long)]
    pub producer: u16,
    /// The run that the records belong to.
    #[arg(long)]
    pub run: i64,
    /// The number of keys.
    #[arg(long)]
    pub keys: u32,
    /// The number of records.
    #[arg(long)]
    pub records: u32,
    /// The time over which the records are spread, in milliseconds.
    #[arg(long, default_value_t = 0)]
    pub millis: u64,
    /// Determines what records are made for.
    #[arg(long)]
    pub seed: u64,
    /// What records are made for.
    #[arg(skip)]
    pub mix: Mix,
}

/// What records are made for: how many of 10,000 have each fate. The others are handled.
#[derive(Debug, Clone, Copy, Default)]
pub struct Mix {
    pub poison: u64,
    pub fails_once: u64,
    pub fails_always: u64,
    pub rejected: u64,
    /// The bytes of padding.
    pub padding: usize,
    /// Key number 0 has other records.
    pub special: Option<Special>,
}

/// The records of key number 0.
#[derive(Debug, Clone, Copy)]
pub struct Special {
    pub records: u32,
    /// How long its handler takes.
    pub millis: i32,
    /// Whether the handler blocks its thread.
    pub blocks: bool,
}

/// A record as it is planned.
enum Planned {
    Event(Step),
    Poison,
}

impl Feed {
    /// The arguments of a process that produces the same stream, without its mix.
    pub fn arguments(&self) -> Vec<String> {
        let Self { producer, run, keys, records, millis, seed, mix: _ } = self;
        [
            ("producer", producer.to_string()),
            ("run", run.to_string()),
            ("keys", keys.to_string()),
            ("records", records.to_string()),
            ("millis", millis.to_string()),
            ("seed", seed.to_string()),
        ]
        .map(|(name, value)| format!("--{name}={value}"))
        .to_vec()
    }

    /// Produces the stream, the records of a key one after another.
    ///
    /// # Errors
    /// The producer cannot be created, or its history cannot be written. Records that are not acknowledged are no error.
    pub async fn produce(self, client: &Client, history: Arc<Writer>) -> Result<(), Failure> {
        // New partitions of a topic are found soon.
        let producer = Producer::<Chaos>::builder(client)
            .set("topic.metadata.refresh.interval.ms", "2000")
            .connect()
            .await?;
        let topic = client.topic(Chaos::TOPIC).name;
        let (feed, started) = (Arc::new(self), Instant::now());
        let mut keys = JoinSet::new();
        for number in 0..feed.keys {
            let (feed, producer, history) = (Arc::clone(&feed), producer.clone(), Arc::clone(&history));
            keys.spawn(async move { feed.produce_key(number, &producer, topic, &history, started).await });
        }
        while let Some(ended) = keys.join_next().await {
            ended.map_err(|panic| panic.to_string())??;
        }
        producer.close().await?;
        Ok(())
    }

    /// How many records a key has.
    fn count(&self, number: u32) -> u32 {
        match self.mix.special {
            Some(special) if number == 0 => special.records,
            _ => self.records / self.keys + u32::from(number < self.records % self.keys),
        }
    }

    /// Sends the records of a key. Those that are due at once are in flight together.
    async fn produce_key(
        &self,
        number: u32,
        producer: &Producer<Chaos>,
        topic: &'static str,
        history: &Writer,
        started: Instant,
    ) -> Result<(), Failure> {
        let key = Key { producer: self.producer, number };
        let count = self.count(number);
        let interval = Duration::from_millis(self.millis) / count.max(1);
        let offset = interval * number / self.keys;
        let in_flight = if self.millis == 0 { IN_FLIGHT } else { 1 };
        let mut sending = FuturesOrdered::new();
        for sequence in 0..count {
            let due = interval * sequence + offset;
            tokio::time::sleep(due.saturating_sub(started.elapsed())).await;
            let planned = self.planned(key, sequence);
            let mut sent = Box::pin(async move {
                let sent = match planned {
                    Planned::Event(event) => producer.send(&event).await,
                    Planned::Poison => producer.send_encoded(&Self::poison(topic, key, sequence)).await,
                };
                let time = now();
                match sent {
                    Ok(receipt) => Line::Acknowledged {
                        time,
                        key,
                        sequence,
                        partition: receipt.partition,
                        offset: receipt.offset,
                    },
                    Err(_) => Line::NotAcknowledged { time, key, sequence },
                }
            });
            // The first poll hands the record over, before that of the next one.
            match poll_fn(|context| Poll::Ready(sent.as_mut().poll(context))).await {
                Poll::Ready(line) => history.write(&line)?,
                Poll::Pending => sending.push_back(sent),
            }
            while sending.len() >= in_flight {
                let Some(line) = sending.next().await else { break };
                history.write(&line)?;
            }
        }
        while let Some(line) = sending.next().await {
            history.write(&line)?;
        }
        Ok(())
    }

    fn planned(&self, key: Key, sequence: u32) -> Planned {
        let Mix { poison, fails_once, fails_always, rejected, padding, special } = self.mix;
        let (mut fate, mut millis) = (Fate::Handled, -1);
        let mut random = Random::new(self.seed, (key, sequence));
        if let Some(special) = special.filter(|_| key.number == 0) {
            millis = special.millis;
            if special.blocks {
                fate = Fate::Blocks;
            }
        } else {
            let drawn = random.below(0..10_000);
            let fates = [
                (fails_once, Some(Fate::FailsOnce)),
                (fails_always, Some(Fate::FailsAlways)),
                (rejected, Some(Fate::Rejected)),
                (poison, None),
            ];
            let mut below = 0;
            for (of_10_000, wanted) in fates {
                below += of_10_000;
                if drawn < below {
                    match wanted {
                        Some(wanted) => fate = wanted,
                        None => return Planned::Poison,
                    }
                    break;
                }
            }
        }
        Planned::Event(Step {
            run: self.run,
            key: key.to_string(),
            sequence: i32::try_from(sequence).unwrap_or(i32::MAX),
            fate,
            millis,
            // Not compressible: clients bound what they fetch by its compressed size.
            padding: random.bytes(padding),
        })
    }

    /// A record that does not decode, with the key of the events around it.
    fn poison(topic: &str, key: Key, sequence: u32) -> EncodedRecord {
        let value = format!("poison {sequence} of {key}").into_bytes();
        EncodedRecord::new(topic, Some(key.to_string().into_bytes()), Headers::new(), Some(value))
    }
}
