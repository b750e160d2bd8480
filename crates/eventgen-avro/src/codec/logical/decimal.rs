//! Decimals: an unscaled two's-complement integer, big-endian, whose scale stands in the schema.

use std::fmt::Display;

use crate::EncodeError;
use crate::codec::unchecked::Digits;

/// A type for `decimal` (specification 1.12, "Decimal").
pub trait DecimalValue: Sized + Display {
    /// Hands over the integer that stands for the value at the schema's scale: two's complement, big-endian, as few
    /// bytes as keep the sign.
    ///
    /// # Errors
    /// More digits than the schema's precision or, behind the point, than its scale.
    fn unscaled<T>(
        &self,
        precision: u32,
        scale: u32,
        take: impl FnOnce(&[u8]) -> T,
    ) -> Result<T, EncodeError>;

    /// The same integer if it has eight bytes at most and needs no thought: its bytes from the left of a word, and how
    /// many they are. For types that are fast.
    #[doc(hidden)]
    #[inline]
    fn few_bytes(&self, _precision: u32, _scale: u32) -> Option<(u64, u32)> {
        None
    }

    /// The value of such an integer, which is one byte at least; `None` if the type cannot hold it.
    fn from_unscaled(bytes: &[u8], scale: u32) -> Option<Self>;

    /// The same of an integer that has eight bytes at most and needs no thought, `None` for all others. For types that are
    /// fast.
    #[doc(hidden)]
    #[inline]
    fn from_few_bytes(_bytes: &[u8], _scale: u32) -> Option<Self> {
        None
    }
}

/// The digits of a decimal on bytes, which are 16 bytes at most: [`few_bytes`](DecimalValue::few_bytes) or else as the
/// type has them.
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

/// The value of an integer as it was read, `None` if there are no bytes or the type cannot hold it.
#[inline]
pub(crate) fn read<T: DecimalValue>(bytes: &[u8], scale: u32) -> Option<T> {
    if bytes.is_empty() { None } else { T::from_unscaled(bytes, scale) }
}

/// The byte that repeats the sign of these.
pub(crate) fn sign(bytes: &[u8]) -> u8 {
    if bytes[0] & 0x80 == 0 { 0x00 } else { 0xff }
}

/// The integer on `SIZE` bytes, `None` if it needs more.
pub(crate) fn to_fixed<const SIZE: usize>(unscaled: &[u8]) -> Option<[u8; SIZE]> {
    let padding = SIZE.checked_sub(unscaled.len())?;
    let mut fixed = [sign(unscaled); SIZE];
    fixed[padding..].copy_from_slice(unscaled);
    Some(fixed)
}
