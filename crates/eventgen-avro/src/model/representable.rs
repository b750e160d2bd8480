//! Which defaults the values of a logical type can represent.

use serde_json::Value;

use super::{Logical, Type};

impl Logical {
    /// Whether a value of `base` is one of this logical type, within the ranges of the types that generated code uses.
    pub fn represents(self, base: &Type, value: &Value) -> bool {
        let text = value.as_str();
        match self {
            // The years of jiff, which has the smallest range.
            Self::Date => within(value, -4_000_000, 2_900_000),
            Self::TimeMillis => within(value, 0, 86_399_999),
            Self::TimeMicros => within(value, 0, 86_399_999_999),
            Self::TimestampMillis | Self::LocalTimestampMillis => {
                within(value, -377_000_000_000_000, 253_000_000_000_000)
            }
            Self::TimestampMicros | Self::LocalTimestampMicros => {
                within(value, -377_000_000_000_000_000, 253_000_000_000_000_000)
            }
            Self::TimestampNanos | Self::LocalTimestampNanos => value.is_i64(),
            // `rust_decimal::Decimal` has 96 bits and a sign; longer decimals are a `BigDecimal`.
            Self::Decimal { precision, .. } => text.is_some_and(|text| {
                let length = text.chars().count();
                length > 0 && (precision > 28 || length <= 12)
            }),
            Self::Uuid => text.is_some_and(|text| matches!(base, Type::Fixed(_)) || is_uuid(text)),
            Self::BigDecimal => text.is_some_and(is_big_decimal),
            Self::Duration => true,
        }
    }
}

fn within(value: &Value, from: i64, to: i64) -> bool {
    value.as_i64().is_some_and(|number| (from..=to).contains(&number))
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(index, byte)| match index {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// Whether text is an unscaled number preceded by its length and followed by a scale, each of one byte.
fn is_big_decimal(text: &str) -> bool {
    let bytes: Option<Vec<u8>> = text.chars().map(|char| u8::try_from(u32::from(char)).ok()).collect();
    match bytes.as_deref() {
        Some([length, rest @ ..]) if length & 0x81 == 0 => {
            let number = usize::from(length / 2);
            rest.len() == number + 1 && rest[number] & 0x80 == 0
        }
        _ => false,
    }
}
