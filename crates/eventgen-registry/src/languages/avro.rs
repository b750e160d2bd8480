//! Apache Avro: one self-contained text, one event in it.

use crate::{Schema, SchemaType};

/// The registry's name.
const NAME: &str = "AVRO";

impl SchemaType {
    /// Apache Avro, JSON form. A registry that names no language means this one.
    pub const AVRO: Self = Self::new(NAME);
}

impl Default for SchemaType {
    fn default() -> Self {
        Self::AVRO
    }
}

impl Schema {
    /// An Avro schema and its [`fingerprint`](Self::fingerprint).
    pub const fn avro(text: &'static str, fingerprint: u64) -> Self {
        let fingerprint = Some(fingerprint);
        Self { language: NAME, text, file: None, fingerprint, message_indexes: None }
    }
}
