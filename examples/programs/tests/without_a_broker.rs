//! How a service tests its handler: without a broker, through the same bytes, retries and dead letters.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Arc, Mutex};

use eventgen::types::rust_decimal::Decimal;
use eventgen::{Delivery, Disposition, HandlerError, TopicEvents, TransactionOptions};
use eventgen_testkit::{TopicEvent, deliver, deliver_transactional};
use programs::events::com::example::shop::{
    Article, OrderPlaced, PaymentReceived, PaymentRefunded, ShopOrdersV1, ShopOrdersV1Handler,
    ShopPaymentsV1, ShopPaymentsV1Handler, ShopStockV1, StockMoved,
};

/// Counts pieces. Clones share the count.
#[derive(Clone, Default)]
struct Warehouse(Arc<AtomicI32>);

impl ShopOrdersV1Handler for Warehouse {
    async fn order_placed(&self, event: OrderPlaced, delivery: &Delivery) -> Result<(), HandlerError> {
        match event.quantity {
            ..=0 => return Err(HandlerError::reject("nothing is ordered")),
            100.. if delivery.attempt == 1 => return Err("the door is locked")?,
            1000.. => return Err("the shelf is empty")?,
            pieces => self.0.fetch_add(pieces, Ordering::Relaxed),
        };
        Ok(())
    }
}

fn order(quantity: i32) -> OrderPlaced {
    OrderPlaced { order_id: "order-1".to_owned(), customer_id: "ada".to_owned(), quantity }
}

#[tokio::test]
async fn an_order_of_nothing_is_rejected() {
    let warehouse = Warehouse::default();
    let outcome = deliver(ShopOrdersV1::handler(warehouse.clone()), [order(0), order(2)]).await;
    assert_eq!(outcome.handled, 1);
    assert_eq!(outcome.dead_letters[0].disposition, Disposition::Rejected);
    assert_eq!(outcome.dead_letters[0].error, "nothing is ordered");
    assert_eq!(warehouse.0.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn a_locked_door_is_tried_again_and_an_empty_shelf_is_given_up() {
    let outcome = deliver(ShopOrdersV1::handler(Warehouse::default()), [order(100), order(1000)]).await;
    assert_eq!((outcome.handled, outcome.retried), (1, 3));
    // The contract asks for two retries.
    assert_eq!(outcome.dead_letters[0].disposition, Disposition::Exhausted);
    assert_eq!(outcome.dead_letters[0].attempts, 3);
    assert_eq!(outcome.dead_letters[0].key.as_deref(), Some(b"ada".as_slice()));
}

/// The payments that were received and not refunded.
#[derive(Default)]
struct Payments(Mutex<BTreeSet<String>>);

impl ShopPaymentsV1Handler for Payments {
    async fn payment_received(&self, event: PaymentReceived, _: &Delivery) -> Result<(), HandlerError> {
        self.0.lock().expect("no panic while it is held").insert(event.payment_id);
        Ok(())
    }

    async fn payment_refunded(&self, event: PaymentRefunded, _: &Delivery) -> Result<(), HandlerError> {
        let known = self.0.lock().expect("no panic while it is held").remove(&event.payment_id);
        if known { Ok(()) } else { Err(HandlerError::reject("a refund of an unknown payment")) }
    }
}

#[tokio::test]
async fn events_of_several_types_are_delivered_in_their_order() {
    let (payment_id, customer_id) = ("payment-1".to_owned(), "ada".to_owned());
    let received = PaymentReceived {
        payment_id: payment_id.clone(),
        customer_id: customer_id.clone(),
        amount: Decimal::new(1995, 2),
    };
    let refunded = PaymentRefunded { payment_id, customer_id, reason: None };
    let events = [TopicEvent::from(refunded.clone()), TopicEvent::from(received), TopicEvent::from(refunded)];
    let outcome = deliver(ShopPaymentsV1::handler(Payments::default()), events).await;
    assert_eq!(outcome.handled, 2);
    let rejected: Vec<usize> = outcome.dead_letters.iter().map(|letter| letter.index).collect();
    assert_eq!(rejected, [0], "the refund before its payment");
}

/// Takes what is ordered out of the stock, by events.
struct Stock;

fn taken(pieces: i32) -> StockMoved {
    let article = Article { sku: "sku-1".to_owned(), name: "Lamp".to_owned() };
    StockMoved {
        warehouse: "north".to_owned(),
        article,
        pieces: -pieces,
        order_id: Some("order-1".to_owned()),
    }
}

impl ShopOrdersV1Handler for Stock {
    async fn order_placed(&self, event: OrderPlaced, delivery: &Delivery) -> Result<(), HandlerError> {
        delivery.send(&taken(event.quantity))?;
        match event.quantity {
            ..=0 => Err(HandlerError::reject("nothing is ordered")),
            100.. if delivery.attempt == 1 => Err("the door is locked")?,
            _ => Ok(()),
        }
    }
}

#[tokio::test]
async fn what_a_handler_sends_is_written_once_and_only_if_it_succeeds() {
    let transactions = TransactionOptions::new("warehouse-0").writes::<ShopStockV1>();
    let orders = [order(0), order(100), order(3)];
    let outcome = deliver_transactional(ShopOrdersV1::handler(Stock), &transactions, orders).await;
    assert_eq!((outcome.handled, outcome.retried, outcome.dead_letters.len()), (2, 1, 1));
    assert_eq!(outcome.sent_events::<StockMoved>(), [taken(100), taken(3)]);
    assert_eq!((outcome.sent[0].index, outcome.sent[0].topic.as_str()), (1, ShopStockV1::TOPIC.name));
}

#[tokio::test]
async fn a_handler_that_sends_to_a_topic_that_is_not_declared_stops_its_consumer() {
    let transactions = TransactionOptions::new("warehouse-0");
    let outcome =
        deliver_transactional(ShopOrdersV1::handler(Stock), &transactions, [order(1), order(2)]).await;
    let reason = outcome.stopped.expect("it stops");
    assert!(reason.contains("`TransactionOptions::writes`"), "{reason}");
    let outcome = deliver(ShopOrdersV1::handler(Stock), [order(1)]).await;
    let reason = outcome.stopped.expect("it stops");
    assert!(reason.contains("`Consumer::transactional`"), "{reason}");
    assert_eq!((outcome.handled, outcome.sent.len()), (0, 0));
}
