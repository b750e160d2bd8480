//! What a schema language has to do.

use std::fmt::Debug;

use crate::EncodeError;

/// Turns the payload of an event into one of another version of its schema.
pub(in crate::producer) trait Conversion: Debug + Send + Sync {
    /// The message indexes of the version, in a language that has them.
    fn message_indexes(&self) -> Option<&[u32]>;

    /// Appends the payload in the version to `converted`. The memory of `scratch` is reused.
    fn convert(
        &self,
        payload: &[u8],
        scratch: &mut Vec<u8>,
        converted: &mut Vec<u8>,
    ) -> Result<(), EncodeError>;
}
