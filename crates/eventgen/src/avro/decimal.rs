//! Decimals: an unscaled two's-complement integer, big-endian, whose scale stands in the schema.

pub(super) use rust_decimal::Decimal;

use super::EncodeError;

/// The integer that stands for `value` at the schema's scale.
pub(super) fn unscaled(value: &Decimal, precision: u32, scale: u32) -> Result<i128, EncodeError> {
    let too_long = || EncodeError::DecimalPrecision { value: *value, precision, scale };
    let unscaled = if value.scale() <= scale {
        10_i128
            .checked_pow(scale - value.scale())
            .and_then(|factor| value.mantissa().checked_mul(factor))
            .ok_or_else(too_long)?
    } else {
        // A rust_decimal scale is at most 28, so the power always fits.
        let divisor = 10_i128.pow(value.scale() - scale);
        if value.mantissa() % divisor != 0 {
            return Err(EncodeError::DecimalScale { value: *value, scale });
        }
        value.mantissa() / divisor
    };
    match 10_i128.checked_pow(precision) {
        Some(limit) if unscaled.abs() >= limit => Err(too_long()),
        _ => Ok(unscaled),
    }
}

/// How many leading bytes only repeat the sign.
pub(super) fn redundant(bytes: &[u8]) -> usize {
    let sign = if bytes[0] & 0x80 == 0 { 0x00 } else { 0xff };
    let mut count = 0;
    while count + 1 < bytes.len() && bytes[count] == sign && (bytes[count + 1] ^ sign) & 0x80 == 0 {
        count += 1;
    }
    count
}

/// The integer on `SIZE` bytes, `None` if it needs more.
pub(super) fn to_fixed<const SIZE: usize>(unscaled: i128) -> Option<[u8; SIZE]> {
    let bytes = unscaled.to_be_bytes();
    let significant = &bytes[redundant(&bytes)..];
    let padding = SIZE.checked_sub(significant.len())?;
    let mut fixed = [if unscaled < 0 { 0xff } else { 0x00 }; SIZE];
    fixed[padding..].copy_from_slice(significant);
    Some(fixed)
}

/// The decimal of these bytes, `None` if there are no bytes or it has more than 96 bits, [`Decimal`]'s limit.
pub(super) fn from_bytes(bytes: &[u8], scale: u32) -> Option<Decimal> {
    if bytes.is_empty() {
        return None;
    }
    let significant = &bytes[redundant(bytes)..];
    let mut wide = [if bytes[0] & 0x80 == 0 { 0x00 } else { 0xff }; 16];
    let padding = wide.len().checked_sub(significant.len())?;
    wide[padding..].copy_from_slice(significant);
    Decimal::try_from_i128_with_scale(i128::from_be_bytes(wide), scale).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_takes_the_scale_of_its_schema() {
        assert_eq!(unscaled(&Decimal::new(15, 1), 12, 2), Ok(150));
        assert_eq!(unscaled(&Decimal::new(15_000, 4), 12, 2), Ok(150));
        let finer = Decimal::new(15_001, 4);
        assert_eq!(unscaled(&finer, 12, 2), Err(EncodeError::DecimalScale { value: finer, scale: 2 }));
        let long = Decimal::new(1_000, 0);
        assert_eq!(
            unscaled(&long, 4, 2),
            Err(EncodeError::DecimalPrecision { value: long, precision: 4, scale: 2 })
        );
        assert_eq!(unscaled(&Decimal::new(9_999, 2), 4, 2), Ok(9_999));
    }

    #[test]
    fn bytes_are_the_shortest_that_keep_the_sign() {
        for (value, expected) in [
            (0_i128, vec![0]),
            (127, vec![127]),
            (128, vec![0, 128]),
            (-1, vec![255]),
            (-128, vec![128]),
            (-129, vec![255, 127]),
        ] {
            let bytes = value.to_be_bytes();
            assert_eq!(&bytes[redundant(&bytes)..], expected, "{value}");
            let read = from_bytes(&expected, 0).expect("a decimal");
            assert_eq!(read.mantissa(), value);
        }
    }

    #[test]
    fn padding_is_read_and_written() {
        assert_eq!(to_fixed::<4>(-2), Some([0xff, 0xff, 0xff, 0xfe]));
        assert_eq!(to_fixed::<1>(128), None);
        assert_eq!(from_bytes(&[0xff; 40], 2), Some(Decimal::new(-1, 2)));
        assert_eq!(from_bytes(&[], 2), None);
        assert_eq!(from_bytes(&[0x7f; 16], 2), None);
    }
}
