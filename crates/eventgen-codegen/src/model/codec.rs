//! How each type is written and read: the methods of the runtime's `Sink` and `Reader` that take it.

use std::collections::BTreeMap;

use eventgen_schema::types::{Fixed, Logical, Type, TypeGraph, TypeId};

use crate::model::existing::Representation;
use crate::model::unions::UnionShape;
use crate::settings::{Decimals, Settings};

/// The largest number of digits that a `rust_decimal::Decimal` holds.
const MAX_DECIMAL_DIGITS: u32 = 28;

/// Larger fixed values are boxed, so that a record is not copied with them on the stack.
const MAX_INLINE_FIXED: u32 = 4096;

/// A method that `Sink` and `Reader` have under the same name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    Boolean,
    Int,
    Long,
    /// A whole number of a type that is not the schema's.
    Integer,
    Float,
    Double,
    Bytes,
    String,
    BigDecimal,
    Uuid,
    UuidFixed,
    Date,
    TimeMillis,
    TimeMicros,
    TimestampMillis,
    TimestampMicros,
    TimestampNanos,
    LocalTimestampMillis,
    LocalTimestampMicros,
    LocalTimestampNanos,
}

impl Method {
    /// The name in the runtime.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Boolean => "boolean",
            Self::Int => "int",
            Self::Long => "long",
            Self::Integer => "integer",
            Self::Float => "float",
            Self::Double => "double",
            Self::Bytes => "bytes",
            Self::String => "string",
            Self::BigDecimal => "big_decimal",
            Self::Uuid => "uuid",
            Self::UuidFixed => "uuid_fixed",
            Self::Date => "date",
            Self::TimeMillis => "time_millis",
            Self::TimeMicros => "time_micros",
            Self::TimestampMillis => "timestamp_millis",
            Self::TimestampMicros => "timestamp_micros",
            Self::TimestampNanos => "timestamp_nanos",
            Self::LocalTimestampMillis => "local_timestamp_millis",
            Self::LocalTimestampMicros => "local_timestamp_micros",
            Self::LocalTimestampNanos => "local_timestamp_nanos",
        }
    }

    /// Whether the method of `Sink` takes the value itself, not a reference.
    pub(crate) fn takes_copy(self) -> bool {
        matches!(self, Self::Boolean | Self::Int | Self::Long | Self::Integer | Self::Float | Self::Double)
    }
}

/// An array of numbers, which is written and read as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Numbers {
    Doubles,
    Floats,
    Ints,
    Longs,
}

impl Numbers {
    /// The name of the method in the runtime.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Doubles => "doubles",
            Self::Floats => "floats",
            Self::Ints => "ints",
            Self::Longs => "longs",
        }
    }
}

/// The call that writes or reads a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Call {
    /// A method of the same name in `Sink` and `Reader`.
    Method(Method),
    /// A string whose Rust type is not `String`.
    Text,
    Fixed(u32),
    Decimal {
        precision: u32,
        scale: u32,
        fixed: Option<u32>,
    },
    Array(TypeId),
    Map(TypeId),
    Single(TypeId),
    Nullable {
        null: u8,
        inner: TypeId,
    },
    /// Null or the enum of the other branches.
    Optional {
        null: u32,
    },
    /// Null or a type whose schema is not in the contract and which may be an enum of several branches.
    Option,
    /// A type that implements the codec itself.
    Named,
}

/// Whether a fixed value of this size in bytes is boxed.
pub(crate) fn is_boxed(size: u32) -> bool {
    size > MAX_INLINE_FIXED
}

/// The calls of all types.
pub(crate) struct Codecs<'a> {
    types: &'a TypeGraph,
    decimals: Decimals,
    /// The Rust types of strings that are not `String`.
    pub(crate) strings: BTreeMap<TypeId, &'a str>,
    /// The types whose representation an existing type chooses.
    pub(crate) forms: BTreeMap<TypeId, Representation>,
}

impl<'a> Codecs<'a> {
    pub(crate) fn new(
        types: &'a TypeGraph,
        settings: &Settings,
        strings: BTreeMap<TypeId, &'a str>,
        forms: BTreeMap<TypeId, Representation>,
    ) -> Self {
        Self { types, decimals: settings.decimal_type(), strings, forms }
    }

