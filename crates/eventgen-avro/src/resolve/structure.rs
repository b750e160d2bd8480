//! What it takes to walk over the values of a schema.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::graph::{Graph, Names, Node, NodeId};
use super::skip::Skips;
use crate::model::{TypeGraph, TypeId};
use crate::parse::{Strictness, parse};

/// The graph of a schema, and how to skip the values of each of its nodes.
#[derive(Debug, Clone)]
pub(crate) struct Structure {
    graph: Graph,
    skips: Skips,
}

impl Structure {
    /// The schema itself.
    pub(crate) const ROOT: NodeId = Graph::ROOT;

    /// The structure of a type.
    pub(crate) fn of(types: &TypeGraph, root: TypeId) -> Self {
        let graph = Graph::of(types, root);
        let skips = Skips::of(graph.nodes());
        Self { graph, skips }
    }

    /// The structure of a schema of generated code. Cached, so that a topic full of undecodable payloads does not parse
    /// the schema for each of them.
    pub(crate) fn cached(schema: &'static str) -> Option<Arc<Self>> {
        static CACHE: Mutex<BTreeMap<&str, Arc<Structure>>> = Mutex::new(BTreeMap::new());
        let mut cache = CACHE.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(structure) = cache.get(schema) {
            return Some(Arc::clone(structure));
        }
        let parsed = parse(schema, Strictness::Lenient).ok()?;
        let structure = Arc::new(Self::of(&parsed.types, parsed.root));
        cache.insert(schema, Arc::clone(&structure));
        Some(structure)
    }

    pub(crate) fn get(&self, id: NodeId) -> &Node {
        self.graph.get(id)
    }

    pub(crate) fn skips(&self) -> &Skips {
        &self.skips
    }

    /// The names of the schema itself, if it has any.
    pub(crate) fn names(&self) -> Option<&Names> {
        self.graph.names()
    }
}
