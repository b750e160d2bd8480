//! Errors of encoding and decoding.

use std::fmt;

use thiserror::Error;

/// A value that its schema cannot represent.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// More fractional digits than the scale. Rounding is a decision of the application.
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
    /// A big-decimal whose scale exceeds 32 bits, the limit of other implementations.
    #[error("the scale {scale} of a big-decimal does not fit 32 bits")]
    BigDecimalScale {
        /// The scale.
        scale: i64,
    },
    /// An integer that does not fit in a long.
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

/// Bytes that are not a value of the schema: the cause, the position in the payload and the field.
///
/// One word in size, so that results stay in registers on the success path.
#[derive(Clone, PartialEq, Eq)]
pub struct DecodeError(Box<Details>);

#[derive(Clone, PartialEq, Eq)]
struct Details {
    kind: DecodeErrorKind,
    position: usize,
    path: String,
}

impl DecodeError {
    /// An error at a position, in bytes from the start of the payload.
    #[cold]
    #[inline(never)]
    pub fn new(position: usize, kind: DecodeErrorKind) -> Self {
        Self(Box::new(Details { kind, position, path: String::new() }))
    }

    /// An unknown branch index at a position.
    #[cold]
    pub fn unknown_branch(position: usize, index: i64, branches: usize) -> Self {
        Self::new(position, DecodeErrorKind::UnknownBranch { index, branches })
    }

    /// The cause.
    pub fn kind(&self) -> &DecodeErrorKind {
        &self.0.kind
    }

    /// The position of the invalid value, in bytes from the start of the payload. If the payload was written with
    /// another version of the schema, it counts in the resolved payload.
    pub fn position(&self) -> usize {
        self.0.position
    }

    /// The path of the field from the event down, such as `lines[3].sku` or `attributes["region"]`. Empty if the schema
    /// is not known, as with [`read`](super::read), or if the event itself is invalid.
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

/// The cause of a [`DecodeError`].
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DecodeErrorKind {
    /// The payload ends inside a value.
    #[error("the payload ends inside the value: {needed} more bytes expected, {remaining} left")]
    UnexpectedEnd {
        /// The number of bytes that the value needs.
        needed: usize,
        /// The number of bytes left.
        remaining: usize,
    },
    /// Bytes after the value.
    #[error("{count} bytes are left over behind the value: written with another schema?")]
    TrailingBytes {
        /// The number of bytes left.
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
    /// A length, count or size that is negative or more than the rest of the payload can hold.
    #[error("the length {length} is impossible: {remaining} bytes are left")]
    ImpossibleLength {
        /// The length, as read.
        length: i64,
        /// The number of bytes left.
        remaining: usize,
    },
    /// Items that need more memory than [`Limits`](super::Limits) allow for a payload of this size.
    #[error("{count} items are more than the limits allow for a payload of this size")]
    TooManyItems {
        /// The number of items.
        count: usize,
    },
    /// More levels of recursive records than [`Limits`](super::Limits) allow.
    #[error("the value is nested more than {limit} levels deep")]
    TooDeep {
        /// The maximum number of levels.
        limit: usize,
    },
    /// An enum index without a symbol.
    #[error("the enum has index {index}, there are {symbols} symbols")]
    UnknownSymbol {
        /// The index.
        index: i64,
        /// The number of symbols of the schema.
        symbols: usize,
    },
    /// A symbol of the writer that the reader's enum does not have, without a default.
    #[error("the symbol `{symbol}` of the writer is not in the reader's enum, which has no default")]
    ForeignSymbol {
        /// The symbol.
        symbol: String,
    },
    /// A value of the writer that the reader's logical type cannot hold in its unit or scale.
    #[error("{value} does not fit the reader's logical type")]
    DoesNotConvert {
        /// The value.
        value: String,
    },
    /// A union index without a branch.
    #[error("the union has index {index}, there are {branches} branches")]
    UnknownBranch {
        /// The index.
        index: i64,
        /// The number of branches of the schema.
        branches: usize,
    },
    /// A branch of the writer's union that does not resolve to the reader's type.
    #[error("branch {index} of the writer's union does not resolve: {reason}")]
    ForeignBranch {
        /// The index.
        index: usize,
        /// The reason.
        reason: String,
    },
    /// A value that the Rust type cannot represent.
    #[error("the {what} is out of range")]
    OutOfRange {
        /// The logical type, or the Rust type.
        what: &'static str,
    },
    /// A string that is not a UUID (RFC 9562).
    #[error("the uuid is not of the form of RFC 9562")]
    InvalidUuid,
}
