//! Compatibility of two versions of a schema, with every difference that a registry would refuse.
//!
//! Protobuf's rules are in [`protobuf::compatibility`](crate::protobuf::compatibility). Here are Avro's, by the rules of Apache's `SchemaCompatibility`: can a reader's schema read what a writer's wrote?
//!
//! Every difference is reported, not the first. Logical types are not looked at: they do not change the bytes.

use std::collections::BTreeSet;

use crate::avro::ParsedSchema;
use crate::contract::Compatibility;
use crate::types::{Name, Record, Type, TypeId};

/// The kinds of difference: Avro's by Apache's names, Protobuf's by those of Confluent's registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IncompatibilityKind {
    /// The short names differ and no alias of the reader is the writer's full name.
    NameMismatch,
    /// A fixed of another size.
    FixedSizeMismatch,
    /// The writer has symbols that the reader lacks, and the reader has no default.
    MissingEnumSymbols,
    /// The reader has a field without a default that the writer lacks.
    ReaderFieldMissingDefaultValue,
    /// The types differ and the writer's is not promoted to the reader's.
    TypeMismatch,
    /// A branch of the writer's union, or the writer's type, is in no branch of the reader's union.
    MissingUnionBranch,
    /// Protobuf: the file is in another package.
    PackageChanged,
    /// Protobuf: a message is gone.
    MessageRemoved,
    /// Protobuf: a field was a scalar, a message or a map, and is another of these.
    FieldKindChanged,
    /// Protobuf: a scalar of another form on the wire.
    FieldScalarKindChanged,
    /// Protobuf: another message or enum.
    FieldNamedTypeChanged,
    /// Protobuf: a number that was repeated and is not, or the other way round.
    FieldNumericLabelChanged,
    /// Protobuf: a new field that old data lacks and that must be there.
    RequiredFieldAdded,
    /// Protobuf: a field that old readers need is gone.
    RequiredFieldRemoved,
    /// Protobuf: a choice of a oneof is gone.
    OneofFieldRemoved,
    /// Protobuf: fields that could be set together exclude each other.
    MultipleFieldsMovedToOneof,
    /// Protobuf: a field excludes others that it could be set with.
    FieldMovedToExistingOneof,
    /// Another schema language.
    FormatChanged,
}

impl IncompatibilityKind {
    /// Apache's or Confluent's name, such as `NAME_MISMATCH`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NameMismatch => "NAME_MISMATCH",
            Self::FixedSizeMismatch => "FIXED_SIZE_MISMATCH",
            Self::MissingEnumSymbols => "MISSING_ENUM_SYMBOLS",
            Self::ReaderFieldMissingDefaultValue => "READER_FIELD_MISSING_DEFAULT_VALUE",
            Self::TypeMismatch => "TYPE_MISMATCH",
            Self::MissingUnionBranch => "MISSING_UNION_BRANCH",
            Self::PackageChanged => "PACKAGE_CHANGED",
            Self::MessageRemoved => "MESSAGE_REMOVED",
            Self::FieldKindChanged => "FIELD_KIND_CHANGED",
            Self::FieldScalarKindChanged => "FIELD_SCALAR_KIND_CHANGED",
            Self::FieldNamedTypeChanged => "FIELD_NAMED_TYPE_CHANGED",
            Self::FieldNumericLabelChanged => "FIELD_NUMERIC_LABEL_CHANGED",
            Self::RequiredFieldAdded => "REQUIRED_FIELD_ADDED",
            Self::RequiredFieldRemoved => "REQUIRED_FIELD_REMOVED",
            Self::OneofFieldRemoved => "ONEOF_FIELD_REMOVED",
            Self::MultipleFieldsMovedToOneof => "MULTIPLE_FIELDS_MOVED_TO_ONEOF",
            Self::FieldMovedToExistingOneof => "FIELD_MOVED_TO_EXISTING_ONEOF",
            Self::FormatChanged => "FORMAT_CHANGED",
        }
    }
}

/// A difference that a reader cannot overcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incompatibility {
    /// Its kind.
    pub kind: IncompatibilityKind,
    /// Where in the reader's schema, such as `payload.lines[]`; empty for the schema itself.
    pub path: String,
    /// What differs.
    pub message: String,
}

