//! Events in Protobuf. Generated code calls this module; prost encodes and decodes the messages.

#[cfg(feature = "kafka")]
mod declared;
mod describe;
mod key;
mod limits;
mod symbol;

use prost::Message;

#[cfg(feature = "kafka")]
pub(crate) use declared::{Declared, declared_messages};
pub use describe::ProtobufType;
pub(crate) use describe::annotated_files;
// Generated code of `#[derive(ProtobufType)]` uses these.
#[doc(hidden)]
pub use describe::{
    Definition, Kind, MessageField, Piece, TextField, compose, compose_qualified, has_names_of_its_own,
    has_tags,
};
#[doc(hidden)]
pub use key::{KeyFields, KeyReader};
pub use limits::{Nested, NestedField, NestedFields, NestedMessages};
pub use prost::DecodeError;
#[doc(hidden)]
pub use symbol::Symbol;

/// Appends the encoding of a message.
pub fn write(message: &impl Message, payload: &mut Vec<u8>) {
    // Encoding fails only when the buffer is full, and a `Vec` grows.
    payload.reserve(message.encoded_len());
    message.encode_raw(payload);
}

/// Decodes a message from all of `payload`. Unknown fields are ignored. `nested` is the table of the message's type.
///
/// # Errors
/// The bytes are not a Protobuf message, a field has another type than in `M`, or the payload exceeds a limit.
pub fn read<M: Message + Default>(
    payload: &[u8],
    options: crate::DecodeOptions,
    nested: &'static NestedFields,
) -> Result<M, crate::DecodeError> {
    nested.check(payload, options)?;
    Ok(M::decode(payload)?)
}
