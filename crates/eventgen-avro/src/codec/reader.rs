//! Reads the primitive types from a slice, and trusts none of its bytes.

use super::zigzag::unzigzag;
use super::{DecodeError, DecodeErrorKind, Limits};

/// Reads values from a payload. Generated code calls its methods.
#[derive(Debug, Clone)]
pub struct Reader<'a> {
    rest: &'a [u8],
    /// The length of the whole payload.
    length: usize,
    /// The memory that items may still use.
    budget: usize,
    /// The levels of nesting so far, and the address of the stack at the first: see [`Reader::nested`].
    pub(crate) depth: usize,
    pub(crate) stack: usize,
    pub(crate) depth_limit: usize,
}

impl<'a> Reader<'a> {
    /// Reads from the start of `bytes`, within the default limits.
    #[inline]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self::with_limits(bytes, Limits::DEFAULT)
    }

    /// Reads from the start of `bytes`, within limits.
    #[inline]
    pub fn with_limits(bytes: &'a [u8], limits: Limits) -> Self {
        Self {
            rest: bytes,
            length: bytes.len(),
            budget: limits.budget(bytes.len()),
            depth: 0,
            stack: 0,
            depth_limit: limits.depth,
        }
    }

    /// The memory that items may still use.
    pub(crate) fn budget(&self) -> usize {
        self.budget
    }

    /// Continues at another position of the payload that the reader was made from.
    pub(crate) fn seek(&mut self, payload: &'a [u8], position: usize) {
        self.rest = payload.get(position..).unwrap_or_default();
    }

    /// The number of bytes read so far.
    #[inline]
    pub fn position(&self) -> usize {
        self.length - self.rest.len()
    }

    /// The number of bytes left.
    #[inline]
    pub fn remaining(&self) -> usize {
        self.rest.len()
    }

    /// Ends reading.
    ///
    /// # Errors
    /// [`DecodeErrorKind::TrailingBytes`] if bytes are left.
    #[inline]
    pub fn finish(self) -> Result<(), DecodeError> {
        match self.rest.len() {
            0 => Ok(()),
            count => Err(DecodeError::new(self.position(), DecodeErrorKind::TrailingBytes { count })),
        }
    }

    /// The next `count` bytes.
    #[inline(always)]
    pub(crate) fn take(&mut self, count: usize) -> Result<&'a [u8], DecodeError> {
        match self.rest.split_at_checked(count) {
            Some((taken, rest)) => {
                self.rest = rest;
                Ok(taken)
            }
            None => Err(unexpected_end(self.length, self.rest.len(), count)),
        }
    }

    /// The bytes that are left.
    #[inline(always)]
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Continues after what was read of [`rest`](Self::rest).
    #[inline(always)]
    pub(crate) fn go_on(&mut self, rest: &'a [u8]) {
        self.rest = rest;
    }

    /// Charges the memory of items to the budget.
    #[inline]
    pub(crate) fn charge(&mut self, position: usize, count: usize, size: usize) -> Result<(), DecodeError> {
        match count.checked_mul(size).and_then(|bytes| self.budget.checked_sub(bytes)) {
            Some(left) => {
                self.budget = left;
                Ok(())
            }
            None => Err(DecodeError::new(position, DecodeErrorKind::TooManyItems { count })),
        }
    }

    /// A boolean.
    #[inline]
    #[doc = include_str!("errors.md")]
    pub fn boolean(&mut self) -> Result<bool, DecodeError> {
        match *self.take(1)? {
            [0] => Ok(false),
            [1] => Ok(true),
            ref other => {
                let found = other.first().copied().unwrap_or_default();
                Err(DecodeError::new(self.position() - 1, DecodeErrorKind::InvalidBoolean { found }))
            }
        }
    }

    /// An int.
    #[inline(always)]
    #[doc = include_str!("errors.md")]
    pub fn int(&mut self) -> Result<i32, DecodeError> {
        let position = self.position();
        i32::try_from(self.long()?)
            .map_err(|_| DecodeError::new(position, DecodeErrorKind::NumberTooLong { bits: 32 }))
    }

    /// A long.
    #[inline(always)]
    #[doc = include_str!("errors.md")]
    pub fn long(&mut self) -> Result<i64, DecodeError> {
        self.bits().map(unzigzag)
    }

    /// The bits of a number, still zig-zag encoded.
    #[inline(always)]
    fn bits(&mut self) -> Result<u64, DecodeError> {
        // Most numbers are lengths, indices and small counts.
        if let [byte, rest @ ..] = self.rest
            && *byte < 0x80
        {
            self.rest = rest;
            return Ok(u64::from(*byte));
        }
        let (bits, length) = number(self.rest);
        match self.rest.get(length..) {
            Some(rest) if length != 0 => {
                self.rest = rest;
                Ok(bits)
            }
            _ => Err(no_number(self.length, self.rest.len(), self.rest.first_chunk::<10>().is_some())),
        }
    }

    /// A float.
    #[inline]
    #[doc = include_str!("errors.md")]
    pub fn float(&mut self) -> Result<f32, DecodeError> {
        self.fixed().map(f32::from_le_bytes)
    }

    /// A double.
    #[inline]
    #[doc = include_str!("errors.md")]
    pub fn double(&mut self) -> Result<f64, DecodeError> {
        self.fixed().map(f64::from_le_bytes)
    }

    /// A fixed number of bytes.
    #[inline(always)]
    #[doc = include_str!("errors.md")]
    pub fn fixed<const SIZE: usize>(&mut self) -> Result<[u8; SIZE], DecodeError> {
        match self.rest.split_first_chunk::<SIZE>() {
            Some((taken, rest)) => {
                self.rest = rest;
                Ok(*taken)
            }
            None => Err(unexpected_end(self.length, self.rest.len(), SIZE)),
        }
    }

    /// Bytes, borrowed from the payload.
    #[inline(always)]
    #[doc = include_str!("errors.md")]
    pub fn bytes_ref(&mut self) -> Result<&'a [u8], DecodeError> {
        let before = self.rest.len();
        let bits = self.bits()?;
        // An odd number is a negative one.
        let length = if bits & 1 == 0 { usize::try_from(bits >> 1).ok() } else { None };
        match length.and_then(|length| self.rest.split_at_checked(length)) {
            Some((taken, rest)) => {
                self.rest = rest;
                Ok(taken)
            }
            None => Err(impossible_length(self.length - before, unzigzag(bits), self.rest.len())),
        }
    }

    /// Bytes.
    #[inline]
    #[doc = include_str!("errors.md")]
    pub fn bytes(&mut self) -> Result<Vec<u8>, DecodeError> {
        self.bytes_ref().map(<[u8]>::to_vec)
    }

    /// Bytes, into a vector whose memory is reused.
    #[inline]
    #[doc = include_str!("errors.md")]
    pub fn bytes_into(&mut self, out: &mut Vec<u8>) -> Result<(), DecodeError> {
        let bytes = self.bytes_ref()?;
        out.clear();
        out.extend_from_slice(bytes);
        Ok(())
    }

    /// The number of items in the next block of an array or a map; 0 after the last block. A valid count is at most what
    /// the remaining bytes can hold. `size` is the memory that an item uses.
    #[inline]
    pub(crate) fn block(&mut self, min_wire_size: usize, size: usize) -> Result<usize, DecodeError> {
        // Fast path: the end, and a few items that the rest can hold.
        if let [byte, rest @ ..] = self.rest
            && *byte & 0x81 == 0
        {
            let items = usize::from(*byte >> 1);
            let bytes = items * size;
            if items * min_wire_size <= rest.len()
                && bytes <= self.budget
                && (min_wire_size != 0 || items == 0)
            {
                self.rest = rest;
                self.budget -= bytes;
                return Ok(items);
            }
        }
        match self.middling_block(min_wire_size, size) {
            Some(items) => Ok(items),
            None => self.any_block(min_wire_size, size),
        }
    }

    /// The same for counts of two bytes. Calls no function, so that its state stays in registers.
    #[inline(never)]
    fn middling_block(&mut self, min_wire_size: usize, size: usize) -> Option<usize> {
        let [low @ 0x80..=0xff, high @ 0..0x80, rest @ ..] = self.rest else { return None };
        let items = usize::from(low & 0x7f) >> 1 | usize::from(*high) << 6;
        let (wire, bytes) = (items.checked_mul(min_wire_size)?, items.checked_mul(size)?);
        if low & 1 == 1 || wire > rest.len() || bytes > self.budget || min_wire_size == 0 {
            return None;
        }
        self.rest = rest;
        self.budget -= bytes;
        Some(items)
    }

    #[inline(never)]
    fn any_block(&mut self, min_wire_size: usize, size: usize) -> Result<usize, DecodeError> {
        let position = self.position();
        let count = self.long()?;
        if count < 0 {
            // A negative count is followed by the size of the block in bytes, for readers that skip it.
            let size = self.long()?;
            if usize::try_from(size).is_err() || size.unsigned_abs() > self.rest.len() as u64 {
                return Err(impossible_length(position, size, self.rest.len()));
            }
        }
        let impossible = || impossible_length(position, count, self.rest.len());
        let items = usize::try_from(count.unsigned_abs()).map_err(|_| impossible())?;
        if min_wire_size == 0 {
            self.charge(position, items, size.max(64))?;
        } else if items > self.rest.len() / min_wire_size {
            return Err(impossible());
        } else {
            self.charge(position, items, size)?;
        }
        Ok(items)
    }
}

