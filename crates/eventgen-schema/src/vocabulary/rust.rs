//! The settings of generated Rust, the table `[rust]` of `eventgen.toml`.

use super::{Form, Property, words};

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

/// The values of `decimals`.
pub(crate) const DECIMALS: [(&str, Decimals); 2] =
    [("rust_decimal", Decimals::RustDecimal), ("bigdecimal", Decimals::BigDecimal)];
/// The values of `dates`.
pub(crate) const DATES: [(&str, Dates); 3] =
    [("chrono", Dates::Chrono), ("jiff", Dates::Jiff), ("integers", Dates::Integers)];

/// A table from paths of the contract to Rust source.
const SOURCES: Form = Form::MapOf(&Form::AnyText);
/// A table from paths of the contract to Rust source, or lists of it.
const SEVERAL_SOURCES: Form =
    Form::MapOf(&Form::Either(&[Form::AnyText, Form::ListOf { item: &Form::AnyText, least: 0, most: None }]));

/// The properties of `[rust]`.
pub const RUST: [Property; 9] = [
    Property::new("typeAttributes", SEVERAL_SOURCES, "adds attributes to structs and enums"),
    Property::new(
        "fieldAttributes",
        SEVERAL_SOURCES,
        "adds attributes to fields of records and symbols of enums",
    ),
    Property::new(
        "stringTypes",
        SOURCES,
        "the type of strings. It dereferences to `str` and implements `From<&str>`. The last path that matches applies. Keys of \
         maps stay `String`",
    ),
    Property::new(
        "externPaths",
        SOURCES,
        "uses types from another crate that generates them. The longest path that matches applies",
    ),
    Property::new(
        "serde",
        Form::Boolean,
        "derives serde's traits for all types; needs eventgen's feature `serde`",
    )
    .default("false"),
    Property::new(
        "borrowed",
        Form::Boolean,
        "generates `OrderRef<'a>` in addition to `Order`: strings and bytes are borrowed from the payload",
    )
    .default("false"),
    Property::new(
        "builders",
        Form::Number { least: 0, most: 4_294_967_295 },
        "derives builders for records with at least this number of fields; needs eventgen's feature `builders`",
    ),
    Property::new(
        "decimals",
        Form::OneOf(&words(&DECIMALS)),
        "the type of decimals; those of more than 28 digits are always a `BigDecimal`",
    )
    .default("\"rust_decimal\""),
    Property::new(
        "dates",
        Form::OneOf(&words(&DATES)),
        "the types of dates, times and timestamps; jiff needs eventgen's feature `jiff`. Keys and headers do not depend on it",
    )
    .default("\"chrono\""),
];
