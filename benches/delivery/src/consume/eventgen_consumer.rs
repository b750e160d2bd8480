//! eventgen's consumer with its defaults.

use std::hint::black_box;
use std::sync::Arc;

use eventgen::{Consumer, Delivery, Handler, HandlerError};

use super::{Consume, Work};
use crate::cluster::Failure;
use crate::event::BenchOrdersV1;
use crate::meter::Meter;

struct Measured {
    meter: Arc<Meter>,
    work: Work,
}

impl Handler for Measured {
    type Events = BenchOrdersV1;

    async fn handle(&self, event: BenchOrdersV1, delivery: &Delivery) -> Result<(), HandlerError> {
        self.work.run(usize::try_from(delivery.offset).unwrap_or_default()).await;
        black_box(&event);
        self.meter.record();
        Ok(())
    }
}

/// Consumes all records.
pub(super) async fn consume(options: &Consume, meter: &Arc<Meter>) -> Result<(), Failure> {
    let cluster = options.place.connect().await?;
    let handler = Measured { meter: Arc::clone(meter), work: options.work };
    let mut consumer = Consumer::new(&cluster.client, &options.group).subscribe(handler);
    for (name, value) in &options.properties {
        consumer = consumer.set(name, value);
    }
    consumer.concurrency(options.concurrency).run_until(meter.wait()).await?;
    Ok(())
}
