//! A schema as generated code embeds it.

/// The registry's word for a schema language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchemaFormat {
    /// Apache Avro, JSON form.
    Avro,
}

/// A schema in its registered form, with the fingerprint by which equal schemas are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schema {
    /// The schema language.
    pub format: SchemaFormat,
    /// The text that is registered.
    pub text: &'static str,
    /// CRC-64-AVRO of the parsing canonical form (Avro specification 1.12, "Schema Fingerprints").
    pub fingerprint: u64,
}

impl Schema {
    /// An Avro schema.
    pub const fn avro(text: &'static str, fingerprint: u64) -> Self {
        Self { format: SchemaFormat::Avro, text, fingerprint }
    }
}
