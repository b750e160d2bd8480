//! Protobuf compatibility, by the rules of Confluent's registry: fields are identified by number in the whole message,
//! messages by name.
//!
//! The messages of the file itself are compared. Those of a file that it imports are compared where a field refers to
//! them, because a registry may have checked the two versions of that file by another level, or not at all. A message may
//! move from an import to the file, or to another import, in another package, too: its name inside the package stays. A
//! message of the file that moves to an import is removed: the registry looks for it in the file alone.
//!
//! Extensions are fields that registries ignore: all rule sets but that of registries compare them.
//!
//! Three rules are stricter than Confluent's registry, which ignores groups and the features of editions: delimited and
//! length-prefixed messages differ, the contents of groups are compared, and a field that is required by a feature is
//! required.

mod changes;
mod declared;
mod extensions;
mod fields;
mod numbers;
mod oneofs;
mod reserved;

use std::collections::{BTreeMap, BTreeSet};

use prost_reflect::{Cardinality, FieldDescriptor, MessageDescriptor};

pub use self::changes::changes;
use self::declared::{by_number, is_declared};
use self::oneofs::Oneofs;
use super::parse::ParsedSchema;
use crate::compatibility::{Element, Incompatibility, IncompatibilityKind, RuleSet};
use crate::guard::guarded;

/// Every reason for which `rules` forbid that `reader` reads what `writer` wrote.
pub fn check(reader: &ParsedSchema, writer: &ParsedSchema, rules: RuleSet) -> Vec<Incompatibility> {
    // What cannot be compared is not accepted.
    guarded(|| compare(reader, writer, rules)).unwrap_or_else(|cause| {
        let message = format!("the versions cannot be compared ({cause}); please report them");
        let kind = IncompatibilityKind::NotComparable;
        vec![Incompatibility::new(kind, RuleSet::Registry, String::new(), message)]
    })
}

fn compare(reader: &ParsedSchema, writer: &ParsedSchema, rules: RuleSet) -> Vec<Incompatibility> {
    let mut comparison = Comparison {
        reader,
        writer,
        rules,
        least: RuleSet::Registry,
        found: Vec::new(),
        path: Vec::new(),
        parts: (Element::schema(), Element::schema()),
        compared: BTreeSet::new(),
        pending: Vec::new(),
    };
    let (new, old) = (&reader.file, &writer.file);
    if new.package_name() != old.package_name() {
        let message = format!("package `{}` became `{}`", old.package_name(), new.package_name());
        comparison.report(IncompatibilityKind::PackageChanged, message);
    }
    comparison.messages(new.messages(), old.messages());
    comparison.finish();
    if rules >= RuleSet::Wire {
        comparison.least = RuleSet::Wire;
        comparison.extensions();
        comparison.finish();
    }
    comparison.found
}

struct Comparison<'a> {
    reader: &'a ParsedSchema,
    writer: &'a ParsedSchema,
    rules: RuleSet,
    /// The weakest rule set that sees what is compared.
    least: RuleSet,
    found: Vec<Incompatibility>,
    /// The names of the enclosing messages.
    path: Vec<String>,
    /// The parts of the reader's and of the writer's schema that are compared.
    parts: (Element, Element),
    /// The full names of the messages, new and old, that are not compared at their place in the file.
    compared: BTreeSet<(String, String)>,
    /// Those of them that are still to be compared. Chains of imported messages are as long as their files.
    pending: Vec<(MessageDescriptor, MessageDescriptor)>,
}

