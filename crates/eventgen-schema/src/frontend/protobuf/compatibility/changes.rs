//! Changes of a file that readers overcome, and JSON or code does not.

use prost_reflect::{EnumDescriptor, ExtensionDescriptor, FieldDescriptor, Kind, MessageDescriptor, Value};

use super::super::parse::ParsedSchema;
use super::super::syntax::Written;
use super::declared::{by_number, is_declared};
use super::extensions::{extensions, of_extension};
use super::oneofs::oneof_of;
use super::reserved::Reserved;
use super::{of_field, of_message};
use crate::compatibility::{Element, Incompatibility, IncompatibilityKind, RuleSet};
use crate::guard::guarded;

/// What changed between two versions of a file, in the messages and enums that both have.
pub fn changes(new: &ParsedSchema, old: &ParsedSchema) -> Vec<Incompatibility> {
    let compare = || {
        let mut changes = Changes {
            new,
            old,
            found: Vec::new(),
            path: Vec::new(),
            parts: (Element::schema(), Element::schema()),
        };
        changes.messages(&new.file.messages().collect::<Vec<_>>(), old.file.messages());
        changes.enums(&new.file.enums().collect::<Vec<_>>(), old.file.enums());
        changes.extensions();
        changes.found
    };
    guarded(compare).unwrap_or_else(|cause| {
        let message = format!("the versions cannot be compared ({cause}); please report them");
        let kind = IncompatibilityKind::NotComparable;
        vec![Incompatibility::new(kind, RuleSet::WireJson, String::new(), message)]
    })
}

struct Changes<'a> {
    new: &'a ParsedSchema,
    old: &'a ParsedSchema,
    found: Vec<Incompatibility>,
    path: Vec<String>,
    /// The parts of the new and of the old schema that are compared.
    parts: (Element, Element),
}

