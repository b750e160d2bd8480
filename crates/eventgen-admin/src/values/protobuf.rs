//! Values of Protobuf schemas.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use eventgen_registry::wire::{self, ParsedValue};
use eventgen_registry::{ReferencedSchema, RegisteredSchema, SchemaType};
use eventgen_schema::protobuf::CONFLUENT_META;
use eventgen_schema::{guarded, schema_file};
use prost_reflect::prost::Message as _;
use prost_reflect::prost_types::FileDescriptorProto;
use prost_reflect::{DescriptorPool, DynamicMessage, Kind, MapKey, MessageDescriptor, ReflectMessage as _};
use protox::Compiler;
use protox::file::{ChainFileResolver, File, FileResolver, GoogleFileResolver};

#[cfg(feature = "records")]
use super::language::Definition;
use super::language::{Language, Writer};
use super::time::date_time;
use super::value::Value;

pub(super) const LANGUAGE: Language = Language { schema_type: SchemaType::PROTOBUF, parse };

/// The name of the file that a registered schema is. A registry does not keep it.
const FILE: &str = "registered.proto";
/// `google.protobuf.Timestamp`, whose fields are seconds and nanoseconds.
const TIMESTAMP: &str = "google.protobuf.Timestamp";

/// The files of a schema, by their import paths.
struct Files(BTreeMap<String, String>);

impl FileResolver for Files {
    fn open_file(&self, name: &str) -> Result<File, protox::Error> {
        match self.0.get(name) {
            Some(text) => File::from_source(name, text),
            None => Err(protox::Error::file_not_found(name)),
        }
    }
}

fn parse(schema: &RegisteredSchema, referenced: &[ReferencedSchema]) -> Result<Box<dyn Writer>, String> {
    let files: BTreeMap<String, String> =
        referenced.iter().map(|schema| (schema.name.clone(), source(&schema.text))).collect();
    let pool = compiled(&source(&schema.text), files)?;
    Ok(Box::new(ProtobufWriter { pool, descriptor: descriptor(&schema.text) }))
}

/// The text of a file that a client may have registered as a descriptor.
fn source(text: &str) -> String {
    schema_file(SchemaType::PROTOBUF.as_str(), text).map_or_else(|| text.to_owned(), |file| file.text)
}

/// The descriptor in base64 that a schema is registered as; `None` if it is registered as text.
fn descriptor(text: &str) -> Option<FileDescriptorProto> {
    // Every file has a character that base64 lacks.
    let text = Some(text.trim()).filter(|text| !text.is_empty() && !text.contains([';', '{']))?;
    FileDescriptorProto::decode(&BASE64_STANDARD.decode(text).ok()?[..]).ok()
}

/// A schema with the files that it imports.
pub(crate) fn compiled(text: &str, mut files: BTreeMap<String, String>) -> Result<DescriptorPool, String> {
    files.insert(FILE.to_owned(), text.to_owned());
    let (meta, options) = CONFLUENT_META;
    files.entry(meta.to_owned()).or_insert_with(|| options.to_owned());
    let compile = || {
        let mut resolver = ChainFileResolver::new();
        resolver.add(Files(files));
        resolver.add(GoogleFileResolver::new());
        let mut compiler = Compiler::with_file_resolver(resolver);
        compiler.include_imports(true).open_file(FILE)?;
        Ok::<_, protox::Error>(compiler.descriptor_pool())
    };
    // The compiler panics on some input.
    guarded(compile)?.map_err(|error| error.to_string())
}

struct ProtobufWriter {
    pool: DescriptorPool,
    /// The indexes of clients that register descriptors count the entries of maps, too.
    descriptor: Option<FileDescriptorProto>,
}

impl ProtobufWriter {
    /// The type of a value, the path to it in its file, and the bytes of the message.
    fn found<'a>(&self, value: ParsedValue<'a>) -> Result<(MessageDescriptor, Vec<u32>, &'a [u8]), String> {
        let named = wire::parse_message_indexes(value.header.unwrap_or(value.payload));
        let (indexes, rest) = named.map_err(|error| error.to_string())?;
        let payload = if value.header.is_some() { value.payload } else { rest };
        let descriptor = self.message(&indexes).ok_or_else(|| format!("it has no message {indexes:?}"))?;
        Ok((descriptor, indexes, payload))
    }

    fn message(&self, indexes: &[u32]) -> Option<MessageDescriptor> {
        match &self.descriptor {
            None => message(&self.pool, indexes),
            Some(file) => {
                let mut name = file.package().to_owned();
                let mut messages = &file.message_type;
                for index in indexes {
                    let inner = messages.get(usize::try_from(*index).ok()?)?;
                    name = if name.is_empty() {
                        inner.name().to_owned()
                    } else {
                        format!("{name}.{}", inner.name())
                    };
                    messages = &inner.nested_type;
                }
                self.pool.get_message_by_name(&name)
            }
        }
    }
}

