//! The statements about the table, which `eventgen generate sql` writes.

/// The longest name, as in `eventgen generate sql`.
const LONGEST: usize = 48;

/// What rows that are read are not.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Condition {
    /// None of these ids.
    Ids,
    /// Of none of the keys with these locks.
    Locks,
    /// Of none of these topics.
    Topics,
}

/// The name of the table. It needs no quotes.
#[derive(Debug, Clone)]
pub(crate) struct Table(String);

impl Table {
    /// The table with this name. `None` if a table of an outbox cannot have it.
    pub(crate) fn new(name: impl Into<String>) -> Option<Self> {
        let name = name.into();
        let is_identifier = |part: &str| {
            let starts_well = part.starts_with(|char: char| char.is_ascii_lowercase() || char == '_');
            let is_plain = |char: char| char.is_ascii_lowercase() || char.is_ascii_digit() || char == '_';
            starts_well && part.len() <= LONGEST && part.chars().all(is_plain)
        };
        let is_table = match name.split_once('.') {
            Some((schema, table)) => is_identifier(schema) && is_identifier(table),
            None => is_identifier(&name),
        };
        is_table.then_some(Self(name))
    }

    /// The name, which is also that of the channel of notifications.
    pub(crate) fn name(&self) -> &str {
        &self.0
    }

    /// Stores a record: topic, key, headers, payload.
    pub(crate) fn insert(&self) -> String {
        let Self(table) = self;
        format!("INSERT INTO {table} (topic, key, headers, payload) VALUES ($1, $2, $3::text::jsonb, $4)")
    }

    /// Stores several records: arrays of the same. Their locks are taken in the order of the locks, so that two transactions
    /// that store events of the same keys do not wait for each other; the records of a key stay in order.
    pub(crate) fn insert_all(&self) -> String {
        let Self(table) = self;
        format!(
            "INSERT INTO {table} (topic, key, headers, payload) \
             SELECT topic, key, headers::jsonb, payload \
             FROM unnest($1::text[], $2::bytea[], $3::text[], $4::bytea[]) \
             WITH ORDINALITY AS record (topic, key, headers, payload, number) \
             ORDER BY {table}_lock(topic, key), number"
        )
    }

    /// Becomes the relay of the table, for the time of the session: 1, or 0 if another one is.
    pub(crate) fn try_lead(&self) -> String {
        let Self(table) = self;
        format!("SELECT pg_try_advisory_lock({})::int::bigint", lead_lock(table))
    }

    /// Ends that.
    pub(crate) fn resign(&self) -> String {
        let Self(table) = self;
        format!("SELECT pg_advisory_unlock({})::int::bigint", lead_lock(table))
    }

    /// The statement that reads waiting rows after an id, in their order, up to a number of rows. The argument of a condition
    /// follows that of the condition before it. Every row is compared with all conditions, so that a statement has no others
    /// than it needs.
    pub(crate) fn waiting(&self, conditions: &[Condition]) -> String {
        let Self(table) = self;
        let conditions = conditions.iter().zip(3..).map(|(condition, argument)| match condition {
            Condition::Ids => format!("AND id <> ALL(${argument}) "),
            Condition::Locks => {
                format!("AND ({table}_lock(topic, key) <> ALL(${argument})) IS NOT FALSE ")
            }
            Condition::Topics => format!("AND topic <> ALL(${argument}) "),
        });
        let conditions: String = conditions.collect();
        format!(
            "SELECT id, event_id::text, topic, key, headers::text, payload, {table}_lock(topic, key) FROM {table} \
             WHERE id > $1 AND published_at IS NULL AND parked_at IS NULL {conditions}ORDER BY id LIMIT $2"
        )
    }

    /// A waiting row.
    pub(crate) fn one(&self) -> String {
        let Self(table) = self;
        format!(
            "SELECT id, event_id::text, topic, key, headers::text, payload, {table}_lock(topic, key) FROM {table} \
             WHERE id = $1 AND published_at IS NULL AND parked_at IS NULL"
        )
    }

    /// Deletes published rows.
    pub(crate) fn delete(&self) -> String {
        let Self(table) = self;
        format!("DELETE FROM {table} WHERE id = ANY($1)")
    }

    /// Marks published rows.
    pub(crate) fn keep(&self) -> String {
        let Self(table) = self;
        format!("UPDATE {table} SET published_at = clock_timestamp() AT TIME ZONE 'UTC' WHERE id = ANY($1)")
    }

    /// Deletes at most some rows that were published before a number of seconds.
    pub(crate) fn forget(&self) -> String {
        let Self(table) = self;
        format!(
            "DELETE FROM {table} WHERE id IN (SELECT id FROM {table} \
             WHERE published_at < (clock_timestamp() AT TIME ZONE 'UTC') - $1 * interval '1 second' \
             ORDER BY published_at LIMIT $2)"
        )
    }

