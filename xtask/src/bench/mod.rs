//! `cargo xtask bench`: measurements beside named peers.

pub(crate) mod codec;
pub(crate) mod generate;
mod instructions;
mod machine;
mod peers;
mod records;
