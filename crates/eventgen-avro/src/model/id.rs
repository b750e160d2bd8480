//! Ids of types.

/// Identifies a [`Type`](super::Type) of a [`TypeGraph`](super::TypeGraph).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeId(u32);

impl TypeId {
    pub(super) const fn new(index: u32) -> Self {
        Self(index)
    }

    /// The position of the type in its graph.
    pub(crate) const fn index(self) -> usize {
        self.0 as usize
    }
}