    /// Parks rows, with the reasons.
    pub(crate) fn park(&self) -> String {
        let Self(table) = self;
        format!(
            "UPDATE {table} AS waiting SET parked_at = clock_timestamp() AT TIME ZONE 'UTC', parked_reason = parked.reason \
             FROM unnest($1::bigint[], $2::text[]) AS parked (id, reason) WHERE waiting.id = parked.id"
        )
    }

    /// How many rows wait, the age of the oldest in seconds, and how many are parked.
    pub(crate) fn status(&self) -> String {
        format!("SELECT waiting::text, oldest_seconds::text, parked::text FROM {}_status", self.0)
    }

    /// The session that works as the relay of the table: its process, its client, and since when it is connected, in
    /// milliseconds since the Unix epoch. Without the right to see other sessions there is the process only.
    pub(crate) fn leader(&self) -> String {
        format!(
            "SELECT holder.pid::text, host(session.client_addr), \
             (extract(epoch FROM session.backend_start) * 1000)::bigint::text \
             FROM pg_locks AS holder LEFT JOIN pg_stat_activity AS session ON session.pid = holder.pid \
             WHERE holder.locktype = 'advisory' AND holder.granted AND holder.objsubid = 1 \
             AND holder.database = (SELECT oid FROM pg_database WHERE datname = current_database()) \
             AND (holder.classid::bigint << 32 | holder.objid::bigint) = {}",
            lead_lock(&self.0)
        )
    }

    /// Parked rows with these ids, of these topics, whose reason contains a text, the oldest first; an empty list is no
    /// condition. The last argument is how many.
    pub(crate) fn parked(&self) -> String {
        format!(
            "SELECT id::text, event_id::text, topic, encode(key, 'hex'), octet_length(payload)::text, \
             (extract(epoch FROM created_at) * 1000)::bigint::text, \
             (extract(epoch FROM parked_at) * 1000)::bigint::text, parked_reason \
             FROM {} WHERE parked_at IS NOT NULL AND (cardinality($1) = 0 OR id = ANY($1)) \
             AND (cardinality($2) = 0 OR topic = ANY($2)) \
             AND (cardinality($3) = 0 OR strpos(parked_reason, $3[1]) > 0) ORDER BY id LIMIT $4",
            self.0
        )
    }

    /// Lets a parked row wait again.
    pub(crate) fn retry(&self) -> String {
        format!(
            "UPDATE {} SET parked_at = NULL, parked_reason = NULL WHERE id = $1 AND parked_at IS NOT NULL",
            self.0
        )
    }

    /// Deletes parked rows.
    pub(crate) fn discard(&self) -> String {
        format!("DELETE FROM {} WHERE id = ANY($1) AND parked_at IS NOT NULL", self.0)
    }

    /// The highest id that was given to a row, also to one that is not committed.
    pub(crate) fn last_id(&self) -> String {
        let Self(table) = self;
        format!("SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END FROM {table}_id_seq")
    }
}

/// The statements about the table of an inbox.
#[derive(Debug, Clone)]
pub(crate) struct InboxTable(Table);

impl Default for InboxTable {
    fn default() -> Self {
        Self(Table("inbox".to_owned()))
    }
}

impl InboxTable {
    /// The table with this name. `None` if a table of an inbox cannot have it.
    pub(crate) fn new(name: &str) -> Option<Self> {
        Table::new(name).map(Self)
    }

    /// Remembers an event of a group, if it is new.
    pub(crate) fn claim(&self) -> String {
        format!("INSERT INTO {} (consumer, event) VALUES ($1, $2) ON CONFLICT DO NOTHING", self.0.name())
    }

    /// Forgets events that are older than these seconds, at most this many. Rows that another transaction has locked are left
    /// to it.
    pub(crate) fn forget(&self) -> String {
        let table = self.0.name();
        format!(
            "DELETE FROM {table} WHERE (consumer, event) IN (SELECT consumer, event FROM {table} \
             WHERE received_at < (clock_timestamp() AT TIME ZONE 'UTC') - $1 * interval '1 second' \
             ORDER BY received_at LIMIT $2 FOR UPDATE SKIP LOCKED)"
        )
    }
}

/// The number of a new transaction.
pub(crate) const NEW_TRANSACTION: &str = "SELECT pg_current_xact_id()::text::bigint";

/// The number of the oldest transaction that has not ended.
pub(crate) const OLDEST_TRANSACTION: &str = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint";

/// The advisory lock of the relay that works.
fn lead_lock(table: &str) -> String {
    format!("hashtextextended('eventgen outbox relay', '{table}'::regclass::oid::bigint)")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_need_quotes_are_refused() {
        assert!(Table::new("orders.outbox").is_some());
        for name in ["", "Outbox", "a b", "a.b.c", "outbox; DROP TABLE orders", "é"] {
            assert!(Table::new(name).is_none(), "{name}");
        }
    }
}
