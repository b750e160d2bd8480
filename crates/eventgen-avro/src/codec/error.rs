//! What can go wrong between values and bytes.

use std::fmt;

use thiserror::Error;

/// A value that its schema cannot hold.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// More digits behind the point than the scale: rounding is the application's decision.
    #[error(
        "decimal {value} has more than {scale} digits behind the point; round it to the schema's scale first"
    )]
    DecimalScale {
        /// The value.
        value: String,
        /// The schema's scale.
        scale: u32,
    },
    /// More digits than the precision.
    #[error(
        "decimal {value} has more than {precision} digits, the schema's precision (scale {scale} counted)"
    )]
    DecimalPrecision {
        /// The value.
        value: String,
        /// The schema's precision.
        precision: u32,
        /// The schema's scale.
        scale: u32,
    },
    /// A timestamp too far from 1970 for its unit.
    #[error("timestamp {value} does not fit 64 bits of its unit")]
    TimestampRange {
        /// The value, RFC 3339.
        value: String,
    },
    /// A big-decimal whose scale is more than 32 bits, which is what other implementations hold.
    #[error("the scale {scale} of a big-decimal does not fit 32 bits")]
    BigDecimalScale {
        /// The scale.
        scale: i64,
    },
    /// A whole number that is longer than Avro's.
    #[error("{value}, of type {what}, does not fit the 64 bits of a long")]
    IntegerRange {
        /// The value.
        value: String,
        /// Its type.
        what: &'static str,
    },
    /// A date too far from 1970.
    #[error("date {value} does not fit 32 bits of days")]
    DateRange {
        /// The value, RFC 3339.
        value: String,
    },
}

/// Bytes that are no value of the schema: what is wrong, where in the payload and in which field.
///
/// One word, so that whatever is read stays in registers on the way that goes well.
#[derive(Clone, PartialEq, Eq)]
pub struct DecodeError(Box<Details>);

#[derive(Clone, PartialEq, Eq)]
struct Details {
    kind: DecodeErrorKind,
    position: usize,
    path: String,
}

impl DecodeError {
    /// A mistake at a position, in bytes from the start of the payload.
    #[cold]
    #[inline(never)]
    pub fn new(position: usize, kind: DecodeErrorKind) -> Self {
        Self(Box::new(Details { kind, position, path: String::new() }))
    }

    /// An index of a union's branch that is none, at a position.
    #[cold]
    pub fn unknown_branch(position: usize, index: i64, branches: usize) -> Self {
        Self::new(position, DecodeErrorKind::UnknownBranch { index, branches })
    }

    /// What is wrong.
    pub fn kind(&self) -> &DecodeErrorKind {
        &self.0.kind
    }

    /// Where the value begins that cannot be read, in bytes from the start of the payload. When an older writer's
    /// schema was resolved, it counts in the payload that came of it.
    pub fn position(&self) -> usize {
        self.0.position
    }

    /// The field where it happened, from the event down: `lines[3].sku`, `attributes["region"]`. Empty where no schema
    /// was at hand, as with [`read`](super::read), or when the event itself is no value.
    pub fn path(&self) -> &str {
        &self.0.path
    }

    pub(crate) fn set_path(&mut self, path: String) {
        self.0.path = path;
    }
}

impl fmt::Debug for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Details { kind, position, path } = &*self.0;
        f.debug_struct("DecodeError")
            .field("kind", kind)
            .field("position", position)
            .field("path", path)
            .finish()
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Details { kind, position, path } = &*self.0;
        if !path.is_empty() {
            write!(f, "`{path}`: ")?;
        }
        write!(f, "{kind} (byte {position})")
    }
}

impl std::error::Error for DecodeError {}

/// What is wrong with bytes.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DecodeErrorKind {
    /// The payload ends inside a value.
    #[error("the payload ends inside the value: {needed} more bytes expected, {remaining} left")]
    UnexpectedEnd {
        /// Bytes the value takes.
        needed: usize,
        /// Bytes there are.
        remaining: usize,
    },
    /// Bytes behind the value.
    #[error("{count} bytes are left over behind the value: written with another schema?")]
    TrailingBytes {
        /// How many are left.
        count: usize,
    },
    /// A number longer than its type allows.
    #[error("the number does not fit {bits} bits")]
    NumberTooLong {
        /// 32 or 64.
        bits: u32,
    },
    /// A boolean that is neither 0 nor 1.
    #[error("the boolean is {found}, not 0 or 1")]
    InvalidBoolean {
        /// The byte.
        found: u8,
    },
    /// A string that is not UTF-8.
    #[error("the string is not UTF-8")]
    InvalidUtf8,
    /// A length, count or size below zero or above what the rest of the payload can hold.
    #[error("the length {length} is impossible: {remaining} bytes are left")]
    ImpossibleLength {
        /// The length, as read.
        length: i64,
        /// Bytes there are.
        remaining: usize,
    },
    /// Items that need more memory than [`Limits`](super::Limits) allow for a payload of this size.
    #[error("{count} items are more than the limits allow for a payload of this size")]
    TooManyItems {
        /// How many.
        count: usize,
    },
    /// Records inside records of their own type, more levels of them than [`Limits`](super::Limits) allow.
    #[error("the value is nested more than {limit} levels deep")]
    TooDeep {
        /// The most levels.
        limit: usize,
    },
    /// An enum index without a symbol.
    #[error("the enum has index {index}, there are {symbols} symbols")]
    UnknownSymbol {
        /// The index.
        index: i64,
        /// How many symbols the schema has.
        symbols: usize,
    },
    /// A symbol of the writer's enum that the reader's does not have, and no default.
    #[error("the symbol `{symbol}` of the writer is not in the reader's enum, which has no default")]
    ForeignSymbol {
        /// The symbol.
        symbol: String,
    },
    /// A union index without a branch.
    #[error("the union has index {index}, there are {branches} branches")]
    UnknownBranch {
        /// The index.
        index: i64,
        /// How many branches the schema has.
        branches: usize,
    },
    /// A branch of the writer's union that does not resolve to the reader's type.
    #[error("branch {index} of the writer's union does not resolve: {reason}")]
    ForeignBranch {
        /// The index.
        index: usize,
        /// Why not.
        reason: String,
    },
    /// A value that the Rust type cannot hold.
    #[error("the {what} is out of range")]
    OutOfRange {
        /// The logical type, or the Rust type.
        what: &'static str,
    },
    /// A uuid that is none (RFC 9562).
    #[error("the uuid is not of the form of RFC 9562")]
    InvalidUuid,
}
