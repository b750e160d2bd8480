//! Going over values that are as they should be, as fast as their lengths can be read. Whatever is unusual is left to
//! the reader, which knows what is wrong with it.

use super::shape::{Node, Shape, ShapeId};

/// What it takes to go over the values of each shape.
#[derive(Debug, Clone, Default)]
pub(super) struct Skims(Vec<Skim>);

#[derive(Debug, Clone)]
enum Skim {
    /// So many bytes.
    Fixed(usize),
    Number,
    /// A length and so many bytes.
    Sized,
    Items {
        item: ShapeId,
        min: usize,
        /// Of an item, where it is always the same.
        size: Option<usize>,
    },
    Entries {
        value: ShapeId,
        min: usize,
    },
    Branches(Box<[ShapeId]>),
    Fields(Box<[ShapeId]>),
    /// Left to the reader: it counts the levels.
    Recursive,
}

impl Skims {
    pub(super) fn of(nodes: &[Node]) -> Self {
        Self(nodes.iter().map(|node| Skim::of(node, nodes)).collect())
    }

    /// Where the value ends that begins at `at`; `None` to leave it to the reader.
    pub(super) fn end(&self, id: ShapeId, bytes: &[u8], mut at: usize) -> Option<usize> {
        let mut skim = self.0.get(id)?;
        if let Skim::Branches(branches) = skim {
            // Unions hold no unions.
            let index = *bytes.get(at)?;
            let (index, 0) = (usize::from(index >> 1), index & 0x81) else { return None };
            skim = self.0.get(*branches.get(index)?)?;
            at += 1;
        }
        match skim {
            Skim::Fixed(size) => at = at.checked_add(*size)?,
            Skim::Number => at = number(bytes, at)?,
            Skim::Sized => at = sized(bytes, at)?,
            Skim::Fields(fields) => return self.ends(fields, bytes, at),
            Skim::Items { item, min, size } => loop {
                let count;
                (count, at) = count_of(bytes, at, *min)?;
                match size {
                    _ if count == 0 => break,
                    Some(size) => at = at.checked_add(count.checked_mul(*size)?)?,
                    None => at = self.repeated(*item, count, bytes, at)?,
                }
            },
            Skim::Entries { value, min } => loop {
                let count;
                (count, at) = count_of(bytes, at, *min)?;
                if count == 0 {
                    break;
                }
                for _ in 0..count {
                    at = self.end(*value, bytes, sized(bytes, at)?)?;
                }
            },
            Skim::Recursive | Skim::Branches(_) => return None,
        }
        (at <= bytes.len()).then_some(at)
    }

    /// Where the last of `count` values ends.
    fn repeated(&self, id: ShapeId, count: usize, bytes: &[u8], mut at: usize) -> Option<usize> {
        match self.0.get(id)? {
            Skim::Number => (0..count).try_fold(at, |at, _| number(bytes, at)),
            Skim::Sized => (0..count).try_fold(at, |at, _| sized(bytes, at)),
            Skim::Fields(fields) => (0..count).try_fold(at, |at, _| self.ends(fields, bytes, at)),
            _ => {
                for _ in 0..count {
                    at = self.end(id, bytes, at)?;
                }
                Some(at)
            }
        }
    }

    /// Where the last of these values ends.
    pub(super) fn ends(&self, ids: &[ShapeId], bytes: &[u8], mut at: usize) -> Option<usize> {
        for &id in ids {
            at = match self.0.get(id)? {
                Skim::Sized => sized(bytes, at)?,
                Skim::Number => number(bytes, at)?,
                _ => self.end(id, bytes, at)?,
            };
        }
        Some(at)
    }
}

impl Skim {
    fn of(node: &Node, nodes: &[Node]) -> Self {
        match &node.shape {
            _ if node.size.is_some() => Self::Fixed(node.size.unwrap_or_default()),
            Shape::Int | Shape::Long | Shape::Enum { .. } => Self::Number,
            Shape::Bytes | Shape::String => Self::Sized,
            // Items without bytes are counted by the reader.
            Shape::Array(items) if nodes[*items].min == 0 => Self::Recursive,
            Shape::Array(items) => {
                Self::Items { item: *items, min: nodes[*items].min, size: nodes[*items].size }
            }
            Shape::Map(values) => Self::Entries { value: *values, min: nodes[*values].min.saturating_add(1) },
            Shape::Union(branches) => Self::Branches(branches.as_slice().into()),
            Shape::Record { fields, .. } if !node.recursive => {
                Self::Fields(fields.iter().map(|field| field.shape).collect())
            }
            _ => Self::Recursive,
        }
    }
}

#[inline(always)]
fn number(bytes: &[u8], at: usize) -> Option<usize> {
    let mut end = at;
    while *bytes.get(end)? >= 0x80 {
        end += 1;
    }
    // Ten bytes at most.
    (end - at < 10).then_some(end + 1)
}

#[inline(always)]
fn sized(bytes: &[u8], at: usize) -> Option<usize> {
    let (length, start) = length_of(bytes, at)?;
    let end = start.checked_add(length)?;
    (end <= bytes.len()).then_some(end)
}

/// A length or count that is not negative, and where it ends.
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

/// A count that the rest can hold, and where it ends.
#[inline(always)]
fn count_of(bytes: &[u8], at: usize, min: usize) -> Option<(usize, usize)> {
    let (count, start) = length_of(bytes, at)?;
    (count <= (bytes.len() - start) / min.max(1)).then_some((count, start))
}
