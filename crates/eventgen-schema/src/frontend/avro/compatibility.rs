//! Avro compatibility, by the rules of Apache's `SchemaCompatibility`: can a reader's schema read what a writer wrote?
//!
//! Every difference is reported, not only the first. Apache's rules ignore logical types. All rule sets but
//! [`RuleSet::Registry`] do not: eventgen does not read values whose logical type changes with loss. Last they ask
//! [`check_resolution`], which is what a consumer does: what it refuses is never compatible.

use std::collections::{BTreeMap, BTreeSet};

use eventgen_avro::check_resolution;
use eventgen_avro::parse::ParsedSchema;

use super::element::Part;
use crate::compatibility::{Incompatibility, IncompatibilityKind, RuleSet};
use crate::types::{Enum, Field, Logical, Name, Record, Type, TypeGraph, TypeId, logical_change};

/// Every reason for which `rules` forbid that `reader` reads what `writer` wrote.
pub(super) fn check(reader: &ParsedSchema, writer: &ParsedSchema, rules: RuleSet) -> Vec<Incompatibility> {
    let mut found = compare(reader, writer, RuleSet::Registry);
    if rules == RuleSet::Registry {
        return found;
    }
    let key = |found: &Incompatibility| (found.kind, found.path.clone(), found.message.clone());
    let known: BTreeSet<_> = found.iter().map(key).collect();
    let stricter = compare(reader, writer, RuleSet::Wire);
    found.extend(stricter.into_iter().filter(|found| !known.contains(&key(found))));
    if found.is_empty()
        && let Err(error) = check_resolution(writer, reader)
    {
        let kind = IncompatibilityKind::TypeMismatch;
        found.push(Incompatibility::new(kind, RuleSet::Wire, String::new(), error.to_string()));
    }
    found
}

fn compare(reader: &ParsedSchema, writer: &ParsedSchema, rules: RuleSet) -> Vec<Incompatibility> {
    let mut comparison = Comparison {
        reader,
        writer,
        rules,
        seen: Seen::default(),
        readable: BTreeMap::new(),
        path: Vec::new(),
        part: (Part::Schema, Part::Schema),
        found: Vec::new(),
        is_attempt: false,
    };
    comparison.compare(reader.root, writer.root);
    comparison.found
}

/// The base of a type, and its logical type.
fn base(types: &TypeGraph, id: TypeId) -> (&Type, Option<Logical>) {
    match types.get(id) {
        Type::Logical { logical, base } => (types.get(*base), Some(*logical)),
        ty => (ty, None),
    }
}

/// Pairs of types, and those of the comparison that a separate one is for.
#[derive(Default)]
struct Seen<'s> {
    own: BTreeSet<(TypeId, TypeId)>,
    around: Option<&'s Seen<'s>>,
}

impl Seen<'_> {
    /// Adds a pair; `false` if it is there.
    fn insert(&mut self, pair: (TypeId, TypeId)) -> bool {
        let mut around = self.around;
        while let Some(seen) = around {
            if seen.own.contains(&pair) {
                return false;
            }
            around = seen.around;
        }
        self.own.insert(pair)
    }
}

struct Comparison<'a, 's> {
    reader: &'a ParsedSchema,
    writer: &'a ParsedSchema,
    /// [`RuleSet::Registry`] ignores logical types, all others do not.
    rules: RuleSet,
    /// Pairs compared or being compared: a type that contains itself is compatible if the rest is.
    seen: Seen<'s>,
    /// The branches of unions that were tried outside of an attempt, with the writer's types, and whether they read them.
    readable: BTreeMap<(TypeId, TypeId), bool>,
    path: Vec<String>,
    /// The parts of the reader's and of the writer's schema that are compared.
    part: (Part<'a>, Part<'a>),
    found: Vec<Incompatibility>,
    /// Whether the comparison stops at the first difference. Otherwise nested unions compare all of their branches with
    /// each other, which takes exponential time.
    is_attempt: bool,
}

