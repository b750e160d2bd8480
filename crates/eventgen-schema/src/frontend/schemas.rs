//! The output of a front end.

use std::collections::{BTreeMap, BTreeSet};

use crate::annotation::Checked;
use crate::contract::{Data, ReferencedSchema};
use crate::node::Node;
use crate::reader::Casing;
use crate::source::{SourceId, Span};
use crate::types::{TypeGraph, TypeId};

/// Every schema of a language.
#[derive(Debug, Default)]
pub struct Schemas {
    /// The types. Keys and headers are resolved against them.
    pub types: TypeGraph,
    /// Whether eventgen generates Rust from `types`. Otherwise the language has a generator of its own. At most one
    /// language may have its types generated: they are the contract's.
    pub is_generated: bool,
    /// Types with errors, which have been reported. Types that refer to them are not reported again.
    pub unbuilt: BTreeSet<TypeId>,
    /// Types that are defined elsewhere, with unknown fields.
    pub foreign: BTreeSet<TypeId>,
    /// The records that have an annotation.
    pub annotated: Vec<Annotated>,
    /// The schemas that registered schemas refer to, by name.
    pub referenced: BTreeMap<String, ReferencedSchema>,
    /// Files that could not be parsed, so that their types are unknown.
    pub broken: Vec<SourceId>,
    /// Further data that the language keeps about its schemas.
    pub data: Option<Data>,
}

impl Schemas {
    /// The types with their state.
    pub(crate) fn checked(&self) -> Checked<'_> {
        Checked { types: &self.types, unbuilt: &self.unbuilt, foreign: &self.foreign }
    }
}

/// A record with an annotation.
#[derive(Debug)]
pub struct Annotated {
    /// The full name of the record.
    pub full_name: String,
    /// The location of the annotation's name.
    pub span: Span,
    /// The value of the annotation.
    pub annotation: Node,
    /// How the names of properties are written in the annotation.
    pub casing: Casing,
    /// The record itself; `None` if it has errors, which have been reported.
    pub schema: Option<EventSchema>,
}

/// The record of an event.
#[derive(Debug)]
pub struct EventSchema {
    /// The record in the graph of its [`Schemas`].
    pub type_id: TypeId,
    /// The schema as it is registered.
    pub text: String,
    /// The names of the schemas that it refers to: keys of [`Schemas::referenced`].
    pub references: Vec<String>,
    /// Further data that the language keeps about the event.
    pub data: Data,
}
