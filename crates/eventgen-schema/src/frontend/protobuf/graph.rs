//! Converts messages and enums to a type graph, which keys and headers are resolved against and documentation shows.
//!
//! The codec does not use the graph, so it is coarser than the descriptors: all integers of one size, signed or
//! unsigned, have one type. A field that may be absent is a union with null: `optional` fields, members of a oneof,
//! wrappers and timestamps. A message field outside of a oneof is not a union: an absent message counts as its
//! default, as everywhere in Protobuf.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use prost_reflect::{Cardinality, DescriptorPool, EnumDescriptor, FieldDescriptor, Kind, MessageDescriptor};

use super::compile::Compiled;
use crate::types::{Enum, Field, Logical, Name, Record, Type, TypeGraph, TypeId};

/// The graph of all messages and enums of some files and of what they refer to, and their ids by full name.
pub(super) fn graph<'a>(
    compiled: &Compiled,
    files: impl Iterator<Item = &'a str>,
) -> (TypeGraph, BTreeMap<String, TypeId>) {
    let pool = &compiled.pool;
    let mut builder = Builder {
        pool,
        proto3: &compiled.proto3,
        types: TypeGraph::default(),
        done: BTreeMap::new(),
        to_do: Vec::new(),
        docs: HashMap::new(),
    };
    for file in files.filter_map(|name| pool.get_file_by_name(name)) {
        for message in file.messages() {
            builder.with_nested(&message);
        }
        for definition in file.enums() {
            builder.enumeration(&definition);
        }
    }
    // Messages whose fields are not converted yet. A recursive function would overflow the stack on a long chain.
    while let Some((id, message)) = builder.to_do.pop() {
        let record = builder.record(&message);
        builder.types.set(id, Type::Record(record));
    }
    (builder.types, builder.done)
}

struct Builder<'a> {
    pool: &'a DescriptorPool,
    /// The files in which a field without `optional` has no presence.
    proto3: &'a BTreeSet<String>,
    types: TypeGraph,
    done: BTreeMap<String, TypeId>,
    to_do: Vec<(TypeId, MessageDescriptor)>,
    /// The comments of each file by path, filled on demand.
    docs: HashMap<String, HashMap<Vec<i32>, String>>,
}

