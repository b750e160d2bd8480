//! rdkafka's `ThreadedProducer`, which is told of each acknowledgement on its own thread.

use std::sync::Arc;
use std::thread::sleep;
use std::time::Duration;

use rdkafka::ClientContext;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{DeliveryResult, Header, OwnedHeaders};
use rdkafka::producer::{BaseRecord, Producer as _, ProducerContext, ThreadedProducer};

use super::{HEADER, Produce, events};
use crate::cluster::Failure;
use crate::event::Encoder;
use crate::meter::Meter;

struct Acknowledged(Arc<Meter>);

impl ClientContext for Acknowledged {}

impl ProducerContext for Acknowledged {
    type DeliveryOpaque = ();

    fn delivery(&self, result: &DeliveryResult<'_>, (): ()) {
        if result.is_ok() {
            self.0.record();
        }
    }
}

/// Produces all records.
pub(super) async fn produce(options: &Produce, meter: &Arc<Meter>) -> Result<(), Failure> {
    let mut encoder = Encoder::new(options.place.connect().await?.schema_id);
    let producer: ThreadedProducer<_> =
        options.settings().create_with_context(Acknowledged(Arc::clone(meter)))?;
    let (topic, events) = (options.place.topic(), events());
    meter.start();
    for event in events.iter().cycle().take(options.place.records) {
        let (key, value, kind) = encoder.encode(event);
        let headers = OwnedHeaders::new_with_capacity(1).insert(Header { key: HEADER, value: Some(kind) });
        let mut record = BaseRecord::to(&topic).key(key).payload(value).headers(headers);
        while let Err((error, back)) = producer.send(record) {
            if error != KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull) {
                return Err(error.into());
            }
            sleep(Duration::from_millis(1));
            record = back;
        }
    }
    producer.flush(Duration::from_secs(60))?;
    Ok(())
}
