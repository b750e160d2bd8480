//! `cargo xtask bench`: benchmarks against peers.

pub(crate) mod codec;
pub(crate) mod compile;
mod compile_sources;
pub(crate) mod delivery;
pub(crate) mod derive;
pub(crate) mod generate;
pub(crate) mod history;
mod history_sources;
mod instructions;
pub(crate) mod many;
pub(crate) mod outbox;
mod peers;
mod records;
mod timing;