impl Writer for ProtobufWriter {
    fn read(&self, value: ParsedValue<'_>) -> Result<(String, Value), String> {
        let (descriptor, _, payload) = self.found(value)?;
        let name = descriptor.full_name().to_owned();
        let decoded = guarded(|| DynamicMessage::decode(descriptor, payload))?;
        Ok((name, shown(&decoded.map_err(|error| error.to_string())?)))
    }

    #[cfg(feature = "records")]
    fn definition(&self, value: ParsedValue<'_>) -> Result<Definition<'_>, String> {
        let (descriptor, indexes, _) = self.found(value)?;
        Ok(Definition::Protobuf(descriptor, indexes))
    }
}

/// The message at a path of indexes, which count what is declared with `message`.
fn message(pool: &DescriptorPool, indexes: &[u32]) -> Option<MessageDescriptor> {
    let (first, rest) = indexes.split_first()?;
    let at = |index: u32| usize::try_from(index).ok();
    let outermost = pool.get_file_by_name(FILE)?.messages().nth(at(*first)?);
    rest.iter().try_fold(outermost?, |outer, index| {
        outer.child_messages().filter(|inner| !inner.is_map_entry()).nth(at(*index)?)
    })
}

fn shown(message: &DynamicMessage) -> Value {
    if message.descriptor().full_name() == TIMESTAMP
        && let Some(text) = timestamp(message)
    {
        return Value::Text(text);
    }
    let fields = message.fields().map(|(field, value)| (field.name().to_owned(), of(value, &field.kind())));
    Value::Map(fields.collect())
}

fn timestamp(message: &DynamicMessage) -> Option<String> {
    let number = |name| message.get_field_by_name(name).map(std::borrow::Cow::into_owned);
    let seconds = number("seconds")?.as_i64()?;
    let nanos = i64::from(number("nanos")?.as_i32()?);
    Some(format!("{}Z", date_time(seconds.checked_mul(1_000_000_000)?.checked_add(nanos)?, 9)))
}

fn of(value: &prost_reflect::Value, kind: &Kind) -> Value {
    use prost_reflect::Value as Native;
    match value {
        Native::Bool(value) => Value::Boolean(*value),
        Native::I32(value) => Value::Integer((*value).into()),
        Native::I64(value) => Value::Integer(*value),
        Native::U32(value) => Value::Unsigned((*value).into()),
        Native::U64(value) => Value::Unsigned(*value),
        Native::F32(value) => Value::Number((*value).into()),
        Native::F64(value) => Value::Number(*value),
        Native::String(text) => Value::Text(text.clone()),
        Native::Bytes(bytes) => Value::Bytes(bytes.to_vec()),
        Native::EnumNumber(number) => match kind {
            Kind::Enum(symbols) if symbols.get_value(*number).is_some() => Value::Text(
                symbols.get_value(*number).map(|value| value.name().to_owned()).unwrap_or_default(),
            ),
            _ => Value::Integer((*number).into()),
        },
        Native::Message(message) => shown(message),
        Native::List(items) => Value::List(items.iter().map(|item| of(item, kind)).collect()),
        Native::Map(entries) => {
            let kind = match kind {
                Kind::Message(entry) if entry.is_map_entry() => entry.map_entry_value_field().kind(),
                other => other.clone(),
            };
            let mut sorted: Vec<_> = entries.iter().collect();
            sorted.sort_by_key(|(key, _)| *key);
            Value::Map(sorted.into_iter().map(|(key, value)| (name(key), of(value, &kind))).collect())
        }
    }
}

fn name(key: &MapKey) -> String {
    match key {
        MapKey::Bool(key) => key.to_string(),
        MapKey::I32(key) => key.to_string(),
        MapKey::I64(key) => key.to_string(),
        MapKey::U32(key) => key.to_string(),
        MapKey::U64(key) => key.to_string(),
        MapKey::String(key) => key.clone(),
    }
}

#[cfg(test)]
mod tests {
    use eventgen_registry::{SchemaId, SchemaKey};
    use prost_reflect::prost_types::DescriptorProto;

    use super::*;

