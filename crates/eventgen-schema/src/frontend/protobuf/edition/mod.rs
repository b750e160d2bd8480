//! Editions. The parser knows proto2 and proto3: a file of an edition is rewritten to proto2, and its features are applied
//! to the descriptor afterwards.
//!
//! - Explicit presence, a required field and implicit presence are what proto2 and proto3 have. A file with implicit presence
//!   somewhere is compiled as proto3, all others as proto2.
//! - An enum is open or closed only as far as rules depend on it: prost reads values that it does not know either way.
//! - Repeated fields are marked as packed or not. Delimited messages are groups.
//! - UTF-8 is verified always, as prost does.

mod features;
mod lower;
mod resolved;
mod rewrite;
mod style;
mod visibility;

pub(super) use lower::{Lowered, lower};
pub(super) use resolved::{check_maps, check_resolved, closed_enums, make_groups};
pub(super) use rewrite::{edition, rewrite};
pub(super) use visibility::{check_visibility, local_types};
