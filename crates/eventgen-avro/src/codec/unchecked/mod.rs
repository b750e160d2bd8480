//! The only unsafe code of this crate: writing without a check for each byte, and text that is known to be UTF-8.
//!
//! The invariants:
//! - A [`Cursor`] points into the spare capacity of a vector. Whoever makes one has reserved [`Part::bound`] bytes, and
//!   a part writes at most so many: the trait is unsafe to implement, and all its implementations are in this module.
//! - Items that are moved at once are [`Plain`]: no padding, and every bit pattern is a value.
//! - Only bytes that were written become part of the vector: its length is the cursor's distance from the start.
//! - A `str` is made of bytes that were found to be ASCII right before.
#![expect(unsafe_code, reason = "one check for a whole record; see the invariants above")]

mod parts;
mod plain;
mod text;

use std::ptr;

use super::EncodeError;

pub(crate) use parts::{
    Bytes, Digits, Fallible, FallibleNumber, Long, Nullable, Number, Numbers, Raw, Short,
};
pub(crate) use plain::{Block, Plain, extend};
pub(crate) use text::{assign_short_ascii, short_ascii, short_is_ascii, text};

/// Something to write whose greatest size is known before: all parts of a record are written behind one check.
///
/// # Safety
/// `write` moves the cursor by at most `bound()` bytes and writes nothing beyond that.
pub unsafe trait Part: Sized {
    /// The most bytes it takes.
    fn bound(&self) -> usize;

    /// Writes itself, or tells why it cannot.
    ///
    /// # Safety
    /// Behind the cursor are at least `bound()` bytes of room.
    unsafe fn write(self, cursor: &mut Cursor, failure: &mut Option<EncodeError>);
}

/// Where the next byte goes.
pub struct Cursor {
    at: *mut u8,
}

/// The most bytes of a number of 64 bits.
const LONGEST: usize = 10;

impl Cursor {
    /// # Safety
    /// One byte of room.
    #[inline(always)]
    unsafe fn byte(&mut self, byte: u8) {
        // SAFETY: the caller's.
        unsafe {
            self.at.write(byte);
            self.at = self.at.add(1);
        }
    }

    /// # Safety
    /// [`LONGEST`] bytes of room, or as many as the number takes.
    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "the low bits are wanted")]
    unsafe fn number(&mut self, mut bits: u64) {
        // SAFETY: 64 bits are ten times seven at most; the caller's room.
        unsafe {
            while bits >= 0x80 {
                self.byte(bits as u8 | 0x80);
                bits >>= 7;
            }
            self.byte(bits as u8);
        }
    }

    /// A number that is likely to be long, as timestamps are: up to eight bytes at once, without a branch for each.
    ///
    /// # Safety
    /// [`LONGEST`] bytes of room.
    #[inline(always)]
    unsafe fn long(&mut self, bits: u64) {
        // SAFETY: eight bytes are written, and at most as many counted; the caller's room.
        unsafe {
            if bits < 0x80 || bits >> 56 != 0 {
                return self.number(bits);
            }
            // Seven bits for each byte: the halves move apart, then their pairs, then the bytes of those.
            let word = (bits & 0x0fff_ffff) | (bits & 0x00ff_ffff_f000_0000) << 4;
            let word = (word & 0x0000_3fff_0000_3fff) | (word & 0x0fff_c000_0fff_c000) << 2;
            let word = (word & 0x007f_007f_007f_007f) | (word & 0x3f80_3f80_3f80_3f80) << 1;
            let last = word.ilog2() / 8;
            // All but the last have the high bit, which says that another follows.
            let more = 0x8080_8080_8080_8080 & ((1 << (8 * last)) - 1);
            self.at.cast::<[u8; 8]>().write((word | more).to_le_bytes());
            self.at = self.at.add(last as usize + 1);
        }
    }

    /// # Safety
    /// `bytes.len()` bytes of room.
    #[inline(always)]
    unsafe fn copy(&mut self, bytes: &[u8]) {
        // SAFETY: the caller's; a slice and a vector's spare capacity never overlap.
        unsafe {
            copy(bytes, self.at);
            self.at = self.at.add(bytes.len());
        }
    }
}

/// Copies a slice; the short ones that strings are, by two moves of a fixed size that may overlap.
///
/// # Safety
/// `bytes.len()` bytes of room at `to`, apart from `bytes`.
#[inline(always)]
unsafe fn copy(bytes: &[u8], to: *mut u8) {
    let (from, length) = (bytes.as_ptr(), bytes.len());
    // SAFETY: every move lies within the first and the last byte of the slice.
    unsafe {
        if length > 16 {
            if length > 64 {
                ptr::copy_nonoverlapping(from, to, length);
            } else if length > 32 {
                ends::<32>(from, to, length);
            } else {
                ends::<16>(from, to, length);
            }
        } else if length >= 8 {
            ends::<8>(from, to, length);
        } else if length >= 4 {
            ends::<4>(from, to, length);
        } else if length > 0 {
            let middle = length / 2;
            to.write(from.read());
            to.add(middle).write(from.add(middle).read());
            to.add(length - 1).write(from.add(length - 1).read());
        }
    }
}

/// # Safety
/// `SIZE <= length`, `length` bytes behind both pointers, and those of one apart from those of the other.
#[inline(always)]
unsafe fn ends<const SIZE: usize>(from: *const u8, to: *mut u8, length: usize) {
    // SAFETY: the caller's; both moves lie within the first and the last byte.
    unsafe {
        ptr::copy_nonoverlapping(from, to, SIZE);
        ptr::copy_nonoverlapping(from.add(length - SIZE), to.add(length - SIZE), SIZE);
    }
}

/// Appends a part behind one check of the capacity.
#[inline(always)]
pub(crate) fn append<P: Part>(bytes: &mut Vec<u8>, part: P, failure: &mut Option<EncodeError>) {
    let bound = part.bound();
    if bytes.capacity() - bytes.len() < bound {
        grow(bytes, bound);
    }
    // SAFETY: there are `bound` bytes of room behind the length, and the part writes no more than that; the length
    // becomes what was written.
    unsafe {
        let start = bytes.as_mut_ptr();
        let mut cursor = Cursor { at: start.add(bytes.len()) };
        part.write(&mut cursor, failure);
        bytes.set_len(cursor.at.offset_from_unsigned(start));
    }
}

#[cold]
#[inline(never)]
fn grow(bytes: &mut Vec<u8>, bound: usize) {
    bytes.reserve(bound);
}

/// Bounds that are added up can exceed the address space only where that is small.
#[inline(always)]
fn sum(left: usize, right: usize) -> usize {
    if cfg!(target_pointer_width = "64") { left.wrapping_add(right) } else { left.saturating_add(right) }
}
