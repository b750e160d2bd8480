//! The schemas of types without others in them.

use eventgen_schema::did_you_mean;
use proc_macro2::Span;

use crate::attributes::{Decimal, FieldAttributes};
use crate::document::quoted;
use crate::mistakes::Mistakes;
use crate::rust_type::Scalar;

/// Which attributes of a field a type has used.
#[derive(Default)]
pub(crate) struct Used {
    logical: bool,
    decimal: bool,
}

impl Used {
    pub(crate) fn check(&self, attributes: &FieldAttributes, mistakes: &mut Mistakes) {
        if let Some((name, span)) = &attributes.logical
            && !self.logical
        {
            mistakes.add(
                *span,
                format!("`{name}` means nothing for this type: take it away, or change the type"),
            );
        }
        if let Some(Decimal { span, .. }) = &attributes.decimal
            && !self.decimal
        {
            mistakes
                .add(*span, "only Decimal and BigDecimal are decimals: change the type, or take this away");
        }
    }
}

/// The logical types that a scalar may be, the first unless another is asked for.
fn logical_types(scalar: &Scalar) -> &'static [&'static str] {
    match scalar {
        Scalar::Date(_) => &["date"],
        Scalar::Time(_) => &["time-micros", "time-millis"],
        Scalar::Timestamp(_) => &["timestamp-micros", "timestamp-millis", "timestamp-nanos"],
        Scalar::LocalTimestamp(_) => {
            &["local-timestamp-micros", "local-timestamp-millis", "local-timestamp-nanos"]
        }
        Scalar::Integer(name) if name == "i32" => &["", "date", "time-millis"],
        Scalar::Integer(name) if name == "i64" => &[
            "",
            "time-micros",
            "timestamp-millis",
            "timestamp-micros",
            "timestamp-nanos",
            "local-timestamp-millis",
            "local-timestamp-micros",
            "local-timestamp-nanos",
        ],
        _ => &[],
    }
}

/// The schema of a scalar in a field with these attributes.
pub(crate) fn scalar_schema(
    scalar: &Scalar,
    span: Span,
    attributes: &FieldAttributes,
    used: &mut Used,
    mistakes: &mut Mistakes,
) -> String {
    let known = logical_types(scalar);
    if let (Some(first), Some((name, span))) = (known.first(), &attributes.logical) {
        used.logical = true;
        if !known.contains(&name.as_str()) {
            let choices = known.iter().filter(|known| !known.is_empty());
            let near = did_you_mean(name, choices.clone().copied());
            let hint = near.map_or_else(
                || format!("it is one of {}", choices.copied().collect::<Vec<_>>().join(", ")),
                |near| format!("did you mean \"{near}\"?"),
            );
            mistakes.add(*span, format!("this type cannot be `{name}`: {hint}"));
        } else if !name.is_empty() || !first.is_empty() {
            return logical(name);
        }
    }
    match scalar {
        Scalar::Boolean => "\"boolean\"".to_owned(),
        Scalar::Integer(name) => match name.as_str() {
            "i8" | "i16" | "i32" | "u8" | "u16" => "\"int\"".to_owned(),
            _ => "\"long\"".to_owned(),
        },
        Scalar::Float => "\"float\"".to_owned(),
        Scalar::Double => "\"double\"".to_owned(),
        Scalar::String | Scalar::Text(_) => "\"string\"".to_owned(),
        Scalar::Bytes => "\"bytes\"".to_owned(),
        Scalar::Uuid => "{\"type\":\"string\",\"logicalType\":\"uuid\"}".to_owned(),
        Scalar::Decimal | Scalar::BigDecimal => match (attributes.decimal, scalar) {
            (Some(decimal), _) => {
                used.decimal = true;
                decimal_schema(decimal, scalar, mistakes)
            }
            (None, Scalar::BigDecimal) => "{\"type\":\"bytes\",\"logicalType\":\"big-decimal\"}".to_owned(),
            (None, _) => {
                mistakes.add(
                    span,
                    "how many digits this has is part of its schema: write #[avro(decimal(precision = 12, scale = 2))]",
                );
                "\"bytes\"".to_owned()
            }
        },
        _ => logical(known.first().copied().unwrap_or_default()),
    }
}

fn logical(name: &str) -> String {
    let base = if matches!(name, "date" | "time-millis") { "int" } else { "long" };
    format!("{{\"type\":\"{base}\",\"logicalType\":{}}}", quoted(name))
}

fn decimal_schema(decimal: Decimal, scalar: &Scalar, mistakes: &mut Mistakes) -> String {
    let Decimal { precision, scale, span } = decimal;
    if precision == 0 || scale > precision {
        mistakes.add(span, format!("a decimal of {precision} digits with {scale} behind the point is none"));
        return "\"bytes\"".to_owned();
    }
    if *scalar == Scalar::Decimal && precision > 28 {
        mistakes.add(span, "rust_decimal has 28 digits: write BigDecimal as the type");
    }
    format!("{{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":{precision},\"scale\":{scale}}}")
}
