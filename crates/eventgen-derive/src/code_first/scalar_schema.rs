//! The schemas of scalars.

use eventgen_schema::did_you_mean;
use proc_macro2::Span;

use crate::errors::Errors;
use crate::input::attributes::{Decimal, FieldAttributes};
use crate::input::scalar::Scalar;
use crate::model::document::quoted;

/// The attributes of a field that its type has used.
#[derive(Default)]
pub(super) struct Used {
    logical: bool,
    decimal: bool,
}

impl Used {
    /// Reports attributes that do not apply to the type of the field.
    pub(super) fn check(&self, attributes: &FieldAttributes, errors: &mut Errors) {
        if let Some((name, span)) = &attributes.logical
            && !self.logical
        {
            errors.add(
                *span,
                format!("`{name}` does not apply to this type: remove `logical`, or change the type"),
            );
        }
        if let Some(Decimal { span, .. }) = &attributes.decimal
            && !self.decimal
        {
            errors.add(
                *span,
                "`decimal` applies to Decimal and BigDecimal only: change the type, or remove `decimal`",
            );
        }
    }
}

/// The logical types of a scalar, the default first. The empty string means no logical type.
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
pub(super) fn scalar_schema(
    scalar: &Scalar,
    span: Span,
    attributes: &FieldAttributes,
    used: &mut Used,
    errors: &mut Errors,
) -> String {
    let known = logical_types(scalar);
    if let (Some(default), Some((name, span))) = (known.first(), &attributes.logical) {
        used.logical = true;
        if !known.contains(&name.as_str()) {
            let choices = known.iter().filter(|known| !known.is_empty());
            let near = did_you_mean(name, choices.clone().copied());
            let hint = near.map_or_else(
                || format!("write one of {}", choices.copied().collect::<Vec<_>>().join(", ")),
                |near| format!("did you mean \"{near}\"?"),
            );
            errors.add(*span, format!("`{name}` does not apply to this type: {hint}"));
        } else if !name.is_empty() || !default.is_empty() {
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
                decimal_schema(decimal, scalar, errors)
            }
            (None, Scalar::BigDecimal) => "{\"type\":\"bytes\",\"logicalType\":\"big-decimal\"}".to_owned(),
            (None, _) => {
                errors.add(
                    span,
                    "the digits of a decimal are part of the schema: write #[avro(decimal(precision = 12, scale = 2))]",
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

fn decimal_schema(decimal: Decimal, scalar: &Scalar, errors: &mut Errors) -> String {
    let Decimal { precision, scale, span } = decimal;
    if precision == 0 || scale > precision {
        let message = format!(
            "a decimal with precision {precision} cannot have scale {scale}: write a precision of at least 1, and a scale up \
             to it"
        );
        errors.add(span, message);
        return "\"bytes\"".to_owned();
    }
    if *scalar == Scalar::Decimal && precision > 28 {
        errors.add(span, "Decimal holds 28 digits: write BigDecimal as the type");
    }
    format!("{{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":{precision},\"scale\":{scale}}}")
}
