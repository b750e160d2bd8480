//! A schema as a graph of what its values consist of, built from the [model](crate::model).

use std::collections::HashMap;

use serde_json::Value;

use crate::model::{Logical, Name, Type, TypeGraph, TypeId};

/// The index of a node.
pub(crate) type NodeId = usize;

/// The nodes of a schema; the first is the schema itself.
#[derive(Debug, Clone)]
pub(crate) struct Graph {
    nodes: Vec<Node>,
}

/// A type with what is known of the size of its values.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    /// The logical type.
    pub(crate) logical: Option<Logical>,
    /// The number of bytes of a value, if all values have the same.
    pub(crate) size: Option<usize>,
    /// The minimum number of bytes of a value.
    pub(crate) min: usize,
    /// Whether values contain values of the same type.
    pub(crate) recursive: bool,
}

/// How values are encoded.
#[derive(Debug, Clone)]
pub(crate) enum Kind {
    Null,
    Boolean,
    Int,
    Long,
    Float,
    Double,
    Bytes,
    String,
    Fixed { names: Names, size: usize },
    Enum { names: Names, symbols: Vec<String>, default: Option<String> },
    Array(NodeId),
    Map(NodeId),
    Union(Vec<NodeId>),
    Record { names: Names, fields: Vec<Field> },
}

impl Kind {
    /// The name of the type in a schema, such as `array`.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "boolean",
            Self::Int => "int",
            Self::Long => "long",
            Self::Float => "float",
            Self::Double => "double",
            Self::Bytes => "bytes",
            Self::String => "string",
            Self::Fixed { .. } => "fixed",
            Self::Enum { .. } => "enum",
            Self::Array(_) => "array",
            Self::Map(_) => "map",
            Self::Union(_) => "union",
            Self::Record { .. } => "record",
        }
    }
}

/// The full name of a type and its aliases.
#[derive(Debug, Clone)]
pub(crate) struct Names {
    pub(crate) full: String,
    pub(crate) aliases: Vec<String>,
}

impl Names {
    fn of(name: &Name, aliases: &[Name]) -> Self {
        Self { full: name.to_string(), aliases: aliases.iter().map(Name::to_string).collect() }
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) aliases: Vec<String>,
    pub(crate) default: Option<Value>,
    pub(crate) node: NodeId,
}

impl Graph {
    /// The schema itself.
    pub(crate) const ROOT: NodeId = 0;

    /// The graph of a type.
    pub(crate) fn of(types: &TypeGraph, root: TypeId) -> Self {
        let mut builder = Builder { types, nodes: Vec::new(), known: HashMap::new() };
        builder.add(root);
        let mut graph = Self { nodes: builder.nodes };
        for id in 0..graph.nodes.len() {
            graph.nodes[id].recursive = graph.reaches(id, id);
        }
        graph.measure();
        graph
    }

    pub(crate) fn get(&self, id: NodeId) -> &Node {
        &self.nodes[id]
    }

    pub(crate) fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The names of the schema itself, if it has any.
    pub(crate) fn names(&self) -> Option<&Names> {
        match &self.get(Self::ROOT).kind {
            Kind::Record { names, .. } | Kind::Enum { names, .. } | Kind::Fixed { names, .. } => Some(names),
            _ => None,
        }
    }

    /// The types that values of a type consist of.
    fn inner(&self, id: NodeId) -> Vec<NodeId> {
        match &self.nodes[id].kind {
            Kind::Array(inner) | Kind::Map(inner) => vec![*inner],
            Kind::Union(branches) => branches.clone(),
            Kind::Record { fields, .. } => fields.iter().map(|field| field.node).collect(),
            _ => Vec::new(),
        }
    }

    /// Whether values of a type contain values of another.
    fn reaches(&self, from: NodeId, to: NodeId) -> bool {
        let (mut seen, mut open) = (vec![false; self.nodes.len()], self.inner(from));
        while let Some(id) = open.pop() {
            if id == to {
                return true;
            }
            if !std::mem::replace(&mut seen[id], true) {
                open.extend(self.inner(id));
            }
        }
        false
    }

