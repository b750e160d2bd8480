//! All forms.

use super::form::Form;
use super::{avro, derive, protobuf};

impl Form {
    /// All forms.
    pub const ALL: [&'static Self; 3] = [&avro::FORM, &protobuf::FORM, &derive::FORM];

    /// The form of this name.
    pub fn find(name: &str) -> Option<&'static Self> {
        Self::ALL.into_iter().find(|form| form.name == name)
    }
}
