//! What producers and consumers promise, and what they say when something is wrong, on the embedded cluster.

mod dead_letters;
mod errors;
mod failures;
mod faulty_registry;
mod infrastructure;
mod logs;
mod observing;
mod producing;
mod protobuf;
mod registry;
mod schema_lookup;
mod several_topics;
mod standing_still;
mod support;
