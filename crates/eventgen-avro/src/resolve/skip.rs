//! Skips valid values as fast as their lengths can be read. Anything unusual is left to the reader, which reports what
//! is wrong.

use super::graph::{Kind, Node, NodeId};
use crate::codec::small;

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
    composed: Vec<Composed>,
}

/// A node that contains others.
#[derive(Debug, Clone)]
enum Composed {
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

    /// The end of consecutive values, of which the first starts at `at`; `None` to leave them to the reader.
    #[inline]
    pub(super) fn ends(&self, skips: &[Skip], bytes: &[u8], mut at: usize) -> Option<usize> {
        for &skip in skips {
            at = self.end(skip, bytes, at)?;
        }
        Some(at)
    }

    /// The end of the value that starts at `at`; `None` to leave it to the reader.
    #[inline(always)]
    pub(super) fn end(&self, skip: Skip, bytes: &[u8], at: usize) -> Option<usize> {
        match skip {
            Skip::Fixed(size) => fixed(bytes, at, size),
            Skip::Number => number(bytes, at),
            Skip::Sized => sized(bytes, at),
            Skip::NullOrSized { null } => match bytes.get(at)? {
                index if *index == null << 1 => Some(at + 1),
                index if *index == (null ^ 1) << 1 => sized(bytes, at + 1),
                _ => None,
            },
            Skip::Node(id) => self.composed(id, bytes, at),
        }
    }

    #[inline(never)]
    fn composed(&self, id: NodeId, bytes: &[u8], mut at: usize) -> Option<usize> {
        match self.composed.get(id)? {
            Composed::Fields(fields) => self.ends(fields, bytes, at),
            Composed::Branches(branches) => {
                let (index, at) = length_of(bytes, at)?;
                self.end(*branches.get(index)?, bytes, at)
            }
            Composed::Items { item, min, size } => loop {
                let count;
                (count, at) = count_of(bytes, at, *min)?;
                at = match size {
                    _ if count == 0 => return Some(at),
                    Some(size) => fixed(bytes, at, count.checked_mul(*size)?)?,
                    None => self.repeated(*item, count, bytes, at)?,
                };
            },
            Composed::Entries { value, min } => loop {
                let count;
                (count, at) = count_of(bytes, at, *min)?;
                if count == 0 {
                    return Some(at);
                }
                for _ in 0..count {
                    at = self.end(*value, bytes, sized(bytes, at)?)?;
                }
            },
            Composed::Unusual => None,
        }
    }

    /// The end of `count` values.
    fn repeated(&self, skip: Skip, count: usize, bytes: &[u8], mut at: usize) -> Option<usize> {
        if let Skip::Number = skip {
            return numbers(bytes, at, count);
        }
        for _ in 0..count {
            at = self.end(skip, bytes, at)?;
        }
        Some(at)
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

#[inline(always)]
fn fixed(bytes: &[u8], at: usize, size: usize) -> Option<usize> {
    let end = at.checked_add(size)?;
    (end <= bytes.len()).then_some(end)
}

/// Skips runs of small numbers eight at a time.
fn numbers(bytes: &[u8], mut at: usize, count: usize) -> Option<usize> {
    let few = small(bytes.get(at..)?, count);
    at += few;
    (few..count).try_fold(at, |at, _| number(bytes, at))
}

#[inline(always)]
fn number(bytes: &[u8], at: usize) -> Option<usize> {
    let mut end = at;
    while *bytes.get(end)? >= 0x80 {
        end += 1;
    }
    // At most ten bytes.
    (end - at < 10).then_some(end + 1)
}

#[inline(always)]
fn sized(bytes: &[u8], at: usize) -> Option<usize> {
    let (length, start) = length_of(bytes, at)?;
    let end = start.checked_add(length)?;
    (end <= bytes.len()).then_some(end)
}

/// A length or count that is not negative, and its end.
#[inline(always)]
fn length_of(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let first = *bytes.get(at)?;
    if first & 0x81 == 0 {
        return Some((usize::from(first >> 1), at + 1));
    }
    // Three bytes hold lengths up to a mebibyte.
    let second = *bytes.get(at + 1)?;
    let low = usize::from(first & 0x7f) >> 1;
    if first & 1 == 1 {
        return None;
    }
    if second < 0x80 {
        return Some((low | usize::from(second) << 6, at + 2));
    }
    let third = *bytes.get(at + 2)?;
    (third < 0x80).then(|| (low | usize::from(second & 0x7f) << 6 | usize::from(third) << 13, at + 3))
}

/// A count that the rest can hold, and its end.
#[inline(always)]
fn count_of(bytes: &[u8], at: usize, min: usize) -> Option<(usize, usize)> {
    let (count, start) = length_of(bytes, at)?;
    (count <= (bytes.len() - start) / min.max(1)).then_some((count, start))
}
