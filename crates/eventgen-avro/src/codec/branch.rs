//! Branches of unions of types that are not known at the union: `Option<T>` of any `T`.

use super::{DecodeError, Reader};

/// The index of a union's branch in a payload.
#[derive(Debug, Clone, Copy)]
pub struct Branch {
    position: usize,
    index: i64,
    first: u32,
}

impl Branch {
    /// The index among the branches of the type that is read.
    #[inline]
    pub fn index(self) -> i64 {
        self.index.saturating_sub(i64::from(self.first))
    }

    /// Whether it is the first of all branches.
    #[inline]
    pub(super) fn is_first(self) -> bool {
        self.index == 0
    }

    /// The error of a type with this many branches, none of which has this index.
    #[cold]
    pub fn unknown(self, branches: u32) -> DecodeError {
        let all = usize::try_from(self.first.saturating_add(branches)).unwrap_or(usize::MAX);
        DecodeError::unknown_branch(self.position, self.index, all)
    }
}

#[doc(hidden)]
impl Reader<'_> {
    /// The index of a branch of a type that is preceded by `first` others.
    #[inline]
    #[doc = include_str!("errors.md")]
    pub fn branch_of(&mut self, first: u32) -> Result<Branch, DecodeError> {
        let position = self.position();
        let index = self.long()?;
        Ok(Branch { position, index, first })
    }
}