impl Changes<'_> {
    fn report(&mut self, rules: RuleSet, kind: IncompatibilityKind, message: String) {
        let found = Incompatibility::new(kind, rules, self.path.join("."), message);
        self.found.push(found.between(self.parts.clone()));
    }

    fn at(&mut self, name: &str, compare: impl FnOnce(&mut Self)) {
        self.path.push(name.to_owned());
        compare(self);
        self.path.pop();
    }

    /// Compares with other parts.
    fn within(&mut self, new: Element, old: Element, compare: impl FnOnce(&mut Self)) {
        let around = std::mem::replace(&mut self.parts, (new, old));
        compare(self);
        self.parts = around;
    }

    /// A message that is gone is forbidden by all rules. Depth is bounded by the compiler.
    fn messages(&mut self, new: &[MessageDescriptor], old: impl Iterator<Item = MessageDescriptor>) {
        for old in old.filter(is_declared) {
            if let Some(new) = new.iter().find(|new| new.name() == old.name() && is_declared(new)) {
                self.at(old.name(), |changes| changes.message(new, &old));
            }
        }
    }

    fn message(&mut self, new: &MessageDescriptor, old: &MessageDescriptor) {
        let (new_fields, old_fields) = (by_number(new), by_number(old));
        for (number, field) in &old_fields {
            self.at(field.name(), |changes| match new_fields.get(number) {
                Some(new) => {
                    changes.within(of_field(new), of_field(field), |changes| changes.field(new, field));
                }
                None => {
                    let is_reserved = new.reserved_ranges().any(|range| range.contains(number));
                    let name_is_reserved = new.reserved_names().any(|name| name == field.name());
                    if !is_reserved || !name_is_reserved {
                        let message = format!(
                            "the field is gone: reserve its number and its name (`reserved {number}; reserved \"{}\";`)",
                            field.name()
                        );
                        changes.within(of_message(new), of_field(field), |changes| {
                            changes.report(RuleSet::WireJson, IncompatibilityKind::FieldRemoved, message);
                        });
                    }
                }
            });
        }
        let members = new_fields.values().map(|field| (i64::from(field.number()), field.name().to_owned()));
        self.reserved(
            (new.full_name(), old.full_name()),
            (&Reserved::of_message(new), &Reserved::of_message(old)),
            &members.collect::<Vec<_>>(),
        );
        self.messages(&new.child_messages().collect::<Vec<_>>(), old.child_messages());
        self.enums(&new.child_enums().collect::<Vec<_>>(), old.child_enums());
    }

    /// Compares what two versions of a message or an enum reserve; `members` are those of the new one.
    fn reserved(
        &mut self,
        (new_name, old_name): (&str, &str),
        (new, old): (&Reserved, &Reserved),
        members: &[(i64, String)],
    ) {
        let was = Element::of_type(old_name);
        for (number, name) in members {
            if let Some(message) = old.used_by(*number, name) {
                self.within(Element::of_member(new_name, name), was.clone(), |changes| {
                    changes.report(RuleSet::WireJson, IncompatibilityKind::ReservedUsed, message);
                });
            }
        }
        for freed in old.freed(new, members) {
            self.within(Element::of_type(new_name), was.clone(), |changes| {
                let message = format!("{freed} is gone");
                changes.report(RuleSet::WireJson, IncompatibilityKind::ReservedRemoved, message);
            });
        }
    }

    /// Extensions that the old file declares.
    fn extensions(&mut self) {
        let new = extensions(self.new.file.parent_pool());
        let old = extensions(self.old.file.parent_pool());
        for (key, old) in old.iter().filter(|(_, old)| old.parent_file() == self.old.file) {
            self.at(old.full_name(), |changes| match new.get(key) {
                Some(new) => {
                    changes
                        .within(of_extension(new), of_extension(old), |changes| changes.extension(new, old));
                }
                None => changes.within(Element::of_type(&key.0), of_extension(old), |changes| {
                    let message = format!("the extension {} of `{}` is gone", key.1, key.0);
                    changes.report(RuleSet::WireJson, IncompatibilityKind::FieldRemoved, message);
                }),
            });
        }
    }

    fn extension(&mut self, new: &ExtensionDescriptor, old: &ExtensionDescriptor) {
        if new.full_name() != old.full_name() {
            let message =
                format!("its name in JSON was `[{}]` and is `[{}]`", old.full_name(), new.full_name());
            self.report(RuleSet::WireJson, IncompatibilityKind::FieldJsonChanged, message);
        }
        if new.is_list() != old.is_list() {
            self.label_changed();
        }
        self.kinds(&new.kind(), &old.kind());
        let written = |of: &ExtensionDescriptor| of.field_descriptor_proto().default_value.clone();
        let (is, was) = ((written(new), new.default_value()), (written(old), old.default_value()));
        self.defaults(&new.kind(), is, &old.kind(), was);
    }

    fn label_changed(&mut self) {
        let message = "repeated and single values have different forms in JSON and in code".to_owned();
        self.report(RuleSet::WireJson, IncompatibilityKind::FieldJsonChanged, message);
    }

    /// Compares the values that stand for a field that is not set, as they are written and as they are.
    fn defaults(
        &mut self,
        new: &Kind,
        (is_written, is): (Option<String>, Value),
        old: &Kind,
        (was_written, was): (Option<String>, Value),
    ) {
        // Of a field with another type more changes than the default.
        if std::mem::discriminant(new) != std::mem::discriminant(old)
            || matches!(new, Kind::Message(_))
            || is == was
            || is_written.is_some() && is_written == was_written
        {
            return;
        }
        // The enums of the file itself are compared at their places.
        let is_own = |kind: &Kind| matches!(kind, Kind::Enum(of) if of.parent_file() == self.new.file);
        if is_own(new) && is_written.is_none() && was_written.is_none() {
            return;
        }
        let shown = |written: Option<String>| written.map_or("none".to_owned(), |text| format!("`{text}`"));
        let message = format!("the default was {} and is {}", shown(was_written), shown(is_written));
        self.report(RuleSet::Strict, IncompatibilityKind::DefaultChanged, message);
    }

    fn field(&mut self, new: &FieldDescriptor, old: &FieldDescriptor) {
        if new.json_name() != old.json_name() {
            let message = format!("its name in JSON was `{}` and is `{}`", old.json_name(), new.json_name());
            self.report(RuleSet::WireJson, IncompatibilityKind::FieldJsonChanged, message);
        }
        if new.name() != old.name() {
            let message = format!("`{}` became `{}`", old.name(), new.name());
            self.report(RuleSet::Strict, IncompatibilityKind::FieldRenamed, message);
        }
        if new.is_list() != old.is_list() || new.is_map() != old.is_map() {
            self.label_changed();
        } else if !new.is_list()
            && !new.is_map()
            && has_presence(self.new, new) != has_presence(self.old, old)
        {
            let message = "the field is optional in code, or no longer".to_owned();
            self.report(RuleSet::Strict, IncompatibilityKind::FieldPresenceChanged, message);
        }
        if oneof_of(new) != oneof_of(old) {
            let name = |oneof: Option<String>| {
                oneof.map_or_else(|| "no oneof".to_owned(), |name| format!("`{name}`"))
            };
            let message = format!("it was in {} and is in {}", name(oneof_of(old)), name(oneof_of(new)));
            self.report(RuleSet::Strict, IncompatibilityKind::FieldOneofChanged, message);
        }
        if new.is_map() && old.is_map() {
            if let (Kind::Message(new), Kind::Message(old)) = (new.kind(), old.kind()) {
                self.kinds(&new.map_entry_key_field().kind(), &old.map_entry_key_field().kind());
                self.kinds(&new.map_entry_value_field().kind(), &old.map_entry_value_field().kind());
            }
        } else {
            self.kinds(&new.kind(), &old.kind());
        }
        if !new.is_list() && !old.is_list() {
            let written = |of: &FieldDescriptor| of.field_descriptor_proto().default_value.clone();
            let (is, was) = ((written(new), new.default_value()), (written(old), old.default_value()));
            self.defaults(&new.kind(), is, &old.kind(), was);
        }
    }

    fn kinds(&mut self, new: &Kind, old: &Kind) {
        if name(new) == name(old) {
            return;
        }
        let rules = if json_form(new) == json_form(old) { RuleSet::Strict } else { RuleSet::WireJson };
        let message = format!("`{}` became `{}`", name(old), name(new));
        self.report(rules, IncompatibilityKind::FieldTypeChanged, message);
    }

    fn enums(&mut self, new: &[EnumDescriptor], old: impl Iterator<Item = EnumDescriptor>) {
        for old in old {
            self.at(old.name(), |changes| match new.iter().find(|new| new.name() == old.name()) {
                None => {
                    let message = "the enum is gone".to_owned();
                    let around = old.parent_message().as_ref().map_or_else(Element::schema, of_message);
                    changes.within(around, Element::of_type(old.full_name()), |changes| {
                        changes.report(RuleSet::Strict, IncompatibilityKind::EnumRemoved, message);
                    });
                }
                Some(new) => changes.values(new, &old),
            });
        }
    }

    fn values(&mut self, new: &EnumDescriptor, old: &EnumDescriptor) {
        let (is, was) = (new.default_value(), old.default_value());
        if is.number() != was.number() {
            let message =
                format!("the first value, which is the default, was `{}` and is `{}`", was.name(), is.name());
            let parts = [(new, &is), (old, &was)];
            let [is, was] = parts.map(|(of, value)| Element::of_member(of.full_name(), value.name()));
            self.within(is, was, |changes| {
                changes.report(RuleSet::Strict, IncompatibilityKind::DefaultChanged, message);
            });
        }
        let members = new.values().map(|value| (i64::from(value.number()), value.name().to_owned()));
        self.reserved(
            (new.full_name(), old.full_name()),
            (&Reserved::of_enum(new), &Reserved::of_enum(old)),
            &members.collect::<Vec<_>>(),
        );
        for value in old.values() {
            let same: Vec<_> = new.values().filter(|other| other.number() == value.number()).collect();
            let is_reserved = new.reserved_ranges().any(|range| range.contains(&value.number()))
                && new.reserved_names().any(|name| name == value.name());
            let was = Element::of_member(old.full_name(), value.name());
            if let Some(first) = same.first() {
                if same.iter().all(|other| other.name() != value.name()) {
                    let message = format!("`{}` became `{}`", value.name(), first.name());
                    let is = Element::of_member(new.full_name(), first.name());
                    self.within(is, was, |changes| {
                        changes.report(RuleSet::WireJson, IncompatibilityKind::EnumValueRenamed, message);
                    });
                }
            } else if !is_reserved {
                let message = format!("`{}` = {} is gone: reserve both", value.name(), value.number());
                self.within(Element::of_type(new.full_name()), was, |changes| {
                    changes.report(RuleSet::WireJson, IncompatibilityKind::EnumValueRemoved, message);
                });
            }
        }
    }
}

/// Whether code can tell that a field is set. Descriptors do not say so: all files are compiled as proto2.
fn has_presence(schema: &ParsedSchema, field: &FieldDescriptor) -> bool {
    schema.written(&field.parent_file()) != Written::Proto3
        || matches!(field.kind(), Kind::Message(_))
        || field.containing_oneof().is_some()
}

fn name(kind: &Kind) -> String {
    match kind {
        Kind::Message(message) => message.full_name().to_owned(),
        Kind::Enum(definition) => definition.full_name().to_owned(),
        scalar => format!("{scalar:?}"),
    }
}

/// The form of a value in JSON: 64-bit integers are strings, enums are names.
fn json_form(kind: &Kind) -> u8 {
    match kind {
        Kind::Int32 | Kind::Uint32 | Kind::Sint32 | Kind::Fixed32 | Kind::Sfixed32 => 0,
        Kind::Int64 | Kind::Uint64 | Kind::Sint64 | Kind::Fixed64 | Kind::Sfixed64 => 1,
        Kind::Float | Kind::Double => 2,
        Kind::Bool => 3,
        Kind::String => 4,
        Kind::Bytes => 5,
        Kind::Enum(_) => 6,
        Kind::Message(_) => 7,
    }
}
