//! Writing: one method for each Avro type, over anything that takes bytes.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, NaiveTime, Timelike, Utc};
use uuid::Uuid;

use super::EncodeError;
use super::decimal::{self, Decimal};

/// Where encoded bytes go.
///
/// Writing returns nothing, so that generated code stays straight; the first failure is kept and the whole value is
/// given up once it has been written.
pub trait Sink {
    /// Appends bytes as they are.
    fn put(&mut self, bytes: &[u8]);

    /// Reports that the value does not fit its schema.
    fn fail(&mut self, error: EncodeError);

    /// A boolean: one byte.
    #[inline]
    fn boolean(&mut self, value: bool) {
        self.put(&[u8::from(value)]);
    }

    /// An int: zig-zag, variable length.
    #[inline]
    fn int(&mut self, value: i32) {
        self.long(i64::from(value));
    }

    /// A long: zig-zag, variable length, at most 10 bytes.
    #[inline]
    #[expect(clippy::cast_sign_loss, clippy::cast_possible_truncation, reason = "zig-zag works on the bits")]
    fn long(&mut self, value: i64) {
        let mut bits = ((value << 1) ^ (value >> 63)) as u64;
        let mut bytes = [0_u8; 10];
        let mut length = 0;
        while bits >= 0x80 {
            bytes[length] = bits as u8 | 0x80;
            bits >>= 7;
            length += 1;
        }
        bytes[length] = bits as u8;
        self.put(&bytes[..=length]);
    }

    /// A float: four bytes, little-endian.
    #[inline]
    fn float(&mut self, value: f32) {
        self.put(&value.to_le_bytes());
    }

    /// A double: eight bytes, little-endian.
    #[inline]
    fn double(&mut self, value: f64) {
        self.put(&value.to_le_bytes());
    }

    /// Bytes behind their length.
    #[inline]
    fn bytes(&mut self, value: &[u8]) {
        self.length(value.len());
        self.put(value);
    }

    /// A string: UTF-8 behind its length in bytes.
    #[inline]
    fn string(&mut self, value: &str) {
        self.bytes(value.as_bytes());
    }

    /// A length or a count.
    #[inline]
    #[expect(clippy::cast_possible_wrap, reason = "no allocation in Rust is larger than isize::MAX")]
    fn length(&mut self, length: usize) {
        self.long(length as i64);
    }

    /// An array, as one block.
    #[inline]
    fn array<T>(&mut self, items: &[T], mut item: impl FnMut(&mut Self, &T)) {
        if !items.is_empty() {
            self.length(items.len());
            for value in items {
                item(self, value);
            }
        }
        self.put(&[0]);
    }

    /// A map, as one block, in the order of its keys: equal maps are equal bytes.
    #[inline]
    fn map<T>(&mut self, entries: &BTreeMap<String, T>, mut item: impl FnMut(&mut Self, &T)) {
        if !entries.is_empty() {
            self.length(entries.len());
            for (key, value) in entries {
                self.string(key);
                item(self, value);
            }
        }
        self.put(&[0]);
    }

    /// A union of null and one other type; `null` is the index of null, 0 or 1.
    #[inline]
    fn nullable<T>(&mut self, null: u8, value: Option<&T>, item: impl FnOnce(&mut Self, &T)) {
        match value {
            None => self.put(&[null << 1]),
            Some(value) => {
                self.put(&[(1 - null) << 1]);
                item(self, value);
            }
        }
    }

    /// A decimal on bytes. `precision` and `scale` are the schema's.
    fn decimal(&mut self, value: &Decimal, precision: u32, scale: u32) {
        match decimal::unscaled(value, precision, scale) {
            Ok(unscaled) => {
                let bytes = unscaled.to_be_bytes();
                self.bytes(&bytes[decimal::redundant(&bytes)..]);
            }
            Err(error) => self.fail(error),
        }
    }

    /// A decimal on fixed(`SIZE`).
    fn decimal_fixed<const SIZE: usize>(&mut self, value: &Decimal, precision: u32, scale: u32) {
        match decimal::unscaled(value, precision, scale) {
            Ok(unscaled) => match decimal::to_fixed::<SIZE>(unscaled) {
                Some(bytes) => self.put(&bytes),
                None => self.fail(EncodeError::DecimalPrecision { value: *value, precision, scale }),
            },
            Err(error) => self.fail(error),
        }
    }

    /// A uuid on string.
    #[inline]
    fn uuid(&mut self, value: &Uuid) {
        self.string(value.hyphenated().encode_lower(&mut Uuid::encode_buffer()));
    }

    /// Days since 1970-01-01.
    #[inline]
    fn date(&mut self, value: &NaiveDate) {
        self.int(value.to_epoch_days());
    }

    /// Milliseconds since midnight; what is finer is cut off.
    #[inline]
    fn time_millis(&mut self, value: &NaiveTime) {
        self.long(nanos_of_day(*value) / 1_000_000);
    }

    /// Microseconds since midnight; what is finer is cut off.
    #[inline]
    fn time_micros(&mut self, value: &NaiveTime) {
        self.long(nanos_of_day(*value) / 1_000);
    }

    /// Milliseconds since the Unix epoch; what is finer is cut off, towards the past.
    #[inline]
    fn timestamp_millis(&mut self, value: &DateTime<Utc>) {
        self.long(value.timestamp_millis());
    }

    /// Microseconds since the Unix epoch; what is finer is cut off, towards the past.
    #[inline]
    fn timestamp_micros(&mut self, value: &DateTime<Utc>) {
        self.long(value.timestamp_micros());
    }

    /// Nanoseconds since the Unix epoch; only the years 1677 to 2262 fit.
    #[inline]
    fn timestamp_nanos(&mut self, value: &DateTime<Utc>) {
        match value.timestamp_nanos_opt() {
            Some(nanos) => self.long(nanos),
            None => self.fail(EncodeError::TimestampRange { value: value.to_rfc3339() }),
        }
    }
}

/// A leap second (chrono counts it as nanoseconds over a second) stays within its day.
fn nanos_of_day(time: NaiveTime) -> i64 {
    let nanos = i64::from(time.num_seconds_from_midnight()) * 1_000_000_000 + i64::from(time.nanosecond());
    nanos.min(86_400_000_000_000 - 1)
}

/// A buffer that remembers the first failure.
struct Buffer<'a> {
    bytes: &'a mut Vec<u8>,
    error: Option<EncodeError>,
}

impl Sink for Buffer<'_> {
    #[inline]
    fn put(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    fn fail(&mut self, error: EncodeError) {
        self.error.get_or_insert(error);
    }
}

/// See [`super::write`].
pub(super) fn write<T: super::Encode>(value: &T, payload: &mut Vec<u8>) -> Result<(), EncodeError> {
    let start = payload.len();
    let mut buffer = Buffer { bytes: payload, error: None };
    value.encode(&mut buffer);
    match buffer.error {
        None => Ok(()),
        Some(error) => {
            payload.truncate(start);
            Err(error)
        }
    }
}
