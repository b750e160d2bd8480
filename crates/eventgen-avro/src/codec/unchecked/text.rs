//! Text that is known to be UTF-8.

use super::copy;

/// Whether the first and the last `8 * COUNT` bytes are ASCII; `false` if there are not so many.
#[inline(always)]
fn ends_are_ascii<const COUNT: usize>(bytes: &[u8]) -> bool {
    let start = bytes.len().wrapping_sub(8 * COUNT);
    let (Some(first), Some(last)) = (bytes.get(..8 * COUNT), bytes.get(start..)) else { return false };
    let mut seen = 0;
    for (first, last) in first.as_chunks::<8>().0.iter().zip(last.as_chunks::<8>().0) {
        seen |= u64::from_ne_bytes(*first) | u64::from_ne_bytes(*last);
    }
    seen & 0x8080_8080_8080_8080 == 0
}

/// Whether all bytes are ASCII, of up to three and of four to eight.
#[inline(always)]
fn few_are_ascii(bytes: &[u8]) -> bool {
    match (bytes.first_chunk::<4>(), bytes.last_chunk::<4>(), bytes) {
        (Some(first), Some(last), _) => {
            (u32::from_ne_bytes(*first) | u32::from_ne_bytes(*last)) & 0x8080_8080 == 0
        }
        (_, _, []) => true,
        _ => bytes[0] | bytes[bytes.len() / 2] | bytes[bytes.len() - 1] < 0x80,
    }
}

/// Whether up to 64 bytes are all ASCII, each below 0x80; `false` for more.
#[inline(always)]
pub(crate) fn short_is_ascii(bytes: &[u8]) -> bool {
    let length = bytes.len();
    if length > 16 {
        if length > 32 { length <= 64 && ends_are_ascii::<4>(bytes) } else { ends_are_ascii::<2>(bytes) }
    } else if length >= 8 {
        ends_are_ascii::<1>(bytes)
    } else {
        few_are_ascii(bytes)
    }
}

/// The text of up to 64 bytes, if all are ASCII: two looks of a fixed size that may overlap.
#[inline(always)]
pub(crate) fn short_ascii(bytes: &[u8]) -> Option<&str> {
    // SAFETY: ASCII is UTF-8.
    short_is_ascii(bytes).then(|| unsafe { str::from_utf8_unchecked(bytes) })
}

/// The text of these bytes, `None` if they are not UTF-8.
#[inline]
pub(crate) fn text(bytes: &[u8]) -> Option<&str> {
    if bytes.is_ascii() {
        // SAFETY: ASCII is UTF-8.
        Some(unsafe { str::from_utf8_unchecked(bytes) })
    } else {
        str::from_utf8(bytes).ok()
    }
}

/// Makes a string equal to up to 64 bytes if all are ASCII and it has the memory for them; else leaves it as it is.
#[inline(always)]
pub(crate) fn assign_short_ascii(out: &mut String, bytes: &[u8]) -> bool {
    let length = bytes.len();
    if out.capacity() < length {
        return false;
    }
    if !short_is_ascii(bytes) {
        return false;
    }
    // SAFETY: the capacity was checked, a slice lies apart from what a `&mut String` owns, and nothing is written but
    // ASCII, which is UTF-8.
    unsafe {
        let target = out.as_mut_vec();
        copy(bytes, target.as_mut_ptr());
        target.set_len(length);
    }
    true
}
