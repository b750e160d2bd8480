//! Protocol Buffers: files that import each other, several messages in each.

mod file;

pub use file::ProtobufFile;

use crate::{Schema, SchemaType};

/// The registry's name.
const NAME: &str = "PROTOBUF";

impl SchemaType {
    /// Protocol Buffers, the text of a `.proto` file.
    pub const PROTOBUF: Self = Self::new(NAME);
}

impl Schema {
    /// A message of a `.proto` file.
    pub const fn protobuf(file: &'static ProtobufFile, message_indexes: &'static [u32]) -> Self {
        Self {
            language: NAME,
            text: file.text,
            file: Some(file),
            fingerprint: None,
            message_indexes: Some(message_indexes),
        }
    }

    /// The file that defines the message. `None` where the schema is not Protobuf.
    pub const fn file(self) -> Option<&'static ProtobufFile> {
        self.file
    }
}
