//! Parked rows, for people and for programs. docs/outbox.md describes the latter.

use std::time::Duration;

use eventgen_admin::short_duration;
use eventgen_outbox::{OutboxStatus, ParkedFilter, ParkedRow};
use serde::Serialize;

use crate::arguments::Parked;
use crate::bytes::Bytes;
use crate::count::count;
use crate::instant::{ago, now};
use crate::printable;
use crate::table::aligned;

/// Incremented when a property is removed or changes its meaning. Properties may be added at any time.
const VERSION: u32 = 1;

/// The longest key in a table, in characters.
const LONGEST_KEY: usize = 40;

pub(super) fn filter(parked: &Parked) -> ParkedFilter {
    let mut filter = ParkedFilter::default();
    filter.ids.clone_from(&parked.ids);
    filter.topics.clone_from(&parked.topic);
    filter.reason.clone_from(&parked.reason);
    filter
}

pub(super) fn table(rows: &[ParkedRow]) -> String {
    let now = now();
    let cells = rows.iter().map(|row| {
        let key = row.key.as_deref().map_or_else(|| "none".to_owned(), printable::bytes);
        [
            row.id.to_string(),
            row.topic.clone(),
            key.chars().take(LONGEST_KEY).collect(),
            row.size.map_or_else(|| "none".to_owned(), |size| size.to_string()),
            ago(Some(row.created_at), now),
            ago(Some(row.parked_at), now),
            row.reason.clone(),
        ]
    });
    let columns = [
        ("ID", true),
        ("TOPIC", false),
        ("KEY", false),
        ("BYTES", true),
        ("STORED", true),
        ("PARKED", true),
        ("REASON", false),
    ];
    aligned(columns, &cells.collect::<Vec<_>>()).join("\n")
}

/// The state of an outbox, in a line.
pub(super) fn state(status: &OutboxStatus) -> String {
    let number = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let waiting = match status.waiting {
        0 => "no row waits".to_owned(),
        waiting => {
            format!("{} waiting, the oldest for {}", count(number(waiting), "row"), age(status.oldest))
        }
    };
    let relay = match &status.relay {
        Some(relay) => {
            let from = relay.client.as_ref().map_or(String::new(), |client| format!(" from {client}"));
            let since =
                relay.since.map_or(String::new(), |since| format!(" since {}", ago(Some(since), now())));
            format!("a relay works{from}{since}")
        }
        None => "no relay works".to_owned(),
    };
    format!("{} parked, {waiting}; {relay}", status.parked)
}

/// Whole seconds: the rest would make durations of a second long.
fn age(age: Duration) -> String {
    short_duration(Duration::from_secs(age.as_secs()))
}

/// Times are milliseconds since the Unix epoch.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Document<'a> {
    version: u32,
    table: &'a str,
    waiting: u64,
    oldest_seconds: f64,
    parked: u64,
    relay: Option<Relay<'a>>,
    /// How many rows `retry` or `discard` has changed. Absent from `list`.
    #[serde(skip_serializing_if = "Option::is_none")]
    changed: Option<u64>,
    rows: Vec<Entry<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Relay<'a> {
    pid: i32,
    client: Option<&'a str>,
    since: Option<i64>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry<'a> {
    id: i64,
    event_id: &'a str,
    topic: &'a str,
    key: Option<Bytes<'a>>,
    bytes: Option<u64>,
    created_at: i64,
    parked_at: i64,
    reason: &'a str,
}

impl<'a> Document<'a> {
    pub(super) fn new(table: &'a str, status: &'a OutboxStatus, rows: &'a [ParkedRow]) -> Self {
        let entry = |row: &'a ParkedRow| Entry {
            id: row.id,
            event_id: &row.event_id,
            topic: &row.topic,
            key: row.key.as_deref().map(Bytes::of),
            bytes: row.size,
            created_at: row.created_at,
            parked_at: row.parked_at,
            reason: &row.reason,
        };
        let relay = status.relay.as_ref().map(|relay| Relay {
            pid: relay.pid,
            client: relay.client.as_deref(),
            since: relay.since,
        });
        Self {
            version: VERSION,
            table,
            waiting: status.waiting,
            oldest_seconds: status.oldest.as_secs_f64(),
            parked: status.parked,
            relay,
            changed: None,
            rows: rows.iter().map(entry).collect(),
        }
    }

    pub(super) fn changed(self, rows: u64) -> Self {
        Self { changed: Some(rows), ..self }
    }
}