    /// Computes sizes, from the leaves up. A recursive type has no fixed size; its minimum is what is known after as many
    /// rounds as there are nodes.
    fn measure(&mut self) {
        for _ in 0..self.nodes.len() {
            let mut changed = false;
            for id in 0..self.nodes.len() {
                let (size, min) = self.sizes(id);
                let node = &mut self.nodes[id];
                changed |= (node.size, node.min) != (size, min);
                (node.size, node.min) = (size, min);
            }
            if !changed {
                break;
            }
        }
    }

    fn sizes(&self, id: NodeId) -> (Option<usize>, usize) {
        let exactly = |size| (Some(size), size);
        match &self.nodes[id].kind {
            Kind::Null => exactly(0),
            Kind::Float => exactly(4),
            Kind::Double => exactly(8),
            Kind::Boolean => exactly(1),
            Kind::Fixed { size, .. } => exactly(*size),
            Kind::Union(branches) => {
                let smallest = branches.iter().map(|&branch| self.nodes[branch].min).min();
                (None, smallest.unwrap_or(0).saturating_add(1))
            }
            Kind::Record { fields, .. } => {
                let nodes = || fields.iter().map(|field| &self.nodes[field.node]);
                let size = nodes().try_fold(0_usize, |sum, node| sum.checked_add(node.size?));
                let min = nodes().fold(0_usize, |sum, node| sum.saturating_add(node.min));
                (if self.nodes[id].recursive { None } else { size }, min)
            }
            _ => (None, 1),
        }
    }
}

struct Builder<'t> {
    types: &'t TypeGraph,
    nodes: Vec<Node>,
    known: HashMap<TypeId, NodeId>,
}

impl Builder<'_> {
    /// The node of a type. The recursion is bounded, because the parser limits how deeply types hold each other.
    fn add(&mut self, id: TypeId) -> NodeId {
        if let Some(&known) = self.known.get(&id) {
            return known;
        }
        let types = self.types;
        let (ty, logical) = match types.get(id) {
            Type::Logical { logical, base } => (types.get(*base), Some(*logical)),
            ty => (ty, None),
        };
        let node = self.nodes.len();
        self.nodes.push(Node { kind: Kind::Null, logical, size: None, min: 0, recursive: false });
        self.known.insert(id, node);
        self.nodes[node].kind = self.kind(ty);
        node
    }

    fn kind(&mut self, ty: &Type) -> Kind {
        match ty {
            Type::Null => Kind::Null,
            Type::Boolean => Kind::Boolean,
            Type::Int => Kind::Int,
            Type::Long => Kind::Long,
            Type::Float => Kind::Float,
            Type::Double => Kind::Double,
            Type::Bytes => Kind::Bytes,
            Type::String => Kind::String,
            Type::Fixed(fixed) => {
                let size = usize::try_from(fixed.size).unwrap_or(usize::MAX);
                Kind::Fixed { names: Names::of(&fixed.name, &fixed.aliases), size }
            }
            Type::Enum(definition) => Kind::Enum {
                names: Names::of(&definition.name, &definition.aliases),
                symbols: definition.symbols.clone(),
                default: definition.default.clone(),
            },
            Type::Array(items) => Kind::Array(self.add(*items)),
            Type::Map(values) => Kind::Map(self.add(*values)),
            Type::Union(branches) => Kind::Union(branches.iter().map(|branch| self.add(*branch)).collect()),
            Type::Record(record) => {
                let fields = record.fields.iter().map(|field| Field {
                    name: field.name.clone(),
                    aliases: field.aliases.clone(),
                    default: field.default.clone(),
                    node: self.add(field.type_id),
                });
                let fields = fields.collect();
                Kind::Record { names: Names::of(&record.name, &record.aliases), fields }
            }
            // A logical type stands on one of the others.
            Type::Logical { base, .. } => self.kind(self.types.get(*base)),
        }
    }
}
