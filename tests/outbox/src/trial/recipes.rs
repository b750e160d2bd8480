//! Published recipes for an outbox, and what is wrong with them.

use tokio_postgres::IsolationLevel;
use tokio_postgres::IsolationLevel::{ReadCommitted, RepeatableRead};

/// How rows are read.
#[derive(Debug, Clone, Copy)]
pub enum Reader {
    /// Rows after a place, which nobody deletes.
    Cursor(&'static str),
    /// Rows that wait, which are deleted once they are published.
    Queue(&'static str),
    /// Rows up to the last number that was given, once all transactions up to the one that this statement names have ended.
    Mark(&'static str),
}

/// A recipe.
#[derive(Debug, Clone, Copy)]
pub struct Recipe {
    /// What it changes in the table of `eventgen generate sql`.
    pub table: &'static str,
    /// The isolation of the transactions that store events.
    pub isolation: IsolationLevel,
    /// How rows are read.
    pub reader: Reader,
    /// The number of relays.
    pub relays: usize,
}

const fn recipe(table: &'static str, reader: Reader) -> Recipe {
    Recipe { table, isolation: ReadCommitted, reader, relays: 1 }
}

/// The columns that readers select: the place, the key, the number of the event, the header `id`.
macro_rules! select {
    ($place:literal, $rest:literal) => {
        concat!(
            "SELECT ",
            $place,
            ", outbox.id, key, ",
            "(SELECT header ->> 1 FROM jsonb_array_elements(headers) AS header WHERE header ->> 0 = 'correlation-id'), ",
            "event_id::text FROM outbox ",
            $rest
        )
    };
}

/// Rows of a reader with a mark.
pub(super) const UP_TO_MARK: &str = select!("'0'", "WHERE id > $1 AND id <= $2 ORDER BY id");

const CURSOR_BY_ID: Reader = Reader::Cursor(select!("$1::text", "WHERE id > $2 ORDER BY id LIMIT $3"));
const BELOW_THE_OLDEST: Reader = Reader::Cursor(select!(
    "pos::text AS place",
    "WHERE pos < pg_snapshot_xmin(pg_current_snapshot()) AND (pos, id) > ($1::text::xid8, $2) \
     ORDER BY outbox.pos, id LIMIT $3"
));
/// The name of the column is that of the text.
const BELOW_THE_OLDEST_BY_TEXT: Reader = Reader::Cursor(select!(
    "pos::text AS pos",
    "WHERE pos < pg_snapshot_xmin(pg_current_snapshot()) AND (pos, id) > ($1::text::xid8, $2) \
     ORDER BY pos, id LIMIT $3"
));
const WAITING: Reader = Reader::Queue(select!("'0'", "ORDER BY id LIMIT $1"));
const WAITING_UNLOCKED: Reader = Reader::Queue(select!("'0'", "ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED"));
const FENCED_BY_ID: Reader =
    Reader::Queue(select!("'0'", "WHERE pos < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY id LIMIT $1"));

/// The trigger without the lock of the key.
const WITHOUT_LOCK: &str = "CREATE OR REPLACE FUNCTION outbox_number() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN NEW.id := nextval('outbox_id_seq'); RETURN NEW; END $$;";
const BY_TRANSACTION: &str = "ALTER TABLE outbox ADD COLUMN pos xid8 NOT NULL DEFAULT pg_current_xact_id();
    CREATE INDEX ON outbox (pos, id);";
/// A default is computed before the trigger takes the lock of the key.
const BY_SNAPSHOT_BEFORE_LOCK: &str = "ALTER TABLE outbox ADD COLUMN pos xid8 NOT NULL
        DEFAULT greatest(pg_current_xact_id(), pg_snapshot_xmax(pg_current_snapshot()));
    CREATE INDEX ON outbox (pos, id);";
const BY_SNAPSHOT: &str = "ALTER TABLE outbox ADD COLUMN pos xid8 NOT NULL DEFAULT pg_current_xact_id();
    CREATE INDEX ON outbox (pos, id);
    CREATE OR REPLACE FUNCTION outbox_number() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_advisory_xact_lock(outbox_lock(NEW.topic, NEW.key));
        NEW.pos := greatest(pg_current_xact_id(), pg_snapshot_xmax(pg_current_snapshot()));
        NEW.id := nextval('outbox_id_seq');
        RETURN NEW;
    END $$;";

/// What the relay does: rows that wait, by number, deleted once they are published.
pub const RELAY: Recipe = recipe("", WAITING);
/// The number of a new transaction, taken after the last number of a row.
pub const MARK_BY_NEW_TRANSACTION: Recipe =
    recipe("", Reader::Mark("SELECT pg_current_xact_id()::text::bigint"));
/// A fence that keeps what it promises.
pub const FENCE_BY_SNAPSHOT: Recipe = recipe(BY_SNAPSHOT, BELOW_THE_OLDEST);

/// Loses rows that commit after later ones.
pub const CURSOR_WITHOUT_FENCE: Recipe = recipe("", CURSOR_BY_ID);
/// Loses rows: the end of a snapshot is not the number of the next transaction.
pub const MARK_BY_SNAPSHOT: Recipe =
    recipe("", Reader::Mark("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint"));

/// Numbers of one key are not in the order of commits.
pub const NUMBER_WITHOUT_LOCK: Recipe = recipe(WITHOUT_LOCK, WAITING);
/// A transaction has its number before it waits for the lock of a key.
pub const FENCE_BY_TRANSACTION: Recipe = recipe(BY_TRANSACTION, BELOW_THE_OLDEST);
/// The fence holds back the earlier row of a key and lets the later one through.
pub const FENCE_BY_TRANSACTION_SORTED_BY_ID: Recipe = recipe(BY_TRANSACTION, FENCED_BY_ID);
/// The snapshot is older than the lock.
pub const FENCE_BY_SNAPSHOT_BEFORE_LOCK: Recipe = recipe(BY_SNAPSHOT_BEFORE_LOCK, BELOW_THE_OLDEST);
/// So it is here, and with `SERIALIZABLE`.
pub const FENCE_UNDER_REPEATABLE_READ: Recipe = Recipe { isolation: RepeatableRead, ..FENCE_BY_SNAPSHOT };
/// `1000` sorts before `999`.
pub const FENCE_SORTED_AS_TEXT: Recipe = recipe(BY_SNAPSHOT, BELOW_THE_OLDEST_BY_TEXT);
/// One relay has earlier rows of a key while another one publishes later ones.
pub const TWO_RELAYS_THAT_SKIP_LOCKED_ROWS: Recipe =
    Recipe { table: "", isolation: ReadCommitted, reader: WAITING_UNLOCKED, relays: 2 };
