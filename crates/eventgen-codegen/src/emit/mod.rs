//! Emission: writes the model as tokens. What is written is short and calls the runtime.
//!
//! Each file writes one kind of item. What depends on the schema language is behind [`language::Language`], one folder
//! for each language; [`languages`] is the only place that chooses between them.

pub(crate) mod attributes;
pub(crate) mod avro;
pub(crate) mod builders;
pub(crate) mod decode;
pub(crate) mod defaults;
pub(crate) mod docs;
pub(crate) mod emitter;
pub(crate) mod encode;
pub(crate) mod enums;
pub(crate) mod event;
pub(crate) mod existing;
pub(crate) mod existing_enums;
pub(crate) mod idents;
pub(crate) mod key;
pub(crate) mod language;
pub(crate) mod languages;
pub(crate) mod lints;
pub(crate) mod literals;
pub(crate) mod parts;
pub(crate) mod place;
pub(crate) mod protobuf;
pub(crate) mod records;
pub(crate) mod reuse;
pub(crate) mod topic;
pub(crate) mod types;
pub(crate) mod unions;
