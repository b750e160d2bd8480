//! The messages of a writer's Protobuf schema, and which of the topic's events each is.

use super::errors::{Undecodable, Unusable};
use super::language::{LanguageReaders, Payload, Writer};
use crate::protobuf::declared_messages;
use crate::registry::SchemaKey;
use crate::{DecodeOptions, EventKind, SchemaType, wire};

/// The kinds of event of a topic, of which those in Protobuf are found by the names of their messages.
#[derive(Debug)]
pub(super) struct ProtobufReaders(pub(super) &'static [EventKind]);

impl LanguageReaders for ProtobufReaders {
    fn language(&self) -> SchemaType {
        SchemaType::PROTOBUF
    }

    fn writer(&self, _: SchemaKey, text: &str, _: &[String]) -> Result<Box<dyn Writer>, Unusable> {
        Ok(Box::new(Messages::new(text, self.0)))
    }
}

/// The messages of one schema by their indexes on the wire.
#[derive(Debug)]
struct Messages(Vec<Message>);

#[derive(Debug)]
struct Message {
    indexes: Vec<u32>,
    full_name: String,
    kind: Option<usize>,
}

impl Messages {
    /// The messages that `text` declares. Each is the event with its full name.
    fn new(text: &str, kinds: &[EventKind]) -> Self {
        let message = |declared: crate::protobuf::Declared| {
            let is_it = |kind: &EventKind| {
                kind.name == declared.full_name && kind.schema().schema_type() == SchemaType::PROTOBUF
            };
            let kind = kinds.iter().position(is_it);
            Message { indexes: declared.indexes, full_name: declared.full_name, kind }
        };
        Self(declared_messages(text).into_iter().map(message).collect())
    }

    /// The index of the event whose message is at these indexes.
    ///
    /// # Errors
    /// The name of a message that is not an event of the topic; `None` if there is no message.
    fn kind(&self, indexes: &[u32]) -> Result<usize, Option<&str>> {
        let message = self.0.iter().find(|message| message.indexes == indexes).ok_or(None)?;
        message.kind.ok_or(Some(message.full_name.as_str()))
    }
}

impl Writer for Messages {
    /// The message itself: the wire format of Protobuf needs no resolution.
    fn payload<'a>(
        &self,
        id: SchemaKey,
        bytes: &'a [u8],
        header: Option<&[u8]>,
        options: DecodeOptions,
        _: &'a mut Vec<u8>,
    ) -> Result<Payload<'a>, Undecodable> {
        let (indexes, bytes) = match header {
            Some(header) => (wire::parse_message_indexes(header)?.0, bytes),
            None => wire::parse_message_indexes(bytes)?,
        };
        match self.kind(&indexes) {
            Ok(kind) => Ok(Payload { kind, bytes, options }),
            Err(Some(name)) => Err(Unusable::ForeignEvent { id, name: name.to_owned() }.into()),
            Err(None) => Err(Undecodable::UnknownMessage { id, indexes }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ProtobufFile, Schema};

    #[test]
    fn a_message_is_found_by_its_name_wherever_the_writer_declares_it() {
        const FILE: ProtobufFile =
            ProtobufFile { name: "a.proto", subject: "a.proto", text: "", imports: &[] };
        let kind = |name| EventKind::with_text_keys(name, || Schema::protobuf(&FILE, &[0]));
        let avro = EventKind::with_text_keys("a.Other", || Schema::avro("", 0));
        let kinds = [avro, kind("a.Paid"), kind("a.Paid.Refused")];
        let text = "package a; message Other {} message Paid { message Extra {} message Refused {} }";
        let messages = Messages::new(text, &kinds);
        assert_eq!(messages.kind(&[1]), Ok(1));
        assert_eq!(messages.kind(&[1, 1]), Ok(2));
        assert_eq!(messages.kind(&[1, 0]), Err(Some("a.Paid.Extra")));
        assert_eq!(
            messages.kind(&[0]),
            Err(Some("a.Other")),
            "an event of the same name in another language"
        );
        assert_eq!(messages.kind(&[2]), Err(None));
    }
}
