//! The interface for generated code, the derives, the outbox and the test kit. It is not part of the public interface and may change in
//! any version. Generated code checks with [`generated_for`] that it matches this version.

#[cfg(feature = "avro")]
pub use bigdecimal;
#[cfg(feature = "builders")]
pub use bon;
pub use chrono;
#[cfg(feature = "jiff")]
pub use jiff;
#[cfg(feature = "protobuf")]
pub use prost;
#[cfg(feature = "protobuf")]
pub use prost_types;
#[cfg(feature = "rust_decimal")]
pub use rust_decimal;
#[cfg(feature = "serde")]
pub use serde;
pub use uuid;

#[cfg(feature = "kafka")]
pub use crate::client::retry_topics::{records_behind, retry_topics};
#[cfg(feature = "kafka")]
pub use crate::consumer::{AttemptOutcome, Rehearsal, Rehearsed};
pub use crate::export::export_events;
#[cfg(feature = "kafka")]
pub use crate::kafka::{RawRecord, read_raw, write_raw};
pub use crate::key::value as key_value;
#[cfg(feature = "kafka")]
pub use crate::producer::{
    NotSent, NotSentKind, OutboxEncoder, RecordSender, SenderSettings, unregistered_key,
};

/// The version of the interface between generated code and this crate. It is incremented by a change that is incompatible
/// with code of an earlier generator. `eventgen-codegen` writes the version that it generates for.
const GENERATED_FOR: u32 = 3;

/// Called in a constant of each generated file, so that a mismatch is one compile error that states what to do.
pub const fn generated_for(version: u32) {
    assert!(
        version == GENERATED_FOR,
        "this code was generated for another version of the crate `eventgen`: use `eventgen-build` or `eventgen-cli` of \
         the same version as `eventgen`, and generate it again"
    );
}
