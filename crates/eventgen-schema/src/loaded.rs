//! A loaded contract, with what it was read from.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::contract::Contract;
use crate::diagnostics::Diagnostics;
use crate::node::Node;
use crate::reader::Casing;
use crate::source::Span;

/// A contract with what it was read from.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Loaded {
    /// The contract.
    pub contract: Contract,
    /// Every file read, sorted.
    pub files: Vec<PathBuf>,
    /// Every folder listed, sorted.
    pub folders: Vec<PathBuf>,
    /// The location of each event's annotation, by the name of the event: the path of its file and the line, from 1.
    pub event_locations: BTreeMap<String, (PathBuf, usize)>,
    /// What somebody should look at.
    pub warnings: Diagnostics,
    /// The annotation of each event, by the name of the event.
    pub(crate) annotations: BTreeMap<String, Annotation>,
}

/// The annotation of an event as it is written.
#[derive(Debug, Clone)]
pub(crate) struct Annotation {
    /// The location of its name.
    pub(crate) span: Span,
    /// Its value.
    pub(crate) node: Node,
    /// How its properties are written.
    pub(crate) casing: Casing,
}

impl Loaded {
    /// The location of the name of an event's annotation.
    pub(crate) fn annotation_span(&self, event: &str) -> Option<&Span> {
        self.annotations.get(event).map(|annotation| &annotation.span)
    }

    /// The location of the name of a property, given in camel case, in an event's annotation.
    pub(crate) fn property_span(&self, event: &str, property: &str) -> Option<&Span> {
        let annotation = self.annotations.get(event)?;
        let written = annotation.casing.of(property);
        let member = annotation.node.members().iter().find(|member| member.name == written)?;
        Some(&member.name_span)
    }
}
