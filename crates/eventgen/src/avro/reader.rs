//! Reading: one method for each Avro type, over a slice, trusting none of its bytes.

use std::collections::BTreeMap;

use super::DecodeError;

/// Items without any bytes of their own that a payload may hold beside one per byte of it: six bytes can claim 10⁹
/// nulls, and each of them costs memory on this side.
const FREE_ZERO_SIZED_ITEMS: usize = 16 * 1024;

/// Reads Avro from a slice.
#[derive(Debug, Clone)]
pub struct Reader<'a> {
    bytes: &'a [u8],
    position: usize,
    zero_sized_items: usize,
    /// Levels of nesting so far, and where the stack was at the first: see [`Reader::nested`].
    pub(super) depth: usize,
    pub(super) stack: usize,
}

impl<'a> Reader<'a> {
    /// Reads from the start of `bytes`.
    pub fn new(bytes: &'a [u8]) -> Self {
        let zero_sized_items = bytes.len().saturating_add(FREE_ZERO_SIZED_ITEMS);
        Self { bytes, position: 0, zero_sized_items, depth: 0, stack: 0 }
    }

    /// Bytes read so far.
    pub fn position(&self) -> usize {
        self.position
    }

    /// Bytes left.
    pub fn remaining(&self) -> usize {
        self.bytes.len() - self.position
    }

    /// Ends reading.
    ///
    /// # Errors
    /// [`DecodeError::TrailingBytes`] when not all bytes were used.
    pub fn finish(self) -> Result<(), DecodeError> {
        match self.remaining() {
            0 => Ok(()),
            count => Err(DecodeError::TrailingBytes { position: self.position, count }),
        }
    }

