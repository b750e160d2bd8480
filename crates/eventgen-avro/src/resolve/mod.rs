//! Schemas at run time and the resolution between a writer's and a reader's (specification 1.12, "Schema Resolution").
//!
//! ```text
//! text ─ parse ─▶ model ─▶ graph (nodes and their sizes) ─▶ structure (graph and skips) ─▶ plan ─▶ payload
//!                                                            └▶ walk (the field of an error)
//! ```

mod graph;
#[cfg(feature = "codec")]
mod located;
mod plan;
mod schema;
mod skip;
#[cfg(feature = "codec")]
mod skipping;
mod structure;
#[cfg(feature = "codec")]
mod walk;

#[cfg(feature = "codec")]
pub use located::read_event;
pub use plan::{Plan, PlanError, Unresolvable, check_resolution};
pub use schema::{Schema, SchemaError};
