//! The text form of a value, as keys and headers carry it.

use std::io::Write;

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use prost_types::Timestamp;
use uuid::Uuid;

/// A value with a text form for keys and headers: the same on every platform and in every version.
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

macro_rules! text_by_display {
    ($($ty:ty),*) => {$(
        impl Text for $ty {
            fn write_text(&self, out: &mut Vec<u8>) {
                write!(out, "{self}").expect("writing to a Vec does not fail");
            }
        }
    )*};
}
text_by_display!(bool, i32, i64, u32, u64, NaiveDate, Uuid);
