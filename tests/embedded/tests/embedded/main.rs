//! What producers and consumers promise, and what they say when something is wrong, on the embedded cluster.

mod errors;
mod failures;
mod infrastructure;
mod producing;
mod protobuf;
mod registry;
mod support;
