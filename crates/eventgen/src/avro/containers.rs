//! Reading what holds other values: arrays, maps, unions of null and one other type, and enums.
//!
//! Every reading method has a twin that reads into a value that is there already and uses its memory again.

use std::collections::BTreeMap;

use super::{DecodeError, DecodeErrorKind, Reader};

type Result<T> = std::result::Result<T, DecodeError>;

impl<'a> Reader<'a> {
    /// An array; `min_wire_size` is the fewest bytes an item takes.
    #[inline]
    #[doc = include_str!("errors.md")]
    pub fn array<T>(
        &mut self,
        min_wire_size: usize,
        mut item: impl FnMut(&mut Self) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut items = Vec::new();
        loop {
            let count = self.block(min_wire_size, size_of::<T>())?;
            if count == 0 {
                return Ok(items);
            }
            items.reserve_exact(count);
            for _ in 0..count {
                items.push(item(self)?);
            }
        }
    }

    /// An array, into a vector whose items are used again.
    #[inline]
    #[doc = include_str!("errors.md")]
    pub fn array_into<T>(
        &mut self,
        out: &mut Vec<T>,
        min_wire_size: usize,
        mut item: impl FnMut(&mut Self) -> Result<T>,
        mut item_into: impl FnMut(&mut Self, &mut T) -> Result<()>,
    ) -> Result<()> {
        let mut length = 0;
        loop {
            let count = self.block(min_wire_size, size_of::<T>())?;
            if count == 0 {
                out.truncate(length);
                return Ok(());
            }
            let end = length + count;
            let reused = end.min(out.len());
            for existing in &mut out[length..reused] {
                item_into(self, existing)?;
            }
            if end > out.len() {
                out.reserve_exact(end - out.len());
                for _ in out.len()..end {
                    out.push(item(self)?);
                }
            }
            length = end;
        }
    }

    /// An array of doubles, moved at once.
    #[inline]
    #[doc = include_str!("errors.md")]
    pub fn doubles(&mut self) -> Result<Vec<f64>> {
        let mut items = Vec::new();
        self.plain(&mut items, f64::from_le_bytes)?;
        Ok(items)
    }

    /// An array of doubles, into a vector whose memory is used again.
    #[inline]
    #[doc = include_str!("errors.md")]
    pub fn doubles_into(&mut self, out: &mut Vec<f64>) -> Result<()> {
        out.clear();
        self.plain(out, f64::from_le_bytes)
    }

    /// An array of floats, moved at once.
    #[inline]
    #[doc = include_str!("errors.md")]
    pub fn floats(&mut self) -> Result<Vec<f32>> {
        let mut items = Vec::new();
        self.plain(&mut items, f32::from_le_bytes)?;
        Ok(items)
    }

    /// An array of floats, into a vector whose memory is used again.
    #[inline]
    #[doc = include_str!("errors.md")]
    pub fn floats_into(&mut self, out: &mut Vec<f32>) -> Result<()> {
        out.clear();
        self.plain(out, f32::from_le_bytes)
    }

    /// An array of ints.
    #[doc = include_str!("errors.md")]
    pub fn ints(&mut self) -> Result<Vec<i32>> {
        let mut items = Vec::new();
        self.numbers(&mut items, Self::int)?;
        Ok(items)
    }

    /// An array of ints, into a vector whose memory is used again.
    #[doc = include_str!("errors.md")]
    pub fn ints_into(&mut self, out: &mut Vec<i32>) -> Result<()> {
        out.clear();
        self.numbers(out, Self::int)
    }

    /// An array of longs.
    #[doc = include_str!("errors.md")]
    pub fn longs(&mut self) -> Result<Vec<i64>> {
        let mut items = Vec::new();
        self.numbers(&mut items, Self::long)?;
        Ok(items)
    }

    /// An array of longs, into a vector whose memory is used again.
    #[doc = include_str!("errors.md")]
    pub fn longs_into(&mut self, out: &mut Vec<i64>) -> Result<()> {
        out.clear();
        self.numbers(out, Self::long)
    }

    /// Numbers of variable length.
    #[inline(always)]
    fn numbers<T: Copy + Default + From<i8>>(
        &mut self,
        items: &mut Vec<T>,
        number: impl Fn(&mut Self) -> Result<T>,
    ) -> Result<()> {
        // A copy that nobody else sees stays in registers.
        let mut reader = self.clone();
        loop {
            let count = reader.block(1, size_of::<T>())?;
            if count == 0 {
                *self = reader;
                return Ok(());
            }
            let start = items.len();
            items.reserve_exact(count);
            items.resize(start + count, T::default());
            let mut done = start;
            // Eight small numbers in a row are eight bytes.
            while let Some(eight) = items[done..].first_chunk_mut::<8>()
                && let Some(numbers) = reader.eight_small_numbers()
            {
                *eight = numbers.map(T::from);
                done += 8;
            }
            for item in &mut items[done..] {
                *item = number(&mut reader)?;
            }
        }
    }

