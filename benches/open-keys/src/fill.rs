//! Opens keys: their records fail, and wait in the retry topic.

use std::ops::Range;
use std::time::{Duration, Instant};

use eventgen::{Client, Consumer, Delivery, Handler, HandlerError, TopicEvents as _, TopicOverrides};

use crate::cluster::{Cluster, Failure, GROUP};
use crate::event::com::example::bench::{BenchOpenKeysV1, Order};

/// How long the records of one step may take.
const PATIENCE: Duration = Duration::from_secs(600);

/// Creates the topic and its retry topics.
pub(crate) async fn create(cluster: &Cluster) -> Result<(), Failure> {
    cluster.client.create_topics(&[BenchOpenKeysV1::TOPIC], TopicOverrides::default()).await?;
    Ok(())
}

struct Failing;

impl Handler for Failing {
    type Events = BenchOpenKeysV1;

    async fn handle(&self, _: BenchOpenKeysV1, _: &Delivery) -> Result<(), HandlerError> {
        Err(HandlerError::retry("on purpose"))
    }
}

/// Waits until the group has committed every record of the topic. All of them wait in retry topics then. Returns how many do not.
async fn until_all_wait(client: &Client) -> Result<u64, eventgen::Error> {
    let begun = Instant::now();
    loop {
        let lag = client.lag(GROUP, BenchOpenKeysV1::TOPIC.name).await?;
        let left = lag.iter().map(|partition| partition.records).sum();
        if left == 0 || begun.elapsed() >= PATIENCE {
            return Ok(left);
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// Opens keys with these numbers.
pub(crate) async fn open(cluster: &Cluster, keys: Range<usize>) -> Result<(), Failure> {
    if keys.is_empty() {
        return Ok(());
    }
    let client = &cluster.client;
    let producer = BenchOpenKeysV1::producer(client).await?;
    for number in keys {
        let order = Order { customer_id: format!("customer-{number:08}"), number: i64::try_from(number)? };
        producer.enqueue(&order).await?;
    }
    producer.close().await?;
    let consumer = Consumer::new(client, GROUP).subscribe(Failing).concurrency(256);
    let all = until_all_wait(client);
    let (left, ended) = {
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let running = consumer.run_until(async {
            let _ = stopped.await;
        });
        let ending = async {
            let lag = all.await;
            let _ = stop.send(());
            lag
        };
        tokio::join!(ending, running)
    };
    ended?;
    if left? > 0 { Err("the records do not fail in time".into()) } else { Ok(()) }
}
