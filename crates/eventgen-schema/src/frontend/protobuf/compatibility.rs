//! Protobuf compatibility, by the rules of Confluent's registry: fields are identified by number, messages by
//! name.
//! `bytes` that become a `string` are refused, too: the payloads that are not UTF-8 would not be read.
//!
//! Only the messages of the file itself are compared. Those of a file that it refers to are versions of that file's own
//! subject.

use std::collections::BTreeMap;

use prost_reflect::{Cardinality, FieldDescriptor, Kind, MessageDescriptor};

use super::parse::ParsedSchema;
use crate::compatibility::{Incompatibility, IncompatibilityKind};
use crate::guard::guarded;

/// Every reason why `reader` cannot read what `writer` wrote; none if it can.
pub fn check(reader: &ParsedSchema, writer: &ParsedSchema) -> Vec<Incompatibility> {
    // What cannot be compared is not accepted.
    guarded(|| compare(reader, writer)).unwrap_or_else(|cause| {
        let message = format!("the versions cannot be compared ({cause}); please report them");
        vec![Incompatibility { kind: IncompatibilityKind::NotComparable, path: String::new(), message }]
    })
}

fn compare(reader: &ParsedSchema, writer: &ParsedSchema) -> Vec<Incompatibility> {
    let mut comparison = Comparison { found: Vec::new(), path: Vec::new() };
    let (new, old) = (&reader.file, &writer.file);
    if new.package_name() != old.package_name() {
        let message = format!("package `{}` became `{}`", old.package_name(), new.package_name());
        comparison.report(IncompatibilityKind::PackageChanged, message);
    }
    comparison.messages(new.messages(), old.messages());
    comparison.found
}

struct Comparison {
    found: Vec<Incompatibility>,
    /// The names of the enclosing messages.
    path: Vec<String>,
}

impl Comparison {
    fn report(&mut self, kind: IncompatibilityKind, message: String) {
        self.found.push(Incompatibility { kind, path: self.path.join("."), message });
    }

    fn at(&mut self, name: &str, compare: impl FnOnce(&mut Self)) {
        self.path.push(name.to_owned());
        compare(self);
        self.path.pop();
    }

    /// Depth is bounded by the compiler.
    fn messages(
        &mut self,
        new: impl Iterator<Item = MessageDescriptor>,
        old: impl Iterator<Item = MessageDescriptor>,
    ) {
        let declared = |message: &MessageDescriptor| !message.is_map_entry();
        let new: BTreeMap<String, MessageDescriptor> =
            new.filter(declared).map(|message| (message.name().to_owned(), message)).collect();
        for old in old.filter(declared) {
            self.at(old.name(), |comparison| match new.get(old.name()) {
                None => {
                    comparison
                        .report(IncompatibilityKind::MessageRemoved, "the message was removed".to_owned());
                }
                Some(new) => {
                    comparison.message(new, &old);
                    comparison.messages(new.child_messages(), old.child_messages());
                }
            });
        }
    }

    fn message(&mut self, new: &MessageDescriptor, old: &MessageDescriptor) {
        let (new_fields, old_fields) = (by_number(new.fields()), by_number(old.fields()));
        self.oneofs(new, old, &old_fields);
        for (number, old_field) in &old_fields {
            match new_fields.get(number) {
                Some(new_field) => {
                    self.at(old_field.name(), |comparison| comparison.field(new_field, old_field));
                }
                None if old_field.cardinality() == Cardinality::Required => {
                    self.field_report(IncompatibilityKind::RequiredFieldRemoved, old_field, "is gone");
                }
                None => {}
            }
        }
        for (_, field) in new_fields.iter().filter(|(number, _)| !old_fields.contains_key(number)) {
            if field.cardinality() == Cardinality::Required {
                self.field_report(IncompatibilityKind::RequiredFieldAdded, field, "is new and required");
            }
        }
    }

    fn field_report(&mut self, kind: IncompatibilityKind, field: &FieldDescriptor, what: &str) {
        self.report(kind, format!("field `{}` = {} {what}", field.name(), field.number()));
    }

    fn oneofs(
        &mut self,
        new: &MessageDescriptor,
        old: &MessageDescriptor,
        old_fields: &BTreeMap<u32, FieldDescriptor>,
    ) {
        let (new_oneofs, old_oneofs) = (oneofs(new), oneofs(old));
        for (name, members) in &new_oneofs {
            // Fields that were not in a oneof before.
            let moved = members.values().filter(|member| {
                old_fields.get(&member.number()).is_some_and(|field| oneof_of(field).is_none())
            });
            let moved: Vec<&FieldDescriptor> = moved.collect();
            let kind = match old_oneofs.get(name) {
                Some(_) => IncompatibilityKind::FieldMovedToExistingOneof,
                None if moved.len() > 1 => IncompatibilityKind::MultipleFieldsMovedToOneof,
                None => continue,
            };
            for field in moved {
                self.field_report(kind, field, &format!("moved into the oneof `{name}`"));
            }
        }
        for (name, members) in &old_oneofs {
            let Some(remaining) = new_oneofs.get(name) else { continue };
            let gone: Vec<&FieldDescriptor> = members
                .iter()
                .filter(|(number, _)| !remaining.contains_key(number))
                .map(|(_, f)| f)
                .collect();
            // A field that is not in a oneof any more is still read.
            let moved_out = |field: &FieldDescriptor| {
                new.get_field(field.number()).is_some_and(|field| oneof_of(&field).is_none())
            };
            if let [only] = gone[..]
                && moved_out(only)
            {
                continue;
            }
            for field in gone {
                let what = format!("is no longer in the oneof `{name}`");
                self.field_report(IncompatibilityKind::OneofFieldRemoved, field, &what);
            }
        }
    }

