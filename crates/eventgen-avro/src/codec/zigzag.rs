//! Zig-zag encoding: signed numbers with few bits become short.

/// Zig-zag encoding (specification 1.12, "Primitive Types").
#[inline(always)]
#[expect(clippy::cast_sign_loss, reason = "zig-zag works on the bits")]
pub(crate) fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

#[inline(always)]
#[expect(clippy::cast_possible_wrap, reason = "zig-zag works on the bits")]
pub(crate) fn unzigzag(bits: u64) -> i64 {
    (bits >> 1) as i64 ^ -((bits & 1) as i64)
}
