//! Dates, times and timestamps: what a Rust type must do to stand for one of these logical types.
//!
//! Generated code is the same whichever crate's types an application chose; these traits are where they differ.

use crate::EncodeError;

/// The unit of a time or timestamp (specification 1.12, "Logical Types").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Thousandths of a second.
    Millis,
    /// Millionths of a second.
    Micros,
    /// Thousand-millionths of a second.
    Nanos,
}

impl Unit {
    /// How many of it make a second.
    pub const fn per_second(self) -> u32 {
        match self {
            Self::Millis => 1_000,
            Self::Micros => 1_000_000,
            Self::Nanos => 1_000_000_000,
        }
    }

    /// How many nanoseconds it is.
    pub const fn nanos(self) -> u32 {
        1_000_000_000 / self.per_second()
    }
}

/// A type for `date`: a day of the calendar.
pub trait DateValue: Sized {
    /// Days since 1970-01-01.
    ///
    /// # Errors
    /// A date that 32 bits of days cannot hold.
    fn to_days(&self) -> Result<i32, EncodeError>;

    /// The date so many days after 1970-01-01, `None` if the type does not reach so far.
    fn from_days(days: i32) -> Option<Self>;
}

/// A type for `time-millis` and `time-micros`: a time of day.
pub trait TimeValue: Sized {
    /// Units since midnight; what is finer is cut off.
    fn to_units(&self, unit: Unit) -> i64;

    /// The time so many units after midnight, `None` if that is no time of a day.
    fn from_units(units: i64, unit: Unit) -> Option<Self>;
}

/// A type for `timestamp-millis`, `timestamp-micros` and `timestamp-nanos`: an instant.
pub trait TimestampValue: Sized {
    /// Units since the Unix epoch; what is finer is cut off, towards the past.
    ///
    /// # Errors
    /// An instant that 64 bits of the unit cannot hold.
    fn to_units(&self, unit: Unit) -> Result<i64, EncodeError>;

    /// The instant so many units after the Unix epoch, `None` if the type does not reach so far.
    fn from_units(units: i64, unit: Unit) -> Option<Self>;
}

/// A type for `local-timestamp-millis`, `local-timestamp-micros` and `local-timestamp-nanos`: a date and a time of day
/// in a time zone that is not said.
pub trait LocalTimestampValue: Sized {
    /// Units since 1970-01-01T00:00; what is finer is cut off, towards the past.
    ///
    /// # Errors
    /// A date and time that 64 bits of the unit cannot hold.
    fn to_units(&self, unit: Unit) -> Result<i64, EncodeError>;

    /// The date and time so many units after 1970-01-01T00:00, `None` if the type does not reach so far.
    fn from_units(units: i64, unit: Unit) -> Option<Self>;
}
