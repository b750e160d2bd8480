//! Avro compatibility, by the rules of Apache's `SchemaCompatibility`: can a reader's schema read what a writer wrote?
//!
//! Every difference is reported, not only the first. Unlike Apache's rules, logical types count: eventgen does not read
//! values whose logical type changes with loss. At the end [`check_resolution`] is asked, which is what a consumer
//! does: what it refuses is never compatible.

use std::collections::BTreeSet;

use eventgen_avro::check_resolution;
use eventgen_avro::parse::ParsedSchema;

use crate::compatibility::{Incompatibility, IncompatibilityKind};
use crate::types::{Logical, Name, Record, Type, TypeGraph, TypeId, logical_change};

/// Every reason why `reader` cannot read what `writer` wrote; none if it can.
pub(super) fn check(reader: &ParsedSchema, writer: &ParsedSchema) -> Vec<Incompatibility> {
    let mut comparison = Comparison {
        reader,
        writer,
        seen: BTreeSet::new(),
        path: Vec::new(),
        found: Vec::new(),
        is_attempt: false,
    };
    comparison.compare(reader.root, writer.root);
    let mut found = comparison.found;
    if found.is_empty()
        && let Err(error) = check_resolution(writer, reader)
    {
        let kind = IncompatibilityKind::TypeMismatch;
        found.push(Incompatibility { kind, path: String::new(), message: error.to_string() });
    }
    found
}

/// The base of a type, and its logical type.
fn base(types: &TypeGraph, id: TypeId) -> (&Type, Option<Logical>) {
    match types.get(id) {
        Type::Logical { logical, base } => (types.get(*base), Some(*logical)),
        ty => (ty, None),
    }
}

struct Comparison<'a> {
    reader: &'a ParsedSchema,
    writer: &'a ParsedSchema,
    /// Pairs compared or being compared: a type that contains itself is compatible if the rest is.
    seen: BTreeSet<(TypeId, TypeId)>,
    path: Vec<String>,
    found: Vec<Incompatibility>,
    /// Whether the comparison stops at the first difference. Otherwise nested unions compare all of their branches with
    /// each other, which takes exponential time.
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
        let (reader_type, reader_logical) = base(&self.reader.types, reader);
        let (writer_type, writer_logical) = base(&self.writer.types, writer);
        match (reader_type, writer_type) {
            // The reader must accept every branch of the writer.
            (_, Type::Union(branches)) => branches.iter().for_each(|&branch| self.compare(reader, branch)),
            (Type::Union(branches), _) => {
                if !branches.iter().any(|&branch| self.is_readable(branch, writer)) {
                    let message = format!("the reader's union has no branch for {}", describe(writer_type));
                    self.report(IncompatibilityKind::MissingUnionBranch, message);
                }
            }
            _ if logical_change(writer_logical, reader_logical).is_none() => {
                let name = |logical: Option<Logical>| logical.map_or_else(String::new, |it| it.to_string());
                let message =
                    format!("{} does not become {} without loss", name(writer_logical), name(reader_logical));
                self.report(IncompatibilityKind::LogicalTypeMismatch, message);
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
            let named = |name: &str| writer.fields.iter().find(|written| written.name == name);
            let written = named(&field.name).or_else(|| field.aliases.iter().find_map(|alias| named(alias)));
            // Apache's implementation for Java refuses a field that matches several.
            let also = field.aliases.iter().filter_map(|alias| named(alias));
            let also =
                also.map(|other| &other.name).find(|other| written.is_some_and(|it| it.name != **other));
            if let (Some(written), Some(other)) = (written, also) {
                let message =
                    format!("the field `{}` may be the writer's `{}` or `{other}`", field.name, written.name);
                self.report(IncompatibilityKind::NameMismatch, message);
                continue;
            }
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

    /// Whether a branch of the reader's union reads the writer's type. The comparison is separate, so that a branch
    /// that does not match reports nothing.
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
