//! The contract: topics, the events on them, and the types the events are made of.
//!
//! This is what every later step reads. Values here are checked and normalised: durations are milliseconds, sizes are
//! bytes, field paths name fields that exist, and `[defaults]` of `eventgen.toml` are merged in.

mod compatibility;
mod dead_letter;
mod event;
mod ordering;
mod protobuf;
mod retention;
mod retry;
mod subject;
mod topic;

use std::collections::BTreeMap;

pub use compatibility::{Compatibility, UnknownCompatibility};
pub use dead_letter::DeadLetter;
pub(crate) use dead_letter::{DeadLetterName, derived_dead_letter};
pub use event::{Event, EventFormat, FieldPath, HeaderValue};
pub use ordering::Ordering;
pub use protobuf::{Protobuf, ProtobufFile};
pub(crate) use retention::{DEFAULT_RETENTION_MS, readable, retention};
pub use retry::{Backoff, Retry};
pub use subject::SubjectStrategy;
pub use topic::{ConsumerGroup, MaxLag, Topic};

use crate::types::TypeGraph;

/// Everything that a set of annotated schemas says.
#[derive(Debug, Clone, Default)]
pub struct Contract {
    /// Every Avro type, events' and plain ones.
    pub types: TypeGraph,
    /// Every Protobuf file, with its messages.
    pub protobuf: Protobuf,
    /// Topics by name.
    pub topics: BTreeMap<String, Topic>,
    /// Events, ordered by full name.
    pub events: Vec<Event>,
}

impl Contract {
    /// The events carried by `topic`, ordered by full name.
    pub fn events_on<'a>(&'a self, topic: &'a str) -> impl Iterator<Item = &'a Event> {
        self.events.iter().filter(move |event| event.topic == topic)
    }

    /// The graph that an event's types are in.
    pub fn types_of(&self, event: &Event) -> &TypeGraph {
        match event.format {
            EventFormat::Avro { .. } => &self.types,
            EventFormat::Protobuf { .. } => &self.protobuf.types,
        }
    }

    /// The files that a Protobuf file needs, in the order of registering: each behind those that it needs itself.
    pub fn protobuf_references<'a>(&'a self, file: &'a ProtobufFile) -> Vec<&'a ProtobufFile> {
        let mut ordered: Vec<&ProtobufFile> = Vec::new();
        // Depth first, by hand: a chain of imports may be longer than the stack is deep. The compiler has refused cycles.
        let mut open: Vec<(&ProtobufFile, usize)> = vec![(file, 0)];
        while let Some((current, next)) = open.pop() {
            match current.imports.get(next).map(|name| self.protobuf.files.get(name)) {
                Some(import) => {
                    open.push((current, next + 1));
                    let new = import.filter(|import| !ordered.iter().any(|known| known.name == import.name));
                    open.extend(new.map(|import| (import, 0)));
                }
                None if current.name != file.name => ordered.push(current),
                None => {}
            }
        }
        ordered
    }
}
