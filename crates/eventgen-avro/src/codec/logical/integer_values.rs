//! Integers for dates, times and timestamps: the encoded number itself.

use super::temporal::{DateValue, LocalTimestampValue, TimeValue, TimestampValue, Unit};
use crate::EncodeError;

/// Days since 1970-01-01.
impl DateValue for i32 {
    #[inline]
    fn to_days(&self) -> Result<i32, EncodeError> {
        Ok(*self)
    }

    #[inline]
    fn from_days(days: i32) -> Option<Self> {
        Some(days)
    }
}

/// Milliseconds since midnight.
impl TimeValue for i32 {
    #[inline]
    fn to_units(&self, _: Unit) -> i64 {
        i64::from(*self)
    }

    #[inline]
    fn from_units(units: i64, _: Unit) -> Option<Self> {
        Self::try_from(units).ok()
    }
}

/// Microseconds since midnight.
impl TimeValue for i64 {
    #[inline]
    fn to_units(&self, _: Unit) -> i64 {
        *self
    }

    #[inline]
    fn from_units(units: i64, _: Unit) -> Option<Self> {
        Some(units)
    }
}

/// Units since the Unix epoch.
impl TimestampValue for i64 {
    #[inline]
    fn to_units(&self, _: Unit) -> Result<i64, EncodeError> {
        Ok(*self)
    }

    #[inline]
    fn from_units(units: i64, _: Unit) -> Option<Self> {
        Some(units)
    }
}

/// Units since 1970-01-01T00:00.
impl LocalTimestampValue for i64 {
    #[inline]
    fn to_units(&self, _: Unit) -> Result<i64, EncodeError> {
        Ok(*self)
    }

    #[inline]
    fn from_units(units: i64, _: Unit) -> Option<Self> {
        Some(units)
    }
}
