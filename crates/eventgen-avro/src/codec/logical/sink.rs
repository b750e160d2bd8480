//! The logical types of a sink.

use bigdecimal::BigDecimal;
use uuid::Uuid;

use super::decimal::DecimalValue;
use super::temporal::{DateValue, LocalTimestampValue, TimeValue, TimestampValue};

/// The logical types of a [`Sink`](crate::Sink). Implemented for every sink.
pub trait LogicalSink {
    /// A decimal on bytes. `precision` and `scale` are those of the schema.
    fn decimal<T: DecimalValue>(&mut self, value: &T, precision: u32, scale: u32);

    /// A decimal on fixed(`SIZE`).
    fn decimal_fixed<const SIZE: usize>(&mut self, value: &impl DecimalValue, precision: u32, scale: u32);

    /// A big-decimal.
    fn big_decimal(&mut self, value: &BigDecimal);

    /// A uuid on string.
    fn uuid(&mut self, value: &Uuid);

    /// A uuid on fixed(16).
    fn uuid_fixed(&mut self, value: &Uuid);

    /// Days since 1970-01-01.
    fn date<T: DateValue>(&mut self, value: &T);

    /// Milliseconds since midnight, truncated.
    fn time_millis<T: TimeValue>(&mut self, value: &T);

    /// Microseconds since midnight, truncated.
    fn time_micros<T: TimeValue>(&mut self, value: &T);

    /// Milliseconds since the Unix epoch, rounded towards the past.
    fn timestamp_millis<T: TimestampValue>(&mut self, value: &T);

    /// Microseconds since the Unix epoch, rounded towards the past.
    fn timestamp_micros<T: TimestampValue>(&mut self, value: &T);

    /// Nanoseconds since the Unix epoch; only the years 1677 to 2262 fit.
    fn timestamp_nanos<T: TimestampValue>(&mut self, value: &T);

    /// Milliseconds since 1970-01-01T00:00, rounded towards the past.
    fn local_timestamp_millis<T: LocalTimestampValue>(&mut self, value: &T);

    /// Microseconds since 1970-01-01T00:00, rounded towards the past.
    fn local_timestamp_micros<T: LocalTimestampValue>(&mut self, value: &T);

    /// Nanoseconds since 1970-01-01T00:00; only the years 1677 to 2262 fit.
    fn local_timestamp_nanos<T: LocalTimestampValue>(&mut self, value: &T);
}
