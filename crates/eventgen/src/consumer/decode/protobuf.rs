//! The messages of a writer's Protobuf schema, and which of the topic's events each is.

use crate::protobuf::declared_messages;
use crate::{EventKind, SchemaType};

/// One schema's messages by their indexes on the wire.
#[derive(Debug)]
pub(crate) struct Messages(Vec<Message>);

#[derive(Debug)]
struct Message {
    indexes: Vec<u32>,
    full_name: String,
    kind: Option<usize>,
}

impl Messages {
    /// The messages that `text` declares, told from one another by their full names.
    pub(crate) fn of(text: &str, kinds: &[EventKind]) -> Self {
        let message = |declared: crate::protobuf::Declared| {
            let is_it = |kind: &EventKind| {
                kind.name == declared.full_name && kind.schema().schema_type() == SchemaType::PROTOBUF
            };
            let kind = kinds.iter().position(is_it);
            Message { indexes: declared.indexes, full_name: declared.full_name, kind }
        };
        Self(declared_messages(text).into_iter().map(message).collect())
    }

    /// The event at these indexes: its place among the topic's.
    ///
    /// # Errors
    /// The name of a message that is none of the topic's events, `None` where there is no message.
    pub(crate) fn kind(&self, indexes: &[u32]) -> Result<usize, Option<&str>> {
        let message = self.0.iter().find(|message| message.indexes == indexes).ok_or(None)?;
        message.kind.ok_or(Some(message.full_name.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ProtobufFile, Schema};

    #[test]
    fn a_message_is_told_by_its_name_wherever_the_writer_has_it() {
        const FILE: ProtobufFile = ProtobufFile { name: "a.proto", text: "", imports: &[] };
        let kind = |name| EventKind { name, subject: "", schema: || Schema::protobuf(&FILE, &[0]) };
        let avro = EventKind { name: "a.Other", subject: "", schema: || Schema::avro("", 0) };
        let kinds = [avro, kind("a.Paid"), kind("a.Paid.Refused")];
        let text = "package a; message Other {} message Paid { message Extra {} message Refused {} }";
        let messages = Messages::of(text, &kinds);
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
