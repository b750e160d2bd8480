//! Random numbers that a seed determines.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;

/// Marsaglia's xorshift of 64 bits.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// Numbers that are determined by a seed and by what they are for.
    pub fn new(seed: u64, purpose: impl Hash) -> Self {
        let mut hasher = DefaultHasher::new();
        (seed, purpose).hash(&mut hasher);
        // A state of zero never changes.
        Self(hasher.finish().max(1))
    }

    /// The next number.
    pub fn number(&mut self) -> u64 {
        let mut state = self.0;
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        self.0 = state;
        state
    }

    /// A number in a range.
    pub fn below(&mut self, range: Range<u64>) -> u64 {
        // Uses the high bits, because the low ones of the first numbers are similar after a small seed.
        range.start + (self.number() >> 11) % (range.end - range.start)
    }

    /// One of some values.
    ///
    /// # Panics
    /// There are none.
    pub fn one_of<T: Copy>(&mut self, values: &[T]) -> T {
        let count = u64::try_from(values.len()).unwrap_or(u64::MAX);
        values[usize::try_from(self.below(0..count)).unwrap_or_default()]
    }

    /// Any bytes.
    pub fn bytes(&mut self, count: usize) -> Vec<u8> {
        let words = std::iter::repeat_with(|| self.number().to_le_bytes());
        words.take(count.div_ceil(8)).flatten().take(count).collect()
    }
}
