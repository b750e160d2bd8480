//! Oneofs: which fields exclude each other that did not before, and which choices are gone.
//!
//! The name of a oneof does not matter to data. Members are followed by their numbers, so that a renamed oneof hides
//! nothing.

use std::collections::{BTreeMap, BTreeSet};

use prost_reflect::FieldDescriptor;

use super::declared::Fields;
use crate::compatibility::IncompatibilityKind;

/// The oneofs of two versions of a message: the numbers of their members by name.
pub(super) struct Oneofs<'a> {
    new: BTreeMap<String, Vec<u32>>,
    old: BTreeMap<String, Vec<u32>>,
    new_fields: &'a Fields,
    old_fields: &'a Fields,
}

/// Members of a new oneof that did not exclude each other.
pub(super) struct Merged {
    pub(super) kind: IncompatibilityKind,
    pub(super) message: String,
}

impl<'a> Oneofs<'a> {
    pub(super) fn new(new_fields: &'a Fields, old_fields: &'a Fields) -> Self {
        Self { new: members(new_fields), old: members(old_fields), new_fields, old_fields }
    }

    /// The new oneofs whose members come from different places: values that could be set together exclude each other.
    /// Fields that did not exist do not count.
    pub(super) fn merged(&self) -> Vec<Merged> {
        self.new.iter().filter_map(|(name, members)| self.merged_into(name, members)).collect()
    }

    fn merged_into(&self, name: &str, members: &[u32]) -> Option<Merged> {
        let known = members.iter().filter_map(|number| self.old_fields.get(number));
        let (grouped, single): (Vec<_>, Vec<_>) = known.partition(|field| oneof_of(field).is_some());
        let sources: BTreeSet<String> = grouped.iter().filter_map(|field| oneof_of(field)).collect();
        if sources.len() + single.len() < 2 {
            return None;
        }
        let quoted =
            |names: Vec<&str>| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let fields = quoted(single.iter().map(|field| field.name()).collect());
        let oneofs = quoted(sources.iter().map(String::as_str).collect());
        let (kind, what) = match (single.len(), sources.len()) {
            (0, _) => (
                IncompatibilityKind::FieldMovedToExistingOneof,
                format!("members of {oneofs} are in one oneof `{name}`"),
            ),
            (1, _) => (
                IncompatibilityKind::FieldMovedToExistingOneof,
                format!("field {fields} moved into the oneof `{name}` with members of {oneofs}"),
            ),
            _ => (
                IncompatibilityKind::MultipleFieldsMovedToOneof,
                format!("fields {fields} moved into the oneof `{name}`"),
            ),
        };
        Some(Merged { kind, message: format!("{what}: data may have values of several") })
    }

    /// The members of old oneofs that no field of the new message reads. A oneof that is gone with all its members is
    /// left out: no choice is lost to a reader that has none.
    pub(super) fn removed(&self) -> BTreeSet<u32> {
        let is_gone = |number: &u32| !self.new_fields.contains_key(number);
        let kept = self
            .old
            .iter()
            .filter(|(name, members)| self.new.contains_key(*name) || !members.iter().all(is_gone));
        kept.flat_map(|(_, members)| members.iter().copied().filter(is_gone)).collect()
    }
}

fn members(fields: &Fields) -> BTreeMap<String, Vec<u32>> {
    let mut members: BTreeMap<String, Vec<u32>> = BTreeMap::new();
    for (number, field) in fields {
        if let Some(oneof) = oneof_of(field) {
            members.entry(oneof).or_default().push(*number);
        }
    }
    members
}

/// The oneof of a field, if it is one that the author wrote.
pub(super) fn oneof_of(field: &FieldDescriptor) -> Option<String> {
    let oneof = field.containing_oneof().filter(|oneof| !oneof.is_synthetic())?;
    Some(oneof.name().to_owned())
}
