//! Changes of an Avro schema that readers overcome, and JSON or code does not.

use std::collections::{BTreeMap, BTreeSet};

use eventgen_avro::parse::ParsedSchema;

use super::element::Part;
use crate::compatibility::{Incompatibility, IncompatibilityKind, RuleSet};
use crate::types::{Enum, Field, Name, Record, Type, TypeId};

/// What changed between two versions.
pub(super) fn changes(new: &ParsedSchema, old: &ParsedSchema) -> Vec<Incompatibility> {
    let mut changes = Changes {
        new,
        old,
        seen: BTreeSet::new(),
        open: Vec::new(),
        path: String::new(),
        parts: (Part::Schema, Part::Schema),
        found: Vec::new(),
    };
    changes.step("", new.root, old.root);
    // Types nest as deep as a schema has records.
    while let Some(open) = changes.open.pop() {
        if changes.seen.insert((open.new, open.old)) {
            (changes.path, changes.parts) = (open.path, open.parts);
            changes.compare(open.new, open.old);
        }
    }
    changes.found
}

struct Changes<'a> {
    new: &'a ParsedSchema,
    old: &'a ParsedSchema,
    seen: BTreeSet<(TypeId, TypeId)>,
    /// Pairs of types that are still to be compared.
    open: Vec<Open<'a>>,
    /// The path of the pair that is compared.
    path: String,
    /// The parts of the new and of the old schema that are compared.
    parts: (Part<'a>, Part<'a>),
    found: Vec<Incompatibility>,
}

/// A pair of types, with where it is.
struct Open<'a> {
    path: String,
    parts: (Part<'a>, Part<'a>),
    new: TypeId,
    old: TypeId,
}

impl<'a> Changes<'a> {
    fn report(&mut self, rules: RuleSet, kind: IncompatibilityKind, message: String) {
        let path = self.path.trim_start_matches('.').to_owned();
        let parts = (self.parts.0.element(), self.parts.1.element());
        self.found.push(Incompatibility::new(kind, rules, path, message).between(parts));
    }

    fn step(&mut self, step: &str, new: TypeId, old: TypeId) {
        self.open.push(Open { path: format!("{}{step}", self.path), parts: self.parts, new, old });
    }

    fn compare(&mut self, new_id: TypeId, old_id: TypeId) {
        let (new_schema, old_schema) = (self.new, self.old);
        let (new, old) = (new_schema.types.get(new_id), old_schema.types.get(old_id));
        match (new, old) {
            (
                Type::Logical { logical: new_logical, base: new },
                Type::Logical { logical: old_logical, base: old },
            ) => {
                if new_logical != old_logical {
                    let message = format!("{old_logical} became {new_logical}");
                    self.report(RuleSet::Strict, IncompatibilityKind::LogicalTypeChanged, message);
                }
                self.step("", *new, *old);
            }
            (Type::Logical { logical, base }, _) => {
                let message = format!("the logical type {logical} is new");
                self.report(RuleSet::Strict, IncompatibilityKind::LogicalTypeChanged, message);
                self.step("", *base, old_id);
            }
            (_, Type::Logical { logical, base }) => {
                let message = format!("the logical type {logical} is gone");
                self.report(RuleSet::Strict, IncompatibilityKind::LogicalTypeChanged, message);
                self.step("", new_id, *base);
            }
            (Type::Array(new), Type::Array(old)) => self.step("[]", *new, *old),
            (Type::Map(new), Type::Map(old)) => self.step("{}", *new, *old),
            (Type::Record(new), Type::Record(old)) => {
                self.names(&new.name, &old.name);
                self.records(new, old);
            }
            (Type::Enum(new), Type::Enum(old)) => {
                self.names(&new.name, &old.name);
                self.enums(new, old);
            }
            (Type::Fixed(new), Type::Fixed(old)) => self.names(&new.name, &old.name),
            (Type::Union(new), Type::Union(old)) => self.unions(new, old),
            (new, old) if std::mem::discriminant(new) == std::mem::discriminant(old) => {}
            _ => {
                let message = "the type is another one in code and in JSON".to_owned();
                self.report(RuleSet::WireJson, IncompatibilityKind::FieldTypeChanged, message);
            }
        }
    }

    fn names(&mut self, new: &'a Name, old: &'a Name) {
        self.parts = (Part::Type(new), Part::Type(old));
        if new != old {
            let message = format!("`{old}` became `{new}`");
            self.report(RuleSet::Strict, IncompatibilityKind::TypeRenamed, message);
        }
    }

    fn records(&mut self, new: &'a Record, old: &'a Record) {
        let fields: BTreeMap<&str, &Field> =
            old.fields.iter().map(|field| (field.name.as_str(), field)).collect();
        for field in &new.fields {
            let named = |name: &String| fields.get(name.as_str()).copied();
            let known = named(&field.name).or_else(|| field.aliases.iter().find_map(named));
            let Some(known) = known else { continue };
            let path = std::mem::take(&mut self.path);
            self.path = format!("{path}.{}", field.name);
            self.parts = (Part::Member(&new.name, &field.name), Part::Member(&old.name, &known.name));
            if known.name != field.name {
                let message = format!("the field `{}` became `{}`", known.name, field.name);
                self.report(RuleSet::WireJson, IncompatibilityKind::FieldRenamed, message);
            }
            if let (Some(was), Some(is)) = (&known.default, &field.default)
                && was != is
            {
                let message = format!("the default {was} became {is}");
                self.report(RuleSet::Strict, IncompatibilityKind::DefaultChanged, message);
            }
            self.step("", field.type_id, known.type_id);
            self.path = path;
        }
    }

    fn enums(&mut self, new: &'a Enum, old: &'a Enum) {
        let kept: BTreeSet<&String> = new.symbols.iter().collect();
        for symbol in old.symbols.iter().filter(|symbol| !kept.contains(symbol)) {
            self.parts = (Part::Type(&new.name), Part::Member(&old.name, symbol));
            let message = format!("the symbol `{symbol}` is gone");
            self.report(RuleSet::WireJson, IncompatibilityKind::EnumValueRemoved, message);
        }
    }

    /// Branches correspond by their kind and short name.
    fn unions(&mut self, new: &[TypeId], old: &[TypeId]) {
        let base = |types: &crate::types::TypeGraph, id: TypeId| match types.get(id) {
            Type::Logical { base, .. } => *base,
            _ => id,
        };
        for &branch in old {
            let old_type = self.old.types.get(base(&self.old.types, branch));
            let counterpart = new.iter().copied().find(|&candidate| {
                let new_type = self.new.types.get(base(&self.new.types, candidate));
                std::mem::discriminant(new_type) == std::mem::discriminant(old_type)
                    && new_type.name().map(|name| &name.name) == old_type.name().map(|name| &name.name)
            });
            match counterpart {
                Some(counterpart) => self.step("", counterpart, branch),
                None => {
                    let message = "a branch of the union is gone".to_owned();
                    self.report(RuleSet::WireJson, IncompatibilityKind::FieldTypeChanged, message);
                }
            }
        }
        if new.len() > old.len() {
            let message = "the union has another branch".to_owned();
            self.report(RuleSet::Strict, IncompatibilityKind::FieldTypeChanged, message);
        }
    }
}