impl std::fmt::Display for Incompatibility {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let path = if self.path.is_empty() { "the schema" } else { &self.path };
        write!(f, "{} at {path}: {}", self.kind.as_str(), self.message)
    }
}

/// Every reason why `reader` cannot read what `writer` wrote; none if it can.
pub fn check(reader: &ParsedSchema, writer: &ParsedSchema) -> Vec<Incompatibility> {
    let mut comparison = Comparison {
        reader,
        writer,
        seen: BTreeSet::new(),
        path: Vec::new(),
        found: Vec::new(),
        is_attempt: false,
    };
    comparison.compare(reader.root, writer.root);
    comparison.found
}

/// Every reason why a level forbids `new` behind `existing` versions, given oldest first.
pub fn check_level(
    level: Compatibility,
    new: &ParsedSchema,
    existing: &[ParsedSchema],
) -> Vec<Incompatibility> {
    check_level_with(level, new, existing, check)
}

/// The same for any schema language; `check(reader, writer)` finds what the reader cannot read.
pub fn check_level_with<S>(
    level: Compatibility,
    new: &S,
    existing: &[S],
    check: impl Fn(&S, &S) -> Vec<Incompatibility>,
) -> Vec<Incompatibility> {
    let (backward, forward, transitive) = match level {
        Compatibility::None => (false, false, false),
        Compatibility::Backward => (true, false, false),
        Compatibility::BackwardTransitive => (true, false, true),
        Compatibility::Forward => (false, true, false),
        Compatibility::ForwardTransitive => (false, true, true),
        Compatibility::Full => (true, true, false),
        Compatibility::FullTransitive => (true, true, true),
    };
    let checked = if transitive { existing.len() } else { 1 };
    let mut found = Vec::new();
    for old in existing.iter().rev().take(checked) {
        if backward {
            found.extend(check(new, old));
        }
        if forward {
            found.extend(check(old, new));
        }
    }
    found
}

struct Comparison<'a> {
    reader: &'a ParsedSchema,
    writer: &'a ParsedSchema,
    /// Pairs compared or being compared: a type that contains itself is compatible if the rest is.
    seen: BTreeSet<(TypeId, TypeId)>,
    path: Vec<String>,
    found: Vec<Incompatibility>,
    /// Whether one difference is enough: without an end to it, branches of unions in branches of unions would be tried
    /// all with all.
    is_attempt: bool,
}

