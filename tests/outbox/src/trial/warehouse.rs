//! A consumer whose work in the database is done once, by its inbox.

use std::time::Duration;

use eventgen::{Client, Delivery, HandlerError};
use eventgen_outbox::Inbox;
use orders::events::com::example::orders::{OrderEvent, OrdersEventsV1, OrdersEventsV1Handler};
use tokio::sync::Mutex;
use tokio_postgres::NoTls;
use tokio_postgres::types::Type;

use super::topic::number;
use crate::Failure;

/// The consumer group.
const GROUP: &str = "warehouse";
/// The number of deliveries that are handled side by side.
const CONCURRENCY: usize = 8;
/// How long a handler waits for a database that is being restarted.
const PAUSE: Duration = Duration::from_millis(100);

/// The consumer.
pub(super) struct Warehouse {
    pool: Vec<Mutex<Option<tokio_postgres::Client>>>,
    database: String,
    inbox: Inbox,
}

impl Warehouse {
    /// Handles events until `shutdown` resolves: each adds a row to `handled`.
    ///
    /// # Errors
    /// The consumer ends with an error.
    pub(super) async fn run(
        client: &Client,
        database: &str,
        shutdown: impl Future<Output = ()> + Send,
    ) -> Result<(), Failure> {
        let pool = (0..CONCURRENCY).map(|_| Mutex::default()).collect();
        let warehouse = Self { pool, database: database.to_owned(), inbox: Inbox::new(GROUP) };
        let consumer = OrdersEventsV1::consumer(client, GROUP, warehouse).concurrency(CONCURRENCY);
        consumer.run_until(shutdown).await?;
        Ok(())
    }

    async fn work(
        &self,
        client: &mut Option<tokio_postgres::Client>,
        delivery: &Delivery,
    ) -> Result<(), Failure> {
        let database = match client {
            Some(database) => database,
            None => {
                let (database, connection) = tokio_postgres::connect(&self.database, NoTls).await?;
                tokio::spawn(connection);
                client.insert(database)
            }
        };
        let number = number(delivery.headers.text("correlation-id").unwrap_or_default());
        let mut transaction = database.transaction().await?;
        if self.inbox.once(&mut transaction, delivery).await? {
            let number = i64::try_from(number)?;
            transaction.execute_typed("INSERT INTO handled VALUES ($1)", &[(&number, Type::INT8)]).await?;
        }
        transaction.commit().await?;
        Ok(())
    }
}

impl OrdersEventsV1Handler for Warehouse {
    /// Handles an event as often as it takes: a database that is away is not the event's fault.
    async fn order_event(&self, _event: OrderEvent, delivery: &Delivery) -> Result<(), HandlerError> {
        loop {
            // Any that is free, else the first.
            let free = self.pool.iter().find_map(|client| client.try_lock().ok());
            let mut client = match free {
                Some(client) => client,
                None => self.pool[0].lock().await,
            };
            if self.work(&mut client, delivery).await.is_ok() {
                return Ok(());
            }
            *client = None;
            drop(client);
            tokio::time::sleep(PAUSE).await;
        }
    }
}
