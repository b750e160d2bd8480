//! Decimals with more digits to the right of the decimal point.

/// A big-endian two's-complement number times ten to the power of `digits`, in as few bytes as it takes.
pub(super) fn rescaled(bytes: &[u8], digits: u32) -> Vec<u8> {
    let is_negative = bytes.first().is_some_and(|first| first & 0x80 != 0);
    // Little-endian, with sign bytes in front of which there is always room.
    let mut number: Vec<u8> = bytes.iter().rev().copied().collect();
    let sign = if is_negative { 0xff } else { 0 };
    for _ in 0..digits {
        number.push(sign);
        let mut carry = 0_u16;
        for byte in &mut number {
            let product = u16::from(*byte) * 10 + carry;
            let [high, low] = product.to_be_bytes();
            (*byte, carry) = (low, high.into());
        }
        trim(&mut number, sign);
    }
    number.reverse();
    number
}

/// Removes sign bytes that say nothing.
fn trim(number: &mut Vec<u8>, sign: u8) {
    while let [.., next, last] = number[..]
        && last == sign
        && (next ^ sign) & 0x80 == 0
    {
        number.pop();
    }
}

/// A number in exactly `size` bytes; `None` if it needs more.
pub(super) fn extended(number: &[u8], size: usize) -> Option<Vec<u8>> {
    let sign = if number.first().is_some_and(|first| first & 0x80 != 0) { 0xff } else { 0 };
    let more = size.checked_sub(number.len())?;
    Some(std::iter::repeat_n(sign, more).chain(number.iter().copied()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(number: i64) -> Vec<u8> {
        let mut bytes = number.to_le_bytes().to_vec();
        trim(&mut bytes, if number < 0 { 0xff } else { 0 });
        bytes.reverse();
        bytes
    }

    #[test]
    fn numbers_are_multiplied_and_take_the_fewest_bytes() {
        for number in
            [0, 1, -1, 12, 13, -12, -13, 127, 128, -128, -129, 255, 256, 32_767, -32_768, 1 << 40, -(1 << 40)]
        {
            for digits in 0..4 {
                let product = number * 10_i64.pow(digits);
                assert_eq!(rescaled(&of(number), digits), of(product), "{number} by {digits}");
            }
        }
        assert_eq!(rescaled(&[], 2), [0]);
        assert_eq!(rescaled(&[0, 0, 0, 5], 1), [50]);
        assert_eq!(rescaled(&[0xff, 0xff, 0xff], 1), of(-10));
    }

    #[test]
    fn numbers_fill_a_fixed_size_or_do_not_fit() {
        assert_eq!(extended(&of(-2), 3), Some(vec![0xff, 0xff, 0xfe]));
        assert_eq!(extended(&of(300), 2), Some(vec![1, 44]));
        assert_eq!(extended(&of(300), 1), None);
    }
}
