//! Decimals of any length, and decimals that carry their own scale.

use bigdecimal::BigDecimal;
use bigdecimal::num_bigint::{BigInt, Sign};

use super::DecimalValue;
use crate::codec::part;
use crate::codec::unchecked;
use crate::{EncodeError, Reader};

/// Any number of digits.
impl DecimalValue for BigDecimal {
    fn unscaled<T>(
        &self,
        precision: u32,
        scale: u32,
        take: impl FnOnce(&[u8]) -> T,
    ) -> Result<T, EncodeError> {
        let too_long =
            || EncodeError::DecimalPrecision { value: self.to_scientific_notation(), precision, scale };
        // The digits are counted first, because a power of ten that the payload chooses could exhaust the memory.
        let zero = self.sign() == Sign::NoSign;
        let (_, own_scale) = self.as_bigint_and_scale();
        let (digits, finer) = (i128::from(self.digits()), i128::from(own_scale) - i128::from(scale));
        if !zero && digits - finer > i128::from(precision) {
            return Err(too_long());
        }
        // At least this many trailing zeros would have to be removed.
        let too_fine = || EncodeError::DecimalScale { value: self.to_scientific_notation(), scale };
        if !zero && finer >= digits {
            return Err(too_fine());
        }
        let scaled = if zero { Self::from(0) } else { self.with_scale(i64::from(scale)) };
        if scaled != *self {
            return Err(too_fine());
        }
        let unscaled = if zero { BigInt::ZERO } else { scaled.into_bigint_and_scale().0 };
        Ok(take(&unscaled.to_signed_bytes_be()))
    }

    fn from_unscaled(bytes: &[u8], scale: u32) -> Option<Self> {
        Some(Self::new(BigInt::from_signed_bytes_be(bytes), i64::from(scale)))
    }
}

/// The bytes of a big-decimal: the unscaled integer as bytes, then the scale as an int, as Java writes it.
pub(super) fn to_bytes(value: &BigDecimal) -> Result<Vec<u8>, EncodeError> {
    let (unscaled, scale) = value.as_bigint_and_scale();
    let scale = i32::try_from(scale).map_err(|_| EncodeError::BigDecimalScale { scale })?;
    let (mut bytes, unscaled) = (Vec::new(), unscaled.to_signed_bytes_be());
    // Neither part can fail.
    unchecked::append(&mut bytes, (part::bytes(&unscaled), part::int(scale)), &mut None);
    Ok(bytes)
}

/// The big-decimal of these bytes; `None` if they are not one.
pub(crate) fn from_bytes(bytes: &[u8]) -> Option<BigDecimal> {
    let mut reader = Reader::new(bytes);
    let unscaled = BigInt::from_signed_bytes_be(reader.bytes_ref().ok()?);
    let scale = reader.int().ok()?;
    reader.finish().ok()?;
    Some(BigDecimal::new(unscaled, i64::from(scale)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(unscaled: i64, scale: i64) -> BigDecimal {
        BigDecimal::new(BigInt::from(unscaled), scale)
    }

    #[test]
    fn a_value_takes_the_scale_of_its_schema() {
        let unscaled = |value: &BigDecimal| value.unscaled(4, 2, <[u8]>::to_vec);
        assert_eq!(unscaled(&number(15, 1)), Ok(vec![0, 150]));
        assert_eq!(unscaled(&number(15_000, 4)), Ok(vec![0, 150]));
        assert_eq!(unscaled(&number(-99, 0)), Ok((-9_900_i16).to_be_bytes().to_vec()));
        assert_eq!(unscaled(&number(0, -40)), Ok(vec![0]));
        assert!(matches!(unscaled(&number(15_001, 4)), Err(EncodeError::DecimalScale { scale: 2, .. })));
        assert!(matches!(unscaled(&number(100, 0)), Err(EncodeError::DecimalPrecision { .. })));
    }

    #[test]
    fn a_scale_out_of_all_proportion_costs_nothing() {
        for scale in [i64::MIN, i64::from(i32::MIN), i64::from(i32::MAX), i64::MAX] {
            assert!(number(1, scale).unscaled(40, 2, |_| ()).is_err(), "{scale}");
        }
        assert!(matches!(to_bytes(&number(1, i64::MAX)), Err(EncodeError::BigDecimalScale { .. })));
    }

    #[test]
    fn it_carries_its_scale() {
        for value in [number(0, 0), number(-12_345, 3), number(7, -5), number(i64::MIN, 1_000)] {
            let bytes = to_bytes(&value).expect("a scale of 32 bits");
            assert_eq!(from_bytes(&bytes), Some(value));
        }
        assert_eq!(from_bytes(&[]), None);
        assert_eq!(from_bytes(&[2, 1, 0, 0]), None);
    }
}
