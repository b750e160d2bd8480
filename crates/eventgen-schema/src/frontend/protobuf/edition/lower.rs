//! Applies the features of a file as labels, presence and packing, which proto2 and proto3 have.

use std::collections::{BTreeMap, BTreeSet};

use prost_reflect::prost_types::field_descriptor_proto::{Label, Type};
use prost_reflect::prost_types::{
    DescriptorProto, FieldDescriptorProto, FieldOptions, FileDescriptorProto, MessageOptions,
    OneofDescriptorProto, UninterpretedOption,
};

use super::super::error::Violation;
use super::super::options::{Element, name, remove};
use super::super::spans::{Spans, tag};
use super::super::synthetic::free_name;
use super::features::{Features, Presence, apply, set_by};
use super::rewrite::{Edition, Exported};
use super::style::check_style;
use super::visibility::{check_strict, local_definitions};

/// The properties of a file of an edition that its descriptor cannot represent.
#[derive(Debug, Clone, Default)]
pub(in super::super) struct Lowered {
    /// The paths of messages and enums whose JSON names may conflict.
    pub(in super::super) legacy_json: BTreeSet<Vec<i32>>,
    /// The paths of closed enums.
    pub(in super::super) closed: BTreeSet<Vec<i32>>,
    /// The paths of definitions that no other file may use.
    pub(in super::super) local: BTreeSet<Vec<i32>>,
    /// Fields with features that are checked when the types of fields are known.
    pub(super) fields: Vec<LoweredField>,
}

/// A field whose features depend on its type.
#[derive(Debug, Clone, Default)]
pub(super) struct LoweredField {
    pub(super) path: Vec<i32>,
    /// Whether it has no presence, unless it is a message.
    pub(super) is_implicit: bool,
    /// Whether it is a group, if it is a message.
    pub(super) is_delimited: bool,
    /// The features that are set on the field itself.
    pub(super) set: Vec<(String, String)>,
}

impl Lowered {
    /// Whether a field of the file has no presence.
    pub(in super::super) fn has_implicit(&self) -> bool {
        self.fields.iter().any(|field| field.is_implicit)
    }

    /// Whether a field of the file may be a group.
    pub(in super::super) fn has_delimited(&self) -> bool {
        self.fields.iter().any(|field| field.is_delimited)
    }
}

/// Applies the features of a file to its descriptor.
pub(in super::super) fn lower(
    file: &mut FileDescriptorProto,
    edition: Edition,
    exported: &Exported,
    spans: &Spans,
    violations: &mut Vec<Violation>,
) -> Lowered {
    let mut set: BTreeMap<Vec<i32>, Vec<(String, String)>> = BTreeMap::new();
    // The elements with a feature, of another language too.
    let mut any: BTreeSet<Vec<i32>> = BTreeSet::new();
    let imports = file.dependency.clone();
    remove(file, |element, path, option| {
        let mut report = |message: String, help: &str| {
            let range = spans.get(path).unwrap_or_default();
            violations.push(Violation::invalid(message, range, "this option", help));
        };
        if element == Element::Field && name(option) == "packed" {
            report(
                "option `packed` is not part of editions".to_owned(),
                "set `features.repeated_field_encoding` to `PACKED` or `EXPANDED`",
            );
            return true;
        }
        if edition >= Edition::E2024 {
            match (element, &name(option)[..]) {
                (Element::Field, "ctype") => {
                    report(
                        "option `ctype` is not part of edition 2024".to_owned(),
                        "remove it, or set `features.(pb.cpp).string_type`",
                    );
                    return true;
                }
                (Element::File, "java_multiple_files") => {
                    let help = "remove it: edition 2024 always has several files";
                    report("option `java_multiple_files` is not part of edition 2024".to_owned(), help);
                    return true;
                }
                _ => {}
            }
        }
        if let Some(import) = language_file(option).filter(|import| !imports.contains(import)) {
            report(
                "the features of a language are declared in a file of their own".to_owned(),
                &format!("add `import \"{import}\";`"),
            );
            return true;
        }
        match set_by(option, element, edition) {
            None => return false,
            Some(Ok(features)) => {
                let owner = path[..path.len() - 2].to_vec();
                let is_whole = option.name.len() == 1;
                let is_first = any.insert(owner.clone());
                let of_element = set.entry(owner).or_default();
                for (name, value) in features {
                    let is_set = of_element.iter().any(|(before, _)| *before == name);
                    if is_set || is_whole && !is_first {
                        let message = format!("feature `{name}` has already been set");
                        report(message, "set all features at once, or each of them once");
                    }
                    of_element.push((name, value));
                }
            }
            Some(Err(message)) => {
                report(message, "see the features of the edition of the file");
            }
        }
        true
    });
    if edition >= Edition::E2024 {
        check_style(file, &set, spans, violations);
    }
    let features = apply(Features::DEFAULT, set.get(&[tag::FILE_OPTIONS][..]).map_or(&[], Vec::as_slice));
    let of_file = set.get(&[tag::FILE_OPTIONS][..]).map_or(&[][..], Vec::as_slice);
    let local = local_definitions(file, edition, of_file, exported, spans);
    check_strict(file, of_file, (exported, &local), spans, violations);
    let lowered = Lowered { local, ..Lowered::default() };
    let mut lowering = Lowering { set, spans, violations, lowered };
    for (index, message) in (0..).zip(&mut file.message_type) {
        lowering.message(&[tag::FILE_MESSAGE, index], message, features);
    }
    for (index, _) in (0..).zip(&file.enum_type) {
        lowering.enumeration(&[tag::FILE_ENUM, index], features);
    }
    for (index, extension) in (0..).zip(&mut file.extension) {
        lowering.field(&[tag::FILE_EXTENSION, index], extension, features, Kind::Extension);
    }
    let lowered = lowering.lowered;
    if lowered.has_implicit() {
        let implicit: BTreeSet<&[i32]> =
            lowered.fields.iter().filter(|field| field.is_implicit).map(|field| &field.path[..]).collect();
        for (index, message) in (0..).zip(&mut file.message_type) {
            make_optional(&[tag::FILE_MESSAGE, index], message, &implicit);
        }
    }
    lowered
}

