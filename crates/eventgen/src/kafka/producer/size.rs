//! How many bytes a record takes.

use crate::Headers;

/// The most bytes that a record takes besides its key, value and headers, and that a header takes besides its name and value.
const RECORD_OVERHEAD: usize = 128;
const HEADER_OVERHEAD: usize = 10;

/// The most bytes that a record takes in a batch without others, uncompressed. librdkafka's limit counts them in the same way.
pub(crate) fn record_size(key: Option<&[u8]>, value: Option<&[u8]>, headers: &Headers) -> usize {
    let headers =
        headers.iter().map(|(name, value)| name.len() + value.map_or(0, <[u8]>::len) + HEADER_OVERHEAD);
    RECORD_OVERHEAD + key.map_or(0, <[u8]>::len) + value.map_or(0, <[u8]>::len) + headers.sum::<usize>()
}
