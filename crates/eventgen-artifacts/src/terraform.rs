//! Topics as resources of Terraform. A resource that would destroy its topic is refused: `prevent_destroy`.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use askama::Template;
use eventgen_schema::Contract;

use crate::cluster::{self, ClusterTopic};
use crate::error::Error;
use crate::file::File;
use crate::hash::fnv;
use crate::quote;

/// The path of the file.
pub const TOPICS: &str = "kafka-topics.tf";

/// A provider of Terraform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Provider {
    /// `Mongey/kafka`: `kafka_topic`, for every cluster.
    #[default]
    Kafka,
    /// `confluentinc/confluent`: `confluent_kafka_topic`, for Confluent Cloud, which chooses the number of replicas.
    Confluent,
}

/// The topics of a contract.
///
/// # Errors
/// The template cannot be filled in.
pub fn topics(contract: &Contract, provider: Provider) -> Result<File, Error> {
    File::render(TOPICS.to_owned(), &Resources::new(contract, provider))
}

#[derive(Debug, Template)]
#[template(path = "terraform/topics.tf", escape = "none")]
struct Resources {
    resource: &'static str,
    /// Variables for what the contract leaves to the cluster and the provider requires.
    variables: BTreeSet<&'static str>,
    topics: Vec<Topic>,
}

#[derive(Debug)]
struct Topic {
    label: String,
    comments: Vec<String>,
    /// Names padded to one width, and values.
    attributes: Vec<(String, String)>,
    config: Vec<(String, String)>,
}

const PARTITIONS: &str = "kafka_partitions";
const REPLICATION_FACTOR: &str = "kafka_replication_factor";

impl Resources {
    fn new(contract: &Contract, provider: Provider) -> Self {
        let topics = cluster::topics(contract);
        let mut variables = BTreeSet::new();
        if provider == Provider::Kafka {
            if topics.iter().any(|topic| topic.partitions.is_none()) {
                variables.insert(PARTITIONS);
            }
            if topics.iter().any(|topic| topic.replication_factor.is_none()) {
                variables.insert(REPLICATION_FACTOR);
            }
        }
        Self {
            resource: match provider {
                Provider::Kafka => "kafka_topic",
                Provider::Confluent => "confluent_kafka_topic",
            },
            variables,
            topics: topics.into_iter().map(|topic| Topic::new(&topic, provider)).collect(),
        }
    }
}

impl Topic {
    fn new(topic: &ClusterTopic<'_>, provider: Provider) -> Self {
        let mut comments = vec![topic.content.clone()];
        comments.extend(topic.owner.as_deref().map(|owner| format!("Owner: {}", quote::string(owner))));
        let name = string(&topic.name);
        let or_variable =
            |value: Option<String>, variable| value.unwrap_or_else(|| format!("var.{variable}"));
        let partitions = topic.partitions.map(|partitions| partitions.to_string());
        let replicas = topic.replication_factor.map(|replicas| replicas.to_string());
        let attributes = match provider {
            Provider::Kafka => vec![
                ("name".to_owned(), name),
                ("partitions".to_owned(), or_variable(partitions, PARTITIONS)),
                ("replication_factor".to_owned(), or_variable(replicas, REPLICATION_FACTOR)),
            ],
            Provider::Confluent => [("topic_name".to_owned(), name)]
                .into_iter()
                .chain(partitions.map(|partitions| ("partitions_count".to_owned(), partitions)))
                .collect(),
        };
        let config = topic.config.iter().map(|(name, value)| (string(name), string(value))).collect();
        Self { label: label(&topic.name), comments, attributes: aligned(attributes), config: aligned(config) }
    }
}

/// Pads names to the width of the longest, as `terraform fmt` does.
fn aligned(mut entries: Vec<(String, String)>) -> Vec<(String, String)> {
    let width = entries.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
    for (name, _) in &mut entries {
        let missing = width - name.chars().count();
        name.extend(std::iter::repeat_n(' ', missing));
    }
    entries
}

/// The label of a topic's resource: an identifier, with a hash if another name could have the same one.
fn label(name: &str) -> String {
    let is_plain = |char: char| char.is_ascii_alphanumeric() || char == '-' || char == '_';
    let mut label: String = name.chars().map(|char| if is_plain(char) { char } else { '_' }).collect();
    // A dot is what nearly every name has: `a.b` is `a_b`, and every other name that could be has a hash.
    if !label.starts_with(|first: char| first.is_ascii_alphabetic()) {
        label.insert_str(0, "topic_");
    } else if !name.contains('_') {
        return label;
    }
    let _ = write!(label, "_{:016x}", fnv(&[name]));
    label
}

/// A string literal of HCL.
fn string(text: &str) -> String {
    let mut literal = String::with_capacity(text.len() + 2);
    literal.push('"');
    let mut chars = text.chars().peekable();
    let mut before = None;
    while let Some(char) = chars.next() {
        // Writing to a string does not fail.
        let _ = match char {
            '"' | '\\' => write!(literal, "\\{char}"),
            // Two of them before a brace are one that starts no template; with another before, the scanner counts anew.
            '$' | '%' if chars.peek() == Some(&'{') && before == Some(char) => {
                write!(literal, "\\u{:04x}", u32::from(char))
            }
            '$' | '%' if chars.peek() == Some(&'{') => write!(literal, "{char}{char}"),
            ' '..='~' => write!(literal, "{char}"),
            _ if char.is_alphanumeric() => write!(literal, "{char}"),
            _ if u32::from(char) <= 0xffff => write!(literal, "\\u{:04x}", u32::from(char)),
            _ => write!(literal, "\\U{:08x}", u32::from(char)),
        };
        before = Some(char);
    }
    literal.push('"');
    literal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_literal_starts_a_template() {
        assert_eq!(string("${a}%{b}$c $${d}"), r#""$${a}%%{b}$c $\u0024{d}""#);
        assert_eq!(string("a\"b\\c\n\u{200b}😀"), r#""a\"b\\c\u000a\u200b\U0001f600""#);
    }

    #[test]
    fn labels_of_different_names_differ() {
        assert_eq!(label("orders.events.v1"), "orders_events_v1");
        assert_eq!(label("orders-events"), "orders-events");
        let names = ["a.b", "a_b", "a-b", "1a", "topic_1a", "a.b_c", "a_b.c", "a.b.c", "_", "-", "."];
        let labels: BTreeSet<String> = names.iter().map(|name| label(name)).collect();
        assert_eq!(labels.len(), names.len(), "{labels:?}");
    }
}