/// The file that declares the features of a language, for an option that sets one of them.
fn language_file(option: &UninterpretedOption) -> Option<String> {
    let [features, language, ..] = &option.name[..] else { return None };
    let is_feature = !features.is_extension && features.name_part == "features" && language.is_extension;
    let language = language.name_part.trim_start_matches('.').strip_prefix("pb.").filter(|_| is_feature)?;
    Some(format!("google/protobuf/{language}_features.proto"))
}

/// What kind of field has the features.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Plain,
    Member,
    Map,
    Extension,
}

struct Lowering<'a> {
    /// The features that are set, by the path of the options.
    set: BTreeMap<Vec<i32>, Vec<(String, String)>>,
    spans: &'a Spans,
    violations: &'a mut Vec<Violation>,
    lowered: Lowered,
}

impl Lowering<'_> {
    fn set(&self, path: &[i32], options: i32) -> Vec<(String, String)> {
        self.set.get(&[path, &[options]].concat()).cloned().unwrap_or_default()
    }

    /// The parser bounds the depth.
    fn message(&mut self, path: &[i32], message: &mut DescriptorProto, features: Features) {
        let features = apply(features, &self.set(path, tag::MESSAGE_OPTIONS));
        if !features.allows_json {
            self.lowered.legacy_json.insert(path.to_vec());
        }
        let maps: BTreeSet<String> = message
            .nested_type
            .iter()
            .filter(|nested| is_map_entry(nested))
            .map(|nested| nested.name().to_owned())
            .collect();
        for (index, field) in (0..).zip(&mut message.field) {
            let kind = match field.oneof_index {
                Some(_) => Kind::Member,
                None if field.label() == Label::Repeated && maps.contains(field.type_name()) => Kind::Map,
                None => Kind::Plain,
            };
            self.field(&[path, &[tag::MESSAGE_FIELD, index]].concat(), field, features, kind);
        }
        for (index, extension) in (0..).zip(&mut message.extension) {
            let path = [path, &[tag::MESSAGE_EXTENSION, index]].concat();
            self.field(&path, extension, features, Kind::Extension);
        }
        for (index, nested) in (0..).zip(&mut message.nested_type).filter(|(_, nested)| !is_map_entry(nested))
        {
            self.message(&[path, &[tag::MESSAGE_NESTED, index]].concat(), nested, features);
        }
        for (index, _) in (0..).zip(&message.enum_type) {
            self.enumeration(&[path, &[tag::MESSAGE_ENUM, index]].concat(), features);
        }
    }

    fn enumeration(&mut self, path: &[i32], features: Features) {
        let features = apply(features, &self.set(path, tag::ENUM_OPTIONS));
        if !features.is_open {
            self.lowered.closed.insert(path.to_vec());
        }
    }

    fn field(&mut self, path: &[i32], field: &mut FieldDescriptorProto, features: Features, kind: Kind) {
        let set = self.set(path, tag::FIELD_OPTIONS);
        let features = apply(features, &set);
        let is_repeated = field.label() == Label::Repeated;
        self.check(path, field, &set, kind);
        // Scalars are known here. Messages and enums cannot be distinguished yet.
        let is_scalar = field.r#type.is_some();
        if is_repeated && kind != Kind::Map && !matches!(field.r#type(), Type::String | Type::Bytes) {
            field.options.get_or_insert_with(FieldOptions::default).packed = Some(features.is_packed);
        }
        let mut lowered = LoweredField { path: path.to_vec(), set, ..LoweredField::default() };
        lowered.is_delimited = features.is_delimited && !is_scalar && kind != Kind::Map;
        if kind == Kind::Plain && !is_repeated {
            match features.presence {
                Presence::Explicit => {}
                Presence::Required => field.label = Some(Label::Required.into()),
                Presence::Implicit => {
                    lowered.is_implicit = true;
                    if field.default_value.is_some() {
                        self.report(
                            path,
                            "a field without presence has no default",
                            "remove the default, or set `features.field_presence` to `EXPLICIT`",
                        );
                    }
                }
            }
        }
        self.lowered.fields.push(lowered);
    }

    /// The rules for features that are set on a field itself.
    fn check(&mut self, path: &[i32], field: &FieldDescriptorProto, set: &[(String, String)], kind: Kind) {
        let is_repeated = field.label() == Label::Repeated;
        let scalar = field.r#type.map(|_| field.r#type());
        for (name, _) in set {
            let problem = match name.as_str() {
                "field_presence" if is_repeated => Some("a repeated field has no presence"),
                "field_presence" if kind == Kind::Member => Some("a member of a oneof always has presence"),
                "field_presence" if kind == Kind::Extension => Some("an extension always has presence"),
                "repeated_field_encoding" if !is_repeated => Some("only a repeated field is packed or not"),
                "utf8_validation" if kind != Kind::Map && scalar != Some(Type::String) => {
                    Some("only a string is UTF-8")
                }
                "message_encoding" if kind == Kind::Map || scalar.is_some() => {
                    Some("only a message has a message encoding")
                }
                _ => None,
            };
            if let Some(problem) = problem {
                self.report(path, problem, &format!("remove `features.{name}`"));
            }
        }
    }

    fn report(&mut self, field: &[i32], message: &str, help: &str) {
        let range = self.spans.get(&[field, &[tag::NAME]].concat()).unwrap_or_default();
        self.violations.push(Violation::invalid(message, range, "this field", help));
    }
}

