//! The settings of every producer, and the invariants that its guarantees depend on.

use crate::kafka::{EVENTS, Invariant};

/// Defaults of librdkafka's properties.
pub(super) const DEFAULTS: [(&str, &str); 5] = [
    // The default of the JVM client. librdkafka's default is 5 minutes.
    ("delivery.timeout.ms", "120000"),
    COMMON[0],
    COMMON[1],
    COMMON[2],
    COMMON[3],
];

/// Defaults of every producer. A transactional one has no other: librdkafka limits the time of a record by that of its
/// transaction.
pub(super) const COMMON: [(&str, &str); 4] = [
    ("enable.idempotence", "true"),
    ("acks", "all"),
    ("compression.type", "lz4"),
    // The partitioner of the JVM client, so that a key has the same partition for all clients. librdkafka's default differs.
    ("partitioner", "murmur2_random"),
];

/// Settings that an application cannot change.
pub(super) const INVARIANTS: [Invariant; 7] = [
    (TRANSACTIONAL_ID, |_| false, "a `Producer` has no transactions: use a `TransactionalProducer`"),
    TRANSACTIONAL_INVARIANTS[0],
    TRANSACTIONAL_INVARIANTS[1],
    TRANSACTIONAL_INVARIANTS[2],
    TRANSACTIONAL_INVARIANTS[3],
    TRANSACTIONAL_INVARIANTS[4],
    TRANSACTIONAL_INVARIANTS[5],
];

/// The setting that makes a producer transactional.
pub(crate) const TRANSACTIONAL_ID: &str = "transactional.id";

/// Settings that an application cannot change for any producer.
pub(super) const TRANSACTIONAL_INVARIANTS: [Invariant; 6] = [
    EVENTS,
    (
        "delivery.report.only.error",
        is_false,
        "a record that is written would not be acknowledged, and its sender would wait for ever",
    ),
    ("enable.idempotence", is_true, "without idempotence a retried request may write its records twice"),
    ("acks", is_all, "without the acknowledgement of all in-sync replicas a failing broker may lose records"),
    (
        "request.required.acks",
        is_all,
        "without the acknowledgement of all in-sync replicas a failing broker may lose records",
    ),
    (
        "partitioner",
        is_murmur2,
        "with another partitioner than JVM clients use one key would have two partitions",
    ),
];

fn is_true(value: &str) -> bool {
    value == "true"
}

fn is_false(value: &str) -> bool {
    value == "false"
}

fn is_all(value: &str) -> bool {
    matches!(value, "all" | "-1")
}

fn is_murmur2(value: &str) -> bool {
    matches!(value, "murmur2_random" | "murmur2")
}
