//! Floating-point numbers. One that is sent is the nearest to the one that was written, and a whole number that is sent is the
//! number itself.

use serde_json::Value as Json;

use super::json::expected;
use super::problem::Problem;

/// A number of 64 bits.
pub(super) fn double(value: &Json) -> Result<f64, Problem> {
    let number = number(value)?;
    if is_rounded(value, number) {
        return Err(rounded(value, "double"));
    }
    Ok(number)
}

/// A number of 32 bits.
#[expect(clippy::cast_possible_truncation, reason = "the nearest float is what is meant")]
pub(super) fn float(value: &Json) -> Result<f32, Problem> {
    let number = number(value)?;
    let float = number as f32;
    if is_rounded(value, float.into()) {
        return Err(rounded(value, "float"));
    }
    let is_lost = number.is_finite() && (float.is_infinite() || float == 0.0 && number != 0.0);
    if is_lost {
        return Err(Problem::new(format!("{value} is beyond the range of `float`")));
    }
    Ok(float)
}

/// A number, or one of those that JSON cannot represent.
fn number(value: &Json) -> Result<f64, Problem> {
    let number = match value {
        Json::Number(number) => number.as_f64(),
        Json::String(text) => match text.as_str() {
            "NaN" => Some(f64::NAN),
            "inf" | "Infinity" => Some(f64::INFINITY),
            "-inf" | "-Infinity" => Some(f64::NEG_INFINITY),
            _ => None,
        },
        _ => None,
    };
    number.ok_or_else(|| expected("a number", value))
}

/// Whether a number that was written without a point is another one.
#[expect(clippy::cast_possible_truncation, reason = "whole numbers of JSON have at most 64 bits")]
fn is_rounded(written: &Json, number: f64) -> bool {
    let whole = written.as_i64().map(i128::from).or_else(|| written.as_u64().map(i128::from));
    whole.is_some_and(|whole| number as i128 != whole)
}

fn rounded(value: &Json, ty: &str) -> Problem {
    Problem::new(format!("`{ty}` does not have {value} exactly: write {value}.0 if the nearest one will do"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_that_a_type_does_not_have_are_refused() {
        for value in [json!(1e39), json!(-1e39), json!(1e-50), json!(16_777_217), json!(u64::MAX)] {
            assert!(float(&value).is_err(), "{value}");
        }
        assert!(double(&json!(9_007_199_254_740_993_u64)).is_err());
        assert!(double(&json!("1")).is_err());
    }

    #[test]
    fn numbers_are_the_nearest_ones() {
        assert_eq!(float(&json!(0.1)).map(f32::to_bits), Ok(0.1_f32.to_bits()));
        assert_eq!(float(&json!(16_777_217.0)).map(f32::to_bits), Ok(16_777_216_f32.to_bits()));
        assert_eq!(float(&json!(0)).map(f32::to_bits), Ok(0));
        assert_eq!(float(&json!(16_777_216)).map(f32::to_bits), Ok(16_777_216_f32.to_bits()));
        assert_eq!(float(&json!("-Infinity")).map(f32::to_bits), Ok(f32::NEG_INFINITY.to_bits()));
        assert_eq!(
            double(&json!(-9_007_199_254_740_992_i64)).map(f64::to_bits),
            Ok((-9_007_199_254_740_992_f64).to_bits())
        );
        assert!(double(&json!("NaN")).is_ok_and(f64::is_nan));
    }
}
