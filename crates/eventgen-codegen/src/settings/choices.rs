//! The choices of Rust types for decimals and dates.

/// The Rust type of decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Decimals {
    /// `rust_decimal::Decimal` for up to 28 digits, `bigdecimal::BigDecimal` for more.
    #[default]
    RustDecimal,
    /// `bigdecimal::BigDecimal` for all decimals.
    BigDecimal,
}

/// The Rust types of dates, times and timestamps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dates {
    /// The types of chrono.
    #[default]
    Chrono,
    /// The types of jiff. Needs eventgen's feature `jiff`.
    Jiff,
    /// The encoded numbers: `i32` for `date` and `time-millis`, `i64` for all others.
    Integers,
}
