//! How much a payload may cost, whatever it claims.

use super::nesting::MAX_DEPTH;

/// What a payload may use up. The defaults let every honest payload pass that is not made of next to nothing: no
/// payload makes decoding allocate more than 64 times its size and 1 MiB.
///
/// Bytes that are copied out of the payload, strings above all, need no limit of their own: they are in it. Items of
/// arrays and maps may be far larger in memory than on the wire, so their memory is counted before it is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most levels of records inside records of their own recursion; [`MAX_DEPTH`] by default. A payload of a few bytes a level
    /// could use up any stack; no schema that people wrote comes near this.
    pub depth: usize,
    /// Bytes of memory that the items of arrays and maps may take for each byte of the payload. 48 by default.
    pub memory_per_byte: usize,
    /// Bytes of memory that items may take beside those. 512 KiB by default. An item without bytes on the wire, such as
    /// null, counts as 64 bytes, so that 8,192 of them pass in any payload.
    pub memory: usize,
}

impl Limits {
    /// The defaults.
    pub const DEFAULT: Self = Self { depth: MAX_DEPTH, memory_per_byte: 48, memory: 512 * 1024 };

    /// The memory that items of a payload may take.
    #[inline]
    pub(crate) const fn budget(&self, payload: usize) -> usize {
        payload.saturating_mul(self.memory_per_byte).saturating_add(self.memory)
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}