impl Comparison<'_> {
    fn report(&mut self, kind: IncompatibilityKind, message: String) {
        self.report_by(RuleSet::Registry, kind, message);
    }

    /// Reports what the rule set, and those that contain it, forbid.
    fn report_by(&mut self, rules: RuleSet, kind: IncompatibilityKind, message: String) {
        let rules = rules.max(self.least);
        if rules <= self.rules {
            let found = Incompatibility::new(kind, rules, self.path.join("."), message);
            self.found.push(found.between(self.parts.clone()));
        }
    }

    fn at(&mut self, name: &str, compare: impl FnOnce(&mut Self)) {
        self.path.push(name.to_owned());
        compare(self);
        self.path.pop();
    }

    /// Compares with other parts.
    fn within(&mut self, reader: Element, writer: Element, compare: impl FnOnce(&mut Self)) {
        let around = std::mem::replace(&mut self.parts, (reader, writer));
        compare(self);
        self.parts = around;
    }

    /// Compares the messages that are not at their place in the file.
    fn finish(&mut self) {
        while let Some((new, old)) = self.pending.pop() {
            self.at(old.full_name(), |comparison| comparison.message(&new, &old));
        }
    }

    /// Depth is bounded by the compiler.
    fn messages(
        &mut self,
        new: impl Iterator<Item = MessageDescriptor>,
        old: impl Iterator<Item = MessageDescriptor>,
    ) {
        let new: BTreeMap<String, MessageDescriptor> =
            new.filter(is_declared).map(|message| (message.name().to_owned(), message)).collect();
        for old in old.filter(is_declared) {
            self.at(old.name(), |comparison| match new.get(old.name()) {
                None => comparison.within(around(&old), of_message(&old), |comparison| {
                    let message = comparison.removed(&old);
                    comparison.report(IncompatibilityKind::MessageRemoved, message);
                }),
                Some(new) => comparison.message(new, &old),
            });
        }
    }

    /// Says that a message is gone, and where one of its name is now.
    fn removed(&self, old: &MessageDescriptor) -> String {
        let found = self.reader.file.parent_pool().get_message_by_name(old.full_name());
        match found.map(|new| new.parent_file()).filter(|file| *file != self.reader.file) {
            Some(file) => format!("the message was removed from the file; it is in `{}` now", file.name()),
            None => "the message was removed".to_owned(),
        }
    }

    /// Compares messages that are not at the same place of the two files, once.
    fn elsewhere(&mut self, new: &MessageDescriptor, old: &MessageDescriptor) {
        let names = (new.full_name().to_owned(), old.full_name().to_owned());
        if self.compared.insert(names) {
            self.pending.push((new.clone(), old.clone()));
        }
    }

    fn message(&mut self, new: &MessageDescriptor, old: &MessageDescriptor) {
        self.within(of_message(new), of_message(old), |comparison| comparison.members(new, old));
    }

    fn members(&mut self, new: &MessageDescriptor, old: &MessageDescriptor) {
        let (new_fields, old_fields) = (by_number(new), by_number(old));
        for merged in Oneofs::new(&new_fields, &old_fields).merged() {
            self.report(merged.kind, merged.message);
        }
        let removed = Oneofs::new(&new_fields, &old_fields).removed();
        for (number, old_field) in &old_fields {
            match new_fields.get(number) {
                Some(new_field) => {
                    self.at(old_field.name(), |comparison| {
                        comparison.within(of_field(new_field), of_field(old_field), |comparison| {
                            comparison.field(new_field, old_field);
                        });
                    });
                }
                None if removed.contains(number) => {
                    let what = "is gone, and others of its oneof are not";
                    self.field_report(IncompatibilityKind::OneofFieldRemoved, old_field, what);
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
        self.messages(new.child_messages(), old.child_messages());
    }

    /// Reports a field that only one of the messages has.
    fn field_report(&mut self, kind: IncompatibilityKind, field: &FieldDescriptor, what: &str) {
        let message = format!("field `{}` = {} {what}", field.name(), field.number());
        let (mut reader, mut writer) = self.parts.clone();
        let is_new = kind == IncompatibilityKind::RequiredFieldAdded;
        *(if is_new { &mut reader } else { &mut writer }) = of_field(field);
        self.within(reader, writer, |comparison| comparison.report(kind, message));
    }
}

fn of_message(message: &MessageDescriptor) -> Element {
    Element::of_type(message.full_name())
}

fn of_field(field: &FieldDescriptor) -> Element {
    Element::of_member(field.parent_message().full_name(), field.name())
}

/// The message that a message is in, or the file.
fn around(message: &MessageDescriptor) -> Element {
    message.parent_message().map_or_else(Element::schema, |parent| of_message(&parent))
}
