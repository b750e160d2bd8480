//! Branches of unions whose types are not known where they are put together: `Option<T>` of any `T`.

use super::AvroType;
use crate::{DecodeError, Reader};

/// The index of a union's branch, as it was read.
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

    /// That the type, which has so many branches, has none of this index.
    #[cold]
    pub fn unknown(self, branches: u32) -> DecodeError {
        let all = usize::try_from(self.first.saturating_add(branches)).unwrap_or(usize::MAX);
        DecodeError::unknown_branch(self.position, self.index, all)
    }
}

impl Reader<'_> {
    /// The index of a branch of a type before which `first` others stand.
    #[inline]
    #[doc = include_str!("../codec/errors.md")]
    pub fn branch_of(&mut self, first: u32) -> Result<Branch, DecodeError> {
        let position = self.position();
        let index = self.long()?;
        Ok(Branch { position, index, first })
    }

    /// Null, which is the first branch, or a value.
    #[inline]
    #[doc = include_str!("../codec/errors.md")]
    pub fn option<T: AvroType>(&mut self) -> Result<Option<T>, DecodeError> {
        let branch = self.branch_of(1)?;
        if branch.index == 0 { Ok(None) } else { T::decode_branch(self, branch).map(Some) }
    }
}
