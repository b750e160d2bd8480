//! Analysis: what the Rust of a contract looks like, as data. Nothing here writes tokens.
//!
//! Each file is one pass over the contract; [`analysis::Model`] runs the passes and holds what they find.

pub(crate) mod analysis;
pub(crate) mod borrowing;
pub(crate) mod branches;
pub(crate) mod case;
pub(crate) mod codec;
pub(crate) mod cycles;
pub(crate) mod existing;
pub(crate) mod externs;
pub(crate) mod given;
pub(crate) mod names;
pub(crate) mod paths;
pub(crate) mod position;
#[cfg(feature = "protobuf")]
pub(crate) mod protobuf;
pub(crate) mod reserved;
pub(crate) mod scope;
pub(crate) mod sizes;
pub(crate) mod strings;
pub(crate) mod unions;
