//! Opens keys: their records fail, and wait in the retry topic.

use std::ops::Range;
use std::time::Duration;

use eventgen::{Consumer, Delivery, Handler, HandlerError, TopicEvents as _, TopicOverrides};
use eventgen_testkit::caught_up;

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
    let all = async { caught_up(client, GROUP, BenchOpenKeysV1::TOPIC.name, PATIENCE).await };
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
