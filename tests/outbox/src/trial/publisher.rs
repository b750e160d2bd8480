//! Reads a table as a recipe does, and notes what it would publish, in the order in which it would.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio_postgres::{Client, NoTls, Row};

use super::judge::Published;
use super::recipes::{Reader, Recipe, UP_TO_MARK};
use super::topic::{number, uuid};
use crate::Failure;

/// How often the table is read.
const POLL: Duration = Duration::from_millis(10);
/// The number of rows that are read together.
const BATCH: i64 = 100;
/// How long a relay takes for a record if there is another relay, which has its turn meanwhile.
const SENDS: Duration = Duration::from_micros(200);

const NEW_TRANSACTION: &str = "SELECT pg_current_xact_id()::text::bigint";
const OLDEST_TRANSACTION: &str = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint";
/// The sequence is that of the table.
const LAST_ID: &str = "SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END FROM outbox_id_seq";

/// Publishes by a recipe until `is_over` says that nobody writes any more, and all that was written could be read.
///
/// # Errors
/// The database does not answer, or the recipe cannot be executed.
pub async fn publish(
    database: &str,
    recipe: &Recipe,
    is_over: impl Fn() -> bool + Clone + Send + 'static,
) -> Result<Published, Failure> {
    let published = Arc::new(Mutex::new(Published::default()));
    let relays: Vec<_> = (0..recipe.relays)
        .map(|_| {
            let (database, recipe, published) = (database.to_owned(), *recipe, Arc::clone(&published));
            tokio::spawn(relay(database, recipe, published, is_over.clone()))
        })
        .collect();
    for relay in relays {
        relay.await??;
    }
    let published = Arc::into_inner(published).ok_or("a relay still works")?;
    Ok(published.into_inner().unwrap_or_else(PoisonError::into_inner))
}

async fn relay(
    database: String,
    recipe: Recipe,
    published: Arc<Mutex<Published>>,
    is_over: impl Fn() -> bool,
) -> Result<(), Failure> {
    let (mut client, connection) = tokio_postgres::connect(&database, NoTls).await?;
    tokio::spawn(connection);
    let (mut place, mut last) = (Place::default(), None);
    loop {
        let mut may_end = false;
        if is_over() {
            // Other transactions of the server hold back what a fence lets through.
            match last {
                None => last = Some(ask(&client, NEW_TRANSACTION).await?),
                Some(last) => may_end = ask(&client, OLDEST_TRANSACTION).await? > last,
            }
        }
        let found = place.read(&mut client, &recipe, &published).await?;
        if may_end && found == 0 && place.pending.is_none() {
            return Ok(());
        }
        tokio::time::sleep(POLL).await;
    }
}

async fn ask(client: &Client, statement: &str) -> Result<i64, tokio_postgres::Error> {
    Ok(client.query_one(statement, &[]).await?.get(0))
}

/// Where a reader is.
struct Place {
    before: String,
    id: i64,
    /// The id up to which rows may be read, once the transaction has ended.
    pending: Option<(i64, i64)>,
}

impl Default for Place {
    fn default() -> Self {
        Self { before: "0".to_owned(), id: 0, pending: None }
    }
}

impl Place {
    /// Reads once. Returns the number of rows.
    async fn read(
        &mut self,
        client: &mut Client,
        recipe: &Recipe,
        published: &Mutex<Published>,
    ) -> Result<usize, Failure> {
        match recipe.reader {
            Reader::Cursor(select) => {
                let rows = client.query(select, &[&self.before, &self.id, &BATCH]).await?;
                for row in &rows {
                    (self.before, self.id) = (row.get(0), row.get(1));
                    note(published, row);
                }
                Ok(rows.len())
            }
            Reader::Queue(select) => {
                let transaction = client.transaction().await?;
                let rows = transaction.query(select, &[&BATCH]).await?;
                let ids: Vec<i64> = rows.iter().map(|row| row.get(1)).collect();
                for row in &rows {
                    note(published, row);
                    if recipe.relays > 1 {
                        tokio::time::sleep(SENDS).await;
                    }
                }
                transaction.execute("DELETE FROM outbox WHERE id = ANY($1)", &[&ids]).await?;
                transaction.commit().await?;
                Ok(rows.len())
            }
            Reader::Mark(transaction) => {
                let Some((id, transaction)) = self.pending else {
                    let id = ask(client, LAST_ID).await?;
                    if id > self.id {
                        self.pending = Some((id, ask(client, transaction).await?));
                    }
                    return Ok(0);
                };
                if ask(client, OLDEST_TRANSACTION).await? <= transaction {
                    return Ok(0);
                }
                let rows = client.query(UP_TO_MARK, &[&self.id, &id]).await?;
                for row in &rows {
                    note(published, row);
                }
                (self.id, self.pending) = (id, None);
                Ok(rows.len())
            }
        }
    }
}

fn note(published: &Mutex<Published>, row: &Row) {
    let key = String::from_utf8_lossy(row.get(2)).into_owned();
    let (number, id) = (number(row.get(3)), uuid(row.get(4)));
    published.lock().unwrap_or_else(PoisonError::into_inner).add(&key, number, id);
}
