//! chrono's types for dates, times and timestamps.

use std::cell::Cell;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Utc};

use super::temporal::{DateValue, LocalTimestampValue, TimeValue, TimestampValue, Unit};
use crate::EncodeError;

/// The last nanosecond of a day.
const LAST_NANO: i64 = 86_400_000_000_000 - 1;

/// Seconds of a day.
const DAY: i64 = 86_400;

thread_local! {
    /// The day of the last timestamp and its calendar date. The next timestamp is usually of the same day, and the
    /// calendar is most of the work.
    static LAST_DAY: Cell<(i64, NaiveDate)> = const { Cell::new((0, NaiveDate::from_epoch_days(0).unwrap())) };
}

fn date_of(day: i64) -> Option<NaiveDate> {
    let (last, date) = LAST_DAY.get();
    if last == day { Some(date) } else { other_date_of(day) }
}

#[inline(never)]
fn other_date_of(day: i64) -> Option<NaiveDate> {
    let date = NaiveDate::from_epoch_days(i32::try_from(day).ok()?)?;
    LAST_DAY.set((day, date));
    Some(date)
}

fn day_of(date: NaiveDate) -> i64 {
    let (day, last) = LAST_DAY.get();
    if last == date { day } else { other_day_of(date) }
}

#[inline(never)]
fn other_day_of(date: NaiveDate) -> i64 {
    let day = i64::from(date.to_epoch_days());
    LAST_DAY.set((day, date));
    day
}

/// Units since the Unix epoch. 64 bits hold the whole range of the calendar.
#[inline(always)]
fn units(value: NaiveDateTime, unit: Unit) -> i64 {
    // Taken from the time, which stores it; the date and time would compute it from hour, minute and second.
    let (time, day) = (value.time(), day_of(value.date()));
    let seconds = day * DAY + i64::from(time.num_seconds_from_midnight());
    seconds * i64::from(unit.per_second()) + i64::from(time.nanosecond() / unit.nanos())
}

/// The date and time this many units after the Unix epoch.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "rests of a day and of a second")]
fn from_units(units: i64, unit: Unit) -> Option<NaiveDateTime> {
    let per_second = i64::from(unit.per_second());
    let (day, rest) = (units.div_euclid(DAY * per_second), units.rem_euclid(DAY * per_second) as u64);
    let (seconds, fraction) = (rest / per_second as u64, rest % per_second as u64);
    let time = NaiveTime::from_num_seconds_from_midnight_opt(seconds as u32, fraction as u32 * unit.nanos())?;
    Some(NaiveDateTime::new(date_of(day)?, time))
}

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
            Unit::Millis | Unit::Micros => Ok(units(self.naive_utc(), unit)),
            Unit::Nanos => self
                .timestamp_nanos_opt()
                .ok_or_else(|| EncodeError::TimestampRange { value: self.to_rfc3339() }),
        }
    }

    #[inline(always)]
    fn from_units(units: i64, unit: Unit) -> Option<Self> {
        from_units(units, unit).map(|value| value.and_utc())
    }
}

impl LocalTimestampValue for NaiveDateTime {
    #[inline]
    fn to_units(&self, unit: Unit) -> Result<i64, EncodeError> {
        TimestampValue::to_units(&self.and_utc(), unit)
    }

    #[inline(always)]
    fn from_units(units: i64, unit: Unit) -> Option<Self> {
        from_units(units, unit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// chrono's own conversions are the oracle, on days in random order.
    #[test]
    fn timestamps_are_those_of_chrono() {
        let mut units = vec![0, -1, 1, i64::MIN, i64::MAX, 253_402_300_799_999, -62_135_596_800_001];
        let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
        for bits in (0..64).cycle().take(64 * 200) {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            units.push(seed.cast_signed() >> bits);
        }
        for units in units {
            let millis = <DateTime<Utc> as TimestampValue>::from_units(units, Unit::Millis);
            assert_eq!(millis, DateTime::from_timestamp_millis(units), "{units}");
            let micros = <DateTime<Utc> as TimestampValue>::from_units(units, Unit::Micros);
            assert_eq!(micros, DateTime::from_timestamp_micros(units), "{units}");
            let nanos = <DateTime<Utc> as TimestampValue>::from_units(units, Unit::Nanos);
            assert_eq!(nanos, Some(DateTime::from_timestamp_nanos(units)), "{units}");
            for value in [millis, micros, nanos].into_iter().flatten() {
                assert_eq!(value.to_units(Unit::Millis), Ok(value.timestamp_millis()), "{value}");
                assert_eq!(value.to_units(Unit::Micros), Ok(value.timestamp_micros()), "{value}");
            }
        }
    }
}
