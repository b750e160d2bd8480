//! The type graph: every type of a contract under an id, so that types can refer to each other and to themselves.
//!
//! Front ends fill it, code generation and compatibility checks walk it. The order of ids is the order in which the
//! sorted input files define the types: it never depends on hash seeds.

use std::fmt;

/// Names one [`Type`] in a [`TypeGraph`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeId(pub(crate) u32);

/// All types of a contract.
#[derive(Debug, Clone, Default)]
pub struct TypeGraph {
    types: Vec<Type>,
}

impl TypeGraph {
    /// Adds a type and returns its id.
    pub fn add(&mut self, ty: Type) -> TypeId {
        let id = TypeId(u32::try_from(self.types.len()).expect("fewer than 2^32 types"));
        self.types.push(ty);
        id
    }

    /// Replaces a type: named types are entered before their content is known, because they may contain themselves.
    pub fn set(&mut self, id: TypeId, ty: Type) {
        self.types[id.0 as usize] = ty;
    }

    /// The type under `id`.
    pub fn get(&self, id: TypeId) -> &Type {
        &self.types[id.0 as usize]
    }

    /// The named type of a full name.
    pub fn find(&self, full_name: &str) -> Option<TypeId> {
        let is_it = |ty: &Type| ty.name().is_some_and(|name| name.to_string() == full_name);
        self.iter().find(|(_, ty)| is_it(ty)).map(|(id, _)| id)
    }

    /// Every type with its id, in order.
    pub fn iter(&self) -> impl Iterator<Item = (TypeId, &Type)> {
        (0u32..).map(TypeId).zip(&self.types)
    }
}

/// A type of Avro's data model ([specification 1.12](https://avro.apache.org/docs/1.12.0/specification/)).
#[derive(Debug, Clone, PartialEq)]
pub enum Type {
    /// No value; zero bytes.
    Null,
    /// A byte, 0 or 1.
    Boolean,
    /// 32 bits, signed.
    Int,
    /// 64 bits, signed.
    Long,
    /// IEEE 754, 32 bits.
    Float,
    /// IEEE 754, 64 bits.
    Double,
    /// Any bytes.
    Bytes,
    /// UTF-8 text.
    String,
    /// A sequence of one type.
    Array(TypeId),
    /// A map from strings to one type.
    Map(TypeId),
    /// One of several types; the branch's index is on the wire.
    Union(Vec<TypeId>),
    /// Named fields.
    Record(Record),
    /// One of several names.
    Enum(Enum),
    /// A fixed number of bytes.
    Fixed(Fixed),
    /// A type with a meaning beyond its bytes; `base` is what is on the wire.
    Logical {
        /// What the bytes mean.
        logical: Logical,
        /// The type on the wire.
        base: TypeId,
    },
}

impl Type {
    /// The name of a record, an enum or a fixed.
    pub fn name(&self) -> Option<&Name> {
        match self {
            Self::Record(Record { name, .. })
            | Self::Enum(Enum { name, .. })
            | Self::Fixed(Fixed { name, .. }) => Some(name),
            _ => None,
        }
    }
}

/// A meaning added to a base type (specification 1.12, "Logical Types").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Logical {
    /// An unscaled big-endian two's-complement integer with a scale, on bytes or fixed.
    Decimal {
        /// Most digits the number may have.
        precision: u32,
        /// Digits right of the point.
        scale: u32,
    },
    /// A decimal that carries its own scale, on bytes.
    BigDecimal,
    /// RFC 4122, as a string or as 16 bytes.
    Uuid,
    /// Days since 1970-01-01, on int.
    Date,
    /// Milliseconds since midnight, on int.
    TimeMillis,
    /// Microseconds since midnight, on long.
    TimeMicros,
    /// Milliseconds since the Unix epoch, UTC, on long.
    TimestampMillis,
    /// Microseconds since the Unix epoch, UTC, on long.
    TimestampMicros,
    /// Nanoseconds since the Unix epoch, UTC, on long.
    TimestampNanos,
    /// Milliseconds since 1970-01-01T00:00 of an unnamed time zone, on long.
    LocalTimestampMillis,
    /// Microseconds since 1970-01-01T00:00 of an unnamed time zone, on long.
    LocalTimestampMicros,
    /// Nanoseconds since 1970-01-01T00:00 of an unnamed time zone, on long.
    LocalTimestampNanos,
    /// Months, days and milliseconds, each a little-endian u32, on fixed(12).
    Duration,
}

impl Logical {
    /// What `logicalType` is in a schema.
    pub fn name(self) -> &'static str {
        match self {
            Self::Decimal { .. } => "decimal",
            Self::BigDecimal => "big-decimal",
            Self::Uuid => "uuid",
            Self::Date => "date",
            Self::TimeMillis => "time-millis",
            Self::TimeMicros => "time-micros",
            Self::TimestampMillis => "timestamp-millis",
            Self::TimestampMicros => "timestamp-micros",
            Self::TimestampNanos => "timestamp-nanos",
            Self::LocalTimestampMillis => "local-timestamp-millis",
            Self::LocalTimestampMicros => "local-timestamp-micros",
            Self::LocalTimestampNanos => "local-timestamp-nanos",
            Self::Duration => "duration",
        }
    }
}

/// The name of a named type: a short name in an optional namespace.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name {
    /// Dot-separated, `None` for the null namespace.
    pub namespace: Option<String>,
    /// The short name.
    pub name: String,
}

impl fmt::Display for Name {
    /// The full name, as the specification forms it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.namespace {
            Some(namespace) => write!(f, "{namespace}.{}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

/// A record: named fields in the order of the wire.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Its name.
    pub name: Name,
    /// Its documentation.
    pub doc: Option<String>,
    /// Other full names under which readers know it.
    pub aliases: Vec<Name>,
    /// Its fields.
    pub fields: Vec<Field>,
}

/// A field of a record.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Its documentation.
    pub doc: Option<String>,
    /// Its type.
    pub type_id: TypeId,
    /// What a reader takes when the writer has no such field, as Avro JSON-encodes it.
    pub default: Option<serde_json::Value>,
    /// Other names under which readers know it.
    pub aliases: Vec<String>,
}

/// An enum: one of several symbols.
#[derive(Debug, Clone, PartialEq)]
pub struct Enum {
    /// Its name.
    pub name: Name,
    /// Its documentation.
    pub doc: Option<String>,
    /// Other full names under which readers know it.
    pub aliases: Vec<Name>,
    /// The symbols; the index is on the wire.
    pub symbols: Vec<String>,
    /// What a reader takes for a symbol that it does not know.
    pub default: Option<String>,
}

/// A fixed number of bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Fixed {
    /// Its name.
    pub name: Name,
    /// Its documentation.
    pub doc: Option<String>,
    /// Other full names under which readers know it.
    pub aliases: Vec<Name>,
    /// Its size in bytes.
    pub size: u32,
}
