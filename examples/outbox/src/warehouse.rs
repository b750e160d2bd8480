//! The consumer: it ships orders.

use eventgen::{Delivery, HandlerError};
use eventgen_outbox::Inbox;
use tokio::sync::Mutex;
use tokio_postgres::Client;

use crate::events::com::example::shop::{OrderPlaced, ShopOrdersV1Handler};

/// Ships each order once, however often its event is delivered.
pub struct Warehouse {
    /// One connection. A service has a pool of them.
    pub database: Mutex<Client>,
    /// Remembers the events that were handled.
    pub inbox: Inbox,
}

impl ShopOrdersV1Handler for Warehouse {
    async fn order_placed(&self, order: OrderPlaced, delivery: &Delivery) -> Result<(), HandlerError> {
        let mut database = self.database.lock().await;
        let mut transaction = database.transaction().await?;
        if self.inbox.once(&mut transaction, delivery).await? {
            let insert = "INSERT INTO shipments (order_id, pieces) VALUES ($1, $2)";
            transaction.execute(insert, &[&order.order_id, &order.pieces]).await?;
            transaction.commit().await?;
        }
        Ok(())
    }
}