/// A number of up to eight bytes and its length, read at once without a branch for each byte: timestamps have six or
/// eight. `None` for longer numbers and near the end of the payload.
#[inline(always)]
pub(crate) fn number_in_word(bytes: &[u8]) -> Option<(u64, usize)> {
    let word = u64::from_le_bytes(*bytes.first_chunk::<8>()?);
    let ends = !word & 0x8080_8080_8080_8080;
    if ends == 0 {
        return None;
    }
    // The bytes after the first one without the high bit do not belong to this number.
    let bits = word & (ends ^ (ends - 1)) & 0x7f7f_7f7f_7f7f_7f7f;
    // Seven bits of each byte move together, then those of each pair, then those of each half.
    let bits = (bits & 0x007f_007f_007f_007f) | (bits & 0x7f00_7f00_7f00_7f00) >> 1;
    let bits = (bits & 0x0000_3fff_0000_3fff) | (bits & 0x3fff_0000_3fff_0000) >> 2;
    let bits = (bits & 0x0000_0000_0fff_ffff) | (bits & 0x0fff_ffff_0000_0000) >> 4;
    Some((bits, ends.trailing_zeros() as usize / 8 + 1))
}

/// A number of more than one byte and its length; 0 if it does not end or does not fit in 64 bits.
#[inline(never)]
fn number(bytes: &[u8]) -> (u64, usize) {
    number_in_word(bytes).unwrap_or_else(|| any_number(bytes))
}

#[inline(never)]
fn any_number(bytes: &[u8]) -> (u64, usize) {
    let mut bits = 0;
    for (index, &byte) in bytes.iter().take(10).enumerate() {
        // The tenth byte holds the 64th bit only.
        if index == 9 && byte > 1 {
            break;
        }
        bits |= u64::from(byte & 0x7f) << (7 * index);
        if byte < 0x80 {
            return (bits, index + 1);
        }
    }
    (0, 0)
}

#[cold]
#[inline(never)]
fn unexpected_end(length: usize, remaining: usize, needed: usize) -> DecodeError {
    DecodeError::new(length - remaining, DecodeErrorKind::UnexpectedEnd { needed, remaining })
}

#[cold]
#[inline(never)]
fn no_number(length: usize, remaining: usize, complete: bool) -> DecodeError {
    if complete {
        DecodeError::new(length - remaining, DecodeErrorKind::NumberTooLong { bits: 64 })
    } else {
        unexpected_end(length, remaining, remaining + 1)
    }
}

#[cold]
#[inline(never)]
pub(crate) fn impossible_length(position: usize, length: i64, remaining: usize) -> DecodeError {
    DecodeError::new(position, DecodeErrorKind::ImpossibleLength { length, remaining })
}
