//! How a service tests its handler: without a broker, through the same bytes, retries and dead letters.

use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};

use eventgen::{Delivery, Disposition, HandlerError};
use eventgen_testkit::deliver;
use programs::events::com::example::shop::{OrderPlaced, ShopOrdersV1, ShopOrdersV1Handler};

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
