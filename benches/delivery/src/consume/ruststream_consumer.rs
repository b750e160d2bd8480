//! `ruststream` with `ruststream-rdkafka`: the payload as bytes, tracked commits.

use std::convert::Infallible;
use std::hint::black_box;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ruststream_rdkafka::prelude::*;

use super::{Consume, Work};
use crate::cluster::Failure;
use crate::event::decode;
use crate::meter::Meter;

/// The payload of a record, which no codec reads.
struct Payload<'a>(&'a [u8]);

impl Deserialized for Payload<'_> {
    type Output<'a> = Payload<'a>;
    type Error = Infallible;

    fn from_payload(payload: &[u8]) -> Result<Payload<'_>, Infallible> {
        Ok(Payload(payload))
    }
}

impl Input for Payload<'_> {
    type Axis = SoloDeserialized<Payload<'static>>;
}

struct Measured {
    meter: Arc<Meter>,
    work: Work,
    decode: bool,
    /// Its handlers are not told the offset without reading the context of each delivery.
    number: AtomicUsize,
}

impl<'p> Handle<Payload<'p>> for Measured {
    async fn handle(
        &self,
        payload: &Payload<'p>,
        _outs: &(),
        _context: &mut Context<'_>,
    ) -> Result<(), HandlerOutcome> {
        if self.work.most_wait > 0 {
            self.work.run(self.number.fetch_add(1, Ordering::Relaxed)).await;
        }
        if self.decode {
            black_box(decode(payload.0).map_err(|_| HandlerOutcome::drop())?);
        } else {
            black_box(payload.0);
        }
        self.meter.record();
        Ok(())
    }
}

/// Consumes all records, in order by `order` or in none.
pub(super) async fn consume(
    options: &Consume,
    meter: &Arc<Meter>,
    order: Option<LaneKey>,
) -> Result<(), Failure> {
    let workers = NonZeroUsize::new(options.concurrency).ok_or("no workers")?;
    let mut topic = KafkaTopic::new(options.place.topic())
        .group(&options.group)
        .start(StartOffset::Earliest)
        .commit(Commit::Tracked)
        .lane_key(order.unwrap_or_default());
    for (name, value) in &options.properties {
        topic = topic.config(name, value);
    }
    let (meter_of_handler, work, decode) = (Arc::clone(meter), options.work, options.decode);
    let handler = Measured { meter: meter_of_handler, work, decode, number: AtomicUsize::new(0) };
    let broker = KafkaBroker::new([options.place.brokers()]);
    let app = RustStream::new(AppInfo::new("bench", "0.1.0")).with_broker(broker, |b| {
        if order.is_some() {
            b.include(subscriber("bench", handler).workers_by_key(workers).build().map_source(|_| topic));
        } else {
            b.include(subscriber("bench", handler).workers(workers).build().map_source(|_| topic));
        }
    });
    app.run_until(meter.wait()).await?;
    Ok(())
}
