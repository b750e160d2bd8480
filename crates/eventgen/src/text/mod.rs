//! The text form of values in keys and headers.

#[cfg(feature = "avro")]
mod logical;
#[cfg(feature = "protobuf")]
mod timestamp;

use std::io::Write;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use uuid::Uuid;

#[cfg(feature = "avro")]
pub use logical::{DateText, TimestampText};

/// A value with a text form for keys and headers. The form is the same on every platform and in every version.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be part of a key or a header",
    label = "this type has no text form",
    note = "choose a string, a whole number, a boolean, an enum without data, a uuid, a date or a timestamp"
)]
pub trait Text {
    /// Appends the text form in UTF-8.
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

/// RFC 3339 in UTC (`Z`) in microseconds, the unit of Avro's schema of this type unless a schema has another one. Fractions of a
/// second are written only if they are not zero.
impl Text for DateTime<Utc> {
    fn write_text(&self, out: &mut Vec<u8>) {
        // The value has no more digits: a key with more would not be that of the event that is read.
        write_timestamp(DateTime::from_timestamp_micros(self.timestamp_micros()).unwrap_or(*self), out);
    }
}

/// All digits of a timestamp.
fn write_timestamp(timestamp: DateTime<Utc>, out: &mut Vec<u8>) {
    timestamp.to_rfc3339_opts(SecondsFormat::AutoSi, true).write_text(out);
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
