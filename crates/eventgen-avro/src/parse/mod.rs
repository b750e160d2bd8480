//! The parser of Avro schemas ([specification 1.12](https://avro.apache.org/docs/1.12.0/specification/)).
//!
//! JSON becomes a [tree of nodes](Node) with locations. All roots are then [declared](declare) together, and after that
//! every definition is [built](build) into the [type graph](crate::model). References therefore work in any order, across
//! roots and in cycles, and the result does not depend on the order of roots. Problems carry their cause, their locations
//! and what to do; nothing stops at the first one.
//!
//! Front ends for other notations, such as Avro IDL, build the same tree.

mod build;
mod declare;
mod default;
mod encoding;
mod enums;
mod equivalence;
mod fixed;
mod json;
mod logical;
mod name_length;
mod names;
mod problem;
mod properties;
mod registered;
mod root;
mod same;
mod schema;
mod span;
mod tree;
mod unresolved;

pub use build::{Annotated, Built, build};
pub use declare::{Declaration, Declarations};
pub use equivalence::declare;
pub use fixed::MAX_FIXED_SIZE;
pub use json::{MAX_DEPTH, check_duplicates, nested_too_deeply, parse_json};
pub use name_length::{MAX_NAME_BYTES, MAX_NAME_PARTS, too_long};
pub use names::PRIMITIVES;
pub use problem::{Problem, ProblemKind, Severity};
pub use registered::{FormError, MAX_NESTING, registered_form};
pub use root::Root;
pub use schema::{ParsedSchema, Strictness, parse, parse_with_references};
pub use span::{SourceId, Span};
pub use tree::{Member, Node, Value};
