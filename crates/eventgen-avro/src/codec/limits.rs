//! Limits on the resources that a payload may use.

/// The default limit for levels of recursive records. A payload of a few bytes per level could exhaust any stack; no
/// real data comes near this.
pub const MAX_DEPTH: usize = 64;

/// The resources that decoding of a payload may use. The defaults accept all but pathological payloads, and decoding
/// never allocates more than 64 times the size of the payload plus 1 MiB.
///
/// Bytes that are copied out of the payload, such as strings, need no limit: they are part of it. Items of arrays and
/// maps may be far larger in memory than encoded, so their memory is counted before it is allocated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The maximum number of levels of recursive records. Default: [`MAX_DEPTH`].
    pub depth: usize,
    /// The memory in bytes that the items of arrays and maps may use for each byte of the payload. Default: 48.
    pub memory_per_byte: usize,
    /// The memory in bytes that items may use in addition. Default: 512 KiB. An item whose encoding is empty, such as
    /// null, counts as 64 bytes, so that any payload may have 8,192 of them.
    pub memory: usize,
}

impl Limits {
    /// The defaults.
    pub const DEFAULT: Self = Self { depth: MAX_DEPTH, memory_per_byte: 48, memory: 512 * 1024 };

    /// The memory that the items of a payload may use.
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
