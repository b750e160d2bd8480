//! The service: it takes orders.

use eventgen_outbox::Outbox;
use tokio_postgres::Client;

use crate::Failure;
use crate::events::com::example::shop::OrderPlaced;

/// Writes orders to its database, and nothing to Kafka.
pub struct Shop {
    /// One connection. A service has a pool of them.
    pub database: Client,
    /// Where events are stored until the relay publishes them.
    pub outbox: Outbox,
}

impl Shop {
    /// Takes an order: the row and its event are committed together, or neither is.
    ///
    /// # Errors
    /// There are not enough pieces, or the database fails.
    pub async fn place(&mut self, order: OrderPlaced) -> Result<(), Failure> {
        let mut transaction = self.database.transaction().await?;
        let insert = "INSERT INTO orders (id, customer, pieces) VALUES ($1, $2, $3)";
        transaction.execute(insert, &[&order.order_id, &order.customer_id, &order.pieces]).await?;
        self.outbox.enqueue(&mut transaction, &order).await?;
        // If the stock does not suffice, this fails. The transaction is dropped, and rolled back with the event.
        transaction.execute("UPDATE stock SET pieces = pieces - $1", &[&order.pieces]).await?;
        transaction.commit().await?;
        Ok(())
    }
}
