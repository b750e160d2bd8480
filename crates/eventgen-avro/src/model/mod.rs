//! The model of Avro schemas: a graph of types, in which types refer to each other and to themselves by id.
//!
//! The [parser](crate::parse) fills it. Code generation, compatibility checks and schema resolution walk it. Ids follow
//! the order of definitions in the input and never depend on hash seeds.
//!
//! ```
//! use eventgen_avro::model::Type;
//! use eventgen_avro::parse::{Strictness, parse};
//!
//! let parsed = parse(r#"{"type":"array","items":"string"}"#, Strictness::Strict).expect("a valid schema");
//! let Type::Array(items) = parsed.types.get(parsed.root) else { panic!("not an array") };
//! assert_eq!(parsed.types.get(*items), &Type::String);
//! ```

mod canonical;
mod components;
mod default;
mod depth;
mod fingerprint;
mod id;
mod layout;
mod logical;
mod logical_change;
mod named;
mod representable;

pub use canonical::canonical_form;
pub(crate) use components::components;
pub(crate) use default::is_value;
pub use default::{DefaultError, EncodedDefault, default_branch, encode_default};
pub use depth::{MAX_LEVELS, deepest_nesting, deepest_record};
pub use fingerprint::fingerprint;
pub use id::TypeId;
pub use layout::{Composite, layout_hash, layout_of, union_layout_hash};
pub use logical::Logical;
pub use logical_change::{LogicalChange, logical_change};
pub use named::{Enum, Field, Fixed, Name, Record};

/// Types that refer to each other.
#[derive(Debug, Clone, Default)]
pub struct TypeGraph {
    types: Vec<Type>,
}

impl TypeGraph {
    /// Adds a type and returns its id.
    pub fn add(&mut self, ty: Type) -> TypeId {
        let id = TypeId::new(u32::try_from(self.types.len()).expect("fewer than 2^32 types"));
        self.types.push(ty);
        id
    }

    /// Replaces a type. Named types are added before their content is known, because they may contain themselves.
    pub fn set(&mut self, id: TypeId, ty: Type) {
        self.types[id.index()] = ty;
    }

    /// The type under `id`.
    pub fn get(&self, id: TypeId) -> &Type {
        &self.types[id.index()]
    }

    /// The named type with this full name.
    pub fn find(&self, full_name: &str) -> Option<TypeId> {
        let is_it = |ty: &Type| ty.name().is_some_and(|name| name.to_string() == full_name);
        self.iter().find(|(_, ty)| is_it(ty)).map(|(id, _)| id)
    }

    /// Every type with its id, in order.
    pub fn iter(&self) -> impl Iterator<Item = (TypeId, &Type)> {
        (0u32..).map(TypeId::new).zip(&self.types)
    }
}

/// A type of Avro's data model ([specification 1.12](https://avro.apache.org/docs/1.12.0/specification/)).
#[derive(Debug, Clone, PartialEq)]
pub enum Type {
    /// No value; zero bytes.
    Null,
    /// One byte, 0 or 1.
    Boolean,
    /// 32 bits, signed.
    Int,
    /// 64 bits, signed.
    Long,
    /// IEEE 754, 32 bits.
    Float,
    /// IEEE 754, 64 bits.
    Double,
    /// Arbitrary bytes.
    Bytes,
    /// UTF-8 text.
    String,
    /// A sequence of one type.
    Array(TypeId),
    /// A map from strings to one type.
    Map(TypeId),
    /// One of several types. The encoding starts with the index of the branch.
    Union(Vec<TypeId>),
    /// Named fields.
    Record(Record),
    /// One of several names.
    Enum(Enum),
    /// A fixed number of bytes.
    Fixed(Fixed),
    /// A logical type. Values are encoded as `base`.
    Logical {
        /// The logical type.
        logical: Logical,
        /// The underlying type.
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
