//! The text form of Avro's dates and timestamps, for every Rust type that represents them.

use chrono::{DateTime, NaiveDate, Utc};

use super::{Text, write_timestamp};
use crate::avro::{DateValue, TimestampValue, Unit};

/// A date of any Rust type. All of them have the same text form: `2024-02-29`.
#[derive(Debug, Clone, Copy)]
pub struct DateText<T>(pub T);

impl<T: DateValue> Text for DateText<T> {
    fn write_text(&self, out: &mut Vec<u8>) {
        // A number of days outside the calendar is written as a number, so that equal dates have equal keys.
        match self.0.to_days().map(|days| (days, NaiveDate::from_epoch_days(days))) {
            Ok((_, Some(date))) => date.write_text(out),
            Ok((days, None)) => days.write_text(out),
            Err(_) => {}
        }
    }
}

/// A timestamp of any Rust type. All of them have the same text form: `2024-02-29T12:00:00Z`.
#[derive(Debug, Clone, Copy)]
pub struct TimestampText<T>(pub T, pub Unit);

impl<T: TimestampValue> Text for TimestampText<T> {
    fn write_text(&self, out: &mut Vec<u8>) {
        match self.0.to_units(self.1).map(|units| (units, DateTime::<Utc>::from_units(units, self.1))) {
            Ok((_, Some(timestamp))) => write_timestamp(timestamp, out),
            Ok((units, None)) => units.write_text(out),
            Err(_) => {}
        }
    }
}

#[cfg(feature = "jiff")]
mod jiff_text {
    use super::{DateText, Text, TimestampText};
    use crate::avro::Unit;

    impl Text for jiff::civil::Date {
        fn write_text(&self, out: &mut Vec<u8>) {
            DateText(*self).write_text(out);
        }
    }

    /// In microseconds, the unit of the field's schema.
    impl Text for jiff::Timestamp {
        fn write_text(&self, out: &mut Vec<u8>) {
            TimestampText(*self, Unit::Micros).write_text(out);
        }
    }
}
