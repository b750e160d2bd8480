//! jiff's types for dates, times and timestamps.

use chrono::{Datelike, NaiveDate};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};

use super::temporal::{DateValue, LocalTimestampValue, TimeValue, TimestampValue, Unit};
use crate::EncodeError;

impl DateValue for Date {
    #[inline]
    fn to_days(&self) -> Result<i32, EncodeError> {
        // jiff counts days through spans, chrono directly.
        let parts = (i32::from(self.year()), u32::try_from(self.month()), u32::try_from(self.day()));
        let date = match parts {
            (year, Ok(month), Ok(day)) => NaiveDate::from_ymd_opt(year, month, day),
            _ => None,
        };
        date.map(|date| date.to_epoch_days())
            .ok_or_else(|| EncodeError::DateRange { value: self.to_string() })
    }

    #[inline]
    fn from_days(days: i32) -> Option<Self> {
        let date = NaiveDate::from_epoch_days(days)?;
        let (month, day) = (i8::try_from(date.month()).ok()?, i8::try_from(date.day()).ok()?);
        Self::new(i16::try_from(date.year()).ok()?, month, day).ok()
    }
}

impl TimeValue for Time {
    #[inline]
    fn to_units(&self, unit: Unit) -> i64 {
        let seconds =
            i64::from(self.hour()) * 3_600 + i64::from(self.minute()) * 60 + i64::from(self.second());
        seconds * i64::from(unit.per_second()) + i64::from(self.subsec_nanosecond()) / i64::from(unit.nanos())
    }

    #[inline]
    fn from_units(units: i64, unit: Unit) -> Option<Self> {
        let (units, per_second) = (u64::try_from(units).ok()?, u64::from(unit.per_second()));
        let (seconds, fraction) = (units / per_second, units % per_second);
        let nanos = i32::try_from(fraction * u64::from(unit.nanos())).ok()?;
        let part = |number: u64| i8::try_from(number).ok();
        Self::new(part(seconds / 3_600)?, part(seconds / 60 % 60)?, part(seconds % 60)?, nanos).ok()
    }
}

impl TimestampValue for Timestamp {
    #[inline]
    fn to_units(&self, unit: Unit) -> Result<i64, EncodeError> {
        let units = self.as_nanosecond().div_euclid(i128::from(unit.nanos()));
        i64::try_from(units).map_err(|_| EncodeError::TimestampRange { value: self.to_string() })
    }

    #[inline]
    fn from_units(units: i64, unit: Unit) -> Option<Self> {
        Self::from_nanosecond(i128::from(units) * i128::from(unit.nanos())).ok()
    }
}

impl LocalTimestampValue for DateTime {
    #[inline]
    fn to_units(&self, unit: Unit) -> Result<i64, EncodeError> {
        let time = self.time().to_units(unit);
        let units = i64::from(self.date().to_days()?)
            .checked_mul(86_400 * i64::from(unit.per_second()))
            .and_then(|midnight| midnight.checked_add(time));
        units.ok_or_else(|| EncodeError::TimestampRange { value: self.to_string() })
    }

    #[inline]
    fn from_units(units: i64, unit: Unit) -> Option<Self> {
        let day = 86_400 * i64::from(unit.per_second());
        let date = Date::from_days(i32::try_from(units.div_euclid(day)).ok()?)?;
        Some(date.to_datetime(Time::from_units(units.rem_euclid(day), unit)?))
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime as ChronoDateTime, NaiveTime, Utc};

    use super::*;

    /// The extremes of jiff, the epoch, and both sides of it.
    const SECONDS: [i64; 7] = [-377_705_023_201, -86_401, -1, 0, 1, 951_782_400, 253_402_207_200];

    #[test]
    fn they_mean_what_chronos_mean() {
        for seconds in SECONDS {
            for unit in [Unit::Millis, Unit::Micros] {
                let units = seconds * i64::from(unit.per_second()) + 1;
                let jiff = <Timestamp as TimestampValue>::from_units(units, unit).expect("a timestamp");
                let chrono =
                    <ChronoDateTime<Utc> as TimestampValue>::from_units(units, unit).expect("one too");
                assert_eq!(
                    jiff.as_nanosecond(),
                    i128::from(chrono.timestamp()) * 1_000_000_000
                        + i128::from(chrono.timestamp_subsec_nanos())
                );
                assert_eq!(TimestampValue::to_units(&jiff, unit), Ok(units));
                let local =
                    <DateTime as LocalTimestampValue>::from_units(units, unit).expect("a date and time");
                assert_eq!(LocalTimestampValue::to_units(&local, unit), Ok(units));
            }
            let days = i32::try_from(seconds.div_euclid(86_400)).expect("days") + 1;
            let (jiff, chrono) = (Date::from_days(days), NaiveDate::from_days(days));
            let chrono = chrono.expect("a date");
            assert_eq!(i32::from(jiff.expect("a date").year()), chrono.year());
            assert_eq!(u16::try_from(jiff.expect("a date").day_of_year()), u16::try_from(chrono.ordinal()));
            assert_eq!(jiff.expect("a date").to_days(), Ok(days));
        }
        for micros in [0, 1, 3_599_999_999, 86_399_999_999] {
            let jiff = <Time as TimeValue>::from_units(micros, Unit::Micros).expect("a time");
            let chrono = <NaiveTime as TimeValue>::from_units(micros, Unit::Micros).expect("a time");
            assert_eq!(jiff.to_units(Unit::Micros), micros);
            assert_eq!(TimeValue::to_units(&chrono, Unit::Millis), TimeValue::to_units(&jiff, Unit::Millis));
        }
        assert_eq!(<Time as TimeValue>::from_units(86_400_000, Unit::Millis), None);
        assert_eq!(<Timestamp as TimestampValue>::from_units(i64::MAX, Unit::Millis), None);
        assert_eq!(Date::from_days(i32::MIN), None);
    }
}
