//! An event as a line of the result.

use std::borrow::Cow;

use eventgen_admin::values::{Value, hexadecimal};
use eventgen_admin::{EncodedEvent, Receipt};
use serde::Serialize;

use super::input::Line;
use crate::arguments::Format;
use crate::count::count;
use crate::failure::Failure;
use crate::printable;

#[derive(Serialize)]
struct Checked<'a> {
    bytes: usize,
    key: Key<'a>,
    line: usize,
}

#[derive(Serialize)]
struct Sent<'a> {
    key: Key<'a>,
    line: usize,
    offset: i64,
    partition: i32,
}

/// A line of a dry run.
pub(super) fn checked(line: &Line, format: Format) -> Result<String, Failure> {
    let Line { number, event } = line;
    let size = event.payload.as_ref().map_or(0, |payload| payload.len() + 5);
    Ok(match format {
        Format::Human => {
            let value = if event.payload.is_some() { count(size, "byte") } else { "a deletion".to_owned() };
            format!("line {number}  {}  {value}", key(event))
        }
        Format::Json => serde_json::to_string(&Checked { bytes: size, key: json_key(event), line: *number })?,
    })
}

/// A line of an event that was sent.
pub(super) fn sent(line: &Line, receipt: Receipt, format: Format) -> Result<String, Failure> {
    let Receipt { partition, offset } = receipt;
    Ok(match format {
        Format::Human => format!("{partition}:{offset}  {}", key(&line.event)),
        Format::Json => {
            let key = json_key(&line.event);
            serde_json::to_string(&Sent { key, line: line.number, offset, partition })?
        }
    })
}

fn key(event: &EncodedEvent) -> String {
    match (&event.typed_key, &event.key) {
        (Some(key), _) => printable::json(key),
        (None, None) => "without a key".to_owned(),
        (None, Some(key)) => match std::str::from_utf8(key) {
            Ok(text) if !text.chars().any(char::is_control) => text.to_owned(),
            Ok(text) => text.escape_debug().to_string(),
            Err(_) => hexadecimal(key),
        },
    }
}

/// A key; a typed one as its value.
#[derive(Serialize)]
#[serde(untagged)]
enum Key<'a> {
    Typed(&'a Value),
    Text(Option<Cow<'a, str>>),
}

fn json_key(event: &EncodedEvent) -> Key<'_> {
    match &event.typed_key {
        Some(key) => Key::Typed(key),
        None => Key::Text(event.key.as_deref().map(String::from_utf8_lossy)),
    }
}
