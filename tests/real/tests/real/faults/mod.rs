//! Regressions on the real cluster: records, topics and registries that stopped a consumer or dead-lettered valid events.

mod dead_letters;
mod foreign;
mod retention;
mod topics;
