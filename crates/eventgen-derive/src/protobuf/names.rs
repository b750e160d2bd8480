//! `#[protobuf(…)]`: names of types and of values of enums.

use crate::errors::Errors;
use crate::input::attributes::{Text, text};
use crate::input::properties::{properties, unknown};

/// The names of a type.
#[derive(Default)]
pub(super) struct TypeNames {
    pub(super) name: Option<Text>,
    pub(super) package: Option<Text>,
}

impl TypeNames {
    pub(super) fn read(attributes: &[syn::Attribute], errors: &mut Errors) -> Self {
        let mut read = Self::default();
        for property in properties(attributes, "protobuf", errors) {
            match property.name.as_str() {
                "name" => read.name = text(&property, "\"OrderEvent\"", errors),
                "package" => read.package = text(&property, "\"com.example.orders\"", errors),
                _ => unknown(&property, "protobuf", &["name", "package"], errors),
            }
        }
        read
    }
}

/// The name of a value of an enum.
pub(super) fn value_name(attributes: &[syn::Attribute], errors: &mut Errors) -> Option<Text> {
    let mut name = None;
    for property in properties(attributes, "protobuf", errors) {
        match property.name.as_str() {
            "name" => name = text(&property, "\"STATUS_PAID\"", errors),
            _ => unknown(&property, "protobuf", &["name"], errors),
        }
    }
    name
}
