//! The contract: topics, the events on them, and the types the events are made of.
//!
//! This is what every later step reads. Values here are checked and normalised: durations are milliseconds, sizes are
//! bytes, field paths name fields that exist, and `[defaults]` of `eventgen.toml` are merged in.

mod compatibility;
mod counterparts;
mod dead_letter;
mod description;
mod event;
mod key;
mod language;
mod ordering;
mod retention;
mod retry;
mod retry_topics;
mod subject;
mod topic;

use std::collections::BTreeMap;

pub use compatibility::{Compatibility, UnknownCompatibility};
pub use dead_letter::DeadLetter;
pub(crate) use dead_letter::{DeadLetterName, derived_dead_letter};
pub use description::{
    Content, Description, Example, FieldDescription, Governed, RuleDescription, SymbolDescription,
    TypeDescription, TypePart,
};
pub use event::{Event, FieldPath, HeaderValue};
pub(crate) use key::KeyFormat;
pub use key::KeySchema;
pub(crate) use language::{Data, Language};
pub use language::{ReferencedSchema, RegisteredSchema};
pub use ordering::Ordering;
pub use retention::readable;
pub(crate) use retention::{DEFAULT_RETENTION_MS, retention};
pub use retry::{Backoff, Retry};
pub use retry_topics::RetryTopic;
pub(crate) use retry_topics::retry_topics;
pub use subject::{ReferenceStrategy, SubjectStrategy};
pub(crate) use topic::compacts;
pub use topic::{ConsumerGroup, MaxLag, Topic};

pub use crate::annotation::parse_duration;
use crate::types::TypeGraph;

/// Everything that a set of annotated schemas says.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Contract {
    /// Every type that Rust is generated from. A language with a code generator of its own keeps its types apart; see
    /// [`types_of`](Self::types_of).
    pub types: TypeGraph,
    /// Topics by name.
    pub topics: BTreeMap<String, Topic>,
    /// Events, ordered by full name.
    pub events: Vec<Event>,
    /// How the subjects of the schemas that others refer to are named.
    pub reference_strategy: ReferenceStrategy,
    /// What each language adds, by its schema type.
    pub(crate) languages: BTreeMap<&'static str, Language>,
}

impl Contract {
    /// The events carried by `topic`, ordered by full name.
    pub fn events_on<'a>(&'a self, topic: &'a str) -> impl Iterator<Item = &'a Event> {
        self.events.iter().filter(move |event| event.topic == topic)
    }

    /// The schema of the keys of a topic; `None` if they are text.
    pub fn key_of(&self, topic: &Topic) -> Option<&KeySchema> {
        let mut events = self.events.iter().filter(|event| event.topic == topic.name);
        events.find_map(|event| event.typed_key.as_ref())
    }

    /// The graph that an event's types are in.
    pub fn types_of(&self, event: &Event) -> &TypeGraph {
        self.language(event.schema_type).and_then(|language| language.types.as_ref()).unwrap_or(&self.types)
    }

    /// The schemas that a registered schema refers to, directly or through others, in the order of registering: each
    /// follows those that it refers to itself.
    pub fn references<'a>(&'a self, schema: &RegisteredSchema<'a>) -> Vec<&'a ReferencedSchema> {
        let Some(language) = self.language(schema.schema_type) else { return Vec::new() };
        let mut ordered: Vec<&ReferencedSchema> = Vec::new();
        // Depth first, without recursion: a chain of references may be longer than the stack is deep. Cycles have been
        // refused.
        let mut open: Vec<(Option<&ReferencedSchema>, &[String])> = vec![(None, schema.references)];
        while let Some((current, names)) = open.pop() {
            if let Some((name, rest)) = names.split_first() {
                open.push((current, rest));
                let next = language.referenced.get(name);
                let new = next.filter(|next| !ordered.iter().any(|known| known.name == next.name));
                open.extend(new.map(|next| (Some(next), next.references.as_slice())));
            } else {
                ordered.extend(current);
            }
        }
        ordered
    }

    pub(crate) fn language(&self, schema_type: &str) -> Option<&Language> {
        self.languages.get(schema_type)
    }

    /// What the folder of a language stored.
    pub(crate) fn data<T: 'static>(&self, schema_type: &str) -> Option<&T> {
        self.language(schema_type)?.data.as_ref()?.downcast_ref()
    }
}
