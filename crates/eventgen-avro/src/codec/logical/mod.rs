//! The encoding of logical types (specification 1.12, "Logical Types"), for any Rust type that represents them.

mod big_decimal;
mod chrono_values;
pub(crate) mod decimal;
mod duration;
#[cfg(feature = "serde")]
pub mod fixed_bytes;
mod integer_values;
#[cfg(feature = "jiff")]
mod jiff_values;
#[cfg(feature = "rust_decimal")]
mod rust_decimal_values;
mod sink;
pub(crate) mod temporal;

use bigdecimal::BigDecimal;
use uuid::Uuid;

pub use decimal::DecimalValue;
pub use duration::Duration;
pub use sink::LogicalSink;
pub use temporal::{DateValue, LocalTimestampValue, TimeValue, TimestampValue, Unit};

use super::reader::number_in_word;
use super::zigzag::unzigzag;
use super::{DecodeError, DecodeErrorKind, EncodeError, Reader, Sink};

/// Writes the number, or reports the error.
#[inline]
fn number(sink: &mut impl Sink, number: Result<i64, EncodeError>) {
    match number {
        Ok(number) => sink.long(number),
        Err(error) => sink.fail(error),
    }
}

impl<S: Sink> LogicalSink for S {
    fn decimal<T: DecimalValue>(&mut self, value: &T, precision: u32, scale: u32) {
        if let Err(error) = value.unscaled(precision, scale, |unscaled| self.bytes(unscaled)) {
            self.fail(error);
        }
    }

    fn decimal_fixed<const SIZE: usize>(&mut self, value: &impl DecimalValue, precision: u32, scale: u32) {
        match value.unscaled(precision, scale, decimal::to_fixed::<SIZE>) {
            Ok(Some(bytes)) => self.put(&bytes),
            Ok(None) => {
                self.fail(EncodeError::DecimalPrecision { value: value.to_string(), precision, scale });
            }
            Err(error) => self.fail(error),
        }
    }

    fn big_decimal(&mut self, value: &BigDecimal) {
        match big_decimal::to_bytes(value) {
            Ok(bytes) => self.bytes(&bytes),
            Err(error) => self.fail(error),
        }
    }

    #[inline]
    fn uuid(&mut self, value: &Uuid) {
        self.string(value.hyphenated().encode_lower(&mut Uuid::encode_buffer()));
    }

    #[inline]
    fn uuid_fixed(&mut self, value: &Uuid) {
        self.put(value.as_bytes());
    }

    #[inline]
    fn date<T: DateValue>(&mut self, value: &T) {
        number(self, value.to_days().map(i64::from));
    }

    #[inline]
    fn time_millis<T: TimeValue>(&mut self, value: &T) {
        self.long(value.to_units(Unit::Millis));
    }

    #[inline]
    fn time_micros<T: TimeValue>(&mut self, value: &T) {
        self.long(value.to_units(Unit::Micros));
    }

    #[inline]
    fn timestamp_millis<T: TimestampValue>(&mut self, value: &T) {
        number(self, value.to_units(Unit::Millis));
    }

    #[inline]
    fn timestamp_micros<T: TimestampValue>(&mut self, value: &T) {
        number(self, value.to_units(Unit::Micros));
    }

    #[inline]
    fn timestamp_nanos<T: TimestampValue>(&mut self, value: &T) {
        number(self, value.to_units(Unit::Nanos));
    }

    #[inline]
    fn local_timestamp_millis<T: LocalTimestampValue>(&mut self, value: &T) {
        number(self, value.to_units(Unit::Millis));
    }

    #[inline]
    fn local_timestamp_micros<T: LocalTimestampValue>(&mut self, value: &T) {
        number(self, value.to_units(Unit::Micros));
    }

    #[inline]
    fn local_timestamp_nanos<T: LocalTimestampValue>(&mut self, value: &T) {
        number(self, value.to_units(Unit::Nanos));
    }
}

