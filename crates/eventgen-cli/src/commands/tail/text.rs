//! A record as a line for people: partition and offset, time, key, event, value. Nothing in a record reaches the terminal as a
//! control character.

use std::fmt::Write as _;

use eventgen_admin::Record;
use eventgen_admin::values::{DecodedValue, Value};

use super::values::Decoded;

/// How many bytes of a value are shown that was not decoded.
const SHOWN: usize = 64;

pub(super) fn record(record: &Record, key: Option<&DecodedValue>, value: &Decoded, headers: bool) -> String {
    let time = record.time().unwrap_or_else(|| "without a time".to_owned());
    let key = match (key, &record.key) {
        (Some(key), _) => json(&key.value),
        (None, Some(key)) => bytes(key),
        (None, None) => "without a key".to_owned(),
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
            let first = all.get(..SHOWN).unwrap_or(all);
            let rest = if all.len() > SHOWN { " …" } else { "" };
            let error = error.to_string();
            write!(
                line,
                "NOT DECODED: {}; {} bytes: {}{rest}",
                error.escape_debug(),
                all.len(),
                hexadecimal(first)
            )
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

/// Text without control characters, and other bytes as digits.
fn bytes(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) if text.chars().any(char::is_control) => text.escape_debug().to_string(),
        Ok(text) => text.to_owned(),
        Err(_) => hexadecimal(bytes),
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold("0x".to_owned(), |mut digits, byte| {
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}

/// Data without a line break, and without the control characters that JSON leaves as they are.
fn json(value: &Value) -> String {
    let text = serde_json::to_string(value).unwrap_or_default();
    text.chars().fold(String::new(), |mut out, char| {
        if char.is_control() {
            let _ = write!(out, "\\u{:04x}", u32::from(char));
        } else {
            out.push(char);
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_record_controls_the_terminal() {
        assert_eq!(bytes(b"ada"), "ada");
        assert_eq!(bytes(b"\x1b[31mred"), "\\u{1b}[31mred");
        assert_eq!(bytes(&[0xff, 0x00]), "0xff00");
        let value = Value::Text("\u{9b}31m\u{7f}\n".to_owned());
        assert_eq!(json(&value), r#""\u009b31m\u007f\n""#);
    }
}
