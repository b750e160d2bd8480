//! What the service does with an order.

use eventgen::{Delivery, HandlerError};

use crate::events::com::example::shop::{OrderPlaced, ShopOrdersV1Handler};

/// Ships orders.
#[derive(Debug, Default)]
pub struct Warehouse;

impl ShopOrdersV1Handler for Warehouse {
    async fn order_placed(&self, order: OrderPlaced, delivery: &Delivery) -> Result<(), HandlerError> {
        if order.quantity <= 0 {
            // Retrying does not make it right: it becomes a dead letter, which is logged and counted.
            return Err(HandlerError::reject("an order without pieces"));
        }
        tracing::info!(
            order = order.order_id,
            pieces = order.quantity,
            partition = delivery.partition,
            offset = delivery.offset,
            "shipped"
        );
        Ok(())
    }
}
