//! Types of the standard library and of supported crates that hold no other type.

use eventgen_codegen::Dates;

/// A type that holds no other type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Scalar {
    Boolean,
    /// An integer, by the name of its type.
    Integer(String),
    Float,
    Double,
    String,
    /// Another type of text, as it is written.
    Text(String),
    Bytes,
    Uuid,
    Decimal,
    BigDecimal,
    Date(Dates),
    Time(Dates),
    Timestamp(Dates),
    LocalTimestamp(Dates),
}

/// The scalar of a name, which follows `module` in its path.
pub(super) fn scalar(name: &str, module: Option<&str>) -> Option<Scalar> {
    let (scalar, modules): (Scalar, &[&str]) = match name {
        // These names are common: without their module they are the user's.
        "Date" => return (module == Some("civil")).then_some(Scalar::Date(Dates::Jiff)),
        "Time" => return (module == Some("civil")).then_some(Scalar::Time(Dates::Jiff)),
        "DateTime" => return (module == Some("civil")).then_some(Scalar::LocalTimestamp(Dates::Jiff)),
        "Timestamp" => return (module == Some("jiff")).then_some(Scalar::Timestamp(Dates::Jiff)),
        "bool" => (Scalar::Boolean, &["primitive"]),
        "i8" | "i16" | "i32" | "i64" | "isize" | "u8" | "u16" | "u32" | "u64" | "usize" => {
            (Scalar::Integer(name.to_owned()), &["primitive"])
        }
        "f32" => (Scalar::Float, &["primitive"]),
        "f64" => (Scalar::Double, &["primitive"]),
        "String" => (Scalar::String, &["string"]),
        "Uuid" => (Scalar::Uuid, &["uuid"]),
        "Decimal" => (Scalar::Decimal, &["rust_decimal", "prelude"]),
        "BigDecimal" => (Scalar::BigDecimal, &["bigdecimal"]),
        "NaiveDate" => (Scalar::Date(Dates::Chrono), &["chrono", "naive", "prelude"]),
        "NaiveTime" => (Scalar::Time(Dates::Chrono), &["chrono", "naive", "prelude"]),
        "NaiveDateTime" => (Scalar::LocalTimestamp(Dates::Chrono), &["chrono", "naive", "prelude"]),
        _ => return None,
    };
    is_in(module, modules).then_some(scalar)
}

/// Whether a path has no module or one of these as the last.
///
/// A derive sees names, not types. A name alone is that of the well-known type; a name in another module is a type of the
/// user, even if it is called `String`.
pub(super) fn is_in(module: Option<&str>, modules: &[&str]) -> bool {
    module.is_none_or(|module| modules.contains(&module))
}
