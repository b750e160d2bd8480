//! Records, topics and registries that once stopped a consumer, or moved good events into the dead letters, on the real
//! cluster.

mod dead_letters;
mod foreign;
mod retention;
mod topics;
