//! Skips valid values as fast as their lengths can be read. Anything unusual is left to the reader, which reports what
//! is wrong.

use super::graph::NodeId;
use super::skip::{Composed, Skip, Skips};
use crate::codec::small;

impl Skips {
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
