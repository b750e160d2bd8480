//! Blocks of memory that the copies of many records share.

use bytes::{Bytes, BytesMut};

/// The memory that records share, and the largest part of it that one may have. A record that waits for long is copied out
/// of it.
const BLOCK: usize = 64 * 1024;
const LARGEST_PART: usize = 8 * 1024;

/// Copies bytes to the end of a buffer.
pub(super) fn copy(bytes: &[u8], buffer: &mut BytesMut) -> Bytes {
    if bytes.len() > LARGEST_PART {
        return Bytes::copy_from_slice(bytes);
    }
    reserve(buffer, bytes.len());
    buffer.extend_from_slice(bytes);
    buffer.split().freeze()
}

/// Makes room for `more` bytes, if necessary in a new block, to which the content of the buffer moves.
pub(super) fn reserve(buffer: &mut BytesMut, more: usize) {
    if buffer.capacity() - buffer.len() < more {
        let mut block = BytesMut::with_capacity(BLOCK.max(buffer.len() + more));
        block.extend_from_slice(buffer);
        *buffer = block;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_moves_to_a_new_block() {
        let mut buffer = BytesMut::new();
        for round in 0..100_u8 {
            for _ in 0..30 {
                reserve(&mut buffer, 1_000);
                buffer.extend_from_slice(&[round; 1_000]);
            }
            assert_eq!(buffer.split(), vec![round; 30_000]);
        }
    }
}