    /// Numbers that are as long on the wire as here.
    #[inline]
    fn plain<const SIZE: usize, T>(
        &mut self,
        items: &mut Vec<T>,
        number: impl Fn([u8; SIZE]) -> T,
    ) -> Result<()> {
        loop {
            let count = self.block(SIZE, size_of::<T>())?;
            if count == 0 {
                return Ok(());
            }
            // The count was held against the bytes that are left: the product is no more than those.
            let (chunks, _) = self.take(count * SIZE)?.as_chunks::<SIZE>();
            items.reserve_exact(count);
            items.extend(chunks.iter().map(|chunk| number(*chunk)));
        }
    }

    /// A map, in the order of its keys; of two entries with one key the later counts.
    #[inline]
    #[doc = include_str!("errors.md")]
    pub fn map<T>(
        &mut self,
        min_wire_size: usize,
        mut item: impl FnMut(&mut Self) -> Result<T>,
    ) -> Result<BTreeMap<String, T>> {
        let mut entries = BTreeMap::new();
        self.entries(min_wire_size, size_of::<(String, T)>(), |reader, key| {
            entries.insert(key.to_owned(), item(reader)?);
            Ok(())
        })?;
        Ok(entries)
    }

    /// A map, into one whose entries are used again as long as the keys are the same.
    #[inline]
    #[doc = include_str!("errors.md")]
    pub fn map_into<T>(
        &mut self,
        out: &mut BTreeMap<String, T>,
        min_wire_size: usize,
        mut item: impl FnMut(&mut Self) -> Result<T>,
        mut item_into: impl FnMut(&mut Self, &mut T) -> Result<()>,
    ) -> Result<()> {
        let ahead = self.clone();
        let mut same = true;
        {
            let mut existing = out.iter_mut();
            self.entries(min_wire_size, size_of::<(String, T)>(), |reader, key| {
                // Writers that sort their keys, as eventgen does, send the keys of the last time in the same order.
                match existing.next().filter(|(known, _)| same && known.as_str() == key) {
                    Some((_, value)) => item_into(reader, value),
                    None => {
                        same = false;
                        item(reader).map(drop)
                    }
                }
            })?;
            same &= existing.next().is_none();
        }
        if same {
            return Ok(());
        }
        *self = ahead;
        *out = self.map(min_wire_size, item)?;
        Ok(())
    }

    /// A map as its entries, in the order of the payload, with borrowed keys.
    #[inline]
    #[doc = include_str!("errors.md")]
    pub fn map_ref<T>(
        &mut self,
        min_wire_size: usize,
        mut item: impl FnMut(&mut Self) -> Result<T>,
    ) -> Result<Vec<(&'a str, T)>> {
        let mut entries = Vec::new();
        loop {
            let count = self.block(min_wire_size + 1, size_of::<(&str, T)>())?;
            if count == 0 {
                return Ok(entries);
            }
            entries.reserve_exact(count);
            for _ in 0..count {
                entries.push((self.string_ref()?, item(self)?));
            }
        }
    }

    /// Each entry of a map. The memory of an entry counts twice: trees and tables are half full.
    #[inline]
    fn entries(
        &mut self,
        min_wire_size: usize,
        size: usize,
        mut entry: impl FnMut(&mut Self, &'a str) -> Result<()>,
    ) -> Result<()> {
        loop {
            // A key takes one byte at least: its length.
            let count = self.block(min_wire_size + 1, 2 * size)?;
            if count == 0 {
                return Ok(());
            }
            for _ in 0..count {
                let key = self.string_ref()?;
                entry(self, key)?;
            }
        }
    }

    /// A union of null and one other type; `null` is the index of null, 0 or 1.
    #[inline]
    #[doc = include_str!("errors.md")]
    pub fn nullable<T>(&mut self, null: u8, item: impl FnOnce(&mut Self) -> Result<T>) -> Result<Option<T>> {
        if self.is_null(null)? { Ok(None) } else { item(self).map(Some) }
    }

    /// A union of null and one other type, into a value that is used again.
    #[inline]
    #[doc = include_str!("errors.md")]
    pub fn nullable_into<T>(
        &mut self,
        out: &mut Option<T>,
        null: u8,
        item: impl FnOnce(&mut Self) -> Result<T>,
        item_into: impl FnOnce(&mut Self, &mut T) -> Result<()>,
    ) -> Result<()> {
        match out {
            _ if self.is_null(null)? => *out = None,
            Some(existing) => item_into(self, existing)?,
            None => *out = Some(item(self)?),
        }
        Ok(())
    }

    #[inline]
    fn is_null(&mut self, null: u8) -> Result<bool> {
        let position = self.position();
        match self.long()? {
            index if index == i64::from(null) => Ok(true),
            0 | 1 => Ok(false),
            index => Err(DecodeError::unknown_branch(position, index, 2)),
        }
    }

    /// An enum; `symbols` are its values in the order of the schema.
    #[inline]
    #[doc = include_str!("errors.md")]
    pub fn symbol<T: Copy>(&mut self, symbols: &[T]) -> Result<T> {
        let position = self.position();
        let index = self.long()?;
        match usize::try_from(index).ok().and_then(|index| symbols.get(index)) {
            Some(symbol) => Ok(*symbol),
            None => Err(unknown_symbol(position, index, symbols.len())),
        }
    }
}

#[cold]
#[inline(never)]
fn unknown_symbol(position: usize, index: i64, symbols: usize) -> DecodeError {
    DecodeError::new(position, DecodeErrorKind::UnknownSymbol { index, symbols })
}