impl Builder<'_> {
    fn with_nested(&mut self, message: &MessageDescriptor) {
        self.message(message);
        for nested in message.child_messages().filter(|nested| !nested.is_map_entry()) {
            self.with_nested(&nested);
        }
        for definition in message.child_enums() {
            self.enumeration(&definition);
        }
    }

    fn message(&mut self, message: &MessageDescriptor) -> TypeId {
        if let Some(&id) = self.done.get(message.full_name()) {
            return id;
        }
        let id = self.types.add(Type::Null);
        self.done.insert(message.full_name().to_owned(), id);
        self.to_do.push((id, message.clone()));
        id
    }

    fn record(&mut self, message: &MessageDescriptor) -> Record {
        let file = message.parent_file().name().to_owned();
        let fields = message.fields().map(|field| Field {
            name: field.name().to_owned(),
            doc: self.doc(&file, field.path()),
            type_id: self.field(&field),
            default: None,
            aliases: Vec::new(),
        });
        let fields = fields.collect();
        let doc = self.doc(&file, message.path());
        Record { name: name(message.full_name()), doc, aliases: Vec::new(), fields }
    }

    fn enumeration(&mut self, definition: &EnumDescriptor) -> TypeId {
        if let Some(&id) = self.done.get(definition.full_name()) {
            return id;
        }
        let ty = Type::Enum(Enum {
            name: name(definition.full_name()),
            doc: self.doc(definition.parent_file().name(), definition.path()),
            aliases: Vec::new(),
            symbols: definition.values().map(|value| value.name().to_owned()).collect(),
            default: None,
        });
        let id = self.types.add(ty);
        self.done.insert(definition.full_name().to_owned(), id);
        id
    }

    fn field(&mut self, field: &FieldDescriptor) -> TypeId {
        if let (true, Kind::Message(entry)) = (field.is_map(), field.kind()) {
            let value = self.value(&entry.map_entry_value_field().kind());
            return self.types.add(Type::Map(value));
        }
        let kind = field.kind();
        let value = self.value(&kind);
        if field.is_list() {
            return self.types.add(Type::Array(value));
        }
        let in_oneof = field.containing_oneof().is_some_and(|oneof| !oneof.is_synthetic());
        let is_record = matches!(self.types.get(value), Type::Record(_) | Type::Null);
        let is_message = matches!(kind, Kind::Message(_));
        let may_be_absent = match field.cardinality() {
            Cardinality::Required => is_message && !is_record,
            _ => in_oneof || (self.has_presence(field) && !(is_message && is_record)),
        };
        if may_be_absent {
            let null = self.types.add(Type::Null);
            return self.types.add(Type::Union(vec![null, value]));
        }
        value
    }

    fn has_presence(&self, field: &FieldDescriptor) -> bool {
        let is_proto3 = self.proto3.contains(field.parent_file().name());
        field.supports_presence()
            && (!is_proto3
                || matches!(field.kind(), Kind::Message(_))
                || field.field_descriptor_proto().proto3_optional())
    }

    fn value(&mut self, kind: &Kind) -> TypeId {
        let ty = match kind {
            Kind::Double => Type::Double,
            Kind::Float => Type::Float,
            Kind::Int32 | Kind::Uint32 | Kind::Sint32 | Kind::Fixed32 | Kind::Sfixed32 => Type::Int,
            Kind::Int64 | Kind::Uint64 | Kind::Sint64 | Kind::Fixed64 | Kind::Sfixed64 => Type::Long,
            Kind::Bool => Type::Boolean,
            Kind::String => Type::String,
            Kind::Bytes => Type::Bytes,
            Kind::Enum(definition) => return self.enumeration(definition),
            Kind::Message(message) => match well_known(message.full_name()) {
                Some(ty) => ty,
                None => return self.message(message),
            },
        };
        let base = self.types.add(ty);
        if matches!(kind, Kind::Message(message) if message.full_name() == "google.protobuf.Timestamp") {
            return self.types.add(Type::Logical { logical: Logical::TimestampNanos, base });
        }
        base
    }

    /// The comment before the definition at a path of a file.
    fn doc(&mut self, file: &str, path: &[i32]) -> Option<String> {
        let pool = self.pool;
        let docs = self.docs.entry(file.to_owned()).or_insert_with(|| {
            let file = pool.get_file_by_name(file);
            let info = file.and_then(|file| file.file_descriptor_proto().source_code_info.clone());
            let locations = info.unwrap_or_default().location.into_iter();
            locations.filter_map(|at| Some((at.path, at.leading_comments?))).collect()
        });
        let lines = docs.get(path)?.lines().map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end());
        Some(lines.collect::<Vec<_>>().join("\n"))
    }
}

/// Messages of Google's that prost maps to Rust types.
fn well_known(full_name: &str) -> Option<Type> {
    Some(match full_name.strip_prefix("google.protobuf.")? {
        "Timestamp" | "Int64Value" | "UInt64Value" => Type::Long,
        "Int32Value" | "UInt32Value" => Type::Int,
        "StringValue" => Type::String,
        "BoolValue" => Type::Boolean,
        "BytesValue" => Type::Bytes,
        "FloatValue" => Type::Float,
        "DoubleValue" => Type::Double,
        _ => return None,
    })
}

fn name(full_name: &str) -> Name {
    match full_name.rsplit_once('.') {
        Some((namespace, name)) => Name { namespace: Some(namespace.to_owned()), name: name.to_owned() },
        None => Name { namespace: None, name: full_name.to_owned() },
    }
}
