//! Messages of an application's own, which say what their schema is: what `#[derive(ProtobufType)]` implements.

mod compose;
mod definition;
mod field;
mod oneof;
mod well_known;

pub(crate) use compose::annotated_files;
pub use compose::compose;
pub use definition::{Definition, Kind, Piece};
pub use field::{MessageField, TextField};
pub use oneof::{has_names_of_its_own, has_tags};

/// A message, an enum or a oneof of prost's with a Protobuf schema of its own.
///
/// Derive it beside `prost::Message`, `prost::Enumeration` or `prost::Oneof`. What has no package of its own is nested in
/// the message that uses it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no Protobuf schema",
    label = "no Protobuf schema is known for this type",
    note = "if the type is yours, write `#[derive(eventgen::ProtobufType)]` on it",
    note = "if it is not, write a message of your own with the same fields"
)]
pub trait ProtobufType {
    /// The members of a oneof: their tags and their names in the schema.
    const MEMBERS: &'static [(u32, &'static str)] = &[];

    /// The schema.
    fn definition() -> &'static Definition;

    /// The name of an enum's value, as the schema has it; `None` for what is no enum, and for unknown values.
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

    fn symbol(number: i32) -> Option<&'static str> {
        T::symbol(number)
    }
}
