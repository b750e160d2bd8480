//! Dead-letter topics.

use std::collections::BTreeMap;

use crate::source::Spanned;

/// The dead-letter topic of a topic.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct DeadLetter {
    /// Its name, `<topic>.dlq` unless the contract says otherwise.
    pub topic: String,
    /// Number of partitions; `None` leaves it to the source's.
    pub partitions: Option<u32>,
    /// Kafka topic configuration, `retention.ms` included.
    pub config: BTreeMap<String, String>,
}

/// Where a dead-letter topic has its name from.
pub(crate) enum DeadLetterName<'a> {
    /// There is none.
    Off,
    /// The topic's name with `.dlq` behind it.
    Derived,
    /// The contract says it.
    Given(&'a Spanned<String>),
}

/// The name of a dead-letter topic that the contract does not name.
pub(crate) fn derived_dead_letter(topic: &str) -> String {
    format!("{topic}.dlq")
}
