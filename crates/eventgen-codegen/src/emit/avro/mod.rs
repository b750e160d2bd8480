//! Avro: events whose types and codec are generated here.

pub(crate) mod event;
mod fields;
mod key;
