//! An event as a line of the result.

use eventgen_admin::values::hexadecimal;
use eventgen_admin::{EncodedEvent, Receipt};
use serde_json::json;

use super::input::Line;
use crate::arguments::Format;
use crate::count::count;
use crate::failure::Failure;

/// A line of a dry run.
pub(super) fn checked(line: &Line, format: Format) -> Result<String, Failure> {
    let Line { number, event } = line;
    let size = event.payload.as_ref().map_or(0, |payload| payload.len() + 5);
    Ok(match format {
        Format::Human => {
            let value = if event.payload.is_some() { count(size, "byte") } else { "a deletion".to_owned() };
            format!("line {number}  {}  {value}", key(event))
        }
        Format::Json => {
            serde_json::to_string(&json!({ "line": number, "key": json_key(event), "bytes": size }))?
        }
    })
}

/// A line of an event that was sent.
pub(super) fn sent(line: &Line, receipt: Receipt, format: Format) -> Result<String, Failure> {
    let Receipt { partition, offset } = receipt;
    Ok(match format {
        Format::Human => format!("{partition}:{offset}  {}", key(&line.event)),
        Format::Json => {
            let key = json_key(&line.event);
            serde_json::to_string(
                &json!({ "line": line.number, "partition": partition, "offset": offset, "key": key }),
            )?
        }
    })
}

fn key(event: &EncodedEvent) -> String {
    match &event.key {
        None => "without a key".to_owned(),
        Some(key) => match std::str::from_utf8(key) {
            Ok(text) if !text.chars().any(char::is_control) => text.to_owned(),
            Ok(text) => text.escape_debug().to_string(),
            Err(_) => hexadecimal(key),
        },
    }
}

fn json_key(event: &EncodedEvent) -> Option<String> {
    event.key.as_ref().map(|key| String::from_utf8_lossy(key).into_owned())
}
