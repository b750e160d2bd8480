//! The parts there are.

use super::{Cursor, LONGEST, Part, sum};
use crate::EncodeError;
use crate::codec::zigzag::zigzag;

/// A number, zig-zag already done.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Number(pub(crate) u64);

// SAFETY: 64 bits take ten bytes at most.
unsafe impl Part for Number {
    #[inline(always)]
    fn bound(&self) -> usize {
        LONGEST
    }

    #[inline(always)]
    unsafe fn write(self, cursor: &mut Cursor, _: &mut Option<EncodeError>) {
        // SAFETY: the caller's.
        unsafe { cursor.number(self.0) }
    }
}

/// A number that is likely to be long, zig-zag already done.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Long(pub(crate) u64);

// SAFETY: 64 bits take ten bytes at most.
unsafe impl Part for Long {
    #[inline(always)]
    fn bound(&self) -> usize {
        LONGEST
    }

    #[inline(always)]
    unsafe fn write(self, cursor: &mut Cursor, _: &mut Option<EncodeError>) {
        // SAFETY: the caller's.
        unsafe { cursor.long(self.0) }
    }
}

/// Bytes, preceded by their length.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bytes<'a>(pub(crate) &'a [u8]);

// SAFETY: a number and the slice.
unsafe impl Part for Bytes<'_> {
    #[inline(always)]
    fn bound(&self) -> usize {
        sum(self.0.len(), LONGEST)
    }

    #[inline(always)]
    unsafe fn write(self, cursor: &mut Cursor, _: &mut Option<EncodeError>) {
        // SAFETY: the caller's.
        unsafe {
            cursor.number((self.0.len() as u64) << 1);
            cursor.copy(self.0);
        }
    }
}

/// Bytes as they are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Raw<'a>(pub(crate) &'a [u8]);

// SAFETY: the slice.
unsafe impl Part for Raw<'_> {
    #[inline(always)]
    fn bound(&self) -> usize {
        self.0.len()
    }

    #[inline(always)]
    unsafe fn write(self, cursor: &mut Cursor, _: &mut Option<EncodeError>) {
        // SAFETY: the caller's.
        unsafe { cursor.copy(self.0) }
    }
}

/// Up to `SIZE` bytes as they are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Short<const SIZE: usize> {
    bytes: [u8; SIZE],
    /// At most `SIZE`.
    length: usize,
}

impl<const SIZE: usize> Short<SIZE> {
    /// The first `length` of these.
    #[inline(always)]
    pub(crate) fn new(bytes: [u8; SIZE], length: usize) -> Self {
        Self { bytes, length: length.min(SIZE) }
    }
}

// SAFETY: all bytes are written, and `length` is at most as many.
unsafe impl<const SIZE: usize> Part for Short<SIZE> {
    #[inline(always)]
    fn bound(&self) -> usize {
        SIZE
    }

    #[inline(always)]
    unsafe fn write(self, cursor: &mut Cursor, _: &mut Option<EncodeError>) {
        // SAFETY: the caller's.
        unsafe {
            cursor.at.cast::<[u8; SIZE]>().write(self.bytes);
            cursor.at = cursor.at.add(self.length);
        }
    }
}

/// Up to 16 bytes behind their length, as most integers of decimals are.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Digits {
    /// Up to 8 of them, from the left. A number, because bytes that were just put together in memory are slow to move.
    Few { word: u64, length: u32 },
    /// Up to 16 of them.
    Many { bytes: [u8; 16], length: u32 },
}

/// Digits that may turn out not to fit their schema.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fallible<F>(pub(crate) F);

