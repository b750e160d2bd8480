//! Arrays of numbers that stay in the payload, as borrowed records have them.

use std::fmt;
use std::iter::FusedIterator;
use std::marker::PhantomData;

use super::numbers::small;
use super::{DecodeError, Limits, Reader};

/// An array of numbers in a payload: `double`, `float`, `int` or `long` as `f64`, `f32`, `i32` or `i64`.
///
/// Decoding checks the whole array once. Each number is read when it is requested.
#[derive(Clone, Copy)]
pub struct NumberSlice<'a, T> {
    /// The payload from the first block on, because the size of a block is checked against all that follows.
    blocks: &'a [u8],
    length: usize,
    number: PhantomData<T>,
}

impl<'a, T: Number> NumberSlice<'a, T> {
    /// The number of numbers.
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether the array is empty.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The numbers, in order.
    pub fn iter(&self) -> NumberIter<'a, T> {
        let reader = Reader::with_limits(self.blocks, Limits::DEFAULT);
        NumberIter { reader, block: 0, left: self.length, number: PhantomData }
    }

    /// The numbers, copied into a vector.
    pub fn to_vec(&self) -> Vec<T> {
        T::read_all(&mut Reader::new(self.blocks)).unwrap_or_default()
    }
}

impl<T> Default for NumberSlice<'_, T> {
    fn default() -> Self {
        Self { blocks: &[0], length: 0, number: PhantomData }
    }
}

impl<T: Number> fmt::Debug for NumberSlice<'_, T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self).finish()
    }
}

/// Equality of the numbers, regardless of the blocks.
impl<T: Number> PartialEq for NumberSlice<'_, T> {
    fn eq(&self, other: &Self) -> bool {
        self.length == other.length && self.iter().eq(other)
    }
}

impl<T: Number> PartialEq<[T]> for NumberSlice<'_, T> {
    fn eq(&self, other: &[T]) -> bool {
        self.length == other.len() && self.iter().eq(other.iter().copied())
    }
}

impl<'a, T: Number> IntoIterator for NumberSlice<'a, T> {
    type Item = T;
    type IntoIter = NumberIter<'a, T>;

    fn into_iter(self) -> NumberIter<'a, T> {
        self.iter()
    }
}

impl<'a, T: Number> IntoIterator for &NumberSlice<'a, T> {
    type Item = T;
    type IntoIter = NumberIter<'a, T>;

    fn into_iter(self) -> NumberIter<'a, T> {
        self.iter()
    }
}

/// An iterator over the numbers of a [`NumberSlice`].
#[derive(Debug, Clone)]
pub struct NumberIter<'a, T> {
    reader: Reader<'a>,
    /// The numbers left in this block, and in total.
    block: usize,
    left: usize,
    number: PhantomData<T>,
}

