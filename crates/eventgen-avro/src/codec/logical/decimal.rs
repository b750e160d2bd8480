//! Decimals: an unscaled big-endian two's-complement integer, whose scale is in the schema.

use std::fmt::Display;

use crate::EncodeError;
use crate::codec::unchecked::Digits;

/// A type for `decimal` (specification 1.12, "Decimal").
pub trait DecimalValue: Sized + Display {
    /// Calls `take` with the unscaled integer at the schema's scale: big-endian two's complement, in the fewest bytes that
    /// keep the sign.
    ///
    /// # Errors
    /// More digits than the schema's precision, or more fractional digits than its scale.
    fn unscaled<T>(
        &self,
        precision: u32,
        scale: u32,
        take: impl FnOnce(&[u8]) -> T,
    ) -> Result<T, EncodeError>;

    /// Fast path: the unscaled integer, left-aligned in a word, and its length in bytes; `None` if it is longer than eight
    /// bytes or needs more work.
    #[doc(hidden)]
    #[inline]
    fn few_bytes(&self, _precision: u32, _scale: u32) -> Option<(u64, u32)> {
        None
    }

    /// The value of an unscaled integer of at least one byte; `None` if the type cannot represent it.
    fn from_unscaled(bytes: &[u8], scale: u32) -> Option<Self>;

    /// Fast path: the value of an unscaled integer of at most eight bytes; `None` if it needs more work.
    #[doc(hidden)]
    #[inline]
    fn from_few_bytes(_bytes: &[u8], _scale: u32) -> Option<Self> {
        None
    }
}

/// The unscaled integer of a decimal on bytes, of at most 16 bytes: [`few_bytes`](DecimalValue::few_bytes) or else the
/// general form.
#[inline(always)]
pub(crate) fn digits<T: DecimalValue>(value: &T, precision: u32, scale: u32) -> Result<Digits, EncodeError> {
    match value.few_bytes(precision, scale) {
        Some((word, length)) => Ok(Digits::Few { word, length }),
        None => many_digits(value, precision, scale),
    }
}

#[inline(never)]
fn many_digits<T: DecimalValue>(value: &T, precision: u32, scale: u32) -> Result<Digits, EncodeError> {
    let digits = value.unscaled(precision, scale, |unscaled| {
        let mut bytes = [0; 16];
        bytes.get_mut(..unscaled.len())?.copy_from_slice(unscaled);
        Some(Digits::Many { bytes, length: u32::try_from(unscaled.len()).ok()? })
    })?;
    digits.ok_or_else(|| EncodeError::DecimalPrecision { value: value.to_string(), precision, scale })
}

/// The value of an unscaled integer; `None` if it is empty or the type cannot represent it.
#[inline]
pub(crate) fn read<T: DecimalValue>(bytes: &[u8], scale: u32) -> Option<T> {
    if bytes.is_empty() { None } else { T::from_unscaled(bytes, scale) }
}

/// The byte that extends the sign of these.
pub(crate) fn sign(bytes: &[u8]) -> u8 {
    if bytes[0] & 0x80 == 0 { 0x00 } else { 0xff }
}

/// The integer in `SIZE` bytes; `None` if it needs more.
pub(crate) fn to_fixed<const SIZE: usize>(unscaled: &[u8]) -> Option<[u8; SIZE]> {
    let padding = SIZE.checked_sub(unscaled.len())?;
    let mut fixed = [sign(unscaled); SIZE];
    fixed[padding..].copy_from_slice(unscaled);
    Some(fixed)
}
