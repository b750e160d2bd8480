//! Numbers that are as long on the wire as here: arrays of them are moved at once.

use std::ptr;

use super::{Cursor, LONGEST, Part, sum};
use crate::EncodeError;

/// A number that is as long on the wire as here, little-endian.
pub(crate) trait Plain: Copy + sealed::Sealed {}

mod sealed {
    /// Types without padding, of which every bit pattern is a value.
    pub(crate) trait Sealed {}
}

impl sealed::Sealed for f32 {}
impl sealed::Sealed for f64 {}
impl Plain for f32 {}
impl Plain for f64 {}

/// An array of floats or doubles, as one block, moved at once.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Block<'a, T>(pub(crate) &'a [T]);

// SAFETY: a number, the items, a byte.
unsafe impl<T: Plain> Part for Block<'_, T> {
    #[inline(always)]
    fn bound(&self) -> usize {
        sum(size_of_val(self.0), LONGEST + 1)
    }

    #[inline(always)]
    unsafe fn write(self, cursor: &mut Cursor, _: &mut Option<EncodeError>) {
        // SAFETY: `Plain` types have no padding, so the items are initialised bytes; the caller's room.
        unsafe {
            if !self.0.is_empty() {
                cursor.number((self.0.len() as u64) << 1);
                let size = size_of_val(self.0);
                ptr::copy_nonoverlapping(self.0.as_ptr().cast(), cursor.at, size);
                to_native::<T>(cursor.at, size);
                cursor.at = cursor.at.add(size);
            }
            cursor.byte(0);
        }
    }
}

/// Appends the items that these bytes are.
#[inline]
pub(crate) fn extend<T: Plain>(items: &mut Vec<T>, bytes: &[u8]) {
    let count = bytes.len() / size_of::<T>();
    // Most arrays are one block: the way to new memory that is short.
    if items.capacity() == 0 {
        *items = Vec::with_capacity(count);
    } else {
        items.reserve_exact(count);
    }
    // SAFETY: there is room for `count` items behind the length, bytes have no alignment, and every bit pattern is a
    // value of a `Plain` type.
    unsafe {
        let (end, size) = (items.as_mut_ptr().add(items.len()).cast::<u8>(), count * size_of::<T>());
        ptr::copy_nonoverlapping(bytes.as_ptr(), end, size);
        to_native::<T>(end, size);
        items.set_len(items.len() + count);
    }
}

/// Turns the items around where the machine has their first byte last; the other way is the same.
///
/// # Safety
/// `size` bytes that were written.
#[inline(always)]
unsafe fn to_native<T: Plain>(at: *mut u8, size: usize) {
    if cfg!(target_endian = "big") {
        // SAFETY: the caller's.
        let bytes = unsafe { std::slice::from_raw_parts_mut(at, size) };
        bytes.chunks_exact_mut(size_of::<T>()).for_each(<[u8]>::reverse);
    }
}
