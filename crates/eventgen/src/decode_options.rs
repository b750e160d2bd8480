//! The limits of decoding a payload.

/// The resources that decoding one payload may use, in any schema language. Payloads that exceed them do not decode.
///
/// With the defaults, no payload makes decoding allocate more than 64 times its size and 1 MiB. Items of
/// arrays and maps may be far larger in memory than on the wire, so their memory is counted before it is allocated. Strings
/// and bytes have the size that they have in the payload, and need no limit.
///
/// In Protobuf, every level of nested messages counts for the depth, which is at most 100. The memory is that of messages in
/// repeated fields, maps and boxes. It may be four times as much, because fields that are absent take no byte of a payload.
///
/// ```
/// use eventgen::DecodeOptions;
///
/// let options = DecodeOptions::DEFAULT.with_max_depth(16);
/// assert_eq!(options.memory_per_byte, 48);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
#[must_use]
pub struct DecodeOptions {
    /// The deepest nesting of values of recursive types: how often a record may contain itself, directly or through other
    /// records. Default: 64.
    pub max_depth: usize,
    /// Bytes of memory that the items of arrays and maps may take for each byte of the payload. Default: 48.
    pub memory_per_byte: usize,
    /// Bytes of memory that items may take in addition. Default: 512 KiB. An item without bytes on the wire, such as null,
    /// counts as 64 bytes, so that any payload may have 8,192 of them.
    pub memory: usize,
}

impl DecodeOptions {
    /// The defaults.
    pub const DEFAULT: Self = Self { max_depth: 64, memory_per_byte: 48, memory: 512 * 1024 };

    /// Sets the most levels of recursion.
    pub const fn with_max_depth(mut self, levels: usize) -> Self {
        self.max_depth = levels;
        self
    }

    /// Sets the bytes of memory that items may take for each byte of the payload.
    pub const fn with_memory_per_byte(mut self, bytes: usize) -> Self {
        self.memory_per_byte = bytes;
        self
    }

    /// Sets the bytes of memory that items may take in addition.
    pub const fn with_memory(mut self, bytes: usize) -> Self {
        self.memory = bytes;
        self
    }
}

impl Default for DecodeOptions {
    fn default() -> Self {
        Self::DEFAULT
    }
}

#[cfg(feature = "avro")]
impl From<DecodeOptions> for crate::avro::Limits {
    fn from(options: DecodeOptions) -> Self {
        Self { depth: options.max_depth, memory_per_byte: options.memory_per_byte, memory: options.memory }
    }
}

#[cfg(feature = "avro")]
impl From<crate::avro::Limits> for DecodeOptions {
    fn from(limits: crate::avro::Limits) -> Self {
        Self { max_depth: limits.depth, memory_per_byte: limits.memory_per_byte, memory: limits.memory }
    }
}

#[cfg(all(test, feature = "avro"))]
mod tests {
    use super::*;
    use crate::avro::Limits;

    #[test]
    fn the_defaults_are_those_of_the_codec() {
        assert_eq!(Limits::from(DecodeOptions::DEFAULT), Limits::DEFAULT);
        assert_eq!(DecodeOptions::from(Limits::DEFAULT), DecodeOptions::DEFAULT);
    }
}
