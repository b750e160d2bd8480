//! Logical types of Avro (specification 1.12, "Logical Types"): from the form in which values are shown, or from the encoded
//! number.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, SecondsFormat, Timelike as _, Utc};
use eventgen_avro::model::{Logical, Type};
use serde_json::Value as Json;

use super::decimal::Decimal;
use super::json::{described, expected};
use super::problem::Problem;

/// The value of the underlying type; `None` if it is the value that is there.
pub(super) fn encoded(logical: Logical, base: &Type, value: &Json) -> Result<Option<Json>, Problem> {
    let number = value.is_i64();
    match (logical, value.as_str()) {
        (Logical::Decimal { precision, scale }, _) => {
            let decimal = decimal(value)?;
            let unscaled = decimal.unscaled(scale).ok_or_else(|| {
                Problem::new(format!("{} has more than {scale} digits after the point", described(value)))
            })?;
            if unscaled.digits() > precision as usize {
                let digits = unscaled.digits();
                return Err(Problem::new(format!("it has {digits} digits, and {precision} are allowed")));
            }
            let size = match base {
                Type::Fixed(fixed) => Some(fixed.size as usize),
                _ => None,
            };
            let bytes = unscaled.bytes(size).ok_or_else(|| Problem::new("it does not fit into its bytes"))?;
            Ok(Some(hexadecimal(&bytes)))
        }
        (Logical::BigDecimal, _) => {
            let (unscaled, scale) = decimal(value)?.parts();
            let bytes = unscaled.bytes(None).unwrap_or_default();
            let mut out = Vec::new();
            for (number, tail) in [(bytes.len(), bytes.as_slice()), (scale as usize, &[])] {
                // Zigzag of a number that is not negative is twice that number.
                let mut bits = number << 1;
                while bits >= 0x80 {
                    out.push(u8::try_from(bits & 0x7f).unwrap_or_default() | 0x80);
                    bits >>= 7;
                }
                out.push(u8::try_from(bits).unwrap_or_default());
                out.extend(tail);
            }
            Ok(Some(hexadecimal(&out)))
        }
        (Logical::Uuid, Some(text)) => {
            let digits = uuid(text).ok_or_else(|| expected("a UUID", value))?;
            Ok(Some(match base {
                Type::String => Json::String(hyphenated(&digits)),
                _ => Json::String(format!("0x{digits}")),
            }))
        }
        (Logical::Duration, Some(text)) if !text.starts_with("0x") => {
            let bytes =
                duration(text).ok_or_else(|| expected("a duration such as \"P1M2DT3.5S\",", value))?;
            Ok(Some(hexadecimal(&bytes)))
        }
        (Logical::Uuid | Logical::Duration, _) => Ok(None),
        (_, Some(text)) => units(logical, text).map(|units| Some(units.into())),
        (_, None) if number => Ok(None),
        (_, None) => Err(expected(form(logical), value)),
    }
}

/// The text of a value in keys and headers.
pub(super) fn text(logical: Logical, value: &Json) -> Result<String, Problem> {
    let number = |text: &str| units(logical, text);
    match (logical, value) {
        (Logical::Uuid, Json::String(text)) => {
            let digits = uuid(text).ok_or_else(|| expected("a UUID", value))?;
            Ok(hyphenated(&digits))
        }
        (Logical::Date, value) => {
            let days = value.as_str().map_or_else(|| integer(value), number)?;
            let date = i32::try_from(days).ok().and_then(NaiveDate::from_epoch_days);
            Ok(date.map_or_else(|| days.to_string(), |date| date.to_string()))
        }
        (Logical::TimestampMillis | Logical::TimestampMicros | Logical::TimestampNanos, value) => {
            let units = value.as_str().map_or_else(|| integer(value), number)?;
            let time: Option<DateTime<Utc>> = match logical {
                Logical::TimestampMillis => DateTime::from_timestamp_millis(units),
                Logical::TimestampMicros => DateTime::from_timestamp_micros(units),
                _ => Some(DateTime::from_timestamp_nanos(units)),
            };
            Ok(time
                .map_or_else(|| units.to_string(), |time| time.to_rfc3339_opts(SecondsFormat::AutoSi, true)))
        }
        (_, value) => Err(Problem::new(format!("{} has no text form", described(value)))),
    }
}

fn integer(value: &Json) -> Result<i64, Problem> {
    value.as_i64().ok_or_else(|| expected("a time, or a whole number,", value))
}