/// Marks the fields with presence, in a file where others have none, as proto3 does.
fn make_optional(path: &[i32], message: &mut DescriptorProto, implicit: &BTreeSet<&[i32]>) {
    for index in 0..message.field.len() {
        let at = i32::try_from(index).unwrap_or(i32::MAX);
        let is_implicit = implicit.contains(&[path, &[tag::MESSAGE_FIELD, at]].concat()[..]);
        let field = &message.field[index];
        if !is_implicit && field.oneof_index.is_none() && field.label() == Label::Optional {
            mark_optional(message, index);
        }
    }
    for (index, nested) in (0..).zip(&mut message.nested_type).filter(|(_, nested)| !is_map_entry(nested)) {
        make_optional(&[path, &[tag::MESSAGE_NESTED, index]].concat(), nested, implicit);
    }
}

/// Marks a field as `optional` in proto3, with the oneof that this implies.
pub(super) fn mark_optional(message: &mut DescriptorProto, index: usize) {
    let Some(field) = message.field.get(index) else { return };
    let oneof = free_name(message, field.name(), None);
    let field = &mut message.field[index];
    field.proto3_optional = Some(true);
    field.oneof_index = i32::try_from(message.oneof_decl.len()).ok();
    message.oneof_decl.push(OneofDescriptorProto { name: Some(oneof), options: None });
}

fn is_map_entry(message: &DescriptorProto) -> bool {
    message.options.as_ref().is_some_and(MessageOptions::map_entry)
}
