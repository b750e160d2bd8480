//! rdkafka's `BaseConsumer` in a loop, with automatic commits.

use std::hint::black_box;
use std::time::Duration;

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::{ClientConfig, Message as _};

use super::Consume;
use crate::cluster::Failure;
use crate::event::decode;
use crate::meter::Meter;

/// Consumes all records on this thread.
pub(super) fn consume(options: &Consume, meter: &Meter) -> Result<(), Failure> {
    let mut settings = ClientConfig::new();
    settings.set("bootstrap.servers", options.place.brokers());
    settings.set("group.id", &options.group).set("auto.offset.reset", "earliest");
    settings.extend(options.properties.iter().cloned());
    let consumer: BaseConsumer = settings.create()?;
    consumer.subscribe(&[&options.place.topic()])?;
    while meter.is_open() {
        if let Some(message) = consumer.poll(Duration::from_millis(100)) {
            let message = message?;
            if options.decode {
                black_box(decode(message.payload().unwrap_or_default())?);
            } else {
                black_box(message.payload());
            }
            meter.record();
        }
    }
    Ok(())
}
