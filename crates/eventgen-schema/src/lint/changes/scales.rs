//! Decimals with another scale.

use std::collections::{BTreeMap, BTreeSet};

use super::found::Changes;
use crate::compatibility::Element;
use crate::contract::{Contract, Event};
use crate::diagnostics::{Diagnostic, code};
use crate::types::{Field, Logical, Record, Type, TypeGraph, TypeId};

/// Finds decimals of an event whose scale changed.
pub(super) fn scales(
    (old, before): (&Contract, &Event),
    (new, event): (&Contract, &Event),
    found: &mut Changes,
) {
    let mut scales = Scales {
        old: old.types_of(before),
        new: new.types_of(event),
        events: (before, event),
        parts: (Element::of_type(&before.name), Element::of_type(&event.name)),
        seen: BTreeSet::new(),
        found,
    };
    scales.compare(before.type_id, event.type_id, "");
}

/// Walks two versions of an event's types side by side.
struct Scales<'a, 'f> {
    old: &'a TypeGraph,
    new: &'a TypeGraph,
    /// The old and the new event.
    events: (&'a Event, &'a Event),
    /// The parts of the old and of the new schema that are compared.
    parts: (Element, Element),
    /// Pairs that have been compared: types may contain themselves.
    seen: BTreeSet<(TypeId, TypeId)>,
    found: &'f mut Changes,
}

impl Scales<'_, '_> {
    fn compare(&mut self, old_id: TypeId, new_id: TypeId, path: &str) {
        if !self.seen.insert((old_id, new_id)) {
            return;
        }
        let (old, new) = (self.old.get(old_id), self.new.get(new_id));
        match (old, new) {
            (Type::Record(old), Type::Record(new)) => {
                let fields: BTreeMap<&str, &Field> =
                    old.fields.iter().map(|field| (field.name.as_str(), field)).collect();
                for field in &new.fields {
                    let named = |name: &String| fields.get(name.as_str()).copied();
                    let before = named(&field.name).or_else(|| field.aliases.iter().find_map(named));
                    if let Some(before) = before {
                        let inner = join(path, &field.name);
                        let part = |record: &Record, field: &Field| {
                            Element::of_member(record.name.to_string(), &field.name)
                        };
                        let parts = (part(old, before), part(new, field));
                        let around = std::mem::replace(&mut self.parts, parts);
                        self.compare(before.type_id, field.type_id, &inner);
                        self.parts = around;
                    }
                }
            }
            (Type::Array(old), Type::Array(new)) | (Type::Map(old), Type::Map(new)) => {
                let (old, new) = (*old, *new);
                self.compare(old, new, &format!("{path}[]"));
            }
            (Type::Union(_), _) | (_, Type::Union(_)) => self.branches(old_id, new_id, path),
            _ => self.scale(old, new, path),
        }
    }

    /// Compares branches of the same kind, or the one type with its branch of the union that it became or came from.
    fn branches(&mut self, old_id: TypeId, new_id: TypeId, path: &str) {
        let branches = |types: &TypeGraph, id: TypeId| match types.get(id) {
            Type::Union(branches) => branches.clone(),
            _ => vec![id],
        };
        for old in branches(self.old, old_id) {
            for new in branches(self.new, new_id) {
                if kind(self.old, old) == kind(self.new, new) {
                    self.compare(old, new, path);
                }
            }
        }
    }

    fn scale(&mut self, old: &Type, new: &Type, path: &str) {
        let scale = |ty: &Type| match ty {
            Type::Logical { logical: Logical::Decimal { scale, .. }, .. } => Some(*scale),
            _ => None,
        };
        let is = |scale: Option<u32>| match scale {
            Some(scale) => format!("a decimal of scale {scale}"),
            None => "no such decimal".to_owned(),
        };
        let (before, after) = (scale(old), scale(new));
        if before != after {
            let message =
                format!("`{path}` of event `{}` was {} and is {}", self.events.1.name, is(before), is(after));
            let diagnostic = Diagnostic::lint(code::DECIMAL_SCALE, message).help(
                "the same bytes mean another number, and no registry sees it: keep the type, and add a field for the \
                 new one",
            );
            let (before, event) = self.events;
            self.found.schema((&before.name, &event.name), self.parts.clone(), diagnostic);
        }
    }
}

fn join(path: &str, field: &str) -> String {
    if path.is_empty() { field.to_owned() } else { format!("{path}.{field}") }
}

/// Identifies a branch of a union: by name for a named type, by encoding for any other.
fn kind(types: &TypeGraph, id: TypeId) -> String {
    match types.get(id) {
        Type::Logical { base, .. } => kind(types, *base),
        Type::Array(_) => "array".to_owned(),
        Type::Map(_) => "map".to_owned(),
        ty => ty.name().map_or_else(|| format!("{ty:?}"), ToString::to_string),
    }
}
