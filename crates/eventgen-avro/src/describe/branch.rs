//! Types that describe their schema as branches of unions.

use super::AvroType;
use crate::codec::{Branch, BranchValue};
use crate::{DecodeError, Reader, Sink};

impl<T: AvroType> BranchValue for T {
    #[inline]
    fn write_branch<S: Sink>(&self, sink: &mut S, first: u32) {
        self.encode_branch(sink, first);
    }

    #[inline]
    fn read_branch(reader: &mut Reader<'_>, branch: Branch) -> Result<Self, DecodeError> {
        T::decode_branch(reader, branch)
    }
}