    const SCHEMA: &str = r#"syntax = "proto3"; package a; import "google/protobuf/timestamp.proto";
        message Outer { map<string, Inner> by_name = 1; message Inner { Kind kind = 1; repeated uint64 n = 2; }
            google.protobuf.Timestamp at = 2; }
        message Second { bytes raw = 1; message Deep { string s = 1; } }
        enum Kind { NONE = 0; SOME = 1; }"#;

    fn writer() -> ProtobufWriter {
        let mut resolver = ChainFileResolver::new();
        resolver.add(Files(BTreeMap::from([(FILE.to_owned(), SCHEMA.to_owned())])));
        resolver.add(GoogleFileResolver::new());
        let mut compiler = Compiler::with_file_resolver(resolver);
        compiler.include_imports(true).open_file(FILE).expect("it compiles");
        ProtobufWriter { pool: compiler.descriptor_pool(), descriptor: None }
    }

    fn read(payload: &[u8]) -> Result<(String, String), String> {
        read_by(&writer(), payload, None)
    }

    fn read_by(
        writer: &dyn Writer,
        payload: &[u8],
        header: Option<&[u8]>,
    ) -> Result<(String, String), String> {
        let schema = SchemaKey::Id(SchemaId(1));
        let (name, value) = writer.read(ParsedValue { schema, header, payload })?;
        Ok((name, serde_json::to_string(&value).expect("JSON")))
    }

    #[test]
    fn the_options_of_confluents_registries_need_no_reference() {
        let text = r#"syntax = "proto3"; package a; import "confluent/meta.proto";
            message Tagged { string id = 1 [(confluent.field_meta).tags = "PII"]; }"#;
        let writer = parse(&RegisteredSchema::new(SchemaType::PROTOBUF, text.to_owned()), &[]);
        let read = read_by(writer.expect("it is read").as_ref(), &[0, 10, 1, b'x'], None);
        assert_eq!(read, Ok(("a.Tagged".to_owned(), r#"{"id":"x"}"#.to_owned())));
    }

    #[test]
    fn a_header_may_name_the_message() {
        let second = read_by(&writer(), &[10, 1, 9], Some(&[2, 2]));
        assert_eq!(second, Ok(("a.Second".to_owned(), r#"{"raw":"0x09"}"#.to_owned())));
        assert!(read_by(&writer(), &[10, 1, 9], Some(&[])).is_err());
    }

    #[test]
    fn the_indexes_of_a_descriptor_count_the_entries_of_maps() {
        let file = writer().pool.get_file_by_name(FILE).expect("the file").file_descriptor_proto().clone();
        let nested: Vec<&str> = file.message_type[0].nested_type.iter().map(DescriptorProto::name).collect();
        let inner = nested.iter().position(|name| *name == "Inner").expect("it is nested");
        assert_eq!(nested.len(), 2, "one is the entry of a map");
        let text = BASE64_STANDARD.encode(file.encode_to_vec());
        let writer = parse(&RegisteredSchema::new(SchemaType::PROTOBUF, text), &[]).expect("it is read");
        let index = u8::try_from(inner * 2).expect("a small number");
        let read = read_by(writer.as_ref(), &[4, 0, index, 8, 1], None);
        assert_eq!(read, Ok(("a.Outer.Inner".to_owned(), r#"{"kind":"SOME"}"#.to_owned())));
    }

    #[test]
    fn messages_are_read_by_the_names_of_their_fields() {
        let payload = [0, 10, 11, 10, 1, b'k', 18, 6, 8, 1, 18, 2, 7, 8, 18, 4, 8, 1, 16, 0];
        let expected = r#"{"by_name":{"k":{"kind":"SOME","n":[7,8]}},"at":"1970-01-01T00:00:01Z"}"#;
        assert_eq!(read(&payload), Ok(("a.Outer".to_owned(), expected.to_owned())));
    }

    #[test]
    fn message_indexes_choose_the_message() {
        assert_eq!(read(&[2, 2, 10, 1, 9]), Ok(("a.Second".to_owned(), r#"{"raw":"0x09"}"#.to_owned())));
        // The entries of a map are no declared message.
        let deep = read(&[4, 2, 0, 10, 1, b'x']);
        assert_eq!(deep, Ok(("a.Second.Deep".to_owned(), r#"{"s":"x"}"#.to_owned())));
        let inner = read(&[4, 0, 0, 8, 5]);
        assert_eq!(inner, Ok(("a.Outer.Inner".to_owned(), r#"{"kind":5}"#.to_owned())));
        assert!(read(&[2, 8]).is_err_and(|reason| reason.contains("no message")));
        assert!(read(&[0, 10, 200]).is_err());
    }
}