#[doc(hidden)]
impl Reader<'_> {
    /// A decimal on bytes.
    // Inlined like timestamps: a value of several small parts that is returned through memory stalls the caller.
    #[inline(always)]
    #[doc = include_str!("../errors.md")]
    pub fn decimal<T: DecimalValue>(&mut self, scale: u32) -> Result<T, DecodeError> {
        if let Some((bytes, rest)) = self.short()
            && let Some(value) = T::from_few_bytes(bytes, scale)
        {
            self.go_on(rest);
            return Ok(value);
        }
        self.checked("decimal", |reader| Ok(decimal::read(reader.bytes_ref()?, scale)))
    }

    /// A decimal on fixed(`SIZE`).
    #[inline]
    #[doc = include_str!("../errors.md")]
    pub fn decimal_fixed<const SIZE: usize, T: DecimalValue>(
        &mut self,
        scale: u32,
    ) -> Result<T, DecodeError> {
        self.checked("decimal", |reader| Ok(decimal::read(reader.take(SIZE)?, scale)))
    }

    /// A big-decimal.
    #[inline]
    #[doc = include_str!("../errors.md")]
    pub fn big_decimal(&mut self) -> Result<BigDecimal, DecodeError> {
        self.checked("big-decimal", |reader| Ok(big_decimal::from_bytes(reader.bytes_ref()?)))
    }

    /// A uuid on string.
    #[inline]
    #[doc = include_str!("../errors.md")]
    pub fn uuid(&mut self) -> Result<Uuid, DecodeError> {
        let position = self.position();
        Uuid::try_parse(self.string_ref()?)
            .map_err(|_| DecodeError::new(position, DecodeErrorKind::InvalidUuid))
    }

    /// A uuid on fixed(16).
    #[inline]
    #[doc = include_str!("../errors.md")]
    pub fn uuid_fixed(&mut self) -> Result<Uuid, DecodeError> {
        self.fixed().map(Uuid::from_bytes)
    }

    /// Days since 1970-01-01.
    #[inline]
    #[doc = include_str!("../errors.md")]
    pub fn date<T: DateValue>(&mut self) -> Result<T, DecodeError> {
        self.checked("date", |reader| reader.int().map(T::from_days))
    }

    /// Milliseconds since midnight.
    #[inline]
    #[doc = include_str!("../errors.md")]
    pub fn time_millis<T: TimeValue>(&mut self) -> Result<T, DecodeError> {
        self.units("time-millis", |units| T::from_units(units, Unit::Millis))
    }

    /// Microseconds since midnight.
    #[inline]
    #[doc = include_str!("../errors.md")]
    pub fn time_micros<T: TimeValue>(&mut self) -> Result<T, DecodeError> {
        self.units("time-micros", |units| T::from_units(units, Unit::Micros))
    }

    /// Milliseconds since the Unix epoch.
    #[inline(always)]
    #[doc = include_str!("../errors.md")]
    pub fn timestamp_millis<T: TimestampValue>(&mut self) -> Result<T, DecodeError> {
        self.units("timestamp-millis", |units| T::from_units(units, Unit::Millis))
    }

    /// Microseconds since the Unix epoch.
    #[inline(always)]
    #[doc = include_str!("../errors.md")]
    pub fn timestamp_micros<T: TimestampValue>(&mut self) -> Result<T, DecodeError> {
        self.units("timestamp-micros", |units| T::from_units(units, Unit::Micros))
    }

    /// Nanoseconds since the Unix epoch.
    #[inline(always)]
    #[doc = include_str!("../errors.md")]
    pub fn timestamp_nanos<T: TimestampValue>(&mut self) -> Result<T, DecodeError> {
        self.units("timestamp-nanos", |units| T::from_units(units, Unit::Nanos))
    }

    /// Milliseconds since 1970-01-01T00:00.
    #[inline(always)]
    #[doc = include_str!("../errors.md")]
    pub fn local_timestamp_millis<T: LocalTimestampValue>(&mut self) -> Result<T, DecodeError> {
        self.units("local-timestamp-millis", |units| T::from_units(units, Unit::Millis))
    }

    /// Microseconds since 1970-01-01T00:00.
    #[inline(always)]
    #[doc = include_str!("../errors.md")]
    pub fn local_timestamp_micros<T: LocalTimestampValue>(&mut self) -> Result<T, DecodeError> {
        self.units("local-timestamp-micros", |units| T::from_units(units, Unit::Micros))
    }

    /// Nanoseconds since 1970-01-01T00:00.
    #[inline(always)]
    #[doc = include_str!("../errors.md")]
    pub fn local_timestamp_nanos<T: LocalTimestampValue>(&mut self) -> Result<T, DecodeError> {
        self.units("local-timestamp-nanos", |units| T::from_units(units, Unit::Nanos))
    }

    /// The value of a number of units.
    #[inline(always)]
    fn units<T>(&mut self, what: &'static str, value: impl Fn(i64) -> Option<T>) -> Result<T, DecodeError> {
        if let Some((bits, length)) = number_in_word(self.rest())
            && let Some(value) = value(unzigzag(bits))
            && let Some(rest) = self.rest().get(length..)
        {
            self.go_on(rest);
            return Ok(value);
        }
        self.checked(what, |reader| Ok(value(reader.long()?)))
    }

    /// The value, or an error if it is out of the range of its Rust type.
    #[inline(never)]
    fn checked<T>(
        &mut self,
        what: &'static str,
        read: impl FnOnce(&mut Self) -> Result<Option<T>, DecodeError>,
    ) -> Result<T, DecodeError> {
        let position = self.position();
        match read(self)? {
            Some(value) => Ok(value),
            None => Err(DecodeError::new(position, DecodeErrorKind::OutOfRange { what })),
        }
    }
}
