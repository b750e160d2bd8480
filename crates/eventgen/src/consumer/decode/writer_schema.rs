//! From a schema in the registry to how its values are read.

use thiserror::Error;

use super::messages::Messages;
use crate::avro::{self, Plan};
use crate::registry::{RegisteredSchema, SchemaId};
use crate::{EventKind, SchemaType};

/// How the values of a writer's schema are read.
#[derive(Debug)]
pub(crate) enum Writer {
    /// The schema of one of the topic's events, byte for byte the same on the wire.
    Same { kind: usize },
    /// Another version of one of them.
    Other { kind: usize, plan: Box<Plan> },
    /// A union of events, as a topic of several has in one subject: a value begins with the index of its branch.
    Union(Vec<Writer>),
    /// A Protobuf file: each value names one of its messages, and needs no resolution.
    Protobuf(Messages),
    /// No value of it can be read. Cached, so that a topic full of such values does not parse the schema for each.
    Unusable(Unusable),
}

/// Why no value of a schema can be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum Unusable {
    #[error("schema id {id} is `{name}`, which is not an event of this topic")]
    ForeignEvent { id: SchemaId, name: String },
    #[error("schema id {id} is in `{language}`; this consumer reads Avro and Protobuf")]
    ForeignLanguage { id: SchemaId, language: String },
    #[error("schema id {id} does not parse: {reason}")]
    Invalid { id: SchemaId, reason: String },
    #[error("schema id {id} does not resolve to the schema of this consumer: {reason}")]
    Unresolvable { id: SchemaId, reason: String },
}

/// The schemas of this consumer: what writers' schemas are resolved to.
#[derive(Debug)]
pub(crate) struct Readers {
    kinds: &'static [EventKind],
    /// The Avro schemas, parsed, in the order of `kinds`.
    avro: Vec<Option<avro::Schema>>,
}

impl Readers {
    /// The schemas of these kinds of event.
    ///
    /// # Errors
    /// The name of an event whose embedded schema does not parse, and why.
    pub(crate) fn new(kinds: &'static [EventKind]) -> Result<Self, String> {
        let parse = |kind: &EventKind| {
            if kind.schema().schema_type() != SchemaType::AVRO {
                return Ok(None);
            }
            let schema = avro::Schema::parse(kind.schema().text()).map(Some);
            schema.map_err(|error| format!("the embedded schema of `{}` does not parse: {error}", kind.name))
        };
        Ok(Self { kinds, avro: kinds.iter().map(parse).collect::<Result<_, _>>()? })
    }

    /// How the values of a registered schema are read. `referenced` are the texts of the schemas that it refers to.
    pub(crate) fn writer(&self, id: SchemaId, schema: &RegisteredSchema, referenced: &[String]) -> Writer {
        let language = &schema.schema_type;
        if *language == SchemaType::PROTOBUF {
            return Writer::Protobuf(Messages::of(&schema.text, self.kinds));
        }
        let writer = if *language == SchemaType::AVRO {
            self.avro_writer(id, &schema.text, referenced)
        } else {
            Err(Unusable::ForeignLanguage { id, language: language.to_string() })
        };
        writer.unwrap_or_else(Writer::Unusable)
    }

    fn avro_writer(&self, id: SchemaId, text: &str, referenced: &[String]) -> Result<Writer, Unusable> {
        let schema = avro::Schema::parse_with_references(text, referenced)
            .map_err(|error| Unusable::Invalid { id, reason: error.to_string() })?;
        if !schema.branches().is_empty() {
            let branch = |branch| self.record_writer(id, branch).unwrap_or_else(Writer::Unusable);
            return Ok(Writer::Union(schema.branches().iter().map(branch).collect()));
        }
        self.record_writer(id, &schema)
    }

    fn record_writer(&self, id: SchemaId, schema: &avro::Schema) -> Result<Writer, Unusable> {
        let name = schema.name().unwrap_or_default();
        let (kind, reader) = reader_of(name, &self.avro)
            .ok_or_else(|| Unusable::ForeignEvent { id, name: name.to_owned() })?;
        match Plan::between(schema, reader) {
            Ok(plan) if plan.is_identity() => Ok(Writer::Same { kind }),
            Ok(plan) => Ok(Writer::Other { kind, plan: Box::new(plan) }),
            Err(error) => Err(Unusable::Unresolvable { id, reason: error.to_string() }),
        }
    }
}

/// The schema among a topic's that reads a writer's record: the one of its name; else one with an alias of this name;
/// else the only one of its short name, as a namespace may change (specification 1.12, "Schema Resolution"; Java's
/// reader compares short names too).
fn reader_of<'a>(writer: &str, readers: &'a [Option<avro::Schema>]) -> Option<(usize, &'a avro::Schema)> {
    let named = || {
        let readers = readers.iter().enumerate();
        readers.filter_map(|(index, reader)| {
            let reader = reader.as_ref()?;
            Some((index, reader, reader.name()?))
        })
    };
    let short = |name: &str| name.rsplit('.').next().map(str::to_owned);
    let same = named().find(|(.., name)| *name == writer);
    let known_as = || named().find(|(_, reader, _)| reader.aliases().iter().any(|alias| alias == writer));
    let moved = || {
        let mut namesakes = named().filter(|(.., name)| short(name) == short(writer));
        namesakes.next().filter(|_| namesakes.next().is_none())
    };
    same.or_else(known_as).or_else(moved).map(|(index, reader, _)| (index, reader))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_read_by_its_namesake_or_by_who_was_called_so() {
        let readers: Vec<Option<avro::Schema>> = [
            r#"{"type":"record","name":"shop.Placed","aliases":["Ordered","old.Bought"],"fields":[]}"#,
            r#"{"type":"record","name":"shop.Paid","fields":[]}"#,
            r#"{"type":"record","name":"bank.Paid","aliases":["shop.Placed"],"fields":[]}"#,
        ]
        .iter()
        .map(|text| avro::Schema::parse(text).ok())
        .chain([None])
        .collect();
        let index = |writer: &str| reader_of(writer, &readers).map(|(index, _)| index);
        assert_eq!(index("shop.Placed"), Some(0));
        assert_eq!(index("shop.Ordered"), Some(0));
        assert_eq!(index("old.Bought"), Some(0));
        assert_eq!(index("moved.Placed"), Some(0));
        assert_eq!(index("Placed"), Some(0));
        assert_eq!(index("bank.Paid"), Some(2));
        assert_eq!(index("moved.Paid"), None, "two have this short name");
        assert_eq!(index("moved.Ordered"), None, "an alias is a full name");
        assert_eq!(index("shop.Sent"), None);
    }
}
