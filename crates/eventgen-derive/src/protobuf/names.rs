//! `#[protobuf(…)]`: what types and values of enums are called in the schema.

use crate::attributes::{Name, text, unknown};
use crate::mistakes::Mistakes;
use crate::words::words;

/// What is said about a type.
#[derive(Default)]
pub(super) struct TypeNames {
    pub(super) name: Option<Name>,
    pub(super) package: Option<Name>,
}

impl TypeNames {
    pub(super) fn read(attributes: &[syn::Attribute], mistakes: &mut Mistakes) -> Self {
        let mut read = Self::default();
        for word in words(attributes, "protobuf", mistakes) {
            match word.name.as_str() {
                "name" => read.name = text(&word, "\"OrderEvent\"", mistakes),
                "package" => read.package = text(&word, "\"com.example.orders\"", mistakes),
                _ => unknown(&word, "protobuf", &["name", "package"], mistakes),
            }
        }
        read
    }
}

/// The name of a value.
pub(super) fn value_name(attributes: &[syn::Attribute], mistakes: &mut Mistakes) -> Option<Name> {
    let mut name = None;
    for word in words(attributes, "protobuf", mistakes) {
        match word.name.as_str() {
            "name" => name = text(&word, "\"STATUS_PAID\"", mistakes),
            _ => unknown(&word, "protobuf", &["name"], mistakes),
        }
    }
    name
}
