//! The counts of letters for programs. docs/dead-letters.md describes them.

use serde::Serialize;

use super::counts::{Kind, Row, Rows};
use crate::failure::Failure;

/// Incremented when a property is removed or changes its meaning. Properties may be added at any time.
pub(super) const VERSION: u32 = 1;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    version: u32,
    bootstrap_servers: &'a str,
    letters: Vec<Entry<'a>>,
}

/// Times are milliseconds since the Unix epoch.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry<'a> {
    dead_letter_topic: &'a str,
    topic: Option<&'a str>,
    group: Option<&'a str>,
    disposition: Option<&'a str>,
    cause: &'a str,
    example: Example<'a>,
    open: u64,
    parked: u64,
    redriven: u64,
    discarded: u64,
    oldest: Option<i64>,
    newest: Option<i64>,
}

#[derive(Serialize)]
struct Example<'a> {
    partition: i32,
    offset: i64,
    error: &'a str,
}

pub(super) fn pretty(rows: &Rows, cluster: &str) -> Result<String, Failure> {
    let letters = rows.iter().map(entry).collect();
    Ok(serde_json::to_string_pretty(&Document { version: VERSION, bootstrap_servers: cluster, letters })?)
}

fn entry<'a>((kind, row): (&'a Kind, &'a Row)) -> Entry<'a> {
    Entry {
        dead_letter_topic: &kind.letters,
        topic: kind.source.as_deref(),
        group: kind.group.as_deref(),
        disposition: kind.disposition.as_deref(),
        cause: &kind.cause,
        example: Example { partition: row.at.0, offset: row.at.1, error: &row.example },
        open: row.open,
        parked: row.parked,
        redriven: row.redriven,
        discarded: row.discarded,
        oldest: row.oldest,
        newest: row.newest,
    }
}
