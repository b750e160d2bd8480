//! The attributes of serde that a schema cannot follow. They are errors: ignoring one would write something else than serde
//! does.

use super::properties::Property;
use crate::errors::Errors;

/// Reports an attribute of a type unless it does not affect the schema.
pub(super) fn check_type(property: &Property, errors: &mut Errors) {
    let span = property.span;
    match property.name.as_str() {
        "deny_unknown_fields" | "crate" | "transparent" | "expecting" => {}
        "default" => errors.add(
            span,
            "in Avro only fields have defaults: write #[serde(default)] or #[avro(default = …)] on each field",
        ),
        "tag" | "content" | "untagged" => errors.add(
            span,
            "Avro identifies the branch of a union by its index: remove this attribute, or write the tag as a field of a \
             struct",
        ),
        "from" | "try_from" | "into" | "remote" => errors.add(
            span,
            format!(
                "`{}` encodes another type: derive AvroType for that type and convert before sending",
                property.name
            ),
        ),
        _ => unsupported(property, errors),
    }
}

/// Reports an attribute of a field unless it does not affect the schema.
pub(super) fn check_field(property: &Property, errors: &mut Errors) {
    let span = property.span;
    match property.name.as_str() {
        "skip_serializing_if" | "bound" | "borrow" | "getter" => {}
        "default" => errors.add(
            span,
            "a schema cannot call a function: write the value as well, for example #[avro(default = 3)]",
        ),
        "flatten" => errors.add(
            span,
            "Avro has no flattened fields: write the fields here, or remove this attribute to nest the record",
        ),
        "with" | "serialize_with" | "deserialize_with" => errors.add(
            span,
            format!(
                "`{}` applies to formats of serde only: use a type that Avro has, or one that derives AvroType",
                property.name
            ),
        ),
        _ => unsupported(property, errors),
    }
}

fn unsupported(property: &Property, errors: &mut Errors) {
    errors.add(
        property.span,
        format!("the attribute `{}` of serde is not supported in a schema: remove it", property.name),
    );
}