impl Comparison<'_> {
    fn report(&mut self, kind: IncompatibilityKind, message: String) {
        let path = self.path.concat().trim_start_matches('.').to_owned();
        self.found.push(Incompatibility { kind, path, message });
    }

    fn compare(&mut self, reader: TypeId, writer: TypeId) {
        if self.is_attempt && !self.found.is_empty() || !self.seen.insert((reader, writer)) {
            return;
        }
        let (reader_graph, writer_graph) = (&self.reader.types, &self.writer.types);
        let (reader_type, writer_type) = (reader_graph.get(reader), writer_graph.get(writer));
        match (reader_type, writer_type) {
            (Type::Logical { base, .. }, _) => self.compare(*base, writer),
            (_, Type::Logical { base, .. }) => self.compare(reader, *base),
            // Each branch that was written must be readable by itself.
            (_, Type::Union(branches)) => branches.iter().for_each(|&branch| self.compare(reader, branch)),
            (Type::Union(branches), _) => {
                if !branches.iter().any(|&branch| self.is_readable(branch, writer)) {
                    let message = format!("the reader's union has no branch for {}", describe(writer_type));
                    self.report(IncompatibilityKind::MissingUnionBranch, message);
                }
            }
            (Type::Array(reader), Type::Array(writer)) => self.step("[]".to_owned(), *reader, *writer),
            (Type::Map(reader), Type::Map(writer)) => self.step("{}".to_owned(), *reader, *writer),
            (Type::Record(reader), Type::Record(writer)) => {
                self.names(&reader.name, &reader.aliases, &writer.name);
                self.records(reader, writer);
            }
            (Type::Enum(reader), Type::Enum(writer)) => {
                self.names(&reader.name, &reader.aliases, &writer.name);
                let missing: Vec<&str> = writer
                    .symbols
                    .iter()
                    .filter(|symbol| !reader.symbols.contains(symbol))
                    .map(String::as_str)
                    .collect();
                if !missing.is_empty() && reader.default.is_none() {
                    let message =
                        format!("the reader's enum lacks {} and has no default", missing.join(", "));
                    self.report(IncompatibilityKind::MissingEnumSymbols, message);
                }
            }
            (Type::Fixed(reader), Type::Fixed(writer)) => {
                self.names(&reader.name, &reader.aliases, &writer.name);
                if reader.size != writer.size {
                    let message =
                        format!("the reader expects {} bytes, the writer wrote {}", reader.size, writer.size);
                    self.report(IncompatibilityKind::FixedSizeMismatch, message);
                }
            }
            (reader, writer) if is_promoted(writer, reader) => {}
            (reader, writer) => {
                let message =
                    format!("the reader expects {}, the writer wrote {}", describe(reader), describe(writer));
                self.report(IncompatibilityKind::TypeMismatch, message);
            }
        }
    }

    fn step(&mut self, step: String, reader: TypeId, writer: TypeId) {
        self.path.push(step);
        self.compare(reader, writer);
        self.path.pop();
    }

    fn records(&mut self, reader: &Record, writer: &Record) {
        for field in &reader.fields {
            let written = writer
                .fields
                .iter()
                .find(|written| written.name == field.name)
                .or_else(|| writer.fields.iter().find(|written| field.aliases.contains(&written.name)));
            match written {
                Some(written) => self.step(format!(".{}", field.name), field.type_id, written.type_id),
                None if field.default.is_some() => {}
                None => {
                    let message =
                        format!("the writer has no field `{}` and the reader no default for it", field.name);
                    self.report(IncompatibilityKind::ReaderFieldMissingDefaultValue, message);
                }
            }
        }
    }

    /// A change of namespace alone is compatible: Apache compares short names.
    fn names(&mut self, reader: &Name, aliases: &[Name], writer: &Name) {
        if reader.name != writer.name && !aliases.contains(writer) {
            let message = format!("the reader expects `{reader}`, the writer wrote `{writer}`");
            self.report(IncompatibilityKind::NameMismatch, message);
        }
    }

    /// Whether a branch of the reader's union reads the writer's type. Tried apart, so that a branch that does not fit
    /// leaves no report.
    fn is_readable(&self, branch: TypeId, writer: TypeId) -> bool {
        let mut attempt = Comparison {
            reader: self.reader,
            writer: self.writer,
            seen: self.seen.clone(),
            path: Vec::new(),
            found: Vec::new(),
            is_attempt: true,
        };
        attempt.compare(branch, writer);
        attempt.found.is_empty()
    }
}

/// Promotions (specification 1.12, "Schema Resolution"), equality included.
fn is_promoted(writer: &Type, reader: &Type) -> bool {
    writer == reader
        || matches!(
            (writer, reader),
            (Type::Int, Type::Long | Type::Float | Type::Double)
                | (Type::Long, Type::Float | Type::Double)
                | (Type::Float, Type::Double)
                | (Type::String, Type::Bytes)
                | (Type::Bytes, Type::String)
        )
}

fn describe(ty: &Type) -> String {
    let named = |kind: &str| ty.name().map_or_else(|| kind.to_owned(), |name| format!("{kind} `{name}`"));
    match ty {
        Type::Null => "null".to_owned(),
        Type::Boolean => "boolean".to_owned(),
        Type::Int => "int".to_owned(),
        Type::Long => "long".to_owned(),
        Type::Float => "float".to_owned(),
        Type::Double => "double".to_owned(),
        Type::Bytes => "bytes".to_owned(),
        Type::String => "string".to_owned(),
        Type::Array(_) => "an array".to_owned(),
        Type::Map(_) => "a map".to_owned(),
        Type::Union(_) => "a union".to_owned(),
        Type::Record(_) => named("record"),
        Type::Enum(_) => named("enum"),
        Type::Fixed(_) => named("fixed"),
        Type::Logical { .. } => "a logical type".to_owned(),
    }
}
