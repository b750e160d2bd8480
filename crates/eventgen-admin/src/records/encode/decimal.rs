//! Decimals of any length.

use std::fmt;

/// The most digits that are read.
const LONGEST: usize = 1_000;

/// A decimal number: digits, and how many of them are behind the point.
pub(super) struct Decimal {
    unscaled: Unscaled,
    scale: u32,
}

/// A whole number, in decimal digits without leading zeros.
#[derive(Clone)]
pub(super) struct Unscaled {
    is_negative: bool,
    digits: Vec<u8>,
}

impl Decimal {
    /// Reads digits with an optional sign and point.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (is_negative, rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) =
            rest.split_once('.').map_or((rest, None), |(whole, rest)| (whole, Some(rest)));
        let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number(whole) || fraction.is_some_and(|fraction| !is_number(fraction)) || rest.len() > LONGEST
        {
            return None;
        }
        let fraction = fraction.unwrap_or_default();
        let digits = whole.bytes().chain(fraction.bytes()).map(|byte| byte - b'0');
        let digits: Vec<u8> = digits.skip_while(|digit| *digit == 0).collect();
        let is_negative = is_negative && !digits.is_empty();
        let scale = u32::try_from(fraction.len()).ok()?;
        Some(Self { unscaled: Unscaled { is_negative, digits }, scale })
    }

    /// The number without its point, and how many digits were behind it.
    pub(super) fn parts(self) -> (Unscaled, u32) {
        (self.unscaled, self.scale)
    }

    /// The number without its point, if this many digits are behind it. `None` if a digit would be lost.
    pub(super) fn unscaled(&self, scale: u32) -> Option<Unscaled> {
        let mut unscaled = self.unscaled.clone();
        if unscaled.digits.is_empty() {
            return Some(unscaled);
        }
        for _ in self.scale..scale {
            unscaled.digits.push(0);
        }
        for _ in scale..self.scale {
            // Only zeros may be cut off: a number with more decimal places than the schema has does not fit.
            if unscaled.digits.pop()? != 0 {
                return None;
            }
        }
        Some(unscaled)
    }
}

impl Unscaled {
    /// The number of digits.
    pub(super) fn digits(&self) -> usize {
        self.digits.len()
    }

    /// The number in two's complement, big-endian: in `size` bytes, or in as few as it needs. `None` if it does not fit.
    pub(super) fn bytes(&self, size: Option<usize>) -> Option<Vec<u8>> {
        // Little-endian while it grows.
        let mut magnitude: Vec<u8> = Vec::new();
        for digit in &self.digits {
            let mut carry = u16::from(*digit);
            for byte in &mut magnitude {
                let value = u16::from(*byte) * 10 + carry;
                let [low, high] = value.to_le_bytes();
                (*byte, carry) = (low, u16::from(high));
            }
            if carry > 0 {
                magnitude.push(u8::try_from(carry).ok()?);
            }
        }
        // Room for the sign.
        magnitude.push(0);
        if self.is_negative {
            let mut carry = true;
            for byte in &mut magnitude {
                (*byte, carry) = (!*byte).overflowing_add(u8::from(carry));
            }
        }
        let sign = if self.is_negative { 0xff } else { 0 };
        while let [.., before, last] = magnitude.as_slice()
            && *last == sign
            && (before & 0x80 != 0) == self.is_negative
        {
            magnitude.pop();
        }
        if let Some(size) = size {
            if magnitude.len() > size {
                return None;
            }
            magnitude.resize(size, sign);
        }
        magnitude.reverse();
        Some(magnitude)
    }
}

impl fmt::Display for Unscaled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_negative {
            f.write_str("-")?;
        }
        if self.digits.is_empty() {
            return f.write_str("0");
        }
        self.digits.iter().try_for_each(|digit| write!(f, "{digit}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_become_the_shortest_bytes_in_twos_complement() {
        for (text, scale, expected) in [
            ("0", 2, vec![0]),
            ("1.27", 2, vec![127]),
            ("1.28", 2, vec![0, 128]),
            ("-1.28", 2, vec![128]),
            ("-1.29", 2, vec![255, 127]),
            ("-0.01", 2, vec![255]),
            ("655.36", 2, vec![1, 0, 0]),
            ("1.500", 1, vec![15]),
            ("-0", 0, vec![0]),
        ] {
            let unscaled =
                Decimal::parse(text).and_then(|decimal| decimal.unscaled(scale)).expect("a decimal");
            assert_eq!(unscaled.bytes(None), Some(expected), "{text}");
        }
        let unscaled =
            |text: &str| Decimal::parse(text).and_then(|decimal| decimal.unscaled(0)).expect("a decimal");
        assert_eq!(unscaled("-2").bytes(Some(3)), Some(vec![255, 255, 254]));
        assert_eq!(unscaled("256").bytes(Some(1)), None);
        assert!(Decimal::parse("1.55").is_some_and(|decimal| decimal.unscaled(1).is_none()));
        for text in ["", "-", ".5", "5.", "1e3", "+1", "1.2.3", "NaN"] {
            assert!(Decimal::parse(text).is_none(), "{text}");
        }
    }
}
