//! The trait of types with a Protobuf schema.

use super::definition::Definition;
use crate::protobuf::limits::NestedFields;

/// A message, an enum or a oneof of prost with a Protobuf schema.
///
/// Derive it next to `prost::Message`, `prost::Enumeration` or `prost::Oneof`. A type without a package is nested in the
/// message that uses it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no Protobuf schema",
    label = "this type has no Protobuf schema",
    note = "if the type is yours, write `#[derive(eventgen::ProtobufType)]` on it",
    note = "if it is not, write a message of your own with the same fields"
)]
pub trait ProtobufType {
    /// The members of a oneof: their tags and their names in the schema.
    const MEMBERS: &'static [(u32, &'static str)] = &[];

    /// The schema.
    fn definition() -> &'static Definition;

    /// The fields that hold messages, for limits on payloads.
    #[must_use]
    fn nested() -> &'static NestedFields {
        NestedFields::none()
    }

    /// The name of a value of an enum in the schema. `None` for unknown values, and for types other than enums.
    #[must_use]
    fn symbol(number: i32) -> Option<&'static str> {
        let _ = number;
        None
    }
}

impl<T: ProtobufType> ProtobufType for Box<T> {
    const MEMBERS: &'static [(u32, &'static str)] = T::MEMBERS;

    fn definition() -> &'static Definition {
        T::definition()
    }

    fn nested() -> &'static NestedFields {
        T::nested()
    }

    fn symbol(number: i32) -> Option<&'static str> {
        T::symbol(number)
    }
}
