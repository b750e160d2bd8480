//! The traits of Rust types that represent dates, times and timestamps.
//!
//! Generated code is the same for the types of all crates; these traits are where they differ.

use crate::EncodeError;

/// The unit of a time or timestamp (specification 1.12, "Logical Types").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Thousandths of a second.
    Millis,
    /// Millionths of a second.
    Micros,
    /// Billionths of a second.
    Nanos,
}

impl Unit {
    /// The number of units in a second.
    pub const fn per_second(self) -> u32 {
        match self {
            Self::Millis => 1_000,
            Self::Micros => 1_000_000,
            Self::Nanos => 1_000_000_000,
        }
    }

    /// The length of a unit in nanoseconds.
    pub const fn nanos(self) -> u32 {
        1_000_000_000 / self.per_second()
    }
}

/// A type for `date`: a day of the calendar.
pub trait DateValue: Sized {
    /// Days since 1970-01-01.
    ///
    /// # Errors
    /// A date that does not fit in 32 bits of days.
    fn to_days(&self) -> Result<i32, EncodeError>;

    /// The date this many days after 1970-01-01; `None` if it is out of the type's range.
    fn from_days(days: i32) -> Option<Self>;
}

/// A type for `time-millis` and `time-micros`: a time of day.
pub trait TimeValue: Sized {
    /// Units since midnight, truncated.
    fn to_units(&self, unit: Unit) -> i64;

    /// The time this many units after midnight; `None` if it is not a time of day.
    fn from_units(units: i64, unit: Unit) -> Option<Self>;
}

/// A type for `timestamp-millis`, `timestamp-micros` and `timestamp-nanos`: an instant.
pub trait TimestampValue: Sized {
    /// Units since the Unix epoch, rounded towards the past.
    ///
    /// # Errors
    /// An instant that does not fit in 64 bits of the unit.
    fn to_units(&self, unit: Unit) -> Result<i64, EncodeError>;

    /// The instant this many units after the Unix epoch; `None` if it is out of the type's range.
    fn from_units(units: i64, unit: Unit) -> Option<Self>;
}

/// A type for `local-timestamp-millis`, `local-timestamp-micros` and `local-timestamp-nanos`: a date and a time of day
/// in an unspecified time zone.
pub trait LocalTimestampValue: Sized {
    /// Units since 1970-01-01T00:00, rounded towards the past.
    ///
    /// # Errors
    /// A date and time that does not fit in 64 bits of the unit.
    fn to_units(&self, unit: Unit) -> Result<i64, EncodeError>;

    /// The date and time this many units after 1970-01-01T00:00; `None` if it is out of the type's range.
    fn from_units(units: i64, unit: Unit) -> Option<Self>;
}
