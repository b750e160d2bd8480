//! The handler without a broker, with retries and dead letters as in production.

use eventgen_testkit::deliver;

use « p.package »::events::OrderPlaced;
use « p.package »::{Orders, Service};

fn order(quantity: i32) -> OrderPlaced {
    OrderPlaced {
        order_id: "order-1".to_owned(),
        customer_id: "ada".to_owned(),
        quantity,
    }
}

#[tokio::test]
async fn an_order_is_handled() {
    let outcome = deliver(Orders::handler(Service), [order(2)]).await;
    assert_eq!(outcome.handled, 1);
}

#[tokio::test]
async fn an_order_without_pieces_is_a_dead_letter() {
    let outcome = deliver(Orders::handler(Service), [order(0)]).await;
    assert_eq!(outcome.dead_letters[0].error, "an order without pieces");
}
