//! `tokio-postgres`.

use std::future::poll_fn;

use tokio::sync::mpsc;
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{AsyncMessage, Client, Config, Error, NoTls, Socket, Transaction};

use crate::error::DatabaseError;
use crate::session::{Argument, Connect, Database, Row, Session, Texts};
use crate::transaction::{Insert, OutboxTransaction, StoredRecord};

/// A parameter with its type, so that statements need no round trip of their own for their preparation.
type Parameter<'a> = (&'a (dyn ToSql + Sync), Type);

impl OutboxTransaction for Transaction<'_> {}

impl Insert for Transaction<'_> {
    async fn insert(&mut self, statement: &str, record: &StoredRecord) -> Result<(), DatabaseError> {
        let StoredRecord { topic, key, headers, payload } = record;
        let parameters: [Parameter<'_>; 4] =
            [(topic, Type::TEXT), (key, Type::BYTEA), (headers, Type::TEXT), (payload, Type::BYTEA)];
        self.execute_typed(statement, &parameters).await?;
        Ok(())
    }

    async fn insert_all(&mut self, statement: &str, records: &[StoredRecord]) -> Result<(), DatabaseError> {
        let topics: Vec<&str> = records.iter().map(|record| record.topic.as_str()).collect();
        let keys: Vec<Option<&[u8]>> = records.iter().map(|record| record.key.as_deref()).collect();
        let headers: Vec<&str> = records.iter().map(|record| record.headers.as_str()).collect();
        let payloads: Vec<Option<&[u8]>> = records.iter().map(|record| record.payload.as_deref()).collect();
        let parameters: [Parameter<'_>; 4] = [
            (&topics, Type::TEXT_ARRAY),
            (&keys, Type::BYTEA_ARRAY),
            (&headers, Type::TEXT_ARRAY),
            (&payloads, Type::BYTEA_ARRAY),
        ];
        self.execute_typed(statement, &parameters).await?;
        Ok(())
    }

    async fn claim(&mut self, statement: &str, group: &str, event: &str) -> Result<bool, DatabaseError> {
        let parameters: [Parameter<'_>; 2] = [(&group, Type::TEXT), (&event, Type::TEXT)];
        Ok(self.execute_typed(statement, &parameters).await? > 0)
    }

    async fn forget(&mut self, statement: &str, seconds: i64, limit: i64) -> Result<(), DatabaseError> {
        let parameters: [Parameter<'_>; 2] = [(&seconds, Type::INT8), (&limit, Type::INT8)];
        self.execute_typed(statement, &parameters).await?;
        Ok(())
    }
}

/// A database that a relay connects to with `tokio-postgres`.
#[derive(Debug, Clone)]
pub struct TokioPostgres<T = NoTls> {
    config: Config,
    tls: T,
}

impl TokioPostgres {
    /// Connects without TLS.
    pub fn new(config: Config) -> Self {
        Self { config, tls: NoTls }
    }
}

impl<T> TokioPostgres<T> {
    /// Connects with TLS, as the settings say (`sslmode`).
    pub fn with_tls(config: Config, tls: T) -> Self {
        Self { config, tls }
    }
}

impl<T> Database for TokioPostgres<T>
where
    T: MakeTlsConnect<Socket> + Clone + Send + Sync,
    T::Stream: Send + 'static,
    T::TlsConnect: Send,
    <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
{
}

impl<T> Connect for TokioPostgres<T>
where
    T: MakeTlsConnect<Socket> + Clone + Send + Sync,
    T::Stream: Send + 'static,
    T::TlsConnect: Send,
    <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
{
    type Session = PostgresSession;

    async fn connect(&self, channel: &str) -> Result<PostgresSession, DatabaseError> {
        let (client, mut connection) = self.config.connect(self.tls.clone()).await?;
        // One is enough: a relay reads all there is.
        let (notify, notifications) = mpsc::channel(1);
        // It ends when the client is dropped, or the connection is lost.
        tokio::spawn(async move {
            while let Some(Ok(message)) = poll_fn(|context| connection.poll_message(context)).await {
                if let AsyncMessage::Notification(_) = message {
                    // It is full if the relay has not read yet.
                    let _ = notify.try_send(());
                }
            }
        });
        client.batch_execute(&format!("LISTEN \"{channel}\"")).await?;
        Ok(PostgresSession { client, notifications })
    }
}

/// A connection of `tokio-postgres`.
pub struct PostgresSession {
    client: Client,
    notifications: mpsc::Receiver<()>,
}

impl Session for PostgresSession {
    async fn rows(&mut self, statement: &str, arguments: &[Argument<'_>]) -> Result<Vec<Row>, DatabaseError> {
        let rows = self.client.query_typed(statement, &parameters(arguments)).await?;
        let row = |row: &tokio_postgres::Row| {
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
        let rows = self.client.query_typed(statement, &parameters(arguments)).await?;
        let texts =
            |row: &tokio_postgres::Row| (0..row.len()).map(|column| Ok(row.try_get(column)?)).collect();
        rows.iter().map(texts).collect()
    }

    async fn number(&mut self, statement: &str) -> Result<i64, DatabaseError> {
        Ok(self.client.query_typed_one(statement, &[]).await?.try_get(0)?)
    }

    async fn execute(&mut self, statement: &str, arguments: &[Argument<'_>]) -> Result<u64, DatabaseError> {
        Ok(self.client.execute_typed(statement, &parameters(arguments)).await?)
    }

    async fn notified(&mut self) -> Result<(), DatabaseError> {
        self.notifications.recv().await.ok_or_else(|| DatabaseError::plain("the connection is closed"))
    }
}

fn parameters<'a>(arguments: &'a [Argument<'a>]) -> Vec<Parameter<'a>> {
    let parameter = |argument: &'a Argument<'a>| -> Parameter<'a> {
        match argument {
            Argument::Number(number) => (number, Type::INT8),
            Argument::Numbers(numbers) => (numbers, Type::INT8_ARRAY),
            Argument::Texts(texts) => (texts, Type::TEXT_ARRAY),
        }
    };
    arguments.iter().map(parameter).collect()
}

/// What to do about a server without TLS.
const NO_TLS: &str =
    ": set `ssl = on` and its certificate in the server, or connect without TLS (`sslmode=disable`)";

impl From<Error> for DatabaseError {
    fn from(error: Error) -> Self {
        let sqlstate = error.code().map(|code| code.code().to_owned());
        let reason = match (error.as_db_error(), std::error::Error::source(&error)) {
            (Some(error), _) => error.message().to_owned(),
            // The client's own text is what it was doing; why that failed is in the source.
            (None, Some(cause)) => {
                let cause = cause.to_string();
                let has_no_tls = cause.ends_with("server does not support TLS");
                let advice = if has_no_tls { NO_TLS } else { "" };
                format!("{error}: {cause}{advice}")
            }
            (None, None) => error.to_string(),
        };
        Self::new(reason, sqlstate, error)
    }
}
