//! Handlers that take long or never return: the other records go on, and nothing that is done is handled again.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use eventgen::{Delivery, Error, HandlerError};
use orders::events::com::example::orders::{OrderEvent, OrdersEventsV1, OrdersEventsV1Handler};
use orders::sample::order;

use crate::support::{GROUP, PATIENCE, Scripted, TOPIC, cluster, consume, send};

const STUCK: &str = "order-000001";

/// Never returns for one order, for as many attempts as are given. Notes the others.
#[derive(Clone)]
struct StuckAt {
    attempts: Arc<AtomicUsize>,
    seen: Arc<Mutex<Vec<String>>>,
}

impl StuckAt {
    fn new(attempts: usize) -> Self {
        Self { attempts: Arc::new(AtomicUsize::new(attempts)), seen: Arc::default() }
    }

    fn seen(&self) -> usize {
        self.seen.lock().expect("no panic").len()
    }
}

impl OrdersEventsV1Handler for StuckAt {
    async fn order_event(&self, event: OrderEvent, _: &Delivery) -> Result<(), HandlerError> {
        let left = |left: usize| left.checked_sub(1);
        if event.order_id == STUCK
            && self.attempts.fetch_update(Ordering::Relaxed, Ordering::Relaxed, left).is_ok()
        {
            std::future::pending::<()>().await;
        }
        self.seen.lock().expect("no panic").push(event.order_id);
        Ok(())
    }
}

/// Waits until a handler has seen this many events.
async fn until(handler: &StuckAt, count: usize) {
    let seen = async {
        while handler.seen() < count {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, seen).await.expect("they are handled");
}

#[tokio::test]
async fn what_is_done_behind_a_record_that_never_ends_is_not_handled_again() {
    let (_cluster, client) = cluster().await;
    send(&client, (1..=600).map(|number| order(number, &format!("customer {number}")))).await;
    let stuck = StuckAt::new(usize::MAX);
    let consumer = OrdersEventsV1::consumer(&client, GROUP, stuck.clone());
    let consumer = consumer.drain_deadline(Duration::from_millis(200));
    let report = consumer.run_until(until(&stuck, 599)).await.expect("the handler is cancelled");
    assert_eq!(report.handled, 599);
    let next = Scripted::new(|_, _| Ok(()));
    let report = consume(&client, next.clone()).await.expect("no error");
    let handled: Vec<String> = next.accepted().into_iter().map(|(_, order)| order).collect();
    assert_eq!((report.handled, handled), (1, vec![STUCK.to_owned()]), "only what was open");
}

#[tokio::test]
async fn a_handler_that_takes_too_long_is_cancelled_and_called_again() {
    let (_cluster, client) = cluster().await;
    send(&client, (1..=3).map(|number| order(number, "ada"))).await;
    let stuck = StuckAt::new(2);
    let consumer = OrdersEventsV1::consumer(&client, GROUP, stuck.clone());
    let consumer = consumer.handler_timeout(Duration::from_millis(50));
    let report = consumer.run_until(until(&stuck, 3)).await.expect("no error");
    assert_eq!((report.handled, report.retried), (3, 2));
    assert!(stuck.seen.lock().expect("no panic").is_sorted(), "later records of its key waited");
}

#[tokio::test]
async fn a_drain_that_the_group_does_not_wait_for_is_refused() {
    let (_cluster, client) = cluster().await;
    let consumer = OrdersEventsV1::consumer(&client, GROUP, Scripted::new(|_, _| Ok(())));
    let consumer = consumer.set("max.poll.interval.ms", "10000").set("session.timeout.ms", "6000");
    let error = consumer.run_until(std::future::pending()).await.expect_err("20 s are too long").error;
    assert!(
        matches!(&error, Error::RefusedSetting { setting, .. } if setting == "max.poll.interval.ms"),
        "{error}"
    );
}

/// Blocks the first order of one customer until the orders of all others are handled.
#[derive(Clone, Default)]
struct Hot {
    seen: Arc<Mutex<Vec<String>>>,
    others: Arc<AtomicUsize>,
}

const HOT_ORDERS: usize = 22_000;
const OTHERS: usize = 240;

impl OrdersEventsV1Handler for Hot {
    async fn order_event(&self, event: OrderEvent, _: &Delivery) -> Result<(), HandlerError> {
        if event.customer_id != "hot" {
            self.others.fetch_add(1, Ordering::Relaxed);
            return Ok(());
        }
        while self.others.load(Ordering::Relaxed) < OTHERS {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        self.seen.lock().expect("no panic").push(event.order_id);
        Ok(())
    }
}

#[tokio::test]
async fn a_key_that_is_stuck_holds_back_no_other_key_however_many_records_of_it_wait() {
    let (_cluster, client) = cluster().await;
    send(&client, (1..=HOT_ORDERS).map(|number| order(number, "hot"))).await;
    send(&client, (1..=OTHERS).map(|number| order(number, &format!("customer {number}")))).await;
    let handler = Hot::default();
    let caught_up = async {
        let lag = eventgen_testkit::caught_up(&client, GROUP, TOPIC, PATIENCE).await;
        assert_eq!(lag.expect("the cluster answers"), 0);
    };
    let consumer = OrdersEventsV1::consumer(&client, GROUP, handler.clone());
    let report = consumer.run_until(caught_up).await.expect("no error");
    assert_eq!(report.handled, u64::try_from(HOT_ORDERS + OTHERS).expect("few"), "each once");
    assert!(handler.seen.lock().expect("no panic").is_sorted(), "in order");
}