    /// The call of a type.
    pub(crate) fn call(&self, id: TypeId) -> Call {
        match self.forms.get(&id) {
            Some(Representation::Foreign { .. }) => return Call::Named,
            Some(Representation::ForeignOption) => return Call::Option,
            Some(Representation::Integer) => return Call::Method(Method::Integer),
            _ => {}
        }
        match self.types.get(id) {
            Type::Boolean => Call::Method(Method::Boolean),
            Type::Int => Call::Method(Method::Int),
            Type::Long => Call::Method(Method::Long),
            Type::Float => Call::Method(Method::Float),
            Type::Double => Call::Method(Method::Double),
            Type::Bytes => Call::Method(Method::Bytes),
            Type::String if self.strings.contains_key(&id) => Call::Text,
            Type::String => Call::Method(Method::String),
            Type::Array(items) => Call::Array(*items),
            Type::Map(values) => Call::Map(*values),
            Type::Fixed(fixed) => Call::Fixed(fixed.size),
            Type::Null | Type::Record(_) | Type::Enum(_) => Call::Named,
            Type::Union(branches) => match UnionShape::of(branches, self.types) {
                UnionShape::Single(inner) => Call::Single(inner),
                UnionShape::Nullable { null, inner } => Call::Nullable { null, inner },
                UnionShape::Enum { null: Some(null), .. } => Call::Optional { null },
                UnionShape::Enum { null: None, .. } => Call::Named,
            },
            Type::Logical { logical, base } => self.logical_call(*logical, *base),
        }
    }

    fn logical_call(&self, logical: Logical, base: TypeId) -> Call {
        let fixed = match self.types.get(base) {
            Type::Fixed(Fixed { size, .. }) => Some(*size),
            _ => None,
        };
        let method = match logical {
            // No decimal type holds a number of that many bytes.
            Logical::Decimal { .. } if fixed.is_some_and(is_boxed) => return self.call(base),
            Logical::Decimal { precision, scale } => return Call::Decimal { precision, scale, fixed },
            Logical::Duration => return Call::Named,
            Logical::BigDecimal => Method::BigDecimal,
            Logical::Uuid if fixed.is_some() => Method::UuidFixed,
            Logical::Uuid => Method::Uuid,
            Logical::Date => Method::Date,
            Logical::TimeMillis => Method::TimeMillis,
            Logical::TimeMicros => Method::TimeMicros,
            Logical::TimestampMillis => Method::TimestampMillis,
            Logical::TimestampMicros => Method::TimestampMicros,
            Logical::TimestampNanos => Method::TimestampNanos,
            Logical::LocalTimestampMillis => Method::LocalTimestampMillis,
            Logical::LocalTimestampMicros => Method::LocalTimestampMicros,
            Logical::LocalTimestampNanos => Method::LocalTimestampNanos,
        };
        Call::Method(method)
    }

    /// The method for an array of these items, if they are numbers.
    pub(crate) fn numbers(&self, items: TypeId) -> Option<Numbers> {
        match self.call(items) {
            Call::Method(Method::Double) => Some(Numbers::Doubles),
            Call::Method(Method::Float) => Some(Numbers::Floats),
            Call::Method(Method::Int) => Some(Numbers::Ints),
            Call::Method(Method::Long) => Some(Numbers::Longs),
            _ => None,
        }
    }

    /// Whether a type is a fixed value in Rust, whatever its logical type.
    pub(crate) fn is_fixed(&self, id: TypeId) -> bool {
        matches!(self.call(id), Call::Fixed(_))
    }

    /// Whether a decimal is a `BigDecimal`.
    pub(crate) fn is_big_decimal(&self, id: TypeId, precision: u32) -> bool {
        precision > MAX_DECIMAL_DIGITS
            || self.decimals == Decimals::BigDecimal
            || self.forms.get(&id) == Some(&Representation::BigDecimal)
    }

    /// Whether a fixed value of this size in bytes is boxed.
    pub(crate) fn is_boxed_fixed(&self, id: TypeId, size: u32) -> bool {
        is_boxed(size) || self.forms.get(&id) == Some(&Representation::Boxed)
    }

    /// Whether a map is a `HashMap`.
    pub(crate) fn is_hash_map(&self, id: TypeId) -> bool {
        self.forms.get(&id) == Some(&Representation::HashMap)
    }

    /// Whether a type implements the codec and has a text representation of its own.
    pub(crate) fn is_foreign(&self, id: TypeId) -> bool {
        matches!(self.forms.get(&id), Some(Representation::Foreign { .. }))
    }

    /// The path of a type whose schema is not in the contract.
    pub(crate) fn unresolved(&self, id: TypeId) -> Option<&str> {
        match self.forms.get(&id) {
            Some(Representation::Foreign { path, known: false }) => Some(path),
            _ => None,
        }
    }
}
