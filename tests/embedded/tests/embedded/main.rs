//! The guarantees and the errors of producers and consumers, on the embedded cluster.

mod breaker;
mod dead_letters;
mod errors;
mod failures;
mod faulty_registry;
mod health;
mod infrastructure;
mod logs;
mod many_retries;
mod observing;
mod panics;
mod producing;
mod protobuf;
mod registry;
mod schema_lookup;
mod several_groups;
mod several_topics;
mod skipping;
mod slow_handlers;
mod stalls;
mod start_positions;
mod starting;
mod support;
mod test_cluster;
mod topic_names;
mod unknown_events;
