//! Why there is no plan.

use thiserror::Error;

/// Why what one schema wrote cannot be read with another.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PlanError {
    /// The writer's schema is none.
    #[error("the writer's schema does not parse: {reason}")]
    WriterSchema {
        /// What the parser says.
        reason: String,
    },
    /// The reader's schema is none.
    #[error("the reader's schema does not parse: {reason}")]
    ReaderSchema {
        /// What the parser says.
        reason: String,
    },
    /// Two types that do not resolve.
    #[error("the writer's `{writer}` does not resolve to the reader's `{reader}`: {reason}")]
    Unresolvable {
        /// Where the type is in the writer's schema, such as `OrderEvent.lines[].quantity`.
        writer: String,
        /// Where the type is in the reader's schema.
        reader: String,
        /// Why not.
        reason: Unresolvable,
    },
}

/// Why two types do not resolve (specification 1.12, "Schema Resolution").
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Unresolvable {
    /// Types between which there is no promotion.
    #[error("{writer} is not promoted to {reader}")]
    Types {
        /// The writer's.
        writer: &'static str,
        /// The reader's.
        reader: &'static str,
    },
    /// Named types of different names.
    #[error("`{writer}` and `{reader}` are different types; an alias of the reader's would make them one")]
    Names {
        /// The writer's.
        writer: String,
        /// The reader's.
        reader: String,
    },
    /// Fixed types of different sizes.
    #[error("{writer} bytes and {reader} bytes")]
    Sizes {
        /// The writer's.
        writer: usize,
        /// The reader's.
        reader: usize,
    },
    /// The same bytes, but they stand for different things.
    #[error("{writer} and {reader} are different logical types")]
    LogicalTypes {
        /// The writer's.
        writer: String,
        /// The reader's.
        reader: String,
    },
    /// None of the writer's symbols is one of the reader's, which has no default.
    #[error("the enums have no symbol in common, and the reader's has no default")]
    Symbols,
    /// No branch of a union resolves.
    #[error("no branch of the union resolves")]
    Branches,
    /// A field that the writer does not have, without a default.
    #[error("the writer has no field `{field}`, which has no default")]
    Missing {
        /// Its name.
        field: String,
    },
    /// A default that is no value of its type.
    #[error("the default of the field `{field}` is no value of its type")]
    Default {
        /// Its name.
        field: String,
    },
}
