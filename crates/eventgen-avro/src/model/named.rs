//! Named types: records, enums and fixed (specification 1.12, "Names").

use std::fmt;

use super::id::TypeId;

/// The name of a named type: a short name in an optional namespace.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name {
    /// The dotted namespace; `None` is the null namespace.
    pub namespace: Option<String>,
    /// The short name.
    pub name: String,
}

impl fmt::Display for Name {
    /// Writes the full name.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.namespace {
            Some(namespace) => write!(f, "{namespace}.{}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

/// A record: fields in the order of their encoding.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Its name.
    pub name: Name,
    /// Its documentation.
    pub doc: Option<String>,
    /// Former full names, by which a reader recognizes it.
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
    /// The value for a writer without this field, in the JSON encoding of defaults.
    pub default: Option<serde_json::Value>,
    /// Former names, by which a reader recognizes it.
    pub aliases: Vec<String>,
}

/// An enum: one of several symbols.
#[derive(Debug, Clone, PartialEq)]
pub struct Enum {
    /// Its name.
    pub name: Name,
    /// Its documentation.
    pub doc: Option<String>,
    /// Former full names, by which a reader recognizes it.
    pub aliases: Vec<Name>,
    /// The symbols. A value is encoded as an index into them.
    pub symbols: Vec<String>,
    /// The symbol for an unknown symbol of a writer.
    pub default: Option<String>,
}

/// A fixed number of bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Fixed {
    /// Its name.
    pub name: Name,
    /// Its documentation.
    pub doc: Option<String>,
    /// Former full names, by which a reader recognizes it.
    pub aliases: Vec<Name>,
    /// Its size in bytes.
    pub size: u32,
}
