//! A record as a line for people: partition and offset, time, key, event, value. Nothing in a record reaches the terminal as a
//! control character.

use std::fmt::Write as _;

use eventgen_admin::Record;
use eventgen_admin::values::{DecodedValue, hexadecimal};

use super::values::{Decoded, Key};
use crate::count::count;
use crate::printable::{bytes, json};

/// How many bytes of a key or a value are shown that was not decoded.
const SHOWN: usize = 64;

pub(super) fn record(record: &Record, key: &Key, value: &Decoded, headers: bool) -> String {
    let time = record.time().unwrap_or_else(|| "without a time".to_owned());
    let key = match (key, &record.key) {
        (Key::Typed(key), _) => json(&key.value),
        (Key::Undecoded(error), Some(key)) => {
            format!("{} (key NOT DECODED: {})", first(key), error.to_string().escape_debug())
        }
        (_, Some(key)) => bytes(key),
        (_, None) => "without a key".to_owned(),
    };
    let mut line = format!("{}:{}  {time}  {key}  ", record.partition, record.offset);
    // Writing to a string does not fail.
    let _ = match value {
        Decoded::Tombstone => write!(line, "deleted"),
        Decoded::Value(DecodedValue { event, value, .. }) => {
            let short = event.rsplit('.').next().unwrap_or_default();
            write!(line, "{}{}{}", short.escape_debug(), if short.is_empty() { "" } else { " " }, json(value))
        }
        Decoded::Undecoded(error) => {
            let all = record.value.as_deref().unwrap_or_default();
            let (error, bytes) = (error.to_string(), count(all.len(), "byte"));
            write!(line, "NOT DECODED: {}; {bytes}: {}", error.escape_debug(), first(all))
        }
    };
    if headers {
        for header in &record.headers {
            let value = header.value.as_deref().map_or_else(|| "null".to_owned(), bytes);
            let _ = write!(line, "\n    {}: {value}", bytes(&header.name));
        }
    }
    line
}

/// The first bytes of a key or a value that was not decoded.
fn first(all: &[u8]) -> String {
    match all.get(..SHOWN) {
        Some(first) if all.len() > SHOWN => format!("{} …", hexadecimal(first)),
        _ => hexadecimal(all),
    }
}
