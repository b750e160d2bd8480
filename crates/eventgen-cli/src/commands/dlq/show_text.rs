//! A letter for people.

use eventgen_admin::dead_letters::LetterState;
use eventgen_admin::values::timestamp;

use super::shown::{Content, Shown};
use crate::count::count;
use crate::instant::{ago, now};

/// The most characters of a value in bytes, a key or a header that are shown.
const MOST_CHARACTERS: usize = 512;
/// Headers whose content has a line of its own.
const SHOWN: [&[u8]; 5] = [b"__dlq.", b"__streams.errors.", b"kafka_dlt-", b"__connect.errors.", b"__rule."];

pub(super) fn text(shown: &Shown) -> String {
    let (letter, origin, now) = (&shown.letter, &shown.letter.origin, now());
    let mut lines = Vec::new();
    let family = origin.family.map_or("no headers of a dead letter", |family| family.as_str());
    lines.push(format!(
        "{} {}:{}  {} ({family})",
        letter.topic,
        letter.partition,
        letter.offset,
        shown.state.as_str()
    ));
    if let Some((reason, by, at)) = &shown.discarded {
        let by = by.as_ref().map_or(String::new(), |by| format!(" by {by}"));
        lines.push(field("discarded", &format!("{} ago{by}: {reason}", ago(Some(*at), now))));
    }
    let mut from = origin.topic.clone().unwrap_or_else(|| "unknown".to_owned());
    if let (Some(partition), Some(offset)) = (origin.partition, origin.offset) {
        from = format!("{from} {partition}:{offset}");
    }
    if let Some(group) = &origin.group {
        from = format!("{from}, group {group}");
    }
    lines.push(field("from", &from));
    if let Some(at) = letter.failed_at() {
        let mut when = format!("{} ({} ago)", timestamp(at), ago(Some(at), now));
        if let Some(deliveries) = origin.deliveries {
            when = format!("{when}, delivered {deliveries} times");
        }
        if origin.redrives > 0 {
            when = format!("{when}, sent back {} times before", origin.redrives);
        }
        lines.push(field("failed", &when));
    }
    let message = origin.message.as_deref().unwrap_or("no message").replace('\n', "\n              ");
    let mut why =
        origin.disposition.as_ref().map_or_else(|| message.clone(), |word| format!("{word}: {message}"));
    if let Some(exception) = &origin.exception {
        why = format!("{why} ({exception})");
    }
    lines.push(field("why", &why));
    if shown.state == LetterState::Parked {
        lines.push(field(
            "parked",
            "it fails again and again: `eventgen dlq redrive --include-parked` sends it back once more",
        ));
    }
    lines.push(field("key", &letter.key.as_deref().map_or_else(|| "none".to_owned(), cut)));
    match &shown.value {
        Content::Nothing => lines.push(field("value", "none: the record deletes its key")),
        Content::Decoded(decoded) => {
            let json = serde_json::to_string(&decoded.value).unwrap_or_default();
            lines.push(field(
                "value",
                &format!("{json}\n              {}, schema {}", decoded.event, decoded.schema_id),
            ));
        }
        Content::Bytes(bytes, problem) => {
            lines
                .push(field("value", &format!("{} ({}: {problem})", cut(bytes), count(bytes.len(), "byte"))));
        }
        Content::Missing(problem) => lines.push(field("value", &format!("not in the letter: {problem}"))),
    }
    for header in &letter.headers {
        if !SHOWN.iter().any(|prefix| header.name.starts_with(prefix)) {
            let value = header.value.as_deref().map_or_else(|| "null".to_owned(), cut);
            lines.push(field("header", &format!("{}: {value}", cut(&header.name))));
        }
    }
    lines.join("\n") + "\n"
}

fn field(name: &str, value: &str) -> String {
    format!("    {name:<9} {value}")
}

fn cut(bytes: &[u8]) -> String {
    let text = readable(bytes);
    match text.char_indices().nth(MOST_CHARACTERS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// Bytes as text, or as hexadecimal digits if they are none that a terminal shows.
pub(super) fn readable(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.chars().any(char::is_control) => text.to_owned(),
        _ => eventgen_admin::values::hexadecimal(bytes),
    }
}
