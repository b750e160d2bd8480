//! The table of an outbox in PostgreSQL, as migrations, and Debezium's settings for it. The crate `eventgen-outbox` stores
//! events in the table and publishes them.

use askama::Template;

use crate::error::Error;
use crate::file::File;

/// The longest name of a table: with the endings of its indexes it fits into the 63 bytes of a name in PostgreSQL.
const LONGEST: usize = 48;

/// The age of the oldest row, in seconds, from which an outbox is delayed.
pub(crate) const DELAYED_SECONDS: f64 = 300.0;

/// The names that a table can have.
pub(crate) fn names<T: AsRef<str>>(tables: &[T]) -> Vec<&str> {
    tables.iter().map(AsRef::as_ref).filter(|table| Settings::is_table(table)).collect()
}

/// A table, and how a relay learns of new rows.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "settings do nothing on their own"]
pub struct Settings {
    table: String,
    notify: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { table: "outbox".to_owned(), notify: true }
    }
}

impl Settings {
    /// The table `outbox`, whose inserts notify the relay.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether a table can have this name, which may begin with that of a schema: `orders.outbox`. Both are of lower-case
    /// letters, digits and `_`, which need no quotes, and at most 48 of them.
    pub fn is_table(name: &str) -> bool {
        let is_identifier = |part: &str| {
            let starts_well = part.starts_with(|char: char| char.is_ascii_lowercase() || char == '_');
            let is_plain = |char: char| char.is_ascii_lowercase() || char.is_ascii_digit() || char == '_';
            starts_well && part.len() <= LONGEST && part.chars().all(is_plain)
        };
        match name.split_once('.') {
            Some((schema, table)) => is_identifier(schema) && is_identifier(table),
            None => is_identifier(name),
        }
    }

    /// Sets the table. A name that [is none](Self::is_table) is not changed.
    pub fn table(mut self, name: impl Into<String>) -> Self {
        let name = name.into();
        if Self::is_table(&name) {
            self.table = name;
        }
        self
    }

    /// Sets whether inserts notify the relay. Without it, the relay polls. A transaction that notifies cannot be prepared for
    /// a commit in two phases.
    pub fn notify(mut self, notify: bool) -> Self {
        self.notify = notify;
        self
    }
}

/// The migrations `outbox.up.sql` and `outbox.down.sql`, and `outbox.debezium.properties`, with the name of the table in the
/// place of `outbox`.
///
/// # Errors
/// A template cannot be filled in.
pub fn files(settings: &Settings) -> Result<Vec<File>, Error> {
    let (table, notify) = (settings.table.as_str(), settings.notify);
    let base = table.rsplit('.').next().unwrap_or(table);
    let qualified = if table.contains('.') { table.to_owned() } else { format!("public.{table}") };
    Ok(vec![
        File::render(format!("{base}.up.sql"), &Up { table, base, notify })?,
        File::render(format!("{base}.down.sql"), &Down { table, notify })?,
        File::render(format!("{base}.debezium.properties"), &Debezium { qualified })?,
    ])
}

/// The migrations `inbox.up.sql` and `inbox.down.sql`, with the name of the table instead of `inbox`. A name that
/// [is none](Settings::is_table) is not used.
///
/// # Errors
/// A template cannot be filled in.
pub fn inbox(table: &str) -> Result<Vec<File>, Error> {
    let table = if Settings::is_table(table) { table } else { "inbox" };
    let base = table.rsplit('.').next().unwrap_or(table);
    Ok(vec![
        File::render(format!("{base}.up.sql"), &InboxUp { table, base })?,
        File::render(format!("{base}.down.sql"), &InboxDown { table })?,
    ])
}

#[derive(Debug, Template)]
#[template(path = "outbox/inbox.up.sql", escape = "none")]
struct InboxUp<'a> {
    table: &'a str,
    base: &'a str,
}

#[derive(Debug, Template)]
#[template(path = "outbox/inbox.down.sql", escape = "none")]
struct InboxDown<'a> {
    table: &'a str,
}

#[derive(Debug, Template)]
#[template(path = "outbox/up.sql", escape = "none")]
struct Up<'a> {
    /// The name of the table, with its schema if it has one.
    table: &'a str,
    /// The name without a schema.
    base: &'a str,
    notify: bool,
}

#[derive(Debug, Template)]
#[template(path = "outbox/down.sql", escape = "none")]
struct Down<'a> {
    table: &'a str,
    notify: bool,
}

#[derive(Debug, Template)]
#[template(path = "outbox/debezium.properties", escape = "none")]
struct Debezium {
    qualified: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_tables_need_no_quotes() {
        for name in ["outbox", "orders.outbox", "_o1"] {
            assert!(Settings::is_table(name), "{name}");
        }
        for name in ["", "Outbox", "1st", "a.b.c", "a.", "o\"; DROP TABLE x", &"x".repeat(49)] {
            assert!(!Settings::is_table(name), "{name}");
        }
    }

    #[test]
    fn objects_of_a_table_in_a_schema_are_in_the_schema() {
        let files = files(&Settings::new().table("orders.outbox").notify(false)).expect("files");
        let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(paths, ["outbox.up.sql", "outbox.down.sql", "outbox.debezium.properties"]);
        assert!(files[0].text.contains("CREATE TABLE orders.outbox ("), "{}", files[0].text);
        assert!(files[0].text.contains("CREATE INDEX outbox_waiting ON orders.outbox"), "{}", files[0].text);
        assert!(!files[0].text.contains("pg_notify") && !files[1].text.contains("notify"));
        assert!(files[2].text.contains("table.include.list=orders.outbox"), "{}", files[2].text);
    }
}
