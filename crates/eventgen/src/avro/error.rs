//! What can go wrong between values and bytes.

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
    /// A date too far from 1970.
    #[error("date {value} does not fit 32 bits of days")]
    DateRange {
        /// The value, RFC 3339.
        value: String,
    },
}

/// Bytes that are no value of the schema. Positions count bytes from the start of the payload.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The payload ends inside a value.
    #[error("the payload ends at byte {position}: {needed} more bytes expected, {remaining} left")]
    UnexpectedEnd {
        /// Where.
        position: usize,
        /// Bytes the value takes.
        needed: usize,
        /// Bytes there are.
        remaining: usize,
    },
    /// Bytes behind the value.
    #[error("{count} bytes are left over behind the value at byte {position}: written with another schema?")]
    TrailingBytes {
        /// Where the value ends.
        position: usize,
        /// How many are left.
        count: usize,
    },
    /// A number longer than its type allows.
    #[error("the number at byte {position} does not fit {bits} bits")]
    NumberTooLong {
        /// Where.
        position: usize,
        /// 32 or 64.
        bits: u32,
    },
    /// A boolean that is neither 0 nor 1.
    #[error("the boolean at byte {position} is {found}, not 0 or 1")]
    InvalidBoolean {
        /// Where.
        position: usize,
        /// The byte.
        found: u8,
    },
    /// A string that is not UTF-8.
    #[error("the string at byte {position} is not UTF-8")]
    InvalidUtf8 {
        /// Where the string begins.
        position: usize,
    },
    /// A length, count or size below zero or above what any payload holds.
    #[error("the length {length} at byte {position} is impossible: {remaining} bytes are left")]
    ImpossibleLength {
        /// Where.
        position: usize,
        /// The length, as read.
        length: i64,
        /// Bytes there are.
        remaining: usize,
    },
    /// An enum index without a symbol.
    #[error("the enum at byte {position} has index {index}, there are {symbols} symbols")]
    UnknownSymbol {
        /// Where.
        position: usize,
        /// The index.
        index: i64,
        /// How many symbols the schema has.
        symbols: usize,
    },
    /// A union index without a branch.
    #[error("the union at byte {position} has index {index}, there are {branches} branches")]
    UnknownBranch {
        /// Where.
        position: usize,
        /// The index.
        index: i64,
        /// How many branches the schema has.
        branches: usize,
    },
    /// A value that the Rust type cannot hold.
    #[error("the {what} at byte {position} is out of range")]
    OutOfRange {
        /// Where.
        position: usize,
        /// The logical type.
        what: &'static str,
    },
    /// Records inside records of their own type, more levels of them than are read.
    #[error("the value at byte {position} is nested more than {limit} levels deep")]
    TooDeep {
        /// Where the level too many begins.
        position: usize,
        /// The most levels.
        limit: usize,
    },
    /// A uuid that is none (RFC 9562).
    #[error("the uuid at byte {position} is not of the form of RFC 9562")]
    InvalidUuid {
        /// Where.
        position: usize,
    },
}
