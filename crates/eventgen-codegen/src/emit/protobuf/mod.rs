//! Protobuf: messages written by prost-build, and existing messages with prost's derive.

#[cfg(feature = "protobuf")]
mod access;
#[cfg(feature = "protobuf")]
mod boxed;
#[cfg(feature = "protobuf")]
mod debug;
#[cfg(feature = "protobuf")]
mod docs;
pub(crate) mod existing;
#[cfg(feature = "protobuf")]
mod hidden;
#[cfg(feature = "protobuf")]
mod key;
#[cfg(feature = "protobuf")]
pub(crate) mod messages;
#[cfg(feature = "protobuf")]
mod nested;
mod payload;
#[cfg(feature = "protobuf")]
mod prost;
