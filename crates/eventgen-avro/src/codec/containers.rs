//! Reads composite types: arrays (those of numbers are in `numbers`), maps, unions of null and one other type, enums.
//!
//! Every method has a counterpart that reads into an existing value and reuses its memory.

use std::collections::BTreeMap;

use super::{DecodeError, DecodeErrorKind, Reader};

type Result<T> = std::result::Result<T, DecodeError>;

#[doc(hidden)]
impl<'a> Reader<'a> {
    /// An array; `min_wire_size` is the minimum encoded size of an item.
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

    /// An array, into a vector whose items are reused.
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

    /// A map, sorted by key. Of two entries with the same key, the later one is kept.
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

    /// A map, into one whose entries are reused as long as the keys are the same.
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
                // Writers that sort their keys, as eventgen does, send the same keys in the same order.
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

    /// The entries of a map, in the order of the payload, with borrowed keys.
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

    /// Each entry of a map. The memory of an entry counts twice, because trees and tables are half full.
    #[inline]
    fn entries(
        &mut self,
        min_wire_size: usize,
        size: usize,
        mut entry: impl FnMut(&mut Self, &'a str) -> Result<()>,
    ) -> Result<()> {
        loop {
            // A key takes at least one byte: its length.
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

    /// A union of null and one other type, into a value that is reused.
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
        // An index takes one byte, except from writers that use a longer encoding.
        if let [index @ (0 | 2), rest @ ..] = self.rest() {
            self.go_on(rest);
            return Ok(*index == null << 1);
        }
        self.is_any_null(null)
    }

    #[cold]
    #[inline(never)]
    fn is_any_null(&mut self, null: u8) -> Result<bool> {
        let position = self.position();
        match self.long()? {
            index if index == i64::from(null) => Ok(true),
            0 | 1 => Ok(false),
            index => Err(DecodeError::unknown_branch(position, index, 2)),
        }
    }

    /// An enum; `symbols` are the values in the order of the schema.
    #[inline]
    #[doc = include_str!("errors.md")]
    pub fn symbol<T: Copy>(&mut self, symbols: &[T]) -> Result<T> {
        if let [index, rest @ ..] = self.rest()
            && *index & 0x81 == 0
            && let Some(symbol) = symbols.get(usize::from(*index >> 1))
        {
            self.go_on(rest);
            return Ok(*symbol);
        }
        self.any_symbol(symbols)
    }

    #[inline(never)]
    fn any_symbol<T: Copy>(&mut self, symbols: &[T]) -> Result<T> {
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