impl<T: Number> Iterator for NumberIter<'_, T> {
    type Item = T;

    #[inline]
    fn next(&mut self) -> Option<T> {
        self.left = self.left.checked_sub(1)?;
        if self.block == 0 {
            self.block = self.reader.block(T::MIN_WIRE_SIZE, 0).ok()?;
        }
        self.block -= 1;
        T::read(&mut self.reader).ok()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl<T: Number> ExactSizeIterator for NumberIter<'_, T> {}
impl<T: Number> FusedIterator for NumberIter<'_, T> {}

/// A number type of a [`NumberSlice`].
pub trait Number: Copy + fmt::Debug + PartialEq + sealed::Sealed {}

impl<T: Copy + fmt::Debug + PartialEq + sealed::Sealed> Number for T {}

mod sealed {
    use super::{DecodeError, Reader};

    pub trait Sealed: Sized {
        const MIN_WIRE_SIZE: usize;

        fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError>;

        /// All numbers of an array.
        fn read_all(reader: &mut Reader<'_>) -> Result<Vec<Self>, DecodeError>;

        /// Skips this many.
        fn check(reader: &mut Reader<'_>, count: usize) -> Result<(), DecodeError>;
    }
}

macro_rules! numbers {
    ($($number:ty: $one:ident, $all:ident, $size:literal, $check:ident;)*) => {$(
        impl sealed::Sealed for $number {
            const MIN_WIRE_SIZE: usize = $size;

            #[inline]
            fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
                reader.$one()
            }

            fn read_all(reader: &mut Reader<'_>) -> Result<Vec<Self>, DecodeError> {
                reader.$all()
            }

            #[inline]
            fn check(reader: &mut Reader<'_>, count: usize) -> Result<(), DecodeError> {
                $check::<Self>(reader, count)
            }
        }
    )*};
}

numbers! {
    f64: double, doubles, 8, check_plain;
    f32: float, floats, 4, check_plain;
    i64: long, longs, 1, check_variable;
    i32: int, ints, 1, check_variable;
}

/// The count was checked against the remaining bytes, so the product is at most those.
#[inline]
fn check_plain<T>(reader: &mut Reader<'_>, count: usize) -> Result<(), DecodeError> {
    reader.take(count * size_of::<T>()).map(drop)
}

#[inline]
fn check_variable<T: sealed::Sealed>(reader: &mut Reader<'_>, mut count: usize) -> Result<(), DecodeError> {
    while count > 0 {
        let few = small(reader.rest(), count);
        if few == 0 {
            T::read(reader)?;
            count -= 1;
        } else {
            reader.take(few)?;
            count -= few;
        }
    }
    Ok(())
}

#[doc(hidden)]
impl<'a> Reader<'a> {
    /// An array of numbers, left in the payload.
    #[doc = include_str!("errors.md")]
    pub fn number_slice<T: Number>(&mut self) -> Result<NumberSlice<'a, T>, DecodeError> {
        let (blocks, mut length) = (self.rest(), 0);
        loop {
            let count = self.block(T::MIN_WIRE_SIZE, 0)?;
            if count == 0 {
                return Ok(NumberSlice { blocks, length, number: PhantomData });
            }
            T::check(self, count)?;
            // No more than the bytes of the payload.
            length += count;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use super::super::{part, unchecked};
    use super::*;

    /// A generator of pseudo-random numbers (`SplitMix64`) of all lengths.
    struct Random(u64);

    impl Random {
        fn bits(&mut self) -> u64 {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            mixed ^ (mixed >> 31)
        }

        /// One of `0..below`.
        fn below(&mut self, below: u64) -> usize {
            usize::try_from(self.bits() % below).expect("small")
        }

        /// All lengths are equally likely; small numbers come in runs.
        fn number(&mut self, small: bool) -> i64 {
            let number = self.bits().cast_signed();
            if small { number % 64 } else { number >> self.below(64) }
        }
    }

    fn put(bytes: &mut Vec<u8>, part: impl super::super::Part) {
        unchecked::append(bytes, part, &mut None);
    }

    /// Blocks with and without their size, then the empty one.
    fn array(random: &mut Random, item: impl Fn(&mut Vec<u8>, i64)) -> Vec<u8> {
        let mut bytes = Vec::new();
        for _ in 0..random.below(4) {
            let (mut block, small) = (Vec::new(), random.below(2) == 0);
            let count = 1 + random.below(if small { 100 } else { 20 });
            for _ in 0..count {
                let number = random.number(small);
                item(&mut block, number);
            }
            let count = i64::try_from(count).expect("small");
            if random.below(2) == 0 {
                put(&mut bytes, part::long(count));
            } else {
                put(&mut bytes, part::long(-count));
                put(&mut bytes, part::long(i64::try_from(block.len()).expect("small")));
            }
            bytes.extend(block);
        }
        bytes.push(0);
        bytes
    }

    /// Both forms give the same numbers and stop at the same byte, or neither gives any.
    fn compare<'a, T: Number>(bytes: &'a [u8], owned: impl Fn(&mut Reader<'a>) -> Result<Vec<T>, DecodeError>)
    where
        Vec<T>: Debug,
    {
        let (mut one, mut other) = (Reader::new(bytes), Reader::new(bytes));
        let slice = one.number_slice::<T>();
        let vec = owned(&mut other);
        assert_eq!(slice.is_ok(), vec.is_ok(), "{bytes:?}: {slice:?} {vec:?}");
        let (Ok(slice), Ok(vec)) = (slice, vec) else { return };
        assert_eq!(one.position(), other.position());
        // Compares bits, because some doubles are not equal to themselves.
        assert_eq!(format!("{slice:?}"), format!("{vec:?}"));
        assert_eq!(format!("{:?}", slice.to_vec()), format!("{vec:?}"));
        assert_eq!(
            (slice.len(), slice.iter().len(), slice.iter().count()),
            (vec.len(), vec.len(), vec.len())
        );
        assert_eq!(slice.is_empty(), vec.is_empty());
    }

    #[test]
    fn numbers_are_those_of_the_owned_form_whatever_the_blocks_and_the_bytes() {
        let mut random = Random(1);
        for _ in 0..3_000 {
            let mut bytes = match random.below(3) {
                0 => array(&mut random, |bytes, number| put(bytes, part::long(number))),
                1 => array(&mut random, |bytes, number| put(bytes, part::long(number >> 32))),
                _ => array(&mut random, |bytes, number| bytes.extend(number.to_le_bytes())),
            };
            let position = random.below(3 * bytes.len() as u64);
            match random.below(3) {
                0 => bytes.truncate(position),
                1 if position < bytes.len() => bytes[position] ^= 1 << random.below(8),
                _ => {}
            }
            compare::<i64>(&bytes, Reader::longs);
            compare::<i32>(&bytes, Reader::ints);
            compare::<f64>(&bytes, Reader::doubles);
            compare::<f32>(&bytes, Reader::floats);
        }
    }

    #[test]
    fn equal_numbers_are_equal_in_one_block_and_in_two() {
        let read = |bytes: &'static [u8]| Reader::new(bytes).number_slice::<i32>().expect("an array");
        assert_eq!(read(&[4, 2, 4, 0]), read(&[2, 2, 1, 2, 4, 0]));
        assert_eq!(read(&[4, 2, 4, 0]), [1, 2][..]);
        assert_ne!(read(&[4, 2, 4, 0]), read(&[2, 2, 0]));
        assert_eq!(NumberSlice::<i32>::default(), read(&[0]));
    }
}