    fn field(&mut self, new: &FieldDescriptor, old: &FieldDescriptor) {
        if new.is_map() && old.is_map() {
            let entry = |field: &FieldDescriptor| match field.kind() {
                Kind::Message(entry) => Some((entry.map_entry_key_field(), entry.map_entry_value_field())),
                _ => None,
            };
            if let (Some((new_key, new_value)), Some((old_key, old_value))) = (entry(new), entry(old)) {
                self.kinds(&new_key.kind(), &old_key.kind());
                self.kinds(&new_value.kind(), &old_value.kind());
            }
            return;
        }
        if new.is_map() != old.is_map() {
            return self
                .report(IncompatibilityKind::FieldKindChanged, "one is a map, the other is not".to_owned());
        }
        if new.is_group() != old.is_group() {
            let message = "delimited and length-prefixed messages have different encodings".to_owned();
            return self.report(IncompatibilityKind::FieldKindChanged, message);
        }
        self.kinds(&new.kind(), &old.kind());
        let is_numeric = !matches!(old.kind(), Kind::String | Kind::Bytes | Kind::Message(_));
        if is_numeric && new.is_list() != old.is_list() {
            let message = "repeated and single numbers have different encodings".to_owned();
            self.report(IncompatibilityKind::FieldNumericLabelChanged, message);
        }
    }

    fn kinds(&mut self, new: &Kind, old: &Kind) {
        let changed = format!("{old:?} became {new:?}");
        match (new, old) {
            (Kind::Message(new), Kind::Message(old)) if new.full_name() == old.full_name() => {}
            (Kind::Enum(new), Kind::Enum(old)) if new.full_name() == old.full_name() => {}
            (Kind::Message(_), Kind::Message(_)) | (Kind::Enum(_), Kind::Enum(_)) => {
                self.report(IncompatibilityKind::FieldNamedTypeChanged, named(new, old));
            }
            (Kind::Message(_), _) | (_, Kind::Message(_)) => {
                self.report(IncompatibilityKind::FieldKindChanged, named(new, old));
            }
            // Confluent's rules accept it, and payloads that are not text would not be read.
            (Kind::String, Kind::Bytes) => {
                let message = format!("{changed}: not all bytes are text");
                self.report(IncompatibilityKind::FieldScalarKindChanged, message);
            }
            (new, old) if group(new) != group(old) => {
                self.report(IncompatibilityKind::FieldScalarKindChanged, changed);
            }
            _ => {}
        }
    }
}

fn named(new: &Kind, old: &Kind) -> String {
    let name = |kind: &Kind| match kind {
        Kind::Message(message) => format!("message {}", message.full_name()),
        Kind::Enum(definition) => format!("enum {}", definition.full_name()),
        scalar => format!("{scalar:?}"),
    };
    format!("{} became {}", name(old), name(new))
}

/// The group of scalars with a compatible encoding that a kind belongs to.
fn group(kind: &Kind) -> u8 {
    match kind {
        Kind::Int32 | Kind::Int64 | Kind::Uint32 | Kind::Uint64 | Kind::Bool | Kind::Enum(_) => 0,
        Kind::Sint32 | Kind::Sint64 => 1,
        Kind::String | Kind::Bytes => 2,
        Kind::Fixed32 | Kind::Sfixed32 => 3,
        Kind::Fixed64 | Kind::Sfixed64 => 4,
        Kind::Float => 5,
        Kind::Double => 6,
        Kind::Message(_) => 7,
    }
}

fn by_number(fields: impl Iterator<Item = FieldDescriptor>) -> BTreeMap<u32, FieldDescriptor> {
    fields.map(|field| (field.number(), field)).collect()
}

/// The oneof of a field, if it is one that the author wrote.
fn oneof_of(field: &FieldDescriptor) -> Option<String> {
    let oneof = field.containing_oneof().filter(|oneof| !oneof.is_synthetic())?;
    Some(oneof.name().to_owned())
}

/// The oneofs that the author wrote, with their members.
fn oneofs(message: &MessageDescriptor) -> BTreeMap<String, BTreeMap<u32, FieldDescriptor>> {
    let written = message.oneofs().filter(|oneof| !oneof.is_synthetic());
    written.map(|oneof| (oneof.name().to_owned(), by_number(oneof.fields()))).collect()
}
