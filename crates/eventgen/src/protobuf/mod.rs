//! What generated code calls for events in Protobuf: prost writes and reads the messages.

mod declared;
mod own;
mod symbol;

use prost::Message;

pub(crate) use declared::{Declared, declared_messages};
pub(crate) use own::annotated_files;
pub use own::{
    Definition, Kind, MessageField, Piece, ProtobufType, TextField, compose, has_names_of_its_own, has_tags,
};
pub use prost::DecodeError;
pub use symbol::Symbol;

/// Appends the encoding of a message.
pub fn write(message: &impl Message, payload: &mut Vec<u8>) {
    // The one error is a full buffer, and a `Vec` grows.
    payload.reserve(message.encoded_len());
    message.encode_raw(payload);
}

/// Reads a message from all of `payload`. Fields that it does not know are passed over.
///
/// # Errors
/// Bytes that are no Protobuf message, or of other types than this one's fields.
pub fn read<M: Message + Default>(payload: &[u8]) -> Result<M, DecodeError> {
    M::decode(payload)
}
