//! CRC-64-AVRO (specification 1.12, "Schema Fingerprints"), usable at compile time.

/// The fingerprint of the empty string, which is also the polynomial.
const EMPTY: u64 = 0xc15d_213a_a4d7_a795;

/// The CRC-64-AVRO fingerprint of some bytes, usually of a [canonical form](super::canonical_form).
///
/// ```
/// assert_eq!(eventgen_avro::fingerprint(b"\"int\""), 0x7275_d51a_3f39_5c8f);
/// ```
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

/// The fingerprint of two fingerprints, in order.
pub(crate) const fn combine(first: u64, second: u64) -> u64 {
    let (a, b) = (first.to_le_bytes(), second.to_le_bytes());
    let mut bytes = [0; 16];
    let mut byte = 0;
    while byte < 8 {
        bytes[byte] = a[byte];
        bytes[8 + byte] = b[byte];
        byte += 1;
    }
    fingerprint(&bytes)
}
