//! Where a new group starts, and where an operator sends a running one.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use eventgen::{
    Client, Consumer, ConsumerHandle, Delivery, Error, HandlerError, Report, RunError, StartFrom,
};
use eventgen_testkit::{caught_up, records};
use orders::events::com::example::orders::{OrderEvent, OrdersEventsV1, OrdersEventsV1Handler};
use orders::sample::order;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::support::{GROUP, PATIENCE, Scripted, TOPIC, cluster, send};

/// A consumer that runs until it is stopped.
struct Running {
    handle: ConsumerHandle,
    stop: oneshot::Sender<()>,
    run: JoinHandle<Result<Report, RunError>>,
}

impl Running {
    fn start(consumer: Consumer) -> Self {
        let handle = consumer.handle();
        let (stop, stopped) = oneshot::channel();
        Self { handle, stop, run: tokio::spawn(consumer.run_until(async { drop(stopped.await) })) }
    }

    async fn has_handled(&self, count: u64) {
        let handled = async {
            while self.handle.report().handled < count {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let ended = tokio::time::timeout(PATIENCE, handled).await;
        ended.unwrap_or_else(|_| panic!("handled {} of {count}", self.handle.report().handled));
    }

    async fn stop(self) -> Report {
        drop(self.stop);
        self.run.await.expect("no panic").expect("no error")
    }
}

async fn has_no_lag(client: &Client) {
    assert_eq!(caught_up(client, GROUP, TOPIC, PATIENCE).await.expect("lag"), 0);
}

async fn send_ten(client: &Client) {
    send(client, (0..10).map(|number| order(number, "ada"))).await;
}

fn accepting(client: &Client) -> Consumer {
    OrdersEventsV1::consumer(client, GROUP, Scripted::new(|_, _| Ok(())))
}

#[tokio::test]
async fn a_group_that_starts_now_handles_what_comes_later_also_if_it_restarts_before() {
    let (_cluster, client) = cluster().await;
    send_ten(&client).await;
    let running = Running::start(accepting(&client).start_from(StartFrom::Now));
    // The position is committed although no record was handled.
    has_no_lag(&client).await;
    assert_eq!(running.stop().await.handled, 0);
    send_ten(&client).await;
    let running = Running::start(accepting(&client).start_from(StartFrom::Now));
    running.has_handled(10).await;
    send_ten(&client).await;
    running.has_handled(20).await;
    has_no_lag(&client).await;
    assert_eq!(running.stop().await.handled, 20);
}

#[tokio::test]
async fn a_group_that_has_committed_is_not_affected_by_where_new_ones_start() {
    let (_cluster, client) = cluster().await;
    send_ten(&client).await;
    let running = Running::start(accepting(&client).start_from(StartFrom::Beginning));
    has_no_lag(&client).await;
    assert_eq!(running.stop().await.handled, 10);
    send_ten(&client).await;
    let running = Running::start(accepting(&client).start_from(StartFrom::Now));
    has_no_lag(&client).await;
    assert_eq!(running.stop().await.handled, 10);
}

async fn partition(client: &Client) -> i32 {
    records(client, TOPIC).await.expect("records")[0].partition
}

#[tokio::test]
async fn a_seek_handles_records_again_and_the_committed_offset_follows() {
    let (_cluster, client) = cluster().await;
    send_ten(&client).await;
    let partition = partition(&client).await;
    let running = Running::start(accepting(&client));
    running.has_handled(10).await;
    assert_eq!(running.handle.seek(TOPIC, partition, 3).await.expect("sought"), 3);
    running.has_handled(17).await;
    has_no_lag(&client).await;
    // A second one, and other partitions, go on.
    assert_eq!(running.handle.seek(TOPIC, partition, 10).await.expect("the end"), 10);
    send(&client, (0..40).map(|number| order(number, &format!("customer-{number}")))).await;
    running.has_handled(57).await;
    has_no_lag(&client).await;
    assert_eq!(running.stop().await.handled, 57);
    let running = Running::start(accepting(&client));
    send_ten(&client).await;
    running.has_handled(10).await;
    assert_eq!(running.stop().await.handled, 10, "the replay was committed");
}

/// Never ends with the first record, which it counts.
#[derive(Clone, Default)]
struct Stuck(Arc<AtomicUsize>);

impl OrdersEventsV1Handler for Stuck {
    async fn order_event(&self, _: OrderEvent, delivery: &Delivery) -> Result<(), HandlerError> {
        if delivery.offset == 0 {
            self.0.fetch_add(1, Ordering::Relaxed);
            std::future::pending::<()>().await;
        }
        Ok(())
    }
}

#[tokio::test]
async fn a_seek_past_a_record_that_never_ends_cancels_it_and_goes_on_behind_it() {
    let (_cluster, client) = cluster().await;
    send_ten(&client).await;
    let partition = partition(&client).await;
    let stuck = Stuck::default();
    let consumer = OrdersEventsV1::consumer(&client, GROUP, stuck.clone());
    let running = Running::start(consumer.drain_deadline(Duration::from_millis(200)));
    while stuck.0.load(Ordering::Relaxed) == 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(running.handle.seek(TOPIC, partition, 4).await.expect("sought"), 4);
    running.has_handled(6).await;
    has_no_lag(&client).await;
    assert_eq!(running.stop().await.handled, 6);
    assert_eq!(stuck.0.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_seek_that_is_not_possible_is_an_error_and_changes_nothing() {
    let (_cluster, client) = cluster().await;
    send_ten(&client).await;
    let partition = partition(&client).await;
    let consumer = accepting(&client);
    let handle = consumer.handle();
    let refused = async |topic, partition, offset, reason: &str| {
        let error = handle.seek(topic, partition, offset).await.expect_err("not possible");
        assert!(matches!(error, Error::NotSought { .. }) && error.to_string().contains(reason), "{error}");
    };
    refused(TOPIC, partition, 3, "does not run").await;
    let running = Running::start(consumer);
    running.has_handled(10).await;
    refused("ordres", 0, 0, "not assigned").await;
    refused(TOPIC, 99, 0, "not assigned").await;
    refused(TOPIC, partition, 11, "outside of the partition, which has 0 to 10").await;
    refused(TOPIC, partition, -1, "outside of the partition").await;
    has_no_lag(&client).await;
    assert_eq!(running.stop().await.handled, 10);
    refused(TOPIC, partition, 3, "does not run").await;
}
