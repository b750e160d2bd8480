//! Writes records and waits for their acknowledgements.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use rdkafka::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{Header as NativeHeader, Message as _, OwnedHeaders};
use rdkafka::producer::{BaseProducer, BaseRecord, DeliveryResult, Producer as _, ProducerContext};

use super::{Cluster, Context};
use crate::AdminError;
use crate::records::{OutgoingRecord, Receipt};

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
const POLL: Duration = Duration::from_millis(100);

/// The records that were acknowledged or failed, by their positions.
#[derive(Default)]
struct Deliveries {
    context: Context,
    ended: Mutex<BTreeMap<usize, Result<Receipt, String>>>,
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
            Err((error, _)) => Err(error.to_string()),
        };
        self.ended.lock().unwrap_or_else(PoisonError::into_inner).insert(*position, ended);
    }
}

impl Cluster {
    /// Writes records in their order. Blocks until each is acknowledged by all in-sync replicas or has failed.
    pub(crate) fn send(
        &self,
        topic: &str,
        records: &[OutgoingRecord],
    ) -> Result<Vec<Result<Receipt, String>>, AdminError> {
        // A producer would create the topic where the cluster does so.
        self.partition_count(topic)?;
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
        let ended = |position, outcome| {
            let ended = &producer.context().ended;
            ended.lock().unwrap_or_else(PoisonError::into_inner).insert(position, outcome);
        };
        for (position, record) in records.iter().enumerate() {
            let mut next: BaseRecord<'_, [u8], [u8], Box<usize>> =
                BaseRecord::with_opaque_to(topic, Box::new(position)).headers(headers(record));
            (next.key, next.payload) = (record.key.as_deref(), record.value.as_deref());
            while let Err((error, refused)) = producer.send(next) {
                if error.rdkafka_error_code() != Some(RDKafkaErrorCode::QueueFull) {
                    ended(position, Err(error.to_string()));
                    break;
                }
                producer.poll(POLL);
                next = refused;
            }
            producer.poll(Duration::ZERO);
        }
        let deadline = Instant::now() + TIMEOUT;
        while producer.in_flight_count() > 0 && Instant::now() < deadline {
            producer.poll(POLL);
        }
        let mut ended = producer.context().ended.lock().unwrap_or_else(PoisonError::into_inner);
        let unknown = || Err("it was not acknowledged in time, and may have been written".to_owned());
        Ok((0..records.len()).map(|position| ended.remove(&position).unwrap_or_else(unknown)).collect())
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
