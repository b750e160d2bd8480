//! Numbers by which layouts are compared when code is compiled: a type that a schema file names must be laid out as the
//! file has it.

/// The fingerprint of the empty string, which is the polynomial too.
const EMPTY: u64 = 0xc15d_213a_a4d7_a795;

/// CRC-64-AVRO (specification 1.12, "Schema Fingerprints").
pub const fn fingerprint(bytes: &[u8]) -> u64 {
    let (mut state, mut index) = (EMPTY, 0);
    while index < bytes.len() {
        let mut entry = (state ^ bytes[index] as u64) & 0xff;
        let mut bit = 0;
        while bit < 8 {
            entry = (entry >> 1) ^ if entry & 1 == 1 { EMPTY } else { 0 };
            bit += 1;
        }
        state = (state >> 8) ^ entry;
        index += 1;
    }
    state
}

/// What is made of other types without a name of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShapeKind {
    /// An array.
    Array,
    /// A map.
    Map,
    /// A union.
    Union,
}

/// The shape of what is made of these types; `None` if one of them is not known.
pub const fn shape_of<const N: usize>(kind: ShapeKind, inner: [Option<u64>; N]) -> Option<u64> {
    let mut state = fingerprint(match kind {
        ShapeKind::Array => b"array",
        ShapeKind::Map => b"map",
        ShapeKind::Union => b"union",
    });
    let mut index = 0;
    while index < N {
        let Some(shape) = inner[index] else { return None };
        let (a, b) = (state.to_le_bytes(), shape.to_le_bytes());
        let mut bytes = [0; 16];
        let mut byte = 0;
        while byte < 8 {
            bytes[byte] = a[byte];
            bytes[8 + byte] = b[byte];
            byte += 1;
        }
        state = fingerprint(&bytes);
        index += 1;
    }
    Some(state)
}
