//! What decoding needs of a schema language.

use std::fmt::Debug;

use super::errors::{Undecodable, Unusable};
use crate::registry::SchemaKey;
use crate::{DecodeOptions, SchemaType};

/// A payload in the schema of this consumer.
#[derive(Debug)]
pub(crate) struct Payload<'a> {
    /// Index into the topic's events.
    pub(crate) kind: usize,
    pub(crate) bytes: &'a [u8],
    /// The resources that decoding it may use.
    pub(crate) options: DecodeOptions,
}

/// The schemas of one topic's events in one language, to which writers' schemas are resolved.
pub(super) trait LanguageReaders: Debug + Send + Sync {
    /// The language.
    fn language(&self) -> SchemaType;

    /// How the values of a writer's schema are read. `referenced` are the texts of the schemas that it refers to.
    fn writer(&self, id: SchemaKey, text: &str, referenced: &[String]) -> Result<Box<dyn Writer>, Unusable>;
}

/// How the values of one writer's schema are read.
pub(crate) trait Writer: Debug + Send + Sync {
    /// The payload of a value, of which `bytes` is what follows the schema id. If that is in a header, `header` is what follows
    /// it there: for Protobuf the message indexes, which then do not begin `bytes`. A payload that differs from these bytes
    /// is written to `resolved`.
    fn payload<'a>(
        &self,
        id: SchemaKey,
        bytes: &'a [u8],
        header: Option<&[u8]>,
        options: DecodeOptions,
        resolved: &'a mut Vec<u8>,
    ) -> Result<Payload<'a>, Undecodable>;
}
