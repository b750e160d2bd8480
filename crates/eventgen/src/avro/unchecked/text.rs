//! Text that is known to be UTF-8.

use super::copy;

/// Whether all bytes are ASCII: made for the short strings that most are, two looks of a fixed size that may overlap.
#[inline(always)]
fn is_ascii(bytes: &[u8]) -> bool {
    match bytes.len() {
        0 => true,
        1..4 => bytes[0] | bytes[bytes.len() / 2] | bytes[bytes.len() - 1] < 0x80,
        4..8 => match (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
            (Some(first), Some(last)) => {
                (u32::from_ne_bytes(*first) | u32::from_ne_bytes(*last)) & 0x8080_8080 == 0
            }
            _ => false,
        },
        8..=16 => ends_are_ascii::<1>(bytes),
        17..=32 => ends_are_ascii::<2>(bytes),
        33..=64 => ends_are_ascii::<4>(bytes),
        _ => bytes.is_ascii(),
    }
}

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

/// The text of these bytes, `None` if they are not UTF-8.
#[inline(always)]
pub(in crate::avro) fn text(bytes: &[u8]) -> Option<&str> {
    if is_ascii(bytes) {
        // SAFETY: ASCII is UTF-8.
        Some(unsafe { str::from_utf8_unchecked(bytes) })
    } else {
        other_text(bytes)
    }
}

#[inline(never)]
fn other_text(bytes: &[u8]) -> Option<&str> {
    str::from_utf8(bytes).ok()
}

/// Makes a string equal to a text, in the memory it has if that is enough.
#[inline(always)]
pub(in crate::avro) fn assign(out: &mut String, text: &str) {
    if out.capacity() < text.len() {
        *out = String::from(text);
        return;
    }
    // SAFETY: the capacity was checked, a `&str` lies apart from what a `&mut String` owns, and what is written is all
    // of a `str`: UTF-8.
    unsafe {
        let bytes = out.as_mut_vec();
        copy(text.as_bytes(), bytes.as_mut_ptr());
        bytes.set_len(text.len());
    }
}
