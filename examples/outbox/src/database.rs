//! Connections to PostgreSQL, and its tables.

use tokio_postgres::{Client, NoTls};

use crate::Failure;

/// The tables of the shop, and those that `eventgen generate sql --inbox` writes.
const MIGRATIONS: &[&str] = &[
    include_str!("../migrations/outbox.up.sql"),
    include_str!("../migrations/inbox.up.sql"),
    include_str!("../migrations/shop.up.sql"),
];

/// Creates the tables. A service leaves that to the tool that runs its migrations.
///
/// # Errors
/// A database that does not answer, or has a table of these names.
pub async fn migrate(address: &str) -> Result<(), Failure> {
    Ok(connect(address).await?.batch_execute(&MIGRATIONS.concat()).await?)
}

/// A connection.
///
/// # Errors
/// A database that does not answer.
pub async fn connect(address: &str) -> Result<Client, Failure> {
    let (client, connection) = tokio_postgres::connect(address, NoTls).await?;
    // It ends when the client is dropped, or the connection is lost.
    tokio::spawn(connection);
    Ok(client)
}
