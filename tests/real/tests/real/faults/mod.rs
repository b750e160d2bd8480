//! Regressions: records, topics and registries that once stopped a consumer, or made dead letters of valid events.

mod dead_letters;
mod foreign;
mod retention;
pub(crate) mod topics;