    #[inline]
    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8], DecodeError> {
        let Some(taken) = self.bytes[self.position..].get(..count) else {
            return Err(DecodeError::UnexpectedEnd {
                position: self.position,
                needed: count,
                remaining: self.remaining(),
            });
        };
        self.position += count;
        Ok(taken)
    }

    /// A boolean.
    #[inline]
    #[doc = include_str!("errors.md")]
    pub fn boolean(&mut self) -> Result<bool, DecodeError> {
        let position = self.position;
        match self.take(1)?[0] {
            0 => Ok(false),
            1 => Ok(true),
            found => Err(DecodeError::InvalidBoolean { position, found }),
        }
    }

    /// An int.
    #[inline]
    #[doc = include_str!("errors.md")]
    pub fn int(&mut self) -> Result<i32, DecodeError> {
        let position = self.position;
        i32::try_from(self.long()?).map_err(|_| DecodeError::NumberTooLong { position, bits: 32 })
    }

    /// A long.
    #[inline]
    #[doc = include_str!("errors.md")]
    #[expect(clippy::cast_possible_wrap, reason = "zig-zag works on the bits")]
    pub fn long(&mut self) -> Result<i64, DecodeError> {
        let position = self.position;
        let mut bits = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.take(1)?[0];
            // The tenth byte holds the 64th bit only.
            if shift == 63 && byte > 1 {
                break;
            }
            bits |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok((bits >> 1) as i64 ^ -((bits & 1) as i64));
            }
        }
        Err(DecodeError::NumberTooLong { position, bits: 64 })
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
    #[inline]
    #[doc = include_str!("errors.md")]
    pub fn fixed<const SIZE: usize>(&mut self) -> Result<[u8; SIZE], DecodeError> {
        let mut fixed = [0; SIZE];
        fixed.copy_from_slice(self.take(SIZE)?);
        Ok(fixed)
    }

    /// Bytes, borrowed from the payload.
    #[inline]
    #[doc = include_str!("errors.md")]
    pub fn bytes_ref(&mut self) -> Result<&'a [u8], DecodeError> {
        let length = self.length()?;
        self.take(length)
    }

    /// Bytes.
    #[inline]
    #[doc = include_str!("errors.md")]
    pub fn bytes(&mut self) -> Result<Vec<u8>, DecodeError> {
        self.bytes_ref().map(<[u8]>::to_vec)
    }

    /// A string, borrowed from the payload.
    #[inline]
    #[doc = include_str!("errors.md")]
    pub fn string_ref(&mut self) -> Result<&'a str, DecodeError> {
        let position = self.position;
        std::str::from_utf8(self.bytes_ref()?).map_err(|_| DecodeError::InvalidUtf8 { position })
    }

    /// A string.
    #[inline]
    #[doc = include_str!("errors.md")]
    pub fn string(&mut self) -> Result<String, DecodeError> {
        self.string_ref().map(str::to_owned)
    }

    /// A length that the payload can hold.
    #[inline]
    fn length(&mut self) -> Result<usize, DecodeError> {
        let position = self.position;
        let length = self.long()?;
        match usize::try_from(length) {
            Ok(length) if length <= self.remaining() => Ok(length),
            _ => Err(DecodeError::ImpossibleLength { position, length, remaining: self.remaining() }),
        }
    }

    /// The number of items in the next block of an array or a map, 0 behind the last. An honest count is at most what
    /// the remaining bytes can hold.
    fn block(&mut self, min_wire_size: usize) -> Result<usize, DecodeError> {
        let position = self.position;
        let count = self.long()?;
        let impossible = |reader: &Self| DecodeError::ImpossibleLength {
            position,
            length: count,
            remaining: reader.remaining(),
        };
        if count < 0 {
            // A negative count is followed by the block's size in bytes, for readers that skip it.
            self.length()?;
        }
        let items = usize::try_from(count.unsigned_abs()).map_err(|_| impossible(self))?;
        if min_wire_size == 0 {
            self.zero_sized_items =
                self.zero_sized_items.checked_sub(items).ok_or_else(|| impossible(self))?;
        } else if items > self.remaining() / min_wire_size {
            return Err(impossible(self));
        }
        Ok(items)
    }

    /// An array; `min_wire_size` is the fewest bytes an item takes.
    #[inline]
    #[doc = include_str!("errors.md")]
    pub fn array<T>(
        &mut self,
        min_wire_size: usize,
        mut item: impl FnMut(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<Vec<T>, DecodeError> {
        let mut items = Vec::new();
        loop {
            let count = self.block(min_wire_size)?;
            if count == 0 {
                return Ok(items);
            }
            items.reserve(count);
            for _ in 0..count {
                items.push(item(self)?);
            }
        }
    }

    /// A map; of two entries with one key the later counts.
    #[inline]
    #[doc = include_str!("errors.md")]
    pub fn map<T>(
        &mut self,
        min_wire_size: usize,
        mut item: impl FnMut(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<BTreeMap<String, T>, DecodeError> {
        let mut entries = BTreeMap::new();
        loop {
            // A key takes one byte at least: its length.
            let count = self.block(min_wire_size + 1)?;
            if count == 0 {
                return Ok(entries);
            }
            for _ in 0..count {
                entries.insert(self.string()?, item(self)?);
            }
        }
    }

    /// A union of null and one other type; `null` is the index of null, 0 or 1.
    #[inline]
    #[doc = include_str!("errors.md")]
    pub fn nullable<T>(
        &mut self,
        null: u8,
        item: impl FnOnce(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<Option<T>, DecodeError> {
        let position = self.position;
        match self.long()? {
            index if index == i64::from(null) => Ok(None),
            0 | 1 => item(self).map(Some),
            index => Err(DecodeError::UnknownBranch { position, index, branches: 2 }),
        }
    }

    /// An enum; `symbols` are its values in the order of the schema.
    #[inline]
    #[doc = include_str!("errors.md")]
    pub fn symbol<T: Copy>(&mut self, symbols: &[T]) -> Result<T, DecodeError> {
        let position = self.position;
        let index = self.long()?;
        usize::try_from(index)
            .ok()
            .and_then(|index| symbols.get(index))
            .copied()
            .ok_or(DecodeError::UnknownSymbol { position, index, symbols: symbols.len() })
    }
}
