//! The crates whose types are fields of generated types, keys and deliveries. Use them from here, or depend on the same
//! version.

/// Decimals of any precision: [`bigdecimal::BigDecimal`].
#[cfg(feature = "avro")]
pub use bigdecimal;
/// Dates, times and timestamps: [`chrono::NaiveDate`], [`chrono::DateTime`]. The current time is `chrono::Utc::now()`.
pub use chrono;
/// Dates, times and timestamps where `eventgen_build::configure()` chooses jiff.
#[cfg(feature = "jiff")]
pub use jiff;
/// Protobuf messages: [`prost::Message`].
#[cfg(feature = "protobuf")]
pub use prost;
/// Protobuf's well-known types: [`prost_types::Timestamp`].
#[cfg(feature = "protobuf")]
pub use prost_types;
/// Decimals of up to 28 digits: [`rust_decimal::Decimal`].
#[cfg(feature = "rust_decimal")]
pub use rust_decimal;
/// UUIDs: [`uuid::Uuid`].
pub use uuid;
