//! Schemas at run time and the resolution between a writer's and a reader's (specification 1.12, "Schema Resolution").
//!
//! ```text
//! text ─ parse ─▶ model ─▶ graph (nodes and their sizes) ─▶ structure (graph and skips) ─▶ plan ─▶ payload
//!                                                            └▶ walk (the field of an error)
//! ```

mod graph;
mod located;
mod plan;
mod schema;
mod skip;
mod structure;
mod walk;

pub use located::read_event;
pub use plan::{Plan, PlanError, Unresolvable};
pub use schema::{Schema, SchemaError};
