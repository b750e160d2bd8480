//! Editions. The parser knows proto2 and proto3: a file of an edition is rewritten to proto2, and its features are
//! applied to the descriptor afterwards.
//!
//! - Explicit presence, implicit presence and required fields exist in proto2 or proto3. A file in which any field has
//!   implicit presence is compiled as proto3, all others as proto2.
//! - Whether an enum is open or closed matters for the rules only: prost reads unknown values of both.
//! - Repeated fields are marked as packed or not. Delimited messages are groups.
//! - UTF-8 is always verified: prost does so.

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
