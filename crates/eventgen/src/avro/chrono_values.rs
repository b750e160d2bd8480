//! chrono's types for dates, times and timestamps.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Utc};

use super::EncodeError;
use super::temporal::{DateValue, LocalTimestampValue, TimeValue, TimestampValue, Unit};

/// The last nanosecond of a day.
const LAST_NANO: i64 = 86_400_000_000_000 - 1;

impl DateValue for NaiveDate {
    #[inline]
    fn to_days(&self) -> Result<i32, EncodeError> {
        Ok(self.to_epoch_days())
    }

    #[inline]
    fn from_days(days: i32) -> Option<Self> {
        Self::from_epoch_days(days)
    }
}

impl TimeValue for NaiveTime {
    #[inline]
    fn to_units(&self, unit: Unit) -> i64 {
        let nanos =
            i64::from(self.num_seconds_from_midnight()) * 1_000_000_000 + i64::from(self.nanosecond());
        // A leap second (chrono counts it as nanoseconds over a second) stays within its day.
        nanos.min(LAST_NANO) / i64::from(unit.nanos())
    }

    #[inline]
    fn from_units(units: i64, unit: Unit) -> Option<Self> {
        let (units, per_second) = (u64::try_from(units).ok()?, u64::from(unit.per_second()));
        let seconds = u32::try_from(units / per_second).ok()?;
        let fraction = u32::try_from(units % per_second).ok()?;
        Self::from_num_seconds_from_midnight_opt(seconds, fraction * unit.nanos())
    }
}

impl TimestampValue for DateTime<Utc> {
    #[inline]
    fn to_units(&self, unit: Unit) -> Result<i64, EncodeError> {
        match unit {
            Unit::Millis => Ok(self.timestamp_millis()),
            Unit::Micros => Ok(self.timestamp_micros()),
            Unit::Nanos => self
                .timestamp_nanos_opt()
                .ok_or_else(|| EncodeError::TimestampRange { value: self.to_rfc3339() }),
        }
    }

    #[inline]
    fn from_units(units: i64, unit: Unit) -> Option<Self> {
        match unit {
            Unit::Millis => Self::from_timestamp_millis(units),
            Unit::Micros => Self::from_timestamp_micros(units),
            Unit::Nanos => Some(Self::from_timestamp_nanos(units)),
        }
    }
}

impl LocalTimestampValue for NaiveDateTime {
    #[inline]
    fn to_units(&self, unit: Unit) -> Result<i64, EncodeError> {
        TimestampValue::to_units(&self.and_utc(), unit)
    }

    #[inline]
    fn from_units(units: i64, unit: Unit) -> Option<Self> {
        <DateTime<Utc> as TimestampValue>::from_units(units, unit).map(|utc| utc.naive_utc())
    }
}
