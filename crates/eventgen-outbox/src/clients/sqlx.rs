//! `sqlx`.

use std::borrow::Cow;

use sqlx::error;
use sqlx::postgres::{PgArguments, PgConnectOptions, PgConnection, PgListener, PgPoolOptions, PgRow};
use sqlx::query::Query;
use sqlx::{Connection as _, Error, Postgres, Row as _, Transaction};

use crate::error::DatabaseError;
use crate::session::{Argument, Connect, Database, Row, Session, Texts};
use crate::transaction::{Insert, OutboxTransaction, StoredRecord};

impl OutboxTransaction for Transaction<'_, Postgres> {}

impl Insert for Transaction<'_, Postgres> {
    async fn insert(&mut self, statement: &str, record: &StoredRecord) -> Result<(), DatabaseError> {
        Insert::insert(&mut **self, statement, record).await
    }

    async fn insert_all(&mut self, statement: &str, records: &[StoredRecord]) -> Result<(), DatabaseError> {
        Insert::insert_all(&mut **self, statement, records).await
    }

    async fn claim(&mut self, statement: &str, group: &str, event: &str) -> Result<bool, DatabaseError> {
        Insert::claim(&mut **self, statement, group, event).await
    }

    async fn forget(&mut self, statement: &str, seconds: i64, limit: i64) -> Result<(), DatabaseError> {
        Insert::forget(&mut **self, statement, seconds, limit).await
    }
}

impl OutboxTransaction for PgConnection {}

impl Insert for PgConnection {
    async fn insert(&mut self, statement: &str, record: &StoredRecord) -> Result<(), DatabaseError> {
        let StoredRecord { topic, key, headers, payload } = record;
        let query = sqlx::query(statement).bind(topic).bind(key).bind(headers).bind(payload);
        query.execute(self).await?;
        Ok(())
    }

    async fn insert_all(&mut self, statement: &str, records: &[StoredRecord]) -> Result<(), DatabaseError> {
        let topics: Vec<&str> = records.iter().map(|record| record.topic.as_str()).collect();
        let keys: Vec<Option<&[u8]>> = records.iter().map(|record| record.key.as_deref()).collect();
        let headers: Vec<&str> = records.iter().map(|record| record.headers.as_str()).collect();
        let payloads: Vec<Option<&[u8]>> = records.iter().map(|record| record.payload.as_deref()).collect();
        let query = sqlx::query(statement).bind(topics).bind(keys).bind(headers).bind(payloads);
        query.execute(self).await?;
        Ok(())
    }

    async fn claim(&mut self, statement: &str, group: &str, event: &str) -> Result<bool, DatabaseError> {
        let claimed = sqlx::query(statement).bind(group).bind(event).execute(self).await?;
        Ok(claimed.rows_affected() > 0)
    }

    async fn forget(&mut self, statement: &str, seconds: i64, limit: i64) -> Result<(), DatabaseError> {
        sqlx::query(statement).bind(seconds).bind(limit).execute(self).await?;
        Ok(())
    }
}

/// A database that a relay connects to with `sqlx`.
#[derive(Debug, Clone)]
pub struct Sqlx {
    options: PgConnectOptions,
}

impl Sqlx {
    /// Connects with these options. Those of a pool are `pool.connect_options()`: the relay has connections of its own.
    pub fn new(options: PgConnectOptions) -> Self {
        Self { options }
    }
}

impl Database for Sqlx {}

impl Connect for Sqlx {
    type Session = SqlxSession;

    async fn connect(&self, channel: &str) -> Result<SqlxSession, DatabaseError> {
        let connection = PgConnection::connect_with(&self.options).await?;
        let pool = PgPoolOptions::new().max_connections(1).connect_with(self.options.clone()).await?;
        let mut listener = PgListener::connect_with(&pool).await?;
        listener.listen(channel).await?;
        Ok(SqlxSession { connection, listener })
    }
}

/// A connection of `sqlx` for statements and one for notifications.
pub struct SqlxSession {
    connection: PgConnection,
    listener: PgListener,
}

impl Session for SqlxSession {
    async fn rows(&mut self, statement: &str, arguments: &[Argument<'_>]) -> Result<Vec<Row>, DatabaseError> {
        let rows = query(statement, arguments).fetch_all(&mut self.connection).await?;
        let row = |row: &PgRow| {
            Ok(Row {
                id: row.try_get(0)?,
                event_id: row.try_get(1)?,
                topic: row.try_get(2)?,
                key: row.try_get(3)?,
                headers: row.try_get(4)?,
                payload: row.try_get(5)?,
                lock: row.try_get(6)?,
            })
        };
        rows.iter().map(row).collect()
    }

    async fn texts(
        &mut self,
        statement: &str,
        arguments: &[Argument<'_>],
    ) -> Result<Vec<Texts>, DatabaseError> {
        let rows = query(statement, arguments).fetch_all(&mut self.connection).await?;
        let texts = |row: &PgRow| (0..row.len()).map(|column| Ok(row.try_get(column)?)).collect();
        rows.iter().map(texts).collect()
    }

    async fn number(&mut self, statement: &str) -> Result<i64, DatabaseError> {
        Ok(query(statement, &[]).fetch_one(&mut self.connection).await?.try_get(0)?)
    }

    async fn execute(&mut self, statement: &str, arguments: &[Argument<'_>]) -> Result<u64, DatabaseError> {
        Ok(query(statement, arguments).execute(&mut self.connection).await?.rows_affected())
    }

    async fn notified(&mut self) -> Result<(), DatabaseError> {
        self.listener.recv().await?;
        Ok(())
    }
}

fn query<'a>(statement: &'a str, arguments: &'a [Argument<'a>]) -> Query<'a, Postgres, PgArguments> {
    arguments.iter().fold(sqlx::query(statement), |query, argument| match *argument {
        Argument::Number(number) => query.bind(number),
        Argument::Numbers(numbers) => query.bind(numbers),
        Argument::Texts(texts) => query.bind(texts),
    })
}

impl From<Error> for DatabaseError {
    fn from(error: Error) -> Self {
        let database = error.as_database_error();
        let sqlstate = database.and_then(<dyn error::DatabaseError>::code).map(Cow::into_owned);
        let reason = database.map_or_else(|| error.to_string(), |database| database.message().to_owned());
        Self::new(reason, sqlstate, error)
    }
}
