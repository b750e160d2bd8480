//! eventgen's producer with its defaults.

use std::sync::Arc;

use super::{Produce, events};
use crate::cluster::Failure;
use crate::event::BenchOrdersV1;
use crate::meter::Meter;

/// Enqueues all records, then flushes.
pub(super) async fn pipelined(options: &Produce, meter: &Meter) -> Result<(), Failure> {
    let cluster = options.place.connect().await?;
    let producer = BenchOrdersV1::producer(&cluster.client).await?;
    let events = events();
    meter.start();
    for event in events.iter().cycle().take(options.place.records) {
        producer.enqueue(event).await?;
    }
    producer.flush().await?;
    // It does not tell of single acknowledgements: `flush` has waited for all of them.
    meter.all();
    producer.close().await?;
    Ok(())
}

/// Sends from `tasks` tasks, each of which awaits one acknowledgement after another.
pub(super) async fn awaited(options: &Produce, meter: &Arc<Meter>, tasks: usize) -> Result<(), Failure> {
    let cluster = options.place.connect().await?;
    let producer = BenchOrdersV1::producer(&cluster.client).await?;
    let events = Arc::new(events());
    meter.start();
    let senders: Vec<_> = (0..tasks)
        .map(|task| {
            let (producer, events, meter) = (producer.clone(), Arc::clone(&events), Arc::clone(meter));
            let numbers = (task..options.place.records).step_by(tasks);
            tokio::spawn(async move {
                for number in numbers {
                    producer.send(&events[number % events.len()]).await?;
                    meter.record();
                }
                Ok::<_, eventgen::Error>(())
            })
        })
        .collect();
    for sender in senders {
        sender.await??;
    }
    producer.close().await?;
    Ok(())
}
