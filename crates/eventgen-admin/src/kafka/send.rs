//! Writes records and waits for their acknowledgements.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use rdkafka::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{Header as NativeHeader, Message as _, OwnedHeaders};
use rdkafka::producer::{
    BaseProducer, BaseRecord, DeliveryResult, Producer as _, ProducerContext, PurgeConfig,
};

use super::{Cluster, Context};
use crate::AdminError;
use crate::records::{OutgoingRecord, Receipt, Unsent};

/// The settings of eventgen's producers. An application cannot change them without losing a guarantee.
const SETTINGS: [(&str, &str); 4] = [
    ("enable.idempotence", "true"),
    ("acks", "all"),
    // The partitioner of the JVM client.
    ("partitioner", "murmur2_random"),
    ("delivery.timeout.ms", "120000"),
];
/// How long acknowledgements are waited for: somewhat longer than librdkafka tries.
const TIMEOUT: Duration = Duration::from_secs(125);
/// How long acknowledgements are waited for after an interruption.
const ENDING: Duration = Duration::from_secs(10);
const POLL: Duration = Duration::from_millis(100);

/// The records that were acknowledged or failed, by their positions.
#[derive(Default)]
struct Deliveries {
    context: Context,
    ended: Mutex<BTreeMap<usize, Result<Receipt, Unsent>>>,
}

impl ClientContext for Deliveries {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        self.context.log(level, facility, message);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        self.context.error(error, reason);
    }
}

impl ProducerContext for Deliveries {
    type DeliveryOpaque = Box<usize>;

    fn delivery(&self, result: &DeliveryResult<'_>, position: Box<usize>) {
        let ended = match result {
            Ok(message) => Ok(Receipt { partition: message.partition(), offset: message.offset() }),
            // It was not given to a broker yet.
            Err((error, _)) if error.rdkafka_error_code() == Some(RDKafkaErrorCode::PurgeQueue) => {
                Err(Unsent::Interrupted)
            }
            Err((error, _)) => Err(Unsent::Failed(error.to_string())),
        };
        self.end(*position, ended);
    }
}

impl Cluster {
    /// Writes records in their order. Blocks until each is acknowledged by all in-sync replicas or has failed.
    pub(crate) fn send(
        &self,
        topic: &str,
        records: &[OutgoingRecord],
        is_interrupted: &AtomicBool,
        mut each: impl FnMut(usize, &Result<Receipt, Unsent>),
    ) -> Result<(), AdminError> {
        // A producer would create the topic where the cluster does so.
        self.visible_partitions(&self.probe()?, topic, "Write")?;
        let mut config = self.config();
        for (name, value) in SETTINGS {
            config.set(name, value);
        }
        let producer: BaseProducer<Deliveries> = config
            .create_with_context(Deliveries {
                context: Context::new(&self.settings),
                ..Deliveries::default()
            })
            .map_err(|error| self.refused(&error))?;
        let is_over = || is_interrupted.load(Ordering::Relaxed);
        // Outcomes are reported in the order of the records.
        let (mut next, mut report) = (0, |next: &mut usize| {
            while let Some(outcome) = producer.context().take(*next) {
                each(*next, &outcome);
                *next += 1;
            }
        });
        let mut queued = 0;
        for (position, record) in records.iter().enumerate() {
            let mut unsent: BaseRecord<'_, [u8], [u8], Box<usize>> =
                BaseRecord::with_opaque_to(topic, Box::new(position)).headers(headers(record));
            (unsent.key, unsent.payload) = (record.key.as_deref(), record.value.as_deref());
            while !is_over()
                && let Err((error, refused)) = producer.send(unsent)
            {
                if error.rdkafka_error_code() != Some(RDKafkaErrorCode::QueueFull) {
                    producer.context().end(position, Err(Unsent::Failed(error.to_string())));
                    break;
                }
                producer.poll(POLL);
                report(&mut next);
                unsent = refused;
            }
            if is_over() {
                break;
            }
            queued = position + 1;
            producer.poll(Duration::ZERO);
            report(&mut next);
        }
        let mut deadline = Instant::now() + TIMEOUT;
        let mut is_ending = false;
        while producer.in_flight_count() > 0 && Instant::now() < deadline {
            if is_over() && !is_ending {
                is_ending = true;
                deadline = deadline.min(Instant::now() + ENDING);
                producer.purge(PurgeConfig::default().queue());
            }
            producer.poll(POLL);
            report(&mut next);
        }
        let unknown = |position| {
            if position >= queued {
                return Unsent::Interrupted;
            }
            Unsent::Failed("it was not acknowledged in time, and may have been written".to_owned())
        };
        for position in next..records.len() {
            let outcome = producer.context().take(position).unwrap_or_else(|| Err(unknown(position)));
            each(position, &outcome);
        }
        Ok(())
    }
}

impl Deliveries {
    fn end(&self, position: usize, outcome: Result<Receipt, Unsent>) {
        self.ended.lock().unwrap_or_else(PoisonError::into_inner).insert(position, outcome);
    }

    fn take(&self, position: usize) -> Option<Result<Receipt, Unsent>> {
        self.ended.lock().unwrap_or_else(PoisonError::into_inner).remove(&position)
    }
}

/// The contract's names of headers are UTF-8.
fn headers(record: &OutgoingRecord) -> OwnedHeaders {
    let native = OwnedHeaders::new_with_capacity(record.headers.len());
    record.headers.iter().fold(native, |native, header| {
        let name = String::from_utf8_lossy(&header.name);
        native.insert(NativeHeader { key: &name, value: header.value.as_deref() })
    })
}
