//! Protobuf: the message stays as it is; where the version declares it may differ.

use super::conversion::Conversion;
use crate::protobuf::declared_messages;
use crate::{EncodeError, EventKind};

pub(super) fn conversion(kind: &EventKind, text: &str) -> Result<Option<Box<dyn Conversion>>, String> {
    let mut messages = declared_messages(text).into_iter();
    let message = messages.find(|message| message.full_name == kind.name);
    let message = message.ok_or_else(|| format!("it has no message `{}`", kind.name))?;
    Ok(Some(Box::new(Moved(message.indexes))))
}

/// The message indexes.
#[derive(Debug)]
struct Moved(Vec<u32>);

impl Conversion for Moved {
    fn message_indexes(&self) -> Option<&[u32]> {
        Some(&self.0)
    }

    fn convert(&self, payload: &[u8], _: &mut Vec<u8>, converted: &mut Vec<u8>) -> Result<(), EncodeError> {
        converted.extend_from_slice(payload);
        Ok(())
    }
}
