//! Errors of plans.

use thiserror::Error;

/// Why payloads of one schema cannot be read with another.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PlanError {
    /// The writer's schema does not parse.
    #[error("the writer's schema does not parse: {reason}")]
    WriterSchema {
        /// The first problem.
        reason: String,
    },
    /// The reader's schema does not parse.
    #[error("the reader's schema does not parse: {reason}")]
    ReaderSchema {
        /// The first problem.
        reason: String,
    },
    /// The schemas resolve, but some values of the writer do not.
    #[error("not every value of the writer resolves: {reason}")]
    Partial {
        /// The first branch or symbol that does not.
        reason: String,
    },
    /// Two types that do not resolve.
    #[error("the writer's `{writer}` does not resolve to the reader's `{reader}`: {reason}")]
    Unresolvable {
        /// The path of the type in the writer's schema, such as `OrderEvent.lines[].quantity`.
        writer: String,
        /// The path of the type in the reader's schema.
        reader: String,
        /// The reason.
        reason: Unresolvable,
    },
}

/// Why two types do not resolve (specification 1.12, "Schema Resolution").
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Unresolvable {
    /// The writer's type is not promoted to the reader's.
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
    /// Logical types between which values lose information or change their meaning.
    #[error("{writer} does not become {reader} without loss")]
    LogicalTypes {
        /// The writer's.
        writer: String,
        /// The reader's.
        reader: String,
    },
    /// The enums have no symbol in common, and the reader's has no default.
    #[error("the enums have no symbol in common, and the reader's has no default")]
    Symbols,
    /// The types are nested too deeply, or unions have too many combinations of branches.
    #[error("the schemas are too complex to be compared")]
    TooComplex,
    /// No branch of a union resolves.
    #[error("no branch of the union resolves")]
    Branches,
    /// A field without a default that the writer does not have.
    #[error("the writer has no field `{field}`, which has no default")]
    Missing {
        /// Its name.
        field: String,
    },
    /// A default that is not a value of its type.
    #[error("the default of the field `{field}` is not a value of its type")]
    Default {
        /// Its name.
        field: String,
    },
}
