//! Reads arrays of numbers. Doubles and floats are copied at once; small ints and longs are read eight at a time.

use super::unchecked::{self, Plain};
use super::{DecodeError, Reader};

type Result<T> = std::result::Result<T, DecodeError>;

#[doc(hidden)]
impl<'a> Reader<'a> {
    /// An array of doubles, copied at once.
    #[inline]
    #[doc = include_str!("errors.md")]
    pub fn doubles(&mut self) -> Result<Vec<f64>> {
        self.plain(Vec::new())
    }

    /// An array of doubles, into a vector whose memory is reused.
    #[inline]
    #[doc = include_str!("errors.md")]
    pub fn doubles_into(&mut self, out: &mut Vec<f64>) -> Result<()> {
        self.plain_into(out)
    }

    /// An array of floats, copied at once.
    #[inline]
    #[doc = include_str!("errors.md")]
    pub fn floats(&mut self) -> Result<Vec<f32>> {
        self.plain(Vec::new())
    }

    /// An array of floats, into a vector whose memory is reused.
    #[inline]
    #[doc = include_str!("errors.md")]
    pub fn floats_into(&mut self, out: &mut Vec<f32>) -> Result<()> {
        self.plain_into(out)
    }

    /// An array of ints.
    #[doc = include_str!("errors.md")]
    pub fn ints(&mut self) -> Result<Vec<i32>> {
        self.numbers(Self::int)
    }

    /// An array of ints, into a vector whose memory is reused.
    #[doc = include_str!("errors.md")]
    pub fn ints_into(&mut self, out: &mut Vec<i32>) -> Result<()> {
        self.numbers_into(out, Self::int)
    }

    /// An array of longs.
    #[doc = include_str!("errors.md")]
    pub fn longs(&mut self) -> Result<Vec<i64>> {
        self.numbers(Self::long)
    }

    /// An array of longs, into a vector whose memory is reused.
    #[doc = include_str!("errors.md")]
    pub fn longs_into(&mut self, out: &mut Vec<i64>) -> Result<()> {
        self.numbers_into(out, Self::long)
    }

    #[inline]
    fn plain<T: Plain>(&mut self, mut items: Vec<T>) -> Result<Vec<T>> {
        self.extend_plain(&mut items)?;
        Ok(items)
    }

    #[inline]
    fn plain_into<T: Plain>(&mut self, out: &mut Vec<T>) -> Result<()> {
        out.clear();
        self.extend_plain(out)
    }

    /// Numbers whose encoding has the size of the Rust type.
    fn extend_plain<T: Plain>(&mut self, items: &mut Vec<T>) -> Result<()> {
        loop {
            let count = self.block(size_of::<T>(), size_of::<T>())?;
            if count == 0 {
                return Ok(());
            }
            // The count was checked against the remaining bytes, so the product is at most those.
            unchecked::extend(items, self.take(count * size_of::<T>())?);
        }
    }

    /// The whole array, if it is one block of up to 63 numbers of one byte each; otherwise reads nothing.
    #[inline(never)]
    fn few_small(&mut self, size: usize) -> Option<&'a [u8]> {
        let [count @ 2..0x80, rest @ ..] = self.rest() else { return None };
        let (bytes, [0, rest @ ..]) = rest.split_at_checked(usize::from(count >> 1))? else { return None };
        if count & 1 == 1 || !unchecked::short_is_ascii(bytes) || bytes.len() * size > self.budget() {
            return None;
        }
        self.go_on(rest);
        self.charge(0, bytes.len(), size).ok()?;
        Some(bytes)
    }

    #[inline(always)]
    fn numbers<T: Copy + From<i8>>(&mut self, number: impl Fn(&mut Self) -> Result<T>) -> Result<Vec<T>> {
        if let Some(bytes) = self.few_small(size_of::<T>()) {
            return Ok(bytes.iter().map(|byte| unzigzag(*byte)).collect());
        }
        let mut items = Vec::new();
        self.variable(&mut items, number)?;
        Ok(items)
    }

    #[inline(always)]
    fn numbers_into<T: Copy + From<i8>>(
        &mut self,
        out: &mut Vec<T>,
        number: impl Fn(&mut Self) -> Result<T>,
    ) -> Result<()> {
        if let Some(bytes) = self.few_small(size_of::<T>()) {
            out.clear();
            out.extend(bytes.iter().map(|byte| unzigzag::<T>(*byte)));
            return Ok(());
        }
        self.variable(out, number)
    }

    /// Numbers of variable length, over existing items.
    #[inline(never)]
    fn variable<T: Copy + From<i8>>(
        &mut self,
        items: &mut Vec<T>,
        number: impl Fn(&mut Self) -> Result<T>,
    ) -> Result<()> {
        let mut end = 0;
        loop {
            let count = self.block(1, size_of::<T>())?;
            if count == 0 {
                items.truncate(end);
                return Ok(());
            }
            let mut done = end;
            end += count;
            if items.capacity() == 0 {
                *items = Vec::with_capacity(count);
            } else {
                items.reserve_exact(end.saturating_sub(items.len()));
            }
            while done < end {
                let few = small(self.rest(), end - done);
                if few == 0 {
                    let number = number(self)?;
                    match items.get_mut(done) {
                        Some(item) => *item = number,
                        None => items.push(number),
                    }
                    done += 1;
                } else {
                    let (bytes, rest) = self.rest().split_at(few);
                    self.go_on(rest);
                    match items.get_mut(done..done + few) {
                        Some(items) => unzigzag_small(bytes, items),
                        None => append_small(bytes, items, done),
                    }
                    done += few;
                }
            }
        }
    }
}

/// The number of one-byte numbers that come next: a multiple of eight, and at most `most`.
#[inline]
pub(crate) fn small(bytes: &[u8], most: usize) -> usize {
    let eights = bytes.as_chunks::<8>().0.iter().take(most / 8);
    8 * eights.take_while(|eight| u64::from_ne_bytes(**eight) & 0x8080_8080_8080_8080 == 0).count()
}

/// Numbers of one byte each. A separate loop, which the compiler vectorizes.
#[inline(never)]
fn unzigzag_small<T: From<i8>>(bytes: &[u8], out: &mut [T]) {
    for (byte, number) in bytes.iter().zip(out) {
        *number = unzigzag(*byte);
    }
}

/// The same after the first `kept` items.
#[inline(never)]
fn append_small<T: From<i8>>(bytes: &[u8], out: &mut Vec<T>, kept: usize) {
    out.truncate(kept);
    out.extend(bytes.iter().map(|byte| unzigzag::<T>(*byte)));
}

#[inline(always)]
#[expect(clippy::cast_possible_wrap, reason = "zig-zag works on the bits")]
fn unzigzag<T: From<i8>>(byte: u8) -> T {
    T::from((byte >> 1) as i8 ^ -((byte & 1) as i8))
}
