//! A schema as a graph of what its values consist of, built from the [model](crate::model).
//!
//! Nothing here recurses: a schema may chain any number of definitions.

use std::collections::HashMap;

use serde_json::Value;

use crate::model::{Logical, Name, Type, TypeGraph, TypeId, components};

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
    /// The type of the field in the model.
    pub(crate) type_id: TypeId,
}

/// The largest minimum. The reader multiplies a minimum by a count of one byte without a check.
const LARGEST_MIN: usize = usize::MAX >> 8;

/// How often the minima of recursive types are computed. Each round comes closer to them from below.
const ROUNDS: usize = 64;

impl Graph {
    /// The graph of a type.
    pub(crate) fn of(types: &TypeGraph, root: TypeId) -> Self {
        let mut builder = Builder { types, nodes: Vec::new(), known: HashMap::new(), open: Vec::new() };
        builder.id(root);
        while let Some((node, ty)) = builder.open.pop() {
            builder.nodes[node].kind = builder.kind(types.get(ty));
        }
        let mut graph = Self { nodes: builder.nodes };
        for component in components(graph.nodes.len(), |id| graph.inner(id)) {
            let is_recursive = component.len() > 1 || graph.inner(component[0]).contains(&component[0]);
            for &id in &component {
                graph.nodes[id].recursive = is_recursive;
            }
            graph.measure(&component);
        }
        graph
    }

    pub(crate) fn get(&self, id: NodeId) -> &Node {
        &self.nodes[id]
    }

    pub(crate) fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The names of a type, if it has any.
    pub(crate) fn names(&self, id: NodeId) -> Option<&Names> {
        match &self.get(id).kind {
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

    /// Computes the sizes of types that contain each other, after those of the types that they contain. A recursive type
    /// has no fixed size.
    fn measure(&mut self, component: &[NodeId]) {
        let rounds = if component.len() > 1 || self.nodes[component[0]].recursive { ROUNDS } else { 1 };
        for _ in 0..rounds {
            let mut changed = false;
            // What is visited last contains nothing of what was visited before, but for circles.
            for &id in component.iter().rev() {
                let (size, min) = self.sizes(id);
                let min = min.min(LARGEST_MIN);
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
    /// Nodes without content.
    open: Vec<(NodeId, TypeId)>,
}

impl Builder<'_> {
    /// The node of a type. Its content follows.
    fn id(&mut self, id: TypeId) -> NodeId {
        if let Some(&known) = self.known.get(&id) {
            return known;
        }
        let (base, logical) = match self.types.get(id) {
            Type::Logical { logical, base } => (*base, Some(*logical)),
            _ => (id, None),
        };
        let node = self.nodes.len();
        self.nodes.push(Node { kind: Kind::Null, logical, size: None, min: 0, recursive: false });
        self.known.insert(id, node);
        self.open.push((node, base));
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
            Type::Array(items) => Kind::Array(self.id(*items)),
            Type::Map(values) => Kind::Map(self.id(*values)),
            Type::Union(branches) => Kind::Union(branches.iter().map(|branch| self.id(*branch)).collect()),
            Type::Record(record) => {
                let fields = record.fields.iter().map(|field| Field {
                    name: field.name.clone(),
                    aliases: field.aliases.clone(),
                    default: field.default.clone(),
                    node: self.id(field.type_id),
                    type_id: field.type_id,
                });
                let fields = fields.collect();
                Kind::Record { names: Names::of(&record.name, &record.aliases), fields }
            }
            // A logical type stands on one of the others.
            Type::Logical { base, .. } => self.kind(self.types.get(*base)),
        }
    }
}
