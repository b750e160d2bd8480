//! What a front end makes of the files of its language.

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
    /// The types that keys and headers are resolved against.
    pub types: TypeGraph,
    /// Whether eventgen generates Rust from `types`. Otherwise the language has a generator of its own. At most one
    /// language may have its types generated: they are the contract's.
    pub is_generated: bool,
    /// Types with errors that have been reported: whatever refers to them is not at fault.
    pub unbuilt: BTreeSet<TypeId>,
    /// Types that are defined elsewhere, with unknown fields.
    pub foreign: BTreeSet<TypeId>,
    /// The records that have an annotation.
    pub annotated: Vec<Annotated>,
    /// Schemas that others refer to when they are registered, by name.
    pub referenced: BTreeMap<String, ReferencedSchema>,
    /// Files that could not be parsed: the types that they define are not known.
    pub broken: Vec<SourceId>,
    /// What else the language knows about its schemas.
    pub data: Option<Data>,
}

impl Schemas {
    /// The types, with what is known about them.
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
    /// What else the language knows about the event.
    pub data: Data,
}
