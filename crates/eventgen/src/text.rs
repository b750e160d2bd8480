//! The text form of a value, as keys and headers carry it.

use std::io::Write;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use prost_types::Timestamp;
use uuid::Uuid;

use crate::avro::{DateValue, TimestampValue, Unit};

/// A value with a text form for keys and headers: the same on every platform and in every version.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be part of a key or a header",
    label = "this type has no text form",
    note = "choose a string, a whole number, a boolean, an enum without data, a uuid, a date or a timestamp"
)]
pub trait Text {
    /// Appends the text form, UTF-8.
    fn write_text(&self, out: &mut Vec<u8>);
}

impl<T: Text + ?Sized> Text for &T {
    fn write_text(&self, out: &mut Vec<u8>) {
        (**self).write_text(out);
    }
}

impl Text for str {
    fn write_text(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.as_bytes());
    }
}

impl<T: Text + ?Sized> Text for Box<T> {
    fn write_text(&self, out: &mut Vec<u8>) {
        (**self).write_text(out);
    }
}

impl<T: Text + ?Sized> Text for Arc<T> {
    fn write_text(&self, out: &mut Vec<u8>) {
        (**self).write_text(out);
    }
}

impl Text for String {
    fn write_text(&self, out: &mut Vec<u8>) {
        self.as_str().write_text(out);
    }
}

/// RFC 3339 with milliseconds or finer where the value has them, `Z` for UTC.
impl Text for DateTime<Utc> {
    fn write_text(&self, out: &mut Vec<u8>) {
        self.to_rfc3339_opts(SecondsFormat::AutoSi, true).write_text(out);
    }
}

/// As [`DateTime`], where the calendar has the time; else seconds and nanoseconds as they are.
impl Text for Timestamp {
    fn write_text(&self, out: &mut Vec<u8>) {
        let nanos = u32::try_from(self.nanos).ok();
        match nanos.and_then(|nanos| DateTime::from_timestamp(self.seconds, nanos)) {
            Some(time) => time.write_text(out),
            None => {
                write!(out, "{}.{:09}", self.seconds, self.nanos).expect("writing to a Vec does not fail");
            }
        }
    }
}

/// A date of any type, in the text form that is the same for all of them: `2024-02-29`.
#[derive(Debug, Clone, Copy)]
pub struct DateText<T>(pub T);

impl<T: DateValue> Text for DateText<T> {
    fn write_text(&self, out: &mut Vec<u8>) {
        // Days that are no date stay a number: a key must be something, and the same for the same date.
        match self.0.to_days().map(|days| (days, NaiveDate::from_epoch_days(days))) {
            Ok((_, Some(date))) => date.write_text(out),
            Ok((days, None)) => days.write_text(out),
            Err(_) => {}
        }
    }
}

/// A timestamp of any type, in the text form that is the same for all of them: `2024-02-29T12:00:00Z`.
#[derive(Debug, Clone, Copy)]
pub struct TimestampText<T>(pub T, pub Unit);

impl<T: TimestampValue> Text for TimestampText<T> {
    fn write_text(&self, out: &mut Vec<u8>) {
        match self.0.to_units(self.1).map(|units| (units, DateTime::<Utc>::from_units(units, self.1))) {
            Ok((_, Some(timestamp))) => timestamp.write_text(out),
            Ok((units, None)) => units.write_text(out),
            Err(_) => {}
        }
    }
}

macro_rules! text_by_display {
    ($($ty:ty),*) => {$(
        impl Text for $ty {
            fn write_text(&self, out: &mut Vec<u8>) {
                write!(out, "{self}").expect("writing to a Vec does not fail");
            }
        }
    )*};
}
text_by_display!(bool, i8, i16, i32, i64, isize, u8, u16, u32, u64, usize, NaiveDate, Uuid);

#[cfg(feature = "jiff")]
mod jiff_text {
    use super::{DateText, Text, TimestampText};
    use crate::avro::Unit;

    impl Text for jiff::civil::Date {
        fn write_text(&self, out: &mut Vec<u8>) {
            DateText(*self).write_text(out);
        }
    }

    /// As the field's schema has it: in microseconds.
    impl Text for jiff::Timestamp {
        fn write_text(&self, out: &mut Vec<u8>) {
            TimestampText(*self, Unit::Micros).write_text(out);
        }
    }
}
