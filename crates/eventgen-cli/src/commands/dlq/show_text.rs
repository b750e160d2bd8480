//! A letter for people.

use eventgen_admin::dead_letters::LetterState;
use eventgen_admin::values::timestamp;
use eventgen_registry::SchemaKey;

use super::shown::{Content, Key, Shown};
use crate::count::count;
use crate::instant::{ago, now};
use crate::printable;

/// The most characters of a value in bytes, a key or a header that are shown.
const MOST_CHARACTERS: usize = 512;
/// A further line of a field.
const INDENT: &str = "\n              ";
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
        let text = format!("{} ago{by}: {reason}", ago(Some(*at), now));
        lines.push(field("discarded", &printable::text(&text)));
    }
    let mut from = origin.topic.as_deref().map_or("unknown".into(), printable::text).into_owned();
    if let (Some(partition), Some(offset)) = (origin.partition, origin.offset) {
        from = format!("{from} {partition}:{offset}");
    }
    if let Some(group) = &origin.group {
        from = format!("{from}, group {}", printable::text(group));
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
    // The stack trace of another framework has lines.
    let message = printable::lines(origin.message.as_deref().unwrap_or("no message"));
    let mut why = message.replace('\n', INDENT);
    if let Some(word) = &origin.disposition {
        why = format!("{}: {why}", printable::text(word));
    }
    if let Some(exception) = &origin.exception {
        why = format!("{why} ({})", printable::text(exception));
    }
    lines.push(field("why", &why));
    if shown.state == LetterState::Parked {
        lines.push(field(
            "parked",
            "it fails again and again: `eventgen dlq redrive --include-parked` sends it back once more",
        ));
    }
    let key = match (&shown.key, &letter.key) {
        (Key::Decoded(key), _) => format!("{}, schema {}", printable::json(&key.value), key.schema_id),
        (Key::Bytes(id, problem), Some(key)) => undecoded(key, *id, problem),
        (_, Some(key)) => cut(key),
        (_, None) => "none".to_owned(),
    };
    lines.push(field("key", &key));
    match &shown.value {
        Content::Nothing => lines.push(field("value", "none: the record deletes its key")),
        Content::Decoded(decoded) => {
            let (json, event) = (printable::json(&decoded.value), printable::text(&decoded.event));
            lines.push(field("value", &format!("{json}{INDENT}{event}, schema {}", decoded.schema_id)));
        }
        Content::Bytes(bytes, id, problem) => lines.push(field("value", &undecoded(bytes, *id, problem))),
        Content::Missing(problem) => {
            lines.push(field("value", &format!("not in the letter: {}", printable::text(problem))));
        }
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

/// Bytes with their schema, and why they are not decoded.
fn undecoded(bytes: &[u8], id: Option<SchemaKey>, problem: &str) -> String {
    let schema = id.map(|id| format!(" of schema {id}")).unwrap_or_default();
    format!("{} ({}{schema}: {})", cut(bytes), count(bytes.len(), "byte"), printable::text(problem))
}

fn cut(bytes: &[u8]) -> String {
    let text = printable::bytes(bytes);
    match text.char_indices().nth(MOST_CHARACTERS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
