//! Order events to play with.

use std::time::SystemTime;

use eventgen::types::rust_decimal::Decimal;

use crate::events::com::example::orders::{OrderEvent, OrderEventType, OrderLine, OrderPayload};
use crate::fulfilment::{WAREHOUSE_BUSY, WAREHOUSE_CLOSED};

/// `count` events of `customers` customers in turn, ids rising, also from run to run. Every 50th fails once, every 120th always, every 150th
/// has no lines.
pub fn orders(run: u64, count: usize, customers: usize) -> impl Iterator<Item = OrderEvent> {
    (1..=count).map(move |number| {
        let mut order = order(number, &format!("customer-{:02}", number % customers));
        order.order_id = format!("{run}-{number:06}");
        if number % 150 == 0 {
            order.payload.lines.clear();
        } else if number % 120 == 0 {
            order.payload.note = Some(WAREHOUSE_CLOSED.to_owned());
        } else if number % 50 == 0 {
            order.payload.note = Some(WAREHOUSE_BUSY.to_owned());
        }
        order
    })
}

/// One event that is handled without trouble.
pub fn order(number: usize, customer: &str) -> OrderEvent {
    let quantity = 1 + i32::try_from(number % 3).unwrap_or_default();
    let unit_price = Decimal::new(1_995, 2);
    OrderEvent {
        order_id: format!("order-{number:06}"),
        customer_id: customer.to_owned(),
        r#type: OrderEventType::ALL[number % OrderEventType::ALL.len()],
        payload: OrderPayload {
            lines: vec![OrderLine { sku: format!("sku-{:03}", number % 7), quantity, unit_price }],
            amount: unit_price * Decimal::from(quantity),
            currency: "EUR".to_owned(),
            note: None,
        },
        timestamp: SystemTime::now().into(),
    }
}
