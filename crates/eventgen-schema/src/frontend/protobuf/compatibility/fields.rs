//! Two versions of one field: labels, kinds and types.

use prost_reflect::{Cardinality, ExtensionDescriptor, FieldDescriptor, Kind, MessageDescriptor};

use super::super::parse::ParsedSchema;
use super::super::syntax::Written;
use super::numbers::lost;
use super::oneofs::oneof_of;
use super::{Comparison, IncompatibilityKind, RuleSet};

/// The label of a field, as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Label {
    Optional,
    Required,
    Repeated,
}

impl Comparison<'_> {
    pub(super) fn field(&mut self, new: &FieldDescriptor, old: &FieldDescriptor) {
        match (entry(new), entry(old)) {
            (Some((new_key, new_value)), Some((old_key, old_value))) => {
                self.types(&(&new_key).into(), &(&old_key).into());
                self.types(&(&new_value).into(), &(&old_value).into());
            }
            (None, None) => {
                if self.types(&new.into(), &old.into()) {
                    if is_numeric(&old.kind()) {
                        self.numeric_labels(new, old);
                    } else if old.is_list() && !new.is_list() {
                        self.repeated_to_single(&old.kind());
                    }
                }
            }
            _ => {
                self.report(
                    IncompatibilityKind::FieldKindChanged,
                    "one is a map, the other is not".to_owned(),
                );
            }
        }
        let is_required = |field: &FieldDescriptor| field.cardinality() == Cardinality::Required;
        if is_required(new) && !is_required(old) {
            let message = "the field became required, and data may lack it".to_owned();
            self.report_by(RuleSet::Wire, IncompatibilityKind::FieldBecameRequired, message);
        }
    }

    /// Compares the types of two fields; `true` if they have the same form on the wire.
    pub(super) fn types(&mut self, new: &FieldType, old: &FieldType) -> bool {
        let (new_kind, old_kind) = (&new.kind, &old.kind);
        match (new_kind, old_kind) {
            (Kind::Message(_), Kind::Message(_)) if new.is_group != old.is_group => {
                let message = "delimited and length-prefixed messages have different encodings".to_owned();
                self.report(IncompatibilityKind::FieldKindChanged, message);
                false
            }
            (Kind::Message(new_type), Kind::Message(old_type)) => {
                self.message_types(new_type, old_type, new.is_group);
                true
            }
            (Kind::Message(_), _) | (_, Kind::Message(_)) => {
                self.report(IncompatibilityKind::FieldKindChanged, changed(new_kind, old_kind));
                false
            }
            (new, old) if group(new) != group(old) => {
                self.report(IncompatibilityKind::FieldScalarKindChanged, changed(new, old));
                false
            }
            (Kind::String, Kind::Bytes) => {
                let message = format!("{}: not all bytes are text", changed(new_kind, old_kind));
                self.report_by(RuleSet::Wire, IncompatibilityKind::FieldBytesToString, message);
                true
            }
            (new, old) => {
                if let Some(lost) = lost(self.reader, new, self.writer, old) {
                    let message = format!("{}: {lost}", changed(new, old));
                    self.report_by(RuleSet::Wire, IncompatibilityKind::FieldNarrowed, message);
                }
                true
            }
        }
    }

    pub(super) fn repeated_to_single(&mut self, kind: &Kind) {
        let message = match kind {
            Kind::Message(_) => "of several messages one is read, with what each of them sets",
            _ => "of several values only the last one is read",
        };
        self.report_by(RuleSet::Wire, IncompatibilityKind::FieldRepeatedToSingle, message.to_owned());
    }

    /// Messages keep their names, but not their packages. Those of the files themselves are compared at their places.
    fn message_types(&mut self, new: &MessageDescriptor, old: &MessageDescriptor, is_group: bool) {
        // A group has the name of its field.
        if is_group {
            return self.elsewhere(new, old);
        }
        if local_name(new) != local_name(old) {
            let message = changed(&Kind::Message(new.clone()), &Kind::Message(old.clone()));
            return self.report(IncompatibilityKind::FieldNamedTypeChanged, message);
        }
        if new.parent_file() != self.reader.file || old.parent_file() != self.writer.file {
            self.elsewhere(new, old);
        }
    }

    /// Labels that are not written, as in proto3 and in oneofs, do not count for registries.
    fn numeric_labels(&mut self, new: &FieldDescriptor, old: &FieldDescriptor) {
        match (label(self.reader, new), label(self.writer, old)) {
            (Some(new), Some(old)) if new != old => {
                let is_repeated = new == Label::Repeated || old == Label::Repeated;
                let message = if is_repeated {
                    "repeated and single numbers have different encodings"
                } else {
                    "one is required, the other is not"
                };
                self.report(IncompatibilityKind::FieldNumericLabelChanged, message.to_owned());
            }
            _ if old.is_list() && !new.is_list() => self.packed_to_single(),
            _ => {}
        }
    }

    pub(super) fn packed_to_single(&mut self) {
        let message = "a single number is not read from packed ones".to_owned();
        self.report_by(RuleSet::Wire, IncompatibilityKind::FieldPackedToSingle, message);
    }
}

/// The type of a field or of an extension.
pub(super) struct FieldType {
    kind: Kind,
    is_group: bool,
}

impl From<&FieldDescriptor> for FieldType {
    fn from(field: &FieldDescriptor) -> Self {
        Self { kind: field.kind(), is_group: field.is_group() }
    }
}

impl From<&ExtensionDescriptor> for FieldType {
    fn from(extension: &ExtensionDescriptor) -> Self {
        Self { kind: extension.kind(), is_group: extension.is_group() }
    }
}

fn label(schema: &ParsedSchema, field: &FieldDescriptor) -> Option<Label> {
    if field.is_list() {
        return Some(Label::Repeated);
    }
    if oneof_of(field).is_some() {
        return None;
    }
    match schema.written(&field.parent_file()) {
        Written::Proto2 if field.cardinality() == Cardinality::Required => Some(Label::Required),
        Written::Proto2 => Some(Label::Optional),
        Written::Proto3 => field.field_descriptor_proto().proto3_optional().then_some(Label::Optional),
        Written::Edition => None,
    }
}

/// The key and the value of a map.
fn entry(field: &FieldDescriptor) -> Option<(FieldDescriptor, FieldDescriptor)> {
    match field.kind() {
        Kind::Message(entry) if field.is_map() => {
            Some((entry.map_entry_key_field(), entry.map_entry_value_field()))
        }
        _ => None,
    }
}

/// The name of a message inside its package.
fn local_name(message: &MessageDescriptor) -> &str {
    let (name, package) = (message.full_name(), message.package_name());
    name.strip_prefix(package).map_or(name, |name| name.trim_start_matches('.'))
}

fn changed(new: &Kind, old: &Kind) -> String {
    let name = |kind: &Kind| match kind {
        Kind::Message(message) => format!("message {}", message.full_name()),
        Kind::Enum(definition) => format!("enum {}", definition.full_name()),
        scalar => format!("{scalar:?}"),
    };
    format!("{} became {}", name(old), name(new))
}

pub(super) fn is_numeric(kind: &Kind) -> bool {
    !matches!(kind, Kind::String | Kind::Bytes | Kind::Message(_))
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
