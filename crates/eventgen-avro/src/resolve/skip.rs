//! How to skip the values of each type. [`Skips::end`] does it.

use super::graph::{Kind, Node, NodeId};

/// How to skip a value.
#[derive(Debug, Clone, Copy)]
pub(super) enum Skip {
    /// This many bytes.
    Fixed(usize),
    Number,
    /// A length, and that many bytes.
    Sized,
    /// Null, with this index, or a sized value.
    NullOrSized {
        null: u8,
    },
    /// By its node.
    Node(NodeId),
}

/// How to skip the values of each node.
#[derive(Debug, Clone, Default)]
pub(super) struct Skips {
    skips: Vec<Skip>,
    pub(super) composed: Vec<Composed>,
}

/// A node that contains others.
#[derive(Debug, Clone)]
pub(super) enum Composed {
    Items {
        item: Skip,
        min: usize,
        /// The size of an item, if all have the same.
        size: Option<usize>,
    },
    Entries {
        value: Skip,
        min: usize,
    },
    Branches(Box<[Skip]>),
    Fields(Box<[Skip]>),
    /// Left to the reader, which counts levels and items without bytes.
    Unusual,
}

impl Skips {
    pub(super) fn of(nodes: &[Node]) -> Self {
        let skips: Vec<_> = (0..nodes.len()).map(|id| Skip::of(id, nodes)).collect();
        let composed = nodes.iter().map(|node| Composed::of(node, nodes, &skips)).collect();
        Self { skips, composed }
    }

    pub(super) fn of_node(&self, id: NodeId) -> Skip {
        self.skips.get(id).copied().unwrap_or(Skip::Node(id))
    }
}

impl Skip {
    fn of(id: NodeId, nodes: &[Node]) -> Self {
        let sized = |id: &NodeId| matches!(nodes[*id].kind, Kind::Bytes | Kind::String);
        let null = |id: &NodeId| matches!(nodes[*id].kind, Kind::Null);
        match &nodes[id].kind {
            _ if nodes[id].size.is_some() => Self::Fixed(nodes[id].size.unwrap_or_default()),
            Kind::Int | Kind::Long | Kind::Enum { .. } => Self::Number,
            Kind::Bytes | Kind::String => Self::Sized,
            Kind::Union(branches) => match &branches[..] {
                [first, other] if null(first) && sized(other) => Self::NullOrSized { null: 0 },
                [other, last] if sized(other) && null(last) => Self::NullOrSized { null: 1 },
                _ => Self::Node(id),
            },
            _ => Self::Node(id),
        }
    }
}

impl Composed {
    fn of(node: &Node, nodes: &[Node], skips: &[Skip]) -> Self {
        match &node.kind {
            Kind::Array(items) if nodes[*items].min != 0 => {
                Self::Items { item: skips[*items], min: nodes[*items].min, size: nodes[*items].size }
            }
            Kind::Map(values) => {
                Self::Entries { value: skips[*values], min: nodes[*values].min.saturating_add(1) }
            }
            Kind::Union(branches) => Self::Branches(branches.iter().map(|&branch| skips[branch]).collect()),
            Kind::Record { fields, .. } if !node.recursive => {
                Self::Fields(fields.iter().map(|field| skips[field.node]).collect())
            }
            _ => Self::Unusual,
        }
    }
}
