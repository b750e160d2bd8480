//! Logical types (specification 1.12, "Logical Types").

use std::fmt;

/// A logical type with its parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Logical {
    /// An unscaled big-endian two's-complement integer with a scale, on bytes or fixed.
    Decimal {
        /// The maximum number of digits.
        precision: u32,
        /// The number of digits to the right of the decimal point.
        scale: u32,
    },
    /// A decimal that carries its own scale, on bytes.
    BigDecimal,
    /// RFC 4122, as a string or as 16 bytes.
    Uuid,
    /// Days since 1970-01-01, on int.
    Date,
    /// Milliseconds since midnight, on int.
    TimeMillis,
    /// Microseconds since midnight, on long.
    TimeMicros,
    /// Milliseconds since the Unix epoch, UTC, on long.
    TimestampMillis,
    /// Microseconds since the Unix epoch, UTC, on long.
    TimestampMicros,
    /// Nanoseconds since the Unix epoch, UTC, on long.
    TimestampNanos,
    /// Milliseconds since 1970-01-01T00:00 in an unspecified time zone, on long.
    LocalTimestampMillis,
    /// Microseconds since 1970-01-01T00:00 in an unspecified time zone, on long.
    LocalTimestampMicros,
    /// Nanoseconds since 1970-01-01T00:00 in an unspecified time zone, on long.
    LocalTimestampNanos,
    /// Months, days and milliseconds, each a little-endian u32, on fixed(12).
    Duration,
}

impl fmt::Display for Logical {
    /// Writes the name, and the parameters if there are any.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Decimal { precision, scale } => write!(f, "decimal({precision}, {scale})"),
            _ => f.write_str(self.name()),
        }
    }
}

impl Logical {
    /// The value of `logicalType` in a schema.
    pub fn name(self) -> &'static str {
        match self {
            Self::Decimal { .. } => "decimal",
            Self::BigDecimal => "big-decimal",
            Self::Uuid => "uuid",
            Self::Date => "date",
            Self::TimeMillis => "time-millis",
            Self::TimeMicros => "time-micros",
            Self::TimestampMillis => "timestamp-millis",
            Self::TimestampMicros => "timestamp-micros",
            Self::TimestampNanos => "timestamp-nanos",
            Self::LocalTimestampMillis => "local-timestamp-millis",
            Self::LocalTimestampMicros => "local-timestamp-micros",
            Self::LocalTimestampNanos => "local-timestamp-nanos",
            Self::Duration => "duration",
        }
    }
}
