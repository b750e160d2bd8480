//! The Protobuf schemas of derived types: what `#[derive(ProtobufType)]` implements, and how the definitions of several types
//! become files.

mod compose;
mod definition;
mod field;
mod oneof;
mod protobuf_type;
mod well_known;

pub(crate) use compose::annotated_files;
pub use compose::{compose, compose_qualified};
pub use definition::{Definition, Kind, Piece};
pub use field::{MessageField, TextField};
pub use oneof::{has_names_of_its_own, has_tags};
pub use protobuf_type::ProtobufType;
