//! Writers' schemas in Avro: resolution to the schemas of this consumer.

use super::errors::{Undecodable, Unusable};
use super::language::{LanguageReaders, Payload, Writer};
use crate::avro::{Plan, Schema, split_branch};
use crate::registry::SchemaKey;
use crate::{DecodeOptions, EventKind, SchemaType};

/// How the values of a writer's Avro schema are read.
#[derive(Debug)]
enum AvroWriter {
    /// The schema of one of the topic's events, or one with the same encoding.
    Same { kind: usize },
    /// Another version of the schema of one of the topic's events.
    Other { kind: usize, plan: Box<Plan> },
    /// A union of events, which a topic with several events may have in one subject. A value begins with the index of its
    /// branch.
    Union(Vec<Result<AvroWriter, Unusable>>),
}

impl Writer for AvroWriter {
    /// The payload of a value. A value of another version is resolved into `resolved`.
    fn payload<'a>(
        &self,
        id: SchemaKey,
        bytes: &'a [u8],
        _: Option<&[u8]>,
        options: DecodeOptions,
        resolved: &'a mut Vec<u8>,
    ) -> Result<Payload<'a>, Undecodable> {
        match self {
            Self::Same { kind } => Ok(Payload { kind: *kind, bytes, options }),
            Self::Other { kind, plan } => {
                let limits = plan
                    .resolve(bytes, options.into(), resolved)
                    .map_err(|error| Undecodable::Unreadable { id, error })?;
                Ok(Payload { kind: *kind, bytes: resolved, options: limits.into() })
            }
            Self::Union(branches) => {
                let (index, bytes) =
                    split_branch(bytes).map_err(|error| Undecodable::Unreadable { id, error })?;
                let branch = usize::try_from(index).ok().and_then(|index| branches.get(index));
                match branch.ok_or(Undecodable::UnknownBranch { id, index })? {
                    // Unions do not contain unions (specification 1.12, "Unions").
                    Ok(Self::Union(_)) => Err(Undecodable::UnknownBranch { id, index }),
                    Ok(writer) => writer.payload(id, bytes, None, options, resolved),
                    Err(reason) => Err(reason.clone().into()),
                }
            }
        }
    }
}

/// The parsed Avro schemas of this consumer by the index of the event; `None` for events in other languages.
#[derive(Debug)]
pub(super) struct AvroReaders(Vec<Option<Schema>>);

impl AvroReaders {
    /// The schemas of these kinds of event.
    ///
    /// # Errors
    /// The name of an event whose embedded schema does not parse, and why.
    pub(super) fn new(kinds: &[EventKind]) -> Result<Self, String> {
        let parse = |kind: &EventKind| {
            if kind.schema().schema_type() != SchemaType::AVRO {
                return Ok(None);
            }
            let schema = Schema::parse(kind.schema().text()).map(Some);
            schema.map_err(|error| format!("the embedded schema of `{}` does not parse: {error}", kind.name))
        };
        Ok(Self(kinds.iter().map(parse).collect::<Result<_, _>>()?))
    }

    fn record_writer(&self, id: SchemaKey, schema: &Schema) -> Result<AvroWriter, Unusable> {
        let name = schema.name().ok_or(Unusable::NoRecord { id })?;
        let (kind, reader) =
            reader_of(name, &self.0).ok_or_else(|| Unusable::ForeignEvent { id, name: name.to_owned() })?;
        match Plan::between(schema, reader) {
            Ok(plan) if plan.is_identity() => Ok(AvroWriter::Same { kind }),
            Ok(plan) => Ok(AvroWriter::Other { kind, plan: Box::new(plan) }),
            Err(error) => Err(Unusable::Unresolvable { id, reason: error.to_string() }),
        }
    }
}

impl LanguageReaders for AvroReaders {
    fn language(&self) -> SchemaType {
        SchemaType::AVRO
    }

    fn writer(&self, id: SchemaKey, text: &str, referenced: &[String]) -> Result<Box<dyn Writer>, Unusable> {
        let schema = Schema::parse_with_references(text, referenced)
            .map_err(|error| Unusable::Invalid { id, reason: error.to_string() })?;
        let writer = if schema.branches().is_empty() {
            self.record_writer(id, &schema)?
        } else {
            let branches = schema.branches().iter().map(|branch| self.record_writer(id, branch));
            AvroWriter::Union(branches.collect())
        };
        Ok(Box::new(writer))
    }
}

/// The schema of the topic that reads a writer's record: the one with its name; otherwise one with an alias of this name;
/// otherwise the only one with its short name, because a namespace may change (specification 1.12, "Schema Resolution";
/// Java's reader compares short names too).
fn reader_of<'a>(writer: &str, readers: &'a [Option<Schema>]) -> Option<(usize, &'a Schema)> {
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
    fn a_record_is_read_by_the_schema_with_its_name_or_alias() {
        let readers: Vec<Option<Schema>> = [
            r#"{"type":"record","name":"shop.Placed","aliases":["Ordered","old.Bought"],"fields":[]}"#,
            r#"{"type":"record","name":"shop.Paid","fields":[]}"#,
            r#"{"type":"record","name":"bank.Paid","aliases":["shop.Placed"],"fields":[]}"#,
        ]
        .iter()
        .map(|text| Schema::parse(text).ok())
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