/// The form of a value, for errors.
fn form(logical: Logical) -> &'static str {
    match logical {
        Logical::Date => "a date such as \"2026-01-31\"",
        Logical::TimeMillis | Logical::TimeMicros => "a time of day such as \"09:30:00\"",
        Logical::TimestampMillis | Logical::TimestampMicros | Logical::TimestampNanos => {
            "a time such as \"2026-01-31T09:30:00Z\""
        }
        _ => "a time without a zone such as \"2026-01-31T09:30:00\"",
    }
}

/// The number of units, of which a second has this many nanoseconds each.
fn units(logical: Logical, text: &str) -> Result<i64, Problem> {
    let wrong = || expected(form(logical), &Json::from(text));
    let per_unit = match logical {
        Logical::TimeMillis | Logical::TimestampMillis | Logical::LocalTimestampMillis => 1_000_000,
        Logical::TimeMicros | Logical::TimestampMicros | Logical::LocalTimestampMicros => 1_000,
        _ => 1,
    };
    let nanos: i128 = match logical {
        Logical::Date => {
            let date: NaiveDate = text.parse().map_err(|_| wrong())?;
            return Ok(date.to_epoch_days().into());
        }
        Logical::TimeMillis | Logical::TimeMicros => {
            let time: NaiveTime = text.parse().map_err(|_| wrong())?;
            i128::from(time.num_seconds_from_midnight()) * 1_000_000_000 + i128::from(time.nanosecond())
        }
        Logical::TimestampMillis | Logical::TimestampMicros | Logical::TimestampNanos => {
            nanos(DateTime::parse_from_rfc3339(text).map_err(|_| wrong())?.to_utc())
        }
        _ => nanos(text.parse::<NaiveDateTime>().map_err(|_| wrong())?.and_utc()),
    };
    if nanos % per_unit != 0 {
        return Err(Problem::new(format!("`{text}` is more precise than `{logical}`")));
    }
    i64::try_from(nanos / per_unit)
        .map_err(|_| Problem::new(format!("`{text}` is beyond the range of `{logical}`")))
}

fn nanos(time: DateTime<Utc>) -> i128 {
    i128::from(time.timestamp()) * 1_000_000_000 + i128::from(time.timestamp_subsec_nanos())
}

fn decimal(value: &Json) -> Result<Decimal, Problem> {
    let wrong = || expected("a decimal, as a string such as \"12.50\",", value);
    match value {
        Json::String(text) => Decimal::parse(text).ok_or_else(wrong),
        // The reader of JSON has rounded it to 64 bits.
        Json::Number(number) if number.is_f64() && number.to_string().len() > 15 => Err(Problem::new(
            format!("{number} may have been rounded: write all its digits as a string, such as \"12.50\""),
        )),
        Json::Number(number) => Decimal::parse(&number.to_string()).ok_or_else(wrong),
        _ => Err(wrong()),
    }
}

/// The digits of a UUID, in lower case.
fn uuid(text: &str) -> Option<String> {
    let is_hyphen = |position: usize| matches!(position, 8 | 13 | 18 | 23);
    let is_formed = text.len() == 36
        && text.bytes().enumerate().all(|(position, byte)| {
            if is_hyphen(position) { byte == b'-' } else { byte.is_ascii_hexdigit() }
        });
    is_formed.then(|| text.replace('-', "").to_ascii_lowercase())
}

fn hyphenated(digits: &str) -> String {
    let at = |range: std::ops::Range<usize>| digits.get(range).unwrap_or_default();
    format!("{}-{}-{}-{}-{}", at(0..8), at(8..12), at(12..16), at(16..20), at(20..32))
}

/// Months, days and milliseconds of `P<months>M<days>DT<seconds>S`.
fn duration(text: &str) -> Option<[u8; 12]> {
    let (months, rest) = text.strip_prefix('P')?.split_once('M')?;
    let (days, rest) = rest.split_once("DT")?;
    let seconds = Decimal::parse(rest.strip_suffix('S')?)?;
    let millis: u32 = seconds.unscaled(3)?.to_string().parse().ok()?;
    let mut bytes = [0; 12];
    for (place, number) in
        bytes.chunks_exact_mut(4).zip([months.parse::<u32>().ok()?, days.parse().ok()?, millis])
    {
        place.copy_from_slice(&number.to_le_bytes());
    }
    Some(bytes)
}

fn hexadecimal(bytes: &[u8]) -> Json {
    Json::String(crate::values::Value::hexadecimal(bytes))
}
