//! What it takes to walk over the values of a schema.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::graph::{Graph, Kind, Names, Node, NodeId};
use super::skip::Skips;
use crate::model::{TypeGraph, TypeId};
use crate::parse::{Strictness, parse};

/// A schema, which may be a branch of a larger one, with the graph of its types and how to skip the values of each.
#[derive(Debug, Clone)]
pub(crate) struct Structure {
    whole: Arc<Whole>,
    root: NodeId,
}

/// What the branches of a union share.
#[derive(Debug)]
struct Whole {
    types: TypeGraph,
    graph: Graph,
    skips: Skips,
}

impl Structure {
    /// The structure of a type.
    pub(crate) fn of(types: TypeGraph, root: TypeId) -> Self {
        let graph = Graph::of(&types, root);
        let skips = Skips::of(graph.nodes());
        Self { whole: Arc::new(Whole { types, graph, skips }), root: 0 }
    }

    /// The branches of a union; empty for other types.
    pub(crate) fn branches(&self) -> impl Iterator<Item = Self> {
        let branches = if let Kind::Union(branches) = &self.get(self.root).kind { branches } else { &[][..] };
        branches.iter().map(|&root| Self { whole: Arc::clone(&self.whole), root })
    }

    /// The schema itself.
    pub(crate) fn root(&self) -> NodeId {
        self.root
    }

    /// The types in the model.
    pub(crate) fn types(&self) -> &TypeGraph {
        &self.whole.types
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
        let structure = Arc::new(Self::of(parsed.types, parsed.root));
        cache.insert(schema, Arc::clone(&structure));
        Some(structure)
    }

    pub(crate) fn get(&self, id: NodeId) -> &Node {
        self.whole.graph.get(id)
    }

    pub(crate) fn skips(&self) -> &Skips {
        &self.whole.skips
    }

    /// The names of the schema itself, if it has any.
    pub(crate) fn names(&self) -> Option<&Names> {
        self.whole.graph.names(self.root)
    }
}
