//! The page of an event: where it is, its fields, an example and its schema.

use std::fmt::Write as _;

use askama::Template;
use eventgen_schema::contract::HeaderValue;

use super::fields::{TypeSection, sections};
use crate::catalogue::facts::{Fact, Facts};
use crate::catalogue::flow::Flow;
use crate::catalogue::layout::Layout;
use crate::catalogue::prose::paragraphs;
use crate::catalogue::rich::{Part, Rich, code, listed, text};
use crate::catalogue::search::doc;
use crate::catalogue::site::{EventEntry, Site, short_name};
use crate::catalogue::words;
use crate::error::Error;
use crate::file::File;

/// The most bytes of an example that are shown.
const MAX_BYTES: usize = 512;
/// The bytes on a line.
const LINE: usize = 16;
/// The longest schema that is shown, in bytes.
const MAX_SCHEMA: usize = 100_000;

#[derive(Debug, Template)]
#[template(path = "catalogue/event.html")]
struct EventPage {
    layout: Layout,
    short: String,
    namespace: String,
    language: &'static str,
    doc: Vec<Rich>,
    facts: Vec<Fact>,
    flow: Flow,
    headers: Vec<HeaderRow>,
    types: Vec<TypeSection>,
    example: Option<ExampleText>,
    schema: String,
    references: Vec<ReferencedText>,
    key_schema: Option<String>,
}

#[derive(Debug)]
struct HeaderRow {
    name: String,
    value: Rich,
}

#[derive(Debug)]
struct ExampleText {
    json: String,
    bytes: String,
    byte_count: String,
}

#[derive(Debug)]
struct ReferencedText {
    name: String,
    subject: String,
    text: String,
}

/// The page of an event.
pub(super) fn page(site: &Site<'_>, entry: &EventEntry<'_>) -> Result<File, Error> {
    let event = entry.event;
    let (short, namespace) = short_name(&event.name);
    let references = site.contract.references(&event.registered());
    let page = EventPage {
        layout: Layout::below(site, short, "events"),
        short: short.to_owned(),
        namespace: namespace.to_owned(),
        language: language(event.schema_type),
        doc: paragraphs(doc(entry)),
        facts: facts(site, entry),
        flow: super::topic::flow_of(site, entry.topic, Some(event.name.as_str())),
        headers: event.headers.iter().map(|(name, value)| header(name, value)).collect(),
        types: sections(entry),
        example: entry.description.example.as_ref().map(|example| ExampleText {
            json: example.json.clone(),
            bytes: dump(&example.bytes),
            byte_count: words::count(example.bytes.len(), "byte"),
        }),
        schema: shown(&event.schema),
        references: references
            .into_iter()
            .map(|schema| ReferencedText {
                name: schema.name.clone(),
                subject: site.contract.reference_strategy.subject(&schema.name),
                text: shown(&schema.text),
            })
            .collect(),
        key_schema: event.typed_key.as_ref().map(|key| shown(&key.text)),
    };
    File::render(site.event_path(&event.name).to_owned(), &page)
}

/// The name of a language as people write it: registries have names in capitals.
fn language(schema_type: &str) -> &'static str {
    // Names that are not known are rare, and any word is better than capitals.
    let known = [("AVRO", "Avro"), ("PROTOBUF", "Protobuf"), ("JSON", "JSON Schema")];
    known.iter().find(|(name, _)| *name == schema_type).map_or("Schema", |(_, shown)| shown)
}

fn facts(site: &Site<'_>, entry: &EventEntry<'_>) -> Vec<Fact> {
    let event = entry.event;
    let mut facts = Facts::default();
    facts.add("Topic", vec![site.topic_link(&event.topic)]);
    if event.key.is_empty() {
        facts.say("Key", "none");
    } else {
        let mut key = listed(event.key.iter().map(|path| code(path.fields.join("."))));
        if entry.topic.is_some_and(|topic| topic.ordering == eventgen_schema::contract::Ordering::Key) {
            key.push(text(": events with the same key stay in order"));
        }
        facts.add("Key", key);
    }
    if let Some(key) = &event.typed_key {
        let shown = vec![
            text(format!("{}, subject ", language(key.schema_type))),
            code(key.subject.as_str()),
            text("; the id of its schema is part of the key"),
        ];
        facts.add("Schema of the key", shown);
    }
    let level = event.compatibility;
    let mut compatibility = vec![code(level.as_str())];
    compatibility.push(text(format!(": {}", words::compatibility(level))));
    if !event.states_compatibility {
        compatibility.push(text("; the default, a registry may have its own"));
    }
    facts.add("Compatibility", compatibility);
    facts.add("Subject", vec![code(event.subject.as_str())]);
    if let Some(topic) = entry.topic {
        facts.add_some("Written by", listed(topic.producers.iter().map(|name| site.service_link(name))));
        facts.add_some(
            "Read by",
            listed(topic.consumers.iter().map(|consumer| site.service_link(&consumer.group))),
        );
        facts.say("Kept", words::kept(&topic.config));
        if let Some(owner) = &topic.owner {
            facts.say("Owner", owner.as_str());
        }
    }
    facts.0
}

fn header(name: &str, value: &HeaderValue) -> HeaderRow {
    let value = match value {
        HeaderValue::Literal(literal) => vec![text("always "), Part::Code(literal.clone())],
        HeaderValue::Field(path) => vec![text("the field "), Part::Code(path.fields.join("."))],
    };
    HeaderRow { name: name.to_owned(), value }
}

/// A schema with indentation, if it is JSON.
fn shown(schema: &str) -> String {
    if schema.len() > MAX_SCHEMA {
        return format!("The schema has {}, too many to show.", words::count(schema.len(), "byte"));
    }
    crate::catalogue::prose::indented(schema).unwrap_or_else(|| schema.to_owned())
}

/// Bytes in hexadecimal, with what of them is text.
fn dump(bytes: &[u8]) -> String {
    let mut out = String::new();
    for (index, line) in bytes[..bytes.len().min(MAX_BYTES)].chunks(LINE).enumerate() {
        let hex: Vec<String> = line.iter().map(|byte| format!("{byte:02x}")).collect();
        let is_shown = |byte: &u8| byte.is_ascii_graphic() || *byte == b' ';
        let plain = line.iter().map(|byte| if is_shown(byte) { char::from(*byte) } else { '.' });
        // Writing to a string does not fail.
        let _ = writeln!(out, "{:04x}  {:<47}  {}", index * LINE, hex.join(" "), plain.collect::<String>());
    }
    if bytes.len() > MAX_BYTES {
        let _ = writeln!(out, "… {} more", bytes.len() - MAX_BYTES);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_shown_with_their_text() {
        assert_eq!(dump(b"ab\0"), format!("0000  {:<47}  ab.\n", "61 62 00"));
        assert!(dump(&[0; 600]).ends_with("… 88 more\n"));
    }
}
