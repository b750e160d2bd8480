//! Existing types: Rust types that an application wrote, which get the codec of generated types.

use std::collections::BTreeMap;

use eventgen_schema::Contract;
use eventgen_schema::types::{Type, TypeId};

use crate::settings::Dates;

/// The representation of a type in an existing Rust type, where it differs from the generated one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Representation {
    /// A string of this type, which derefs to `str` and implements `From<&str>`.
    Text(String),
    /// A whole number whose Rust type is not the schema's.
    Integer,
    /// A `HashMap`.
    HashMap,
    /// A date, time or timestamp of one of these crates.
    Dates(Dates),
    /// A `BigDecimal` of any precision.
    BigDecimal,
    /// A fixed value of any size in a `Box`.
    Boxed,
    /// A type that implements the codec. If its schema is not in the contract, it also gives its own minimum size.
    Foreign {
        /// The type as Rust source.
        path: String,
        /// Whether its schema is in the contract.
        known: bool,
    },
    /// An `Option` of a foreign type, which may be an enum of several branches.
    ForeignOption,
}

impl Representation {
    /// Whether the schema of the type is not in the contract.
    pub(crate) fn is_unresolved(&self) -> bool {
        matches!(self, Self::Foreign { known: false, .. })
    }
}

/// An existing type.
#[derive(Debug, Clone)]
pub struct Existing {
    /// Its name.
    pub name: String,
    /// Its visibility as Rust source.
    pub visibility: String,
    /// Which kind of type it is.
    pub kind: Kind,
    /// The representations that differ from the generated ones.
    pub forms: BTreeMap<TypeId, Representation>,
    /// Fields that are not in the schema. Reading sets them to the default of their type.
    pub skipped: Vec<String>,
    /// Whether values may contain values of the same type, as far as the declaration shows.
    pub recursive: bool,
}

/// The kinds of existing types.
#[derive(Debug, Clone)]
pub enum Kind {
    /// A struct for a record, with its fields in the order of the schema.
    Struct(TypeId, Vec<String>),
    /// A struct of one unnamed field. Its encoding is that of the field.
    Newtype(TypeId),
    /// An enum without data for an enum, with its variants in the order of the schema.
    Symbols(TypeId, Vec<String>),
    /// An enum with data for a union, with its variants in the order of the schema.
    Branches(TypeId, Vec<Branch>),
    /// A struct for a message. Its codec comes from prost.
    Message(TypeId),
}

/// A variant with data.
#[derive(Debug, Clone)]
pub struct Branch {
    /// Its name.
    pub name: String,
    /// Its data.
    pub data: Data,
}

/// The data of a variant.
#[derive(Debug, Clone)]
pub enum Data {
    /// One unnamed value.
    One,
    /// The fields of a record in the order of the schema, and the fields that are not in the schema.
    Fields(Vec<String>, Vec<String>),
    /// No data: a record without fields.
    Nothing,
}

impl Existing {
    /// The records whose fields have names of their own here.
    pub(crate) fn fields(&self, contract: &Contract) -> BTreeMap<TypeId, Vec<String>> {
        match &self.kind {
            Kind::Struct(id, fields) => BTreeMap::from([(*id, fields.clone())]),
            Kind::Branches(id, branches) => {
                let Type::Union(ids) = contract.types.get(*id) else { return BTreeMap::new() };
                let records = ids.iter().zip(branches).filter_map(|(id, branch)| match &branch.data {
                    Data::Fields(fields, _) => Some((*id, fields.clone())),
                    _ => None,
                });
                records.collect()
            }
            _ => BTreeMap::new(),
        }
    }

    /// Whether the type is a message, which has its codec from prost.
    pub(crate) fn is_message(&self) -> bool {
        matches!(self.kind, Kind::Message(_))
    }
}
