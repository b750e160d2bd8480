//! A schema as generated code embeds it.

/// A schema language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchemaFormat {
    /// Apache Avro, JSON form.
    Avro,
    /// Protocol Buffers, the text of a `.proto` file.
    Protobuf,
}

impl SchemaFormat {
    /// The registry's word for it, as in `schemaType`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Avro => "AVRO",
            Self::Protobuf => "PROTOBUF",
        }
    }
}

/// A schema in its registered form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schema {
    /// Apache Avro.
    Avro {
        /// The text that is registered.
        text: &'static str,
        /// CRC-64-AVRO of the parsing canonical form (Avro specification 1.12, "Schema Fingerprints"), by which equal
        /// schemas are told.
        fingerprint: u64,
    },
    /// Protocol Buffers.
    Protobuf {
        /// The file that defines the message.
        file: &'static ProtobufFile,
        /// Which of the file's messages it is; see [`wire::message_indexes`](crate::wire::message_indexes).
        message_indexes: &'static [u32],
    },
}

/// A `.proto` file in its registered form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProtobufFile {
    /// The path by which others import it, and the subject under which it is registered when they do (Confluent's
    /// default for references).
    pub name: &'static str,
    /// Its text.
    pub text: &'static str,
    /// What it imports, Google's well-known types aside: every registry has those.
    pub imports: &'static [&'static ProtobufFile],
}

impl Schema {
    /// An Avro schema.
    pub const fn avro(text: &'static str, fingerprint: u64) -> Self {
        Self::Avro { text, fingerprint }
    }

    /// A message of a `.proto` file.
    pub const fn protobuf(file: &'static ProtobufFile, message_indexes: &'static [u32]) -> Self {
        Self::Protobuf { file, message_indexes }
    }

    /// The text that is registered.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Avro { text, .. } => text,
            Self::Protobuf { file, .. } => file.text,
        }
    }

    /// The schema language.
    pub const fn format(self) -> SchemaFormat {
        match self {
            Self::Avro { .. } => SchemaFormat::Avro,
            Self::Protobuf { .. } => SchemaFormat::Protobuf,
        }
    }
}

/// The text that is registered, which a decoder parses to name the field of an error.
impl From<Schema> for &'static str {
    fn from(schema: Schema) -> Self {
        schema.text()
    }
}
