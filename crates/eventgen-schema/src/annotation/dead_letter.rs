//! The property `deadLetter`.

use std::collections::BTreeMap;

use super::config::read_config;
use super::quantity::PARTITIONS;
use super::topic_name::check_topic_name;
use crate::contract::{DEFAULT_RETENTION_MS, DeadLetter, derived_dead_letter};
use crate::diagnostics::Diagnostic;
use crate::node::{Node, Value};
use crate::reader::{Casing, Properties, wrong_kind};
use crate::source::Spanned;
use crate::vocabulary::{DEAD_LETTER, names};

/// How long dead letters are kept unless the contract says otherwise: 14 days, or as long as the source.
const DEAD_LETTER_RETENTION_MS: u64 = 14 * 86_400_000;

/// How many bytes larger than its record a dead letter may be: it has at most 9 more headers. The error message takes
/// up to 2 KiB; the names of the topic, the group and the error type take a few hundred bytes each.
pub(crate) const ROOM: u32 = 16 * 1024;

/// The properties of dead letters that one annotation or table sets.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct DeadLetterProperties {
    pub(crate) topic: Option<Spanned<String>>,
    pub(crate) partitions: Option<u32>,
    pub(crate) config: BTreeMap<String, Spanned<String>>,
}

/// Reads the property. Its value is `None` if dead letters are turned off.
pub(super) fn read_dead_letter(
    node: &Node,
    casing: Casing,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Spanned<Option<DeadLetterProperties>>> {
    let span = node.span.clone();
    match &node.value {
        Value::Boolean(false) => return Some(Spanned { value: None, span }),
        Value::Object(_) => {}
        _ => {
            let off = match casing {
                // Dead letters are a message there, which has a field of its own for it.
                Casing::Snake => casing.object("deadLetter", ("enabled", "false")),
                Casing::Camel | Casing::Kebab | Casing::Rust => casing.example("deadLetter", "false"),
            };
            let topic = node.as_str().filter(|text| !text.is_empty()).unwrap_or("…");
            let topic = casing.object("deadLetter", ("topic", &format!("\"{topic}\"")));
            let example = if node.as_str().is_some() {
                format!("{topic}, or {off} to turn dead letters off")
            } else {
                format!("{off} to turn dead letters off, or {topic}")
            };
            let property = format!("`{}`", casing.of("deadLetter"));
            diagnostics.push(wrong_kind(&property, "false or an object", &example, node));
            return None;
        }
    }
    let what = format!("`{}`", casing.of("deadLetter"));
    let mut properties = Properties::read(node, &what, &names(&DEAD_LETTER), casing, diagnostics)?;
    let topic = properties.string("topic");
    let partitions = properties.number("partitions", PARTITIONS).map(|partitions| partitions.value);
    let config =
        properties.get("config").map(|node| read_config(node, properties.diagnostics)).unwrap_or_default();
    if let Some(topic) = &topic {
        check_topic_name(&topic.value, &topic.span, properties.diagnostics);
    }
    Some(Spanned { value: Some(DeadLetterProperties { topic, partitions, config }), span })
}

/// The dead-letter topic of `source`.
pub(super) fn dead_letter(
    properties: DeadLetterProperties,
    source: &str,
    source_config: &BTreeMap<String, String>,
) -> DeadLetter {
    let mut config: BTreeMap<String, String> =
        properties.config.into_iter().map(|(name, value)| (name, value.value)).collect();
    config.entry("retention.ms".to_owned()).or_insert_with(|| match source_config.get("retention.ms") {
        // Records of the source never expire, and neither do their dead letters.
        Some(forever) if forever.starts_with('-') => forever.clone(),
        kept => kept
            .and_then(|kept| kept.parse().ok())
            .unwrap_or(DEFAULT_RETENTION_MS)
            .max(DEAD_LETTER_RETENTION_MS)
            .to_string(),
    });
    // A dead letter that is too large for its topic loses its value, and one that is not replicated may be lost.
    if let Some(largest) = source_config.get("max.message.bytes").and_then(|bytes| bytes.parse::<u32>().ok())
    {
        // Kafka counts message bytes in 31 bits.
        let largest = largest.saturating_add(ROOM).min(i32::MAX.unsigned_abs());
        config.entry("max.message.bytes".to_owned()).or_insert_with(|| largest.to_string());
    }
    if let Some(in_sync) = source_config.get("min.insync.replicas") {
        config.entry("min.insync.replicas".to_owned()).or_insert_with(|| in_sync.clone());
    }
    DeadLetter {
        topic: properties.topic.map_or_else(|| derived_dead_letter(source), |topic| topic.value),
        partitions: properties.partitions,
        config,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Sources, Span};

    fn config(own: &[(&str, &str)], source: &[(&str, &str)]) -> BTreeMap<String, String> {
        let text = |name: &str| (*name).to_owned();
        let source_id = Sources::default().add("here", String::new());
        let span = Span { source: source_id, range: 0..0 };
        let spanned = |value: &str| Spanned { value: value.to_owned(), span: span.clone() };
        let properties = DeadLetterProperties {
            config: own.iter().map(|(name, value)| (text(name), spanned(value))).collect(),
            ..DeadLetterProperties::default()
        };
        let source = source.iter().map(|(name, value)| (text(name), text(value))).collect();
        dead_letter(properties, "orders", &source).config
    }

    #[test]
    fn a_dead_letter_topic_is_as_durable_as_its_source_and_accepts_its_largest_record() {
        let derived = config(&[], &[("max.message.bytes", "3000000"), ("min.insync.replicas", "2")]);
        assert_eq!(derived["max.message.bytes"], (3_000_000 + 16_384).to_string());
        assert_eq!(derived["min.insync.replicas"], "2");
        let largest = config(&[], &[("max.message.bytes", "2147483647")]);
        assert_eq!(largest["max.message.bytes"], "2147483647");
        let own = config(
            &[("max.message.bytes", "100"), ("min.insync.replicas", "1")],
            &[("max.message.bytes", "3000000"), ("min.insync.replicas", "2")],
        );
        assert_eq!((own["max.message.bytes"].as_str(), own["min.insync.replicas"].as_str()), ("100", "1"));
        assert_eq!(
            config(&[], &[]).len(),
            1,
            "a dead-letter topic leaves to the cluster what its source leaves to it"
        );
    }
}
