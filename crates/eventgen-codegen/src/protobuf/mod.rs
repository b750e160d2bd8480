//! Protobuf: messages by prost, and what makes an event of a message.

mod access;
mod debug;
mod descriptors;
mod docs;
mod messages;

pub(crate) use descriptors::Descriptors;
pub(crate) use messages::constant;