impl<'a> Comparison<'a, '_> {
    fn report(&mut self, kind: IncompatibilityKind, message: String) {
        let path = self.path.concat().trim_start_matches('.').to_owned();
        let parts = (self.part.0.element(), self.part.1.element());
        self.found.push(Incompatibility::new(kind, self.rules, path, message).between(parts));
    }

    /// Compares with other parts.
    fn within(&mut self, reader: Part<'a>, writer: Part<'a>, compare: impl FnOnce(&mut Self)) {
        let around = std::mem::replace(&mut self.part, (reader, writer));
        compare(self);
        self.part = around;
    }

    fn compare(&mut self, reader: TypeId, writer: TypeId) {
        if self.is_attempt && !self.found.is_empty() || !self.seen.insert((reader, writer)) {
            return;
        }
        let (reader_schema, writer_schema) = (self.reader, self.writer);
        let (reader_type, reader_logical) = base(&reader_schema.types, reader);
        let (writer_type, writer_logical) = base(&writer_schema.types, writer);
        match (reader_type, writer_type) {
            // The reader must accept every branch of the writer.
            (_, Type::Union(branches)) => branches.iter().for_each(|&branch| self.compare(reader, branch)),
            (Type::Union(branches), _) => {
                if !branches.iter().any(|&branch| self.is_readable(branch, writer)) {
                    let message = format!("the reader's union has no branch for {}", describe(writer_type));
                    self.report(IncompatibilityKind::MissingUnionBranch, message);
                }
            }
            _ if self.rules > RuleSet::Registry
                && logical_change(writer_logical, reader_logical).is_none() =>
            {
                let name = |logical: Option<Logical>| logical.map_or_else(String::new, |it| it.to_string());
                let message =
                    format!("{} does not become {} without loss", name(writer_logical), name(reader_logical));
                self.report(IncompatibilityKind::LogicalTypeMismatch, message);
            }
            (Type::String, Type::Bytes) if self.rules > RuleSet::Registry => {
                let message = "the writer wrote bytes, and not all bytes are text".to_owned();
                self.report(IncompatibilityKind::FieldBytesToString, message);
            }
            _ if self.rules > RuleSet::Registry
                && writer_logical.is_none()
                && reader_logical.is_some_and(|logical| is_partial(logical, reader_type)) =>
            {
                let name = reader_logical.map_or_else(String::new, |it| it.to_string());
                let message = format!("the writer wrote plain values, and not all of them are of {name}");
                self.report(IncompatibilityKind::LogicalTypeMismatch, message);
            }
            (Type::Array(reader), Type::Array(writer)) => self.step("[]".to_owned(), *reader, *writer),
            (Type::Map(reader), Type::Map(writer)) => self.step("{}".to_owned(), *reader, *writer),
            (Type::Record(reader), Type::Record(writer)) => {
                self.within(Part::Type(&reader.name), Part::Type(&writer.name), |comparison| {
                    comparison.names(&reader.name, &reader.aliases, &writer.name);
                    comparison.records(reader, writer);
                });
            }
            (Type::Enum(reader), Type::Enum(writer)) => {
                self.within(Part::Type(&reader.name), Part::Type(&writer.name), |comparison| {
                    comparison.enums(reader, writer);
                });
            }
            (Type::Fixed(reader), Type::Fixed(writer)) => {
                self.within(Part::Type(&reader.name), Part::Type(&writer.name), |comparison| {
                    comparison.names(&reader.name, &reader.aliases, &writer.name);
                    if reader.size != writer.size {
                        let message = format!(
                            "the reader expects {} bytes, the writer wrote {}",
                            reader.size, writer.size
                        );
                        comparison.report(IncompatibilityKind::FixedSizeMismatch, message);
                    }
                });
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

    fn enums(&mut self, reader: &'a Enum, writer: &'a Enum) {
        self.names(&reader.name, &reader.aliases, &writer.name);
        let known: BTreeSet<&String> = reader.symbols.iter().collect();
        let missing: Vec<&str> =
            writer.symbols.iter().filter(|symbol| !known.contains(symbol)).map(String::as_str).collect();
        if let Some(first) = missing.first().filter(|_| reader.default.is_none()) {
            let message = format!("the reader's enum lacks {} and has no default", missing.join(", "));
            self.within(Part::Type(&reader.name), Part::Member(&writer.name, first), |comparison| {
                comparison.report(IncompatibilityKind::MissingEnumSymbols, message);
            });
        }
    }

    fn records(&mut self, reader: &'a Record, writer: &'a Record) {
        let renamed = renamed(reader);
        let written: BTreeMap<&str, &Field> =
            writer.fields.iter().map(|written| (written.name.as_str(), written)).collect();
        for field in &reader.fields {
            let named = |name: &String| written.get(name.as_str()).copied();
            let aliases: BTreeSet<&String> = field.aliases.iter().collect();
            // The name comes first. Apache's implementation for Java counts an alias that repeats the name as another match.
            let candidates = std::iter::once(&field.name).chain(aliases);
            let written: Vec<&Field> = candidates.filter_map(named).collect();
            let read = Part::Member(&reader.name, &field.name);
            let wrote = match written.first() {
                Some(first) => Part::Member(&writer.name, &first.name),
                None => Part::Type(&writer.name),
            };
            self.within(read, wrote, |comparison| match written[..] {
                [] if field.default.is_some() => {}
                [] => {
                    let message =
                        format!("the writer has no field `{}` and the reader no default for it", field.name);
                    comparison.report(IncompatibilityKind::ReaderFieldMissingDefaultValue, message);
                }
                [only] => {
                    // Java's reader renames the fields of the writer before it looks for those of the reader.
                    if let Some(other) = renamed.get(&*only.name).filter(|other| **other != field.name)
                        && field.default.is_none()
                    {
                        let message = format!(
                            "the writer's `{}` is read as `{other}`, of which it is an alias, and `{}` has no default",
                            only.name, field.name
                        );
                        comparison.report(IncompatibilityKind::ReaderFieldMissingDefaultValue, message);
                    }
                    comparison.step(format!(".{}", field.name), field.type_id, only.type_id);
                }
                [first, second, ..] => {
                    let message = format!(
                        "the field `{}` matches the writer's `{}` and `{}` by its name and aliases",
                        field.name, first.name, second.name
                    );
                    comparison.report(IncompatibilityKind::NameMismatch, message);
                }
            });
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
    fn is_readable(&mut self, branch: TypeId, writer: TypeId) -> bool {
        if let Some(known) = self.readable.get(&(branch, writer)) {
            return *known;
        }
        let is_readable = self.attempt(branch, writer);
        // Inside of an attempt the answer depends on what the attempt takes for compatible while it runs.
        if !self.is_attempt {
            self.readable.insert((branch, writer), is_readable);
        }
        is_readable
    }

    fn attempt(&self, branch: TypeId, writer: TypeId) -> bool {
        let mut attempt = Comparison {
            reader: self.reader,
            writer: self.writer,
            rules: self.rules,
            seen: Seen { own: BTreeSet::new(), around: Some(&self.seen) },
            readable: BTreeMap::new(),
            path: Vec::new(),
            part: self.part,
            found: Vec::new(),
            is_attempt: true,
        };
        attempt.compare(branch, writer);
        attempt.found.is_empty()
    }
}

/// Whether a logical type has fewer values than the type that it is written as.
fn is_partial(logical: Logical, base: &Type) -> bool {
    match logical {
        Logical::Uuid => *base == Type::String,
        Logical::TimeMillis | Logical::TimeMicros => true,
        _ => false,
    }
}

/// The names that a reader gives to fields of a writer: of two fields with the same alias, the last takes it.
fn renamed(reader: &Record) -> BTreeMap<&str, &str> {
    let fields = reader.fields.iter();
    let aliases =
        fields.flat_map(|field| field.aliases.iter().map(|alias| (alias.as_str(), field.name.as_str())));
    aliases.collect()
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
