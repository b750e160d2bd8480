//! Starts a consumer with the keys that are open.

use std::collections::BTreeSet;
use std::fs;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use eventgen::{Consumer, Delivery, Handler, HandlerError, TopicEvents as _};
use tokio::sync::Notify;

use crate::cluster::{Cluster, Failure, GROUP};
use crate::event::com::example::bench::{BenchOpenKeysV1, Order};

/// After which time of rest the memory is looked at.
const REST: Duration = Duration::from_secs(5);
/// Enough keys that every partition gets a record.
const PROBES: usize = 400;

/// Handles records of keys that are not open.
struct Probed {
    partitions: usize,
    seen: Mutex<BTreeSet<i32>>,
    all: Arc<Notify>,
}

impl Handler for Probed {
    type Events = BenchOpenKeysV1;

    async fn handle(&self, _: BenchOpenKeysV1, delivery: &Delivery) -> Result<(), HandlerError> {
        let mut seen = self.seen.lock().map_err(|_| "a panic")?;
        if seen.insert(delivery.partition) && seen.len() == self.partitions {
            self.all.notify_one();
        }
        Ok(())
    }
}

/// Returns the time until a record of every partition is handled, and the memory of this process then, as cells of a table.
pub(crate) async fn start(cluster: &Cluster) -> Result<String, Failure> {
    let client = &cluster.client;
    let producer = BenchOpenKeysV1::producer(client).await?;
    for number in 0..PROBES {
        producer.enqueue(&Order { customer_id: format!("probe-{number}"), number: 0 }).await?;
    }
    producer.close().await?;
    let partitions = usize::try_from(client.partition_count(BenchOpenKeysV1::TOPIC.name).await?)?;
    let all = Arc::new(Notify::new());
    let handler = Probed { partitions, seen: Mutex::default(), all: Arc::clone(&all) };
    let begun = Instant::now();
    let consumer = Consumer::new(client, GROUP).subscribe(handler);
    let measured = Arc::new(Mutex::new(None));
    let result = Arc::clone(&measured);
    let ready = async move {
        all.notified().await;
        let took = begun.elapsed();
        tokio::time::sleep(REST).await;
        if let Ok(mut result) = result.lock() {
            *result = Some((took, resident()));
        }
    };
    consumer.run_until(ready).await?;
    let (took, resident) = measured.lock().map_err(|_| "a panic")?.take().ok_or("it ended too early")?;
    let resident = resident.ok_or("the memory of a process is known on Linux only")?;
    Ok(format!("{:.2} s | {:.1} MiB", took.as_secs_f64(), resident / 1_024.0))
}

/// The resident memory in KiB.
fn resident() -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse().ok()
}