// SAFETY: a byte, and 16 more at most; or nothing.
unsafe impl<F: FnOnce() -> Result<Digits, EncodeError>> Part for Fallible<F> {
    #[inline(always)]
    fn bound(&self) -> usize {
        17
    }

    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "at most 32")]
    unsafe fn write(self, cursor: &mut Cursor, failure: &mut Option<EncodeError>) {
        // SAFETY: all of a word or an array is written, and no length is more than its size; the caller's room.
        unsafe {
            match (self.0)() {
                Ok(Digits::Few { word, length }) => {
                    let length = length.min(8);
                    cursor.byte((length << 1) as u8);
                    cursor.at.cast::<[u8; 8]>().write(word.to_be_bytes());
                    cursor.at = cursor.at.add(length as usize);
                }
                Ok(Digits::Many { bytes, length }) => {
                    let length = length.min(16);
                    cursor.byte((length << 1) as u8);
                    cursor.at.cast::<[u8; 16]>().write(bytes);
                    cursor.at = cursor.at.add(length as usize);
                }
                Err(error) => keep(failure, error),
            }
        }
    }
}

/// A number that may turn out not to fit its schema. Like [`Fallible`], not looked at before it is written: until then it is
/// a reference, which stays in a register.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FallibleNumber<F>(pub(crate) F);

// SAFETY: 64 bits take ten bytes at most; or nothing.
unsafe impl<F: FnOnce() -> Result<i64, EncodeError>> Part for FallibleNumber<F> {
    #[inline(always)]
    fn bound(&self) -> usize {
        LONGEST
    }

    #[inline(always)]
    unsafe fn write(self, cursor: &mut Cursor, failure: &mut Option<EncodeError>) {
        match (self.0)() {
            // SAFETY: the caller's.
            Ok(number) => unsafe { cursor.long(zigzag(number)) },
            Err(error) => keep(failure, error),
        }
    }
}

#[cold]
#[inline(never)]
fn keep(failure: &mut Option<EncodeError>, error: EncodeError) {
    failure.get_or_insert(error);
}

/// A union of null and one other type.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Nullable<P> {
    /// The index of null, 0 or 1.
    pub(crate) null: u8,
    pub(crate) value: Option<P>,
}

// SAFETY: a byte, and the part if there is one.
unsafe impl<P: Part> Part for Nullable<P> {
    #[inline(always)]
    fn bound(&self) -> usize {
        self.value.as_ref().map_or(1, |part| sum(part.bound(), 1))
    }

    #[inline(always)]
    unsafe fn write(self, cursor: &mut Cursor, failure: &mut Option<EncodeError>) {
        // SAFETY: the caller's.
        unsafe {
            match self.value {
                None => cursor.byte(self.null << 1),
                Some(part) => {
                    cursor.byte((1 - self.null) << 1);
                    part.write(cursor, failure);
                }
            }
        }
    }
}

/// An array of numbers, as one block.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Numbers<'a, T>(pub(crate) &'a [T]);

// SAFETY: a number, as many more, a byte.
unsafe impl<T: Copy + Into<i64>> Part for Numbers<'_, T> {
    #[inline(always)]
    fn bound(&self) -> usize {
        self.0.len().saturating_mul(LONGEST).saturating_add(LONGEST + 1)
    }

    #[inline(always)]
    unsafe fn write(self, cursor: &mut Cursor, _: &mut Option<EncodeError>) {
        // SAFETY: the caller's.
        unsafe {
            if !self.0.is_empty() {
                cursor.number((self.0.len() as u64) << 1);
                for &number in self.0 {
                    cursor.number(zigzag(number.into()));
                }
            }
            cursor.byte(0);
        }
    }
}

macro_rules! tuples {
    ($(($($part:ident $index:tt),*))*) => {$(
        // SAFETY: one part after another, each within its bound.
        unsafe impl<$($part: Part),*> Part for ($($part,)*) {
            #[inline(always)]
            fn bound(&self) -> usize {
                let mut bound = 0;
                $(bound = sum(bound, self.$index.bound());)*
                bound
            }

            #[inline(always)]
            unsafe fn write(self, cursor: &mut Cursor, failure: &mut Option<EncodeError>) {
                // SAFETY: the caller's room is the sum of the bounds.
                unsafe {$(
                    self.$index.write(cursor, failure);
                )*}
            }
        }
    )*};
}

tuples! {
    (A 0)
    (A 0, B 1)
    (A 0, B 1, C 2)
    (A 0, B 1, C 2, D 3)
    (A 0, B 1, C 2, D 3, E 4)
    (A 0, B 1, C 2, D 3, E 4, F 5)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7)
}
