//! The type of `rust_decimal` for decimals.

use rust_decimal::Decimal;

use super::decimal::{DecimalValue, sign};
use crate::EncodeError;

/// Up to 28 digits.
impl DecimalValue for Decimal {
    #[inline]
    fn unscaled<T>(
        &self,
        precision: u32,
        scale: u32,
        take: impl FnOnce(&[u8]) -> T,
    ) -> Result<T, EncodeError> {
        let bytes = unscaled(self, precision, scale)?.to_be_bytes();
        Ok(take(&bytes[redundant(&bytes)..]))
    }

    #[inline(always)]
    fn few_bytes(&self, precision: u32, scale: u32) -> Option<(u64, u32)> {
        let parts = self.unpack();
        let magnitude = u64::from(parts.lo) | u64::from(parts.mid) << 32;
        let limit = POWERS[(precision as usize).min(POWERS.len() - 1)];
        if parts.hi != 0 || magnitude >= limit || parts.scale != scale {
            return None;
        }
        #[expect(clippy::cast_possible_wrap, reason = "below the greatest power, which is below 2⁶³")]
        let unscaled = if parts.negative { -(magnitude as i64) } else { magnitude as i64 };
        // The significant bits, and one for the sign.
        let length = (65 - (unscaled ^ (unscaled >> 63)).leading_zeros()).div_ceil(8);
        #[expect(clippy::cast_sign_loss, reason = "the bits are wanted")]
        Some(((unscaled << (64 - 8 * length)) as u64, length))
    }

    fn from_unscaled(bytes: &[u8], scale: u32) -> Option<Self> {
        Self::from_few_bytes(bytes, scale).or_else(|| from_many_bytes(bytes, scale))
    }

    #[inline(always)]
    fn from_few_bytes(bytes: &[u8], scale: u32) -> Option<Self> {
        let (1..=8, 0..=28) = (bytes.len(), scale) else { return None };
        let unscaled = match (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
            // Two reads that may overlap; where they do, they agree.
            (Some(first), Some(last)) => {
                i64::from(i32::from_be_bytes(*first)) << (8 * (bytes.len() - 4))
                    | i64::from(u32::from_be_bytes(*last))
            }
            _ => {
                let sign = if bytes[0] & 0x80 == 0 { 0 } else { -1 };
                bytes.iter().fold(sign, |unscaled, byte| unscaled << 8 | i64::from(*byte))
            }
        };
        let magnitude = unscaled.unsigned_abs();
        #[expect(clippy::cast_possible_truncation, reason = "the halves of 64 bits")]
        let (low, high) = (magnitude as u32, (magnitude >> 32) as u32);
        Some(Self::from_parts(low, high, 0, unscaled < 0, scale))
    }
}

#[inline(never)]
fn from_many_bytes(bytes: &[u8], scale: u32) -> Option<Decimal> {
    let significant = &bytes[redundant(bytes)..];
    let mut wide = [sign(bytes); 16];
    let padding = wide.len().checked_sub(significant.len())?;
    wide[padding..].copy_from_slice(significant);
    Decimal::try_from_i128_with_scale(i128::from_be_bytes(wide), scale).ok()
}

/// The powers of ten that fit in 63 bits: the limits of integers by their number of digits.
const POWERS: [u64; 19] = {
    let mut powers = [1; 19];
    let mut digits = 1;
    while digits < powers.len() {
        powers[digits] = powers[digits - 1] * 10;
        digits += 1;
    }
    powers
};

fn unscaled(value: &Decimal, precision: u32, scale: u32) -> Result<i128, EncodeError> {
    let too_long = || EncodeError::DecimalPrecision { value: value.to_string(), precision, scale };
    let unscaled = if value.scale() <= scale {
        10_i128
            .checked_pow(scale - value.scale())
            .and_then(|factor| value.mantissa().checked_mul(factor))
            .ok_or_else(too_long)?
    } else {
        // A rust_decimal scale is at most 28, so the power always fits.
        let divisor = 10_i128.pow(value.scale() - scale);
        if value.mantissa() % divisor != 0 {
            return Err(EncodeError::DecimalScale { value: value.to_string(), scale });
        }
        value.mantissa() / divisor
    };
    match 10_i128.checked_pow(precision) {
        Some(limit) if unscaled.abs() >= limit => Err(too_long()),
        _ => Ok(unscaled),
    }
}

/// The number of leading bytes that only extend the sign.
fn redundant(bytes: &[u8]) -> usize {
    let sign = sign(bytes);
    let mut count = 0;
    while count + 1 < bytes.len() && bytes[count] == sign && (bytes[count + 1] ^ sign) & 0x80 == 0 {
        count += 1;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::super::decimal::{read, to_fixed};
    use super::*;

    #[test]
    fn a_value_takes_the_scale_of_its_schema() {
        assert_eq!(unscaled(&Decimal::new(15, 1), 12, 2), Ok(150));
        assert_eq!(unscaled(&Decimal::new(15_000, 4), 12, 2), Ok(150));
        let finer = Decimal::new(15_001, 4);
        assert_eq!(
            unscaled(&finer, 12, 2),
            Err(EncodeError::DecimalScale { value: "1.5001".into(), scale: 2 })
        );
        let long = Decimal::new(1_000, 0);
        assert_eq!(
            unscaled(&long, 4, 2),
            Err(EncodeError::DecimalPrecision { value: "1000".into(), precision: 4, scale: 2 })
        );
        assert_eq!(unscaled(&Decimal::new(9_999, 2), 4, 2), Ok(9_999));
    }

    #[test]
    fn bytes_are_the_shortest_that_keep_the_sign() {
        for (value, expected) in [
            (0, vec![0]),
            (127, vec![127]),
            (128, vec![0, 128]),
            (-1, vec![255]),
            (-128, vec![128]),
            (-129, vec![255, 127]),
        ] {
            let decimal = Decimal::new(value, 0);
            assert_eq!(decimal.unscaled(9, 0, <[u8]>::to_vec), Ok(expected.clone()), "{value}");
            assert_eq!(read(&expected, 0), Some(decimal));
        }
    }

    #[test]
    fn padding_is_read_and_written() {
        assert_eq!(to_fixed::<4>(&[0xfe]), Some([0xff, 0xff, 0xff, 0xfe]));
        assert_eq!(to_fixed::<1>(&[0, 128]), None);
        assert_eq!(read(&[0xff; 40], 2), Some(Decimal::new(-1, 2)));
        assert_eq!(read::<Decimal>(&[], 2), None);
        assert_eq!(read::<Decimal>(&[0x7f; 16], 2), None);
    }
}
