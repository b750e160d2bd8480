//! rdkafka's `FutureProducer`.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::producer::{DeliveryFuture, FutureProducer, FutureRecord};

use super::{HEADER, Produce, events};
use crate::cluster::Failure;
use crate::event::Encoder;
use crate::meter::Meter;

/// How many records a loop that does not wait has open, at most: as many as the buffer of librdkafka takes by default.
const OPEN: usize = 100_000;

fn headers(kind: &[u8]) -> OwnedHeaders {
    OwnedHeaders::new_with_capacity(1).insert(Header { key: HEADER, value: Some(kind) })
}

async fn acknowledged(sent: DeliveryFuture, meter: &Meter) -> Result<(), Failure> {
    sent.await?.map_err(|(error, _)| error)?;
    meter.record();
    Ok(())
}

/// Hands over all records, then awaits the rest of their acknowledgements.
pub(super) async fn pipelined(options: &Produce, meter: &Meter) -> Result<(), Failure> {
    let mut encoder = Encoder::new(options.place.connect().await?.schema_id);
    let producer: FutureProducer = options.settings().create()?;
    let (topic, events) = (options.place.topic(), events());
    let mut open = VecDeque::with_capacity(OPEN);
    meter.start();
    for event in events.iter().cycle().take(options.place.records) {
        if open.len() == OPEN {
            acknowledged(open.pop_front().ok_or("no open record")?, meter).await?;
        }
        let (key, value, kind) = encoder.encode(event);
        let mut record = FutureRecord::to(&topic).key(key).payload(value).headers(headers(kind));
        loop {
            match producer.send_result(record) {
                Ok(sent) => break open.push_back(sent),
                Err((KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull), back)) => {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                    record = back;
                }
                Err((error, _)) => return Err(error.into()),
            }
        }
    }
    for sent in open {
        acknowledged(sent, meter).await?;
    }
    Ok(())
}

/// Sends from `tasks` tasks, each of which awaits one acknowledgement after another.
pub(super) async fn awaited(options: &Produce, meter: &Arc<Meter>, tasks: usize) -> Result<(), Failure> {
    let schema_id = options.place.connect().await?.schema_id;
    let producer: FutureProducer = options.settings().create()?;
    let (topic, events) = (Arc::new(options.place.topic()), Arc::new(events()));
    meter.start();
    let senders: Vec<_> = (0..tasks)
        .map(|task| {
            let (producer, topic, events) = (producer.clone(), Arc::clone(&topic), Arc::clone(&events));
            let (meter, numbers) = (Arc::clone(meter), (task..options.place.records).step_by(tasks));
            tokio::spawn(async move {
                let mut encoder = Encoder::new(schema_id);
                for number in numbers {
                    let (key, value, kind) = encoder.encode(&events[number % events.len()]);
                    let record = FutureRecord::to(&topic).key(key).payload(value).headers(headers(kind));
                    let sent = producer.send(record, Duration::from_secs(60)).await;
                    sent.map_err(|(error, _)| error)?;
                    meter.record();
                }
                Ok::<_, KafkaError>(())
            })
        })
        .collect();
    for sender in senders {
        sender.await??;
    }
    Ok(())
}
